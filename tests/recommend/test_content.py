from itertools import pairwise

import numpy as np
import pytest

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, frame, gesture, outcome, profiles, scored, with_history
from wowengine.recommend import content
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.features import gestures_told, occasions

KNOWN = [
    gesture("lake", "water", "walk", place="Como"),
    gesture("beach", "water", "walk", "sun"),
    gesture("aria", "music", "walk"),
    gesture("choir", "music", "walk", "voices", "evening"),
]


def offers_of(*words: tuple[str, str, str]) -> Examples:
    rows = [outcome(who, what, word) for who, what, word in words]
    return examples(settle(frame(rows, OUTCOMES), NOW), profiles([]), frame(KNOWN, GESTURES))


OFFERS = offers_of(*(("x", str(one["gesture_id"]), "accepted") for one in KNOWN[:3]), ("y", "choir", "rejected"))


def scores(*new: dict[str, object], offers: Examples = OFFERS, **history: float) -> dict[str, float]:
    """How new gestures are scored for somebody who took (1) or refused (-1) these."""
    catalogue = gestures_told(frame(list(new), GESTURES))
    somebody = occasions(profiles([{"customer_id": "new", "attributes": "{}"}]))
    told = with_history(somebody, [("new", what, value) for what, value in history.items()])
    found = scored(content.path(offers)[0], told, catalogue)[0]
    return dict(zip(catalogue.ids, found.tolist(), strict=True))


def test_a_new_gesture_is_scored_by_what_it_shares_with_what_somebody_took() -> None:
    found = scores(gesture("pool", "water"), gesture("gig", "music"), gesture("quiz", "words"), beach=1.0)
    assert found["pool"] > 0.1
    assert found["gig"] == found["quiz"] == 0


def test_it_is_lowered_by_what_it_shares_with_what_they_refused() -> None:
    found = scores(gesture("pool", "water"), gesture("gig", "music"), beach=1.0, aria=-1.0)
    assert found["gig"] < 0 < found["pool"]


def test_what_is_rare_tells_more_and_what_all_have_tells_nothing() -> None:
    found = scores(gesture("one", "sun"), gesture("two", "water"), gesture("three", "walk"), beach=1.0)
    assert found["one"] > found["two"] > found["three"] == 0


def test_the_score_is_the_squared_rarity_of_what_is_shared_over_the_length_of_what_was_taken() -> None:
    water, sun = np.log(4 / 2), np.log(4 / 1)
    assert scores(gesture("one", "sun"), beach=1.0)["one"] == pytest.approx(sun**2 / np.hypot(water, sun), rel=1e-5)


def test_a_gesture_of_many_words_says_less_of_each() -> None:
    new = gesture("gig", "music")
    assert scores(new, aria=1.0)["gig"] > scores(new, choir=1.0)["gig"] > 0


def test_the_place_counts_too_and_the_more_is_shared_the_better() -> None:
    found = scores(gesture("a"), gesture("b", "water"), gesture("c", "water", place="Como"), lake=1.0)
    assert all(fewer < more for fewer, more in pairwise(found.values()))


def test_of_somebody_who_took_nothing_it_knows_only_the_mean_customer() -> None:
    new = gesture("gig", "music"), gesture("pool", "water")
    mean = scores(*new, lake=0.5, beach=0.5, aria=0.5, choir=-0.5)
    assert scores(*new) == pytest.approx(mean, abs=1e-6)


def test_gestures_that_have_nothing_to_tell_them_apart_are_all_the_same_to_it() -> None:
    rows = [outcome("x", name, "accepted") for name in ("a", "b")]
    plain = frame([gesture("a", "walk"), gesture("b", "walk")], GESTURES)
    offers = examples(settle(frame(rows, OUTCOMES), NOW), profiles([]), plain)
    assert scores(gesture("c", "walk"), offers=offers, a=1.0) == {"c": 0}
