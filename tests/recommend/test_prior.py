from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recommend.worlds import GESTURES, frame, gesture, profiles
from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.prior import LIFT, Link, linked_features, prior


def likes(**affinities: float) -> ProfileFrames:
    rows = [{"customer_id": "c", "topic": topic, "affinity": affinity} for topic, affinity in affinities.items()]
    return profiles([{"customer_id": "c", "attributes": "{}"}], rows)


def score(people: ProfileFrames, *gestures: dict[str, object], **context: str) -> dict[str, dict[str, Any]]:
    scores = prior(0.2).score(people, frame(list(gestures), GESTURES), {"c": context})
    return {row["gesture_id"]: row for row in scores.frame.iter_rows(named=True)}


def test_what_shares_nothing_stands_at_the_base_rate() -> None:
    scored = score(likes(hiking=0.8), gesture("book", "reading"))["book"]
    assert scored["propensity"] == pytest.approx(0.2, abs=1e-5)


def test_day_one_is_called_assumed_and_its_interval_is_wide() -> None:
    scored = score(likes(), gesture("book", "reading"))["book"]
    assert scored["propensity_basis"] == "assumed"
    assert scored["propensity_low"] < 0.05
    assert scored["propensity_high"] > 0.45


def test_a_shared_word_lifts_by_the_affinity_and_a_dislike_lowers() -> None:
    scored = score(likes(hiking=0.8, opera=-0.5), gesture("a"), gesture("b", "hiking"), gesture("c", "Opera!"))
    base = scored["a"]["score"]
    assert scored["b"]["score"] == pytest.approx(base + 0.8 * LIFT, abs=1e-4)
    assert scored["c"]["score"] == pytest.approx(base - 0.5 * LIFT, abs=1e-4)


def test_half_of_a_topics_words_count_half() -> None:
    scored = score(likes(trail_running=1.0), gesture("a"), gesture("b", "running"), gesture("c", "trail running"))
    lift = {name: row["score"] - scored["a"]["score"] for name, row in scored.items()}
    assert lift == pytest.approx({"a": 0, "b": LIFT / 2, "c": LIFT}, abs=1e-4)


def test_short_and_joining_words_match_nothing() -> None:
    scored = score(likes(food_and_drink=1.0), gesture("a"), gesture("b", "bed and breakfast", "1d"))
    assert scored["a"]["score"] == scored["b"]["score"]


def test_a_stated_preference_speaks_for_what_it_fills_in() -> None:
    people = profiles(
        [{"customer_id": "c", "attributes": "{}"}],
        preferences=[{"customer_id": "c", "slot": "coffee", "value": "long"}],
    )
    scored = score(people, gesture("cup", slots=["coffee"]), gesture("tea", slots=["tea"]))
    assert scored["cup"]["rank"] == 1


def test_a_tip_about_the_place_fits_the_moment() -> None:
    tips = gesture("siena", "walks", place="Siena"), gesture("rome", "walks", place="Roma")
    assert score(likes(), *tips, place="Siena")["siena"]["rank"] == 1
    assert score(likes(), *tips, place="Roma Fiumicino")["rome"]["rank"] == 1


def test_what_lands_often_rises_before_there_is_a_model() -> None:
    counts = pl.DataFrame({"gesture_id": ["b"], "landed": [9.0], "answered": [10.0]})
    scores = prior(0.2, counts).score(likes(), frame([gesture("a"), gesture("b")], GESTURES)).frame
    lands = dict(scores.select("gesture_id", "propensity").iter_rows())
    assert lands["b"] > lands["a"] > 0.2
    assert scores["propensity_basis"].unique().to_list() == ["assumed"]


def test_a_lucky_answer_does_not_outshout_what_somebody_likes() -> None:
    counts = pl.DataFrame({"gesture_id": ["lucky", "liked"], "landed": [2.0, 0.0], "answered": [2.0, 2.0]})
    catalogue = frame([gesture("lucky", "chess"), gesture("liked", "hiking")], GESTURES)
    scores = prior(0.2, counts).score(likes(hiking=0.8), catalogue).frame
    assert scores.filter(pl.col("rank") == 1)["gesture_id"].to_list() == ["liked"]


OUTDOOR = Link("interest:hiking", "tag:outdoor", 0.8)


def linked(people: ProfileFrames, *links: Link) -> dict[str, float]:
    """Score a gesture tagged outdoor and a plain one."""
    catalogue = frame([gesture("plain"), gesture("out", "outdoor")], GESTURES)
    scores = prior(0.2, links=links).score(people, catalogue).frame
    return dict(scores.select("gesture_id", "score").iter_rows())


@given(st.floats(-1, 1), st.floats(-3, 3))
def test_a_link_adds_its_lift_times_the_affinity(affinity: float, lift: float) -> None:
    scores = linked(likes(hiking=affinity), OUTDOOR._replace(lift=lift))
    assert scores["out"] - scores["plain"] == pytest.approx(affinity * lift, abs=1e-4)


def test_a_link_means_nothing_to_those_whom_it_does_not_name() -> None:
    assert linked(likes(opera=1.0), OUTDOOR) == linked(likes(opera=1.0))


def test_links_stand_beside_each_other_and_those_of_one_pair_add_up() -> None:
    other = Link("interest:opera", "tag:outdoor", -0.5)
    scores = linked(likes(hiking=1.0, opera=1.0), OUTDOOR, other, OUTDOOR)
    assert scores["out"] - scores["plain"] == pytest.approx(0.8 - 0.5 + 0.8, abs=1e-4)


def test_a_link_is_a_reason_in_plain_words() -> None:
    scores = prior(0.2, links=[OUTDOOR]).score(likes(hiking=0.5), frame([gesture("out", "outdoor")], GESTURES))
    (reason,) = scores.reasons("c", "out")
    assert reason.text == "hiking × outdoor"
    assert reason.weight == pytest.approx(0.4)


@pytest.mark.parametrize("wrong", [OUTDOOR._replace(customer="hiking"), OUTDOOR._replace(lift=float("nan"))])
def test_a_link_that_names_no_feature_or_no_number_is_refused(wrong: Link) -> None:
    with pytest.raises(ValueError, match="a link needs two features"):
        linked_features([wrong])
