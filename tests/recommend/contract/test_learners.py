"""What every way of learning must do, and what each can know of customers and of new gestures.

On the checkerboard, in the shape that they all have: `Bilinear` forms over named features.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tests.recommend.worlds import GESTURES, NOW, checkerboard, frame, gesture, profiles, scored, with_history
from wowengine.recommend import content, ease, lightfm_model, linear, segments
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.features import Features, gestures_told, occasions


@dataclass(frozen=True)
class Knows:
    """What a way of learning can know. What it cannot is a promise too: it then scores all alike."""

    profile: bool  # what is told of a customer speaks for what fits
    history: bool  # what a customer took speaks for what fits
    new: bool  # a gesture nobody was offered is scored by what is told of it
    popularity: bool = True  # a stranger gets first what most took


PATHS: dict[str, Callable[[Examples, int], Sequence[Bilinear]]] = {
    "lightfm": lightfm_model.path,
    "linear": linear.path,
    "segments": segments.path,
    "ease": ease.path,
    "content": content.path,
}
KNOWS = {
    "lightfm": Knows(profile=True, history=False, new=True),
    "linear": Knows(profile=True, history=False, new=True),
    "segments": Knows(profile=True, history=False, new=False),
    "ease": Knows(profile=False, history=True, new=False),
    "content": Knows(profile=False, history=True, new=True, popularity=False),
}
WORLD = checkerboard()
SEA, HILLS = "c000", "c001"
OFFERS = examples(settle(WORLD.outcomes, NOW), WORLD.profiles, WORLD.gestures)
OLD = gestures_told(WORLD.gestures)
NEW = gestures_told(frame([gesture("new_sea", "sea"), gesture("new_hills", "hills")], GESTURES))
PEOPLE = occasions(WORLD.profiles)
STRANGER = occasions(profiles([{"customer_id": "new", "attributes": "{}"}]))
BY_HISTORY = with_history(
    occasions(profiles([{"customer_id": who, "attributes": "{}"} for who in (SEA, HILLS)])),
    [(SEA, "g2", 1.0), (SEA, "g3", -1.0), (HILLS, "g3", 1.0), (HILLS, "g2", -1.0)],
)


def learn(name: str, offers: Examples) -> Sequence[Bilinear]:
    """Learn from what several customers share."""
    return PATHS[name](offers.shared(), 0)


@pytest.fixture(scope="module")
def learned() -> dict[str, Sequence[Bilinear]]:
    return {name: learn(name, OFFERS) for name in PATHS}


@pytest.fixture(params=list(PATHS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def form(name: str, learned: dict[str, Sequence[Bilinear]]) -> Bilinear:
    return learned[name][-1]


def prefers_what_fits(form: Bilinear, people: Features, offered: Features, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether sea customers are told the sea and hills customers the hills, in every pair of (sea, hills)."""
    found = scored(form, people, offered)
    more = [found[:, offered.position[sea]] - found[:, offered.position[hills]] for sea, hills in pairs]
    return all(gap[people.position[SEA]] > 0 > gap[people.position[HILLS]] for gap in more)


def scores_alike(form: Bilinear, people: Features, offered: Features, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether how one gesture of a pair stands to the other is the same for both customers."""
    found = scored(form, people, offered)
    more = [found[:, offered.position[sea]] - found[:, offered.position[hills]] for sea, hills in pairs]
    return all(gap[people.position[SEA]] == pytest.approx(gap[people.position[HILLS]], abs=1e-6) for gap in more)


def test_what_is_told_of_a_customer_speaks_for_what_fits_or_for_nothing(name: str, form: Bilinear) -> None:
    keeps = prefers_what_fits if KNOWS[name].profile else scores_alike
    assert keeps(form, PEOPLE, OLD, [("g2", "g3"), ("g4", "g5"), ("g6", "g7")])


def test_what_a_customer_took_speaks_for_what_goes_with_it_or_for_nothing(name: str, form: Bilinear) -> None:
    keeps = prefers_what_fits if KNOWS[name].history else scores_alike
    assert keeps(form, BY_HISTORY, OLD, [("g4", "g5"), ("g6", "g7")])


def test_a_gesture_nobody_was_offered_is_scored_by_what_is_told_of_it_or_for_all_alike(
    name: str, form: Bilinear
) -> None:
    people = PEOPLE if KNOWS[name].profile else BY_HISTORY
    keeps = prefers_what_fits if KNOWS[name].new else scores_alike
    assert keeps(form, people, NEW, [("new_sea", "new_hills")])


def test_a_stranger_gets_first_what_most_took_where_popularity_is_known(name: str, form: Bilinear) -> None:
    found = scored(form, STRANGER, OLD)[0]
    if KNOWS[name].popularity:
        assert sorted(np.argsort(-found, kind="stable")[:2]) == [OLD.position["g0"], OLD.position["g1"]]
    else:
        np.testing.assert_allclose(found, found[0], atol=1e-6)


def test_every_stage_is_made_of_numbers_and_names_each_feature_once(
    name: str, learned: dict[str, Sequence[Bilinear]]
) -> None:
    for stage in learned[name]:
        arrays = (stage.customer_vectors, stage.customer_biases, stage.gesture_vectors, stage.gesture_biases)
        assert all(np.isfinite(array).all() and array.dtype == np.float32 for array in arrays)
        assert len(set(stage.customer_names)) == len(stage.customer_names) == len(stage.customer_vectors)
        assert len(set(stage.gesture_names)) == len(stage.gesture_names) == len(stage.gesture_vectors)


def test_the_same_examples_give_the_same_bytes(name: str, learned: dict[str, Sequence[Bilinear]]) -> None:
    again = learn(name, OFFERS)
    assert [numbers(stage) for stage in again] == [numbers(stage) for stage in learned[name]]


def test_trained_without_somebody_it_equals_one_that_never_knew_them(name: str) -> None:
    never = WORLD.outcomes.filter(WORLD.outcomes["customer_id"] != SEA)
    without = examples(settle(never, NOW), WORLD.profiles, WORLD.gestures)
    retrained = OFFERS.where((OFFERS.offers["customer_id"] != SEA).to_numpy())
    forgotten, unknown = learn(name, retrained), learn(name, without)
    assert [numbers(stage) for stage in forgotten] == [numbers(stage) for stage in unknown]


def test_no_customer_is_named_in_it(form: Bilinear) -> None:
    assert not [name for name in (*form.customer_names, *form.gesture_names) if any(who in name for who in PEOPLE.ids)]


def numbers(form: Bilinear) -> bytes:
    arrays = (form.customer_vectors, form.customer_biases, form.gesture_vectors, form.gesture_biases)
    return b"".join(array.tobytes() for array in arrays)
