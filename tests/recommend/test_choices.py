"""Customers who only ever say yes: even ones take what is of the sea, odd ones what is of the hills."""

import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, World, frame, gesture, outcome, profiles
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.features import history_of
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.model import Model
from wowengine.recommend.score import blended

TOPICS = ("sea", "hills")
TAKEN = 6


def shop(customers: int = 60, gestures: int = 24) -> World:
    """Each takes `TAKEN` of the twelve that are theirs; nobody refuses, and no profile tells who likes what."""
    chooser = np.random.default_rng(0)
    rows = [
        outcome(f"c{n:02}", f"g{what:02}", "accepted")
        for n in range(customers)
        for what in chooser.choice(np.arange(n % 2, gestures, 2), TAKEN, replace=False)
    ]
    return World(
        profiles([{"customer_id": f"c{n:02}", "attributes": "{}"} for n in range(customers)]),
        frame([gesture(f"g{n:02}", TOPICS[n % 2]) for n in range(gestures)], GESTURES),
        frame(rows, OUTCOMES),
        np.zeros((customers, gestures)),
    )


WORLD = shop()


def chosen(world: World) -> Examples:
    return examples(settle(world.outcomes, NOW), world.profiles, world.gestures)


@pytest.fixture(scope="module")
def model() -> Model:
    return fit(chosen(WORLD), learners())


def best_of(model: Model, catalogue: pl.DataFrame, leave_out: pl.DataFrame | None = None) -> dict[str, str]:
    history = history_of(chosen(WORLD).answers)
    scores = blended(model).score(WORLD.profiles, catalogue, k=1, leave_out=leave_out, history=history).frame
    return dict(scores.select("customer_id", "gesture_id").iter_rows())


def test_lightfm_is_in_the_running_and_no_way_counts_against(model: Model) -> None:
    assert any(name.startswith("lightfm") for name in model.forms)
    assert not model.answered
    for mix in (model.stranger, model.known, model.new):
        assert mix is not None
        assert min(mix.slopes.values()) >= 0


def test_what_is_suggested_next_is_what_people_like_them_took(model: Model) -> None:
    best = best_of(model, WORLD.gestures, leave_out=WORLD.outcomes.select("customer_id", "gesture_id"))
    right = [int(who[1:]) % 2 == int(what[1:]) % 2 for who, what in best.items()]
    assert np.mean(right) > 0.95


def test_a_new_gesture_is_no_refusal_and_goes_to_those_who_took_its_like(model: Model) -> None:
    fresh = frame([gesture("new_sea", "sea"), gesture("new_hills", "hills")], GESTURES)
    best = best_of(model, fresh)
    assert np.mean([what == ("new_sea", "new_hills")[int(who[1:]) % 2] for who, what in best.items()]) > 0.95


def test_a_way_that_scores_everything_alike_counts_nothing(model: Model) -> None:
    assert model.known.slopes["words"] == 0  # no profile tells of anything here


def test_how_often_a_choice_is_made_stays_assumed(model: Model) -> None:
    scores = blended(model).score(WORLD.profiles, WORLD.gestures).frame
    assert scores["propensity_basis"].unique().to_list() == ["assumed"]
    assert scores["propensity"].mean() < 0.2  # type: ignore[operator]  # one of two dozen is chosen next


def test_the_same_choices_give_the_same_model(model: Model) -> None:
    assert fit(chosen(WORLD), learners()).version == model.version


def test_a_handful_of_customers_and_gestures_is_learned_from_all_the_same() -> None:
    small = fit(chosen(shop(customers=3, gestures=12)), learners())
    assert small.stranger == small.known
    assert small.forms
