"""Other values than those that are there, made from nothing but a type."""

from dataclasses import fields
from typing import Any, Literal, get_type_hints

import pytest

from wowengine.decide.candidate import Candidate, Evidence, Given, Incident, Moment, Person, Propensity
from wowengine.decide.otherwise import examples, otherwise
from wowengine.decide.policy import Severity


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (bool, (False, True)),
        (str | None, ("", "Another than this", None)),
        (Literal["a", "b"], ("a", "b")),
        (tuple[int, ...], ((), (0, 1_000_000))),
        (frozenset[bool], (frozenset(), frozenset({False, True}))),
        (dict[str, int], ({}, {"": 0, "Another than this": 1_000_000})),
        (Severity, tuple(Severity)),
        (Propensity, (Propensity(0.0, 0.0, 0.0, ""), Propensity(0.99, 0.99, 0.99, "Another than this"))),
    ],
)
def test_a_type_gives_a_few_values_far_apart(hint: Any, expected: tuple[Any, ...]) -> None:
    assert examples(hint) == expected


@pytest.mark.parametrize("kind", [Person, Moment, Incident, Candidate, Given, Evidence])
def test_every_attribute_that_rules_may_know_has_two_values_at_least(kind: Any) -> None:
    hints = get_type_hints(kind)
    assert [one.name for one in fields(kind) if len(set(map(str, examples(hints[one.name])))) < 2] == []


def test_where_real_values_are_known_they_are_tried() -> None:
    assert {"IT", "NG"} <= set(otherwise("person.country", str | None))
    assert otherwise("person.agent_of_record", str | None) == examples(str | None)


@pytest.mark.parametrize("hint", [object, tuple[int, str]])
def test_a_type_without_known_values_is_not_passed_over(hint: Any) -> None:
    with pytest.raises(TypeError, match="no other value known for"):
        otherwise("person.soul", hint)
