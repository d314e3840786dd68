from itertools import product

import pytest

from wowengine.decide.facts import Answer, every, missing, opposite, some, unknown

ANSWERS: list[Answer] = [True, False, unknown("km"), unknown("cause")]


def filled(answer: Answer, known: bool) -> bool:
    return known if isinstance(answer, frozenset) else answer


@pytest.mark.parametrize(("one", "other"), list(product(ANSWERS, ANSWERS)))
def test_an_answer_given_despite_a_gap_holds_whatever_fills_it(one: Answer, other: Answer) -> None:
    for first, second in product([True, False], repeat=2):
        given = filled(one, first), filled(other, second)
        if not isinstance(every(one, other), frozenset):
            assert every(one, other) is all(given)
        if not isinstance(some(one, other), frozenset):
            assert some(one, other) is any(given)


def test_what_is_missing_is_named_all_at_once() -> None:
    assert every(unknown("km"), True, unknown("cause")) == frozenset({"km", "cause"})
    assert some(unknown("km"), False) == unknown("km")
    assert missing(unknown("km"), 12, True, unknown("cause")) == {"km", "cause"}


def test_the_opposite_of_not_known_is_not_known() -> None:
    assert (opposite(True), opposite(False), opposite(unknown("km"))) == (False, True, unknown("km"))


def test_one_no_or_one_yes_decides() -> None:
    assert every(unknown("km"), False) is False
    assert some(unknown("km"), True) is True
    assert every() is True
    assert some() is False
