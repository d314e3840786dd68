"""Which changes of a policy let more be spent."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.decide.make import POLICY
from wowengine.decide.policy import Budget, Cap, DelayBand, Policy, QuietHours, Step, policy_text
from wowengine.decide.rulebook import parse
from wowengine.decide.spending import ANY, DIRECTIONS, direction_of, raises


def edited(*changes: tuple[str, str]) -> Policy:
    text = policy_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse(Policy, text, "policy.toml")


def raised(*changes: tuple[str, str]) -> list[str]:
    return [one.path for one in raises(POLICY, edited(*changes))]


def numbers(kind: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every number that a policy may say, by its path; down to where a direction is said."""
    if direction_of(path):
        yield path
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from numbers(field.annotation, (*path, name))
    elif NoneType in get_args(kind) and issubclass(get_args(kind)[0], BaseModel):
        yield from numbers(get_args(kind)[0], path)
    elif get_origin(kind) is dict:
        yield from numbers(get_args(kind)[1], (*path, ANY))
    elif get_origin(kind) is tuple and direction_of((*path, ANY)):
        yield (*path, ANY)
    else:
        yield path


def test_every_number_of_a_policy_has_a_direction() -> None:
    undirected = [".".join(path) for path in numbers(Policy) if direction_of(path) is None]
    assert undirected == [], "say in decide/spending.py which way it goes"


def test_no_direction_is_said_of_a_number_that_is_gone() -> None:
    assert {".".join(path) for path in numbers(Policy)} == set(DIRECTIONS)


def test_what_is_compared_whole_has_no_number_that_is_not_looked_at() -> None:
    looked_at: dict[type[BaseModel], set[str]] = {
        Cap: {"most", "days"},
        Step: {"at_least", "times"},
        DelayBand: {"at_least", "band"},
        Budget: {"account", "pays", "currency", "granted_cents"},
        QuietHours: {"start", "end", "time_zone", "channels"},
    }
    assert {kind: set(kind.model_fields) for kind in looked_at} == looked_at


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("granted_cents = 60000", "granted_cents = 60001", "budgets.budget:surprises:EUR (delight, EUR)"),
        ('account = "budget:goodwill:EUR"', 'account = "anew"', "budgets.anew (goodwill, EUR)"),
        ("surprise = { most = 1, days = 90 }", "surprise = { most = 2, days = 90 }", "caps.kinds.surprise"),
        ("surprise = { most = 1, days = 90 }", "surprise = { most = 1, days = 89 }", "caps.kinds.surprise"),
        ("surprise = { most = 1, days = 90 }\n", "", "caps.kinds.surprise"),
        ("between = 7 ", "between = 6 ", "cool_downs.between"),
        ("{ at_least = 60, times = 1.2 }", "{ at_least = 60, times = 1.3 }", "goodwill.wait.60"),
        ("{ at_least = 60, times = 1.2 }", "{ at_least = 30, times = 1.2 }", "goodwill.wait.30"),
        ("{ at_least = 2, times = 1.4 },", "", None),
        ("agent = 3000", "agent = 3001", "goodwill.limit_cents.agent"),
        ("agent = 3000", "agent = 3000\nowner = 20000", "goodwill.limit_cents.owner"),
        ("group_from = 20", "group_from = 21", "goodwill.group_from"),
        ("least_share = 0.5", "least_share = 0.4", "goodwill.least_share"),
        ('downgrade = "moderate"', 'downgrade = "grave"', "severity.types.downgrade"),
        ('bag_delayed = "moderate"\n', 'bag_delayed = "moderate"\nfire = "grave"\n', "severity.types.fire"),
        ('slow_answer = "minor"', "", None),
        ("{ at_least = 480,", "{ at_least = 400,", "severity.delay.400"),
        ("kinds = { surprise = 1.0,", "kinds = { surprise = 1.1,", "levers.kinds.surprise"),
        ("kinds = { surprise = 1.0,", "kinds = {", None),
        ("gestures = {}", 'gestures = { "trail.map" = 1.5 }', "levers.gestures.trail.map"),
        ("gestures = {}", 'gestures = { "trail.map" = 0.5 }', None),
        ('block = ["surprise", "question"]', 'block = ["surprise"]', "complaints.block"),
        ("end = 08:00:00", "end = 07:59:00", "quiet_hours"),
        ("start = 21:00:00", "start = 20:00:00", None),
        ('"Europe/Rome"', '"Europe/Oslo"', "quiet_hours"),
        ('"sms", ', "", "quiet_hours"),
        ('"we promise", ', "", "face.banned"),
        ("bound = 10", "bound = 9", None),
        ("architecture = 2 ", "architecture = 1.5 ", "face.distance.sensitivity.architecture"),
        ('language = "en"', 'language = "it"', None),
        ("alternatives = 3", "alternatives = 9", None),
        ("two_above_cents = 10000", "two_above_cents = 10001", "review.two_above_cents"),
        ("two_above_cents = 10000", "two_above_cents = 9999", None),
        ("two_above_cents = 10000", "# none", "review.two_above_cents"),
        ("reviewer = 10000", "reviewer = 10001", "review.limit_cents.reviewer"),
        ("agent = 3000\nreviewer = 10000", "reviewer = 10000", None),
        ('agent = ["compensation"]', 'agent = ["compensation", "tip"]', "review.kinds.agent"),
        ('kinds = { agent = ["compensation"] }', "kinds = {}", "review.kinds.agent"),
        ('kinds = { agent = ["compensation"] }', 'kinds = { agent = ["compensation"], admin = ["tip"] }', None),
    ],
)
def test_a_change_is_a_raise_or_is_not(old: str, new: str, path: str | None) -> None:
    assert raised((old, new)) == ([path] if path else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("granted_cents = 60000", "granted_cents = 60001"),
        ("surprise = { most = 1, days = 90 }\n", ""),
        ("between = 7 ", "between = 6 "),
        ("{ at_least = 60, times = 1.2 }", "{ at_least = 30, times = 1.2 }"),
        ("agent = 3000", "agent = 3000\nowner = 20000"),
        ('downgrade = "moderate"', 'downgrade = "grave"'),
        ("gestures = {}", 'gestures = { "trail.map" = 1.5 }'),
        ("end = 08:00:00", "end = 07:59:00"),
        ('"we promise", ', ""),
    ],
)
def test_what_raises_does_not_when_it_is_taken_back(old: str, new: str) -> None:
    assert raises(edited((old, new)), POLICY) == ()


def test_a_step_that_is_left_out_raises_where_it_gave_less_and_nowhere_else() -> None:
    lower = edited(("{ at_least = 240, times = 1.5 },", ""))
    assert raises(POLICY, lower) == ()
    assert [str(one) for one in raises(lower, POLICY)] == ["goodwill.wait.240: 1.2 -> 1.5"]


def test_a_policy_without_a_ladder_lets_anybody_approve_anything() -> None:
    without = POLICY.model_copy(update={"review": None})
    assert raises(without, POLICY) == ()
    told = {one.path for one in raises(POLICY, without)}
    assert {"review.limit_cents.agent", "review.limit_cents.admin", "review.two_above_cents"} <= told


def test_a_raise_is_told_with_what_it_was_and_what_it_is() -> None:
    policy = edited(("tip = { most = 2, days = 30 }\n", ""), ("delight = 1 ", "delight = 2 "))
    told = [str(one) for one in raises(POLICY, policy)]
    assert told == ["caps.kinds.tip: most 2, days 30 -> none", "suggestions.delight: 1 -> 2"]


def test_what_nobody_has_given_a_direction_counts_whenever_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wowengine.decide.spending.DIRECTIONS", {})
    assert raised(("alternatives = 3", "alternatives = 2")) == ["suggestions.alternatives"]
    assert raised(("scarce_below = 20", "scarce_below = 19")) == ["scarce_below"]


@given(st.integers(0, 500_000), st.integers(0, 500_000))
def test_of_two_budgets_one_raises_the_other_or_they_are_equal(one: int, other: int) -> None:
    low, high = (edited(("granted_cents = 60000", f"granted_cents = {cents}")) for cents in sorted((one, other)))
    assert raises(high, low) == ()
    assert bool(raises(low, high)) == (one != other)
