"""Who suffered, who said so, who was made good, and whether the loud got more."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.decide.policy import Severity
from wowengine.decide.sufferers import FEWEST, Sufferer, shared, squeaky_wheels


def sufferer(who: str, **changes: Any) -> Sufferer:
    values: dict[str, Any] = {
        "customer_id": who,
        "occurrence": "AZ 12",
        "severity": Severity.SERIOUS,
        "complained": False,
        "alike": True,
        "made_good": False,
        "waiting": False,
        "offered_cents": 2000,
        "given_cents": 0,
    }
    return Sufferer(**(values | changes))


def crowd(loud: Sequence[int], quiet: Sequence[int], **changes: Any) -> list[Sufferer]:
    """People with so many cents each, loud and quiet."""
    return [
        sufferer(f"{kind}{n}", complained=kind == "loud", offered_cents=cents, given_cents=cents, **changes)
        for kind, amounts in (("loud", loud), ("quiet", quiet))
        for n, cents in enumerate(amounts)
    ]


def test_everybody_who_suffered_is_on_a_list() -> None:
    people = [
        sufferer("anna", complained=True, made_good=True),
        sufferer("ben", waiting=True),
        sufferer("carl"),
        sufferer("dora", occurrence="a parcel"),
    ]
    [group] = shared(people)
    assert (group.occurrence, group.severity) == ("AZ 12", Severity.SERIOUS)
    assert group.suffered == ("anna", "ben", "carl")
    assert (group.complained, group.silent) == (("anna",), ("ben", "carl"))
    assert (group.made_good, group.waiting, group.left_out) == (("anna",), ("ben",), ("carl",))


def test_who_suffered_it_twice_is_one_head_and_no_silent_one() -> None:
    twice = [sufferer("anna", complained=True), sufferer("anna"), sufferer("ben")]
    [group] = shared(twice)
    assert (group.suffered, group.silent) == (("anna", "ben"), ("ben",))
    wheel = squeaky_wheels(twice).offered
    assert (wheel.complained, wheel.silent, wheel.complained_cents, wheel.silent_cents) == (1, 1, 4000, 2000)


def test_one_event_is_told_apart_by_how_bad_it_was_widest_first() -> None:
    people = [
        *(sufferer(f"a{n}", severity=Severity.MINOR) for n in range(3)),
        sufferer("b"),
        *(sufferer(f"c{n}", occurrence="AZ 9") for n in range(2)),
    ]
    told = [(one.occurrence, one.severity.value, len(one.suffered)) for one in shared(people)]
    assert told == [("AZ 12", "minor", 3), ("AZ 9", "serious", 2), ("AZ 12", "serious", 1)]


def test_the_squeaky_wheel_is_goodwill_a_head_of_the_loud_over_the_silent() -> None:
    wheel = squeaky_wheels(crowd([3000] * 5, [2000] * 6)).given
    assert (wheel.complained, wheel.silent, wheel.ratio, wheel.reason) == (5, 6, 1.5, "")


def test_those_for_whom_more_counts_than_how_bad_it_was_are_left_out_of_the_like_for_like() -> None:
    people = crowd([2000] * 5, [2000] * 5)
    people += [sufferer(f"waited{n}", complained=True, alike=False, offered_cents=3800) for n in range(5)]
    wheels = squeaky_wheels(people)
    assert (wheels.offered.ratio, wheels.offered_alike.ratio) == (1.45, 1.0)


@pytest.mark.parametrize(
    ("loud", "quiet", "reason"),
    [
        ([2000] * 4, [2000] * 9, "too few: 4 complained, 9 did not; at least 5 of each are needed"),
        ([2000] * 9, [], "too few: 9 complained, 0 did not; at least 5 of each are needed"),
        ([2000] * 5, [0] * 5, "those who complained got goodwill and the others none"),
        ([0] * 5, [0] * 5, "nobody got goodwill"),
    ],
)
def test_where_one_cannot_tell_the_reason_is_told(loud: list[int], quiet: list[int], reason: str) -> None:
    wheel = squeaky_wheels(crowd(loud, quiet)).offered
    assert (wheel.ratio, wheel.reason) == (None, reason)


@given(st.integers(FEWEST, 30), st.integers(FEWEST, 30), st.integers(1, 100_000))
def test_the_same_for_everybody_is_a_ratio_of_one(loud: int, quiet: int, cents: int) -> None:
    assert squeaky_wheels(crowd([cents] * loud, [cents] * quiet)).offered.ratio == 1.0
