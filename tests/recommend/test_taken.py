from dataclasses import replace

import numpy as np

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, frame, gesture, outcome, profiles
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.taken import mean_customer, taken


def offers(*words: tuple[str, str, str]) -> Examples:
    rows = [outcome(who, what, word) for who, what, word in words]
    catalogue = frame([gesture(name) for name in ("a", "b")], GESTURES)
    return examples(settle(frame(rows, OUTCOMES), NOW), profiles([]), catalogue)


def test_a_landing_is_one_a_refusal_minus_one_and_both_their_mean() -> None:
    said = offers(("x", "a", "accepted"), ("x", "b", "rejected"), ("y", "a", "accepted"), ("y", "a", "rejected"))
    assert taken(said).toarray().tolist() == [[1, -1], [0, 0]]


def test_a_word_that_weighs_less_moves_the_mean_less() -> None:
    said = offers(("x", "a", "accepted"), ("x", "a", "rejected"))
    halved = said.offers.with_columns(weight=said.offers["weight"] * (1 - said.offers["landed"] / 2))
    half = replace(said, offers=halved)
    np.testing.assert_allclose(taken(half).toarray(), [[-1 / 3]], atol=1e-6)


def test_a_word_of_less_weight_alone_is_a_whole_answer() -> None:
    said = offers(("x", "a", "rejected"))
    faint = replace(said, offers=said.offers.with_columns(weight=said.offers["weight"] / 2))
    assert taken(faint).toarray().tolist() == [[-1]]


def test_what_a_reviewer_said_is_no_answer() -> None:
    said = offers(("x", "a", "declined"), ("x", "b", "accepted"), ("y", "a", "accepted"))
    assert taken(said).toarray().tolist() == [[0, 1], [1, 0]]


def test_the_mean_customer_took_what_most_took() -> None:
    said = offers(("x", "a", "accepted"), ("x", "b", "rejected"), ("y", "a", "accepted"))
    assert mean_customer(taken(said)).tolist() == [[1, -0.5]]


def test_who_answered_nothing_leaves_nothing() -> None:
    assert taken(offers(("x", "a", "declined"))).shape == (0, 1)
