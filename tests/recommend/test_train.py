import re
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recommend.worlds import (
    GESTURES,
    NOW,
    OUTCOMES,
    World,
    checkerboard,
    frame,
    gesture,
    hidden_tastes,
    outcome,
    profiles,
)
from wowengine.recommend import lightfm_model, registry
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.metrics import Estimate
from wowengine.recommend.serving import serving
from wowengine.recommend.train import Difference, TrainReport, split_by_time, train

WAYS = "content+ease+lightfm+lightfm_personal+linear+linear_personal+segments"


def trained(world: World, models: Path, seed: int = 0) -> TrainReport:
    return train(world.profiles, world.gestures, world.outcomes, models, now=NOW, seed=seed)


def first(world: World, rows: int) -> World:
    return World(world.profiles, world.gestures, world.outcomes.head(rows), world.chance)


def test_too_few_outcomes_are_not_learned_from(tmp_path: Path) -> None:
    report = trained(first(hidden_tastes(50), 12), tmp_path)
    assert report.said == "Not enough yet: 12 outcomes, 50 needed."
    assert not report.registered
    assert list(tmp_path.iterdir()) == []


def test_no_outcomes_at_all_are_no_error(tmp_path: Path) -> None:
    assert trained(first(hidden_tastes(50), 0), tmp_path).said == "Not enough yet: 0 outcomes, 50 needed."


def test_reviewers_verdicts_alone_are_not_enough(tmp_path: Path) -> None:
    world = hidden_tastes(200)
    verdicts = world.outcomes.with_columns(pl.col("type").replace({"accepted": "approved", "rejected": "declined"}))
    report = trained(World(world.profiles, world.gestures, verdicts, world.chance), tmp_path)
    assert report.said == "Not enough yet: 0 outcomes, 50 needed."
    assert (report.answers, report.verdicts) == (0, 200)


def test_outcomes_that_are_all_alike_teach_nothing(tmp_path: Path) -> None:
    world = hidden_tastes(200)
    happy = world.outcomes.with_columns(type=pl.lit("accepted"))
    report = trained(World(world.profiles, world.gestures, happy, world.chance), tmp_path)
    assert report.said == "Not enough yet: 200 of 200 outcomes landed, and 5 of each kind are needed."


def test_the_voices_of_few_are_not_everybodys(tmp_path: Path) -> None:
    world = checkerboard()
    few = world.outcomes.filter(pl.col("customer_id") < "c009")
    report = trained(World(world.profiles, world.gestures, few, world.chance), tmp_path)
    assert report.said == "Not enough yet: outcomes of 9 customers, 10 needed."


def test_a_day_of_nothing_but_yes_cannot_be_tried_on(tmp_path: Path) -> None:
    world = hidden_tastes(100)
    late = pl.col("occurred_at") >= world.outcomes["occurred_at"].sort()[80]
    sunny = world.outcomes.with_columns(type=pl.when(late).then(pl.lit("accepted")).otherwise("type"))
    report = trained(World(world.profiles, world.gestures, sunny, world.chance), tmp_path)
    assert report.said == "Not enough yet: the newest fifth of the outcomes, or all before it, are alike."


def test_a_model_that_foretells_better_is_registered_and_serves(tmp_path: Path) -> None:
    report = trained(hidden_tastes(1500), tmp_path)
    assert report.registered
    assert report.algorithm == WAYS
    assert set(report.weights["strangers"]) == {*WAYS.split("+"), "words"}
    model, popular = report.quality["auto"], report.quality["popular"]
    assert model.auc > popular.auc + 0.03
    assert model.log_loss < popular.log_loss
    card = registry.active_card(tmp_path)
    assert card is not None
    assert card["version"] == report.version
    assert card["answers"] == 1500
    assert card["quality"]["auto"]["auc"] == report.as_json()["quality"]["auto"]["auc"]


def test_a_model_that_foretells_worse_is_not_registered(tmp_path: Path) -> None:
    """Tastes turn round before the newest answers: what was learned from the old ones misleads."""
    world = checkerboard()
    other = {"accepted": "rejected", "rejected": "accepted"}
    cut = world.outcomes["occurred_at"].quantile(0.75)
    turned = world.outcomes.with_columns(
        pl.when(pl.col("occurred_at") >= cut).then(pl.col("type").replace(other)).otherwise("type").alias("type")
    )
    report = trained(World(world.profiles, world.gestures, turned, world.chance), tmp_path)
    assert report.said.startswith("Not registered: on the newest answers it is worse than")
    assert serving(tmp_path) is None


def estimate(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half, half / 2, 50)


def test_a_model_is_called_worse_only_beyond_noise() -> None:
    far = Difference(estimate(-0.05, 0.02), estimate(0.0, 0.01))
    assert (far.worse, far.surely_worse) == (True, True)
    near = Difference(estimate(-0.01, 0.02), estimate(-0.01, 0.005))
    assert (near.worse, near.surely_worse) == (True, False)
    assert near.times == pytest.approx(4)  # half the interval is twice the difference
    better = Difference(estimate(0.0, 0.02), estimate(0.0, 0.01))
    assert (better.worse, better.surely_worse) == (False, False)
    assert np.isnan(better.times)
    assert Difference(Estimate(np.nan, np.nan, np.nan, np.nan, 1), estimate(0.0, 0.01)).worse


def test_where_noise_decides_it_is_said_that_nobody_can_tell(tmp_path: Path) -> None:
    """Answers that follow nothing: neither the model nor popularity can foretell them."""
    world = hidden_tastes(150)
    word = np.random.default_rng(2).choice(["accepted", "rejected"], 150)
    report = trained(replace(world, outcomes=world.outcomes.with_columns(type=pl.Series(word))), tmp_path)
    assert not report.registered
    assert report.said.startswith("Not registered: the newest answers cannot tell whether it is worse than")
    assert report.said.endswith("What served, serves on.")
    needed = re.search(r"about ([\d,]+) answers would\.", report.said)
    assert needed is not None
    assert int(needed[1].replace(",", "")) > 150  # those that there are did not tell
    less = report.as_json()["less"]["popular"]["auc"]
    assert less["low"] <= 0 <= less["high"]


def test_a_model_is_tried_on_the_newest_answers() -> None:
    world = hidden_tastes(100)
    early, late = split_by_time(examples(settle(world.outcomes, NOW), world.profiles, world.gestures))
    assert (len(early), len(late)) == (80, 20)
    assert early.offers["occurred_at"].max() < late.offers["occurred_at"].min()  # type: ignore[operator]  # times


def test_the_same_outcomes_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    world = hidden_tastes(1500)
    shuffled = World(
        world.profiles, world.gestures, world.outcomes.sample(fraction=1, shuffle=True, seed=5), world.chance
    )
    one, two = trained(world, tmp_path / "one"), trained(shuffled, tmp_path / "two")
    assert one.version is not None
    assert one.version == two.version
    folders = [tmp_path / where / one.version for where in ("one", "two")]
    packed = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert packed[0] == packed[1]
    assert trained(world, tmp_path / "three", seed=1).version != one.version


def test_retrained_without_somebody_equals_one_that_never_knew_them(tmp_path: Path) -> None:
    world = hidden_tastes(1500)
    stays = ~pl.col("customer_id").is_in(["c007", "c100"])
    forgotten = World(world.profiles, world.gestures, world.outcomes.filter(stays), world.chance)
    never = World(
        replace(
            world.profiles,
            customers=world.profiles.customers.filter(stays),
            interests=world.profiles.interests.filter(stays),
        ),
        world.gestures,
        world.outcomes.filter(stays),
        world.chance,
    )
    versions = [trained(one, tmp_path / str(n)).version for n, one in enumerate((world, forgotten, never))]
    assert None not in versions
    assert versions[1] == versions[2] != versions[0]


def test_who_asks_to_be_forgotten_is_named_by_no_model_on_disk(tmp_path: Path) -> None:
    world = hidden_tastes(1500)
    report = trained(world, tmp_path)
    assert report.version is not None
    everybody = set(world.outcomes["customer_id"])
    for who in everybody:
        registry.forget(tmp_path, who)
    stored = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    for who in everybody:
        assert f"customer:{who}".encode("utf-32-le") not in stored  # as names stand in arrays
        assert f'"{who}"'.encode() not in stored
    assert serving(tmp_path) is not None


def test_without_lightfm_the_other_ways_learn_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "lightfm", None)  # None makes the import fail
    assert not lightfm_model.is_installed()
    report = trained(hidden_tastes(1500), tmp_path)
    assert report.registered
    assert report.algorithm == "content+ease+linear+linear_personal+segments"
    assert "LightFM is not installed" in caplog.text
    assert report.quality["auto"].auc > report.quality["popular"].auc


def test_an_old_silence_is_a_quiet_no_and_is_learned_from(tmp_path: Path) -> None:
    """A channel that reports only what was shown and what was accepted."""
    world = hidden_tastes(800)
    rows = []
    for n, row in enumerate(world.outcomes.iter_rows(named=True)):
        offer = {"decision_id": f"d{n}", "context": row["context"]}
        rows.append(outcome(row["customer_id"], row["gesture_id"], "shown", row["occurred_at"], **offer))
        if row["type"] == "accepted":
            at = row["occurred_at"] + timedelta(minutes=5)
            rows.append(outcome(row["customer_id"], row["gesture_id"], "accepted", at, **offer))
    report = trained(World(world.profiles, world.gestures, frame(rows, OUTCOMES), world.chance), tmp_path)
    assert report.answers == 800
    assert report.quality["auto"].auc > 0.6
    assert np.isfinite(report.quality["auto"].log_loss)


def test_of_customers_nobody_knows_anything_about_the_gestures_alone_are_learned(tmp_path: Path) -> None:
    people = [{"customer_id": f"c{n}"} for n in range(60)]
    rows = [
        outcome(f"c{n}", f"g{m}", "accepted" if (n + m) % (2 + 3 * m) == 0 else "rejected", NOW + timedelta(hours=n))
        for n in range(60)
        for m in range(2)
    ]
    catalogue = frame([gesture(f"g{n}") for n in range(2)], GESTURES)
    report = train(profiles(people), catalogue, frame(rows, OUTCOMES), tmp_path, now=NOW)
    assert report.algorithm == WAYS
    assert report.quality["auto"].auc == pytest.approx(report.quality["popular"].auc)


WORDS = st.sampled_from(["shown", "accepted", "rejected", "delivered", "thanked", "complained", "approved", "declined"])
ROWS = st.tuples(
    st.integers(0, 30),  # customer; some have no profile
    st.integers(0, 4),  # gesture; the last is not in the catalogue
    WORDS,
    st.integers(0, 60),  # days ago
    st.sampled_from(["", "d1", "d2", "d3"]),
    st.sampled_from(["{}", '{"weather": "rain"}', '{"weather": null, "x": [1], "": "", "gender": "f"}']),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=8, max_size=25), repeat=st.integers(1, 20), told=st.booleans())
def test_whatever_came_of_gestures_training_ends_with_a_sentence(
    tmp_path: Path, rows: list[tuple[int, int, str, int, str, str]], repeat: int, told: bool
) -> None:
    outcomes = [
        outcome(f"c{(who + n) % 31}", f"g{what}", word, NOW - timedelta(days=days), decision_id=told_by, context=moment)
        for n in range(repeat)
        for who, what, word, days, told_by, moment in rows
    ]
    people = [{"customer_id": f"c{n}", "tier": "gold" if told else None, "attributes": "{}"} for n in range(20)]
    catalogue = frame([gesture(f"g{n}", "sea") for n in range(4)], GESTURES)
    report = train(profiles(people), catalogue, frame(outcomes, OUTCOMES), tmp_path, now=NOW)
    assert report.said
    assert report.registered == (report.version is not None)
