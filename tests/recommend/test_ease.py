import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, frame, gesture, outcome, profiles, scored, with_history
from wowengine.recommend import ease
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.features import gestures_told, occasions
from wowengine.recommend.taken import taken

THINGS = ("boots", "map", "opera", "tent")
CATALOGUE = frame([gesture(name) for name in THINGS], GESTURES)


def offers_of(answers: NDArray[np.int64]) -> Examples:
    """Offers out of answers: customers by `THINGS`, 1, -1, or 0 where they were not asked."""
    rows = [
        outcome(f"c{who:03}", THINGS[what], "accepted" if answers[who, what] > 0 else "rejected")
        for who, what in zip(*np.nonzero(answers), strict=True)
    ]
    return examples(settle(frame(rows, OUTCOMES), NOW), profiles([]), CATALOGUE)


def walkers_and_singers(each: int = 30) -> Examples:
    """Walkers took three things that singers refused, and the other way round."""
    return offers_of(np.array([[1, 1, -1, 1], [-1, -1, 1, -1]] * each))


def scores(offers: Examples, *history: tuple[str, float], stage: int = 1) -> dict[str, float]:
    """How each thing is scored for somebody who took (1) or refused (-1) these."""
    catalogue = gestures_told(CATALOGUE)
    somebody = occasions(profiles([{"customer_id": "new", "attributes": "{}"}]))
    told = with_history(somebody, [("new", what, value) for what, value in history])
    found = scored(ease.path(offers)[stage], told, catalogue)[0]
    return dict(zip(catalogue.ids, found.tolist(), strict=True))


@given(st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=4, max_size=4), min_size=1, max_size=12))
def test_each_gesture_is_foretold_from_the_others_by_ridge_regression(told: list[list[int]]) -> None:
    answers = np.array(told)
    answers = answers[np.any(answers, axis=1)]
    if not len(answers):
        return
    offers = offers_of(answers)
    took = taken(offers).toarray().astype(np.float64)
    for form, ridge in zip(ease.path(offers), ease.RIDGES, strict=True):
        strength = ridge * max(1.0, (took**2).sum() / took.shape[1])
        for one in range(took.shape[1]):
            rest = np.delete(took, one, axis=1)
            weights = np.linalg.solve(rest.T @ rest + strength * np.eye(rest.shape[1]), rest.T @ took[:, one])
            np.testing.assert_allclose(np.delete(form.customer_vectors[:-1, one], one), weights, atol=1e-5)
            assert form.customer_vectors[one, one] == 0


def test_who_took_this_takes_that_and_not_the_other() -> None:
    found = scores(walkers_and_singers(), ("boots", 1.0))
    assert min(found["map"], found["tent"]) > 0.1
    assert found["opera"] < -0.1


def test_a_refusal_speaks_for_what_others_took_who_refused_it() -> None:
    assert scores(walkers_and_singers(), ("boots", -1.0))["opera"] > 0.1


def test_of_a_stranger_it_knows_only_what_the_mean_customer_took() -> None:
    offers = offers_of(np.array([[1, 1, -1, 0], [1, -1, -1, 0], [1, 0, -1, 1], [1, 0, 0, 0]]))
    assert scores(offers) == pytest.approx({"boots": 1, "map": 0, "opera": -0.75, "tent": 0.25})


def test_of_a_gesture_that_nobody_was_offered_it_knows_nothing() -> None:
    offers = offers_of(np.array([[1, 1, -1, 0]] * 10))
    assert scores(offers, ("boots", 1.0))["tent"] == 0


def test_a_gesture_speaks_for_others_less_the_more_it_is_drawn_to_nothing() -> None:
    offers = walkers_and_singers()
    drawn = [scores(offers, ("boots", 1.0), stage=stage)["map"] for stage in range(len(ease.RIDGES))]
    assert drawn == sorted(drawn)


def test_no_customer_is_in_it() -> None:
    form = ease.path(walkers_and_singers())[0]
    assert not [name for name in (*form.customer_names, *form.gesture_names) if "c00" in name]
    assert form.customer_vectors.shape == (len(THINGS) + 1, len(THINGS))


def test_whoever_is_forgotten_leaves_no_trace() -> None:
    offers = walkers_and_singers()
    gone = (offers.offers["customer_id"] != "c007").to_numpy()
    answers = np.array([[1, 1, -1, 1], [-1, -1, 1, -1]] * 30)
    never = offers_of(answers * (np.arange(len(answers)) != 7)[:, None])
    for retrained, without in zip(ease.path(offers.where(gone)), ease.path(never), strict=True):
        assert retrained.customer_vectors.tobytes() == without.customer_vectors.tobytes()
