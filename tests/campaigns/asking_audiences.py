"""Audiences drawn by lot, of every word there is."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.campaigns import audience_crowd as crowd
from wowengine.campaigns.audience_tree import And, Audience, Clause, Condition, Measure, Not, Or, Sign
from wowengine.campaigns.audience_words import WORDS, Kind
from wowengine.terms import Purpose

ORDERED = [Sign.EQUAL, Sign.UNEQUAL, Sign.BELOW, Sign.AT_MOST, Sign.ABOVE, Sign.AT_LEAST]
times = st.sampled_from(
    [timedelta(0), timedelta(hours=36), timedelta(days=7), timedelta(days=90), timedelta(weeks=100)]
)
numbers = st.sampled_from([0.0, 0.2, 1.0, 2.0, -0.4, 12.0]) | st.floats(-1, 1).map(lambda one: round(one, 3))
days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)

ARGUMENTS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "attribute": st.tuples(st.sampled_from(["airport", "never told"])),
    "interest": st.lists(st.sampled_from(crowd.TOPICS), min_size=1, max_size=3).map(tuple),
    "preference": st.just(("coffee",)),
    "moment": st.tuples(st.sampled_from(crowd.MOMENTS), times),
    "had": st.tuples(st.sampled_from(["surprise", "tip", "question"]), times),
    "had_gesture": st.tuples(st.sampled_from(["espresso", "map", "no such"]), times),
    "outcome": st.tuples(st.sampled_from(["thanked", "delivered", "shown"]), times),
    "spoke": st.tuples(st.sampled_from(crowd.CHANNELS), times),
    "agrees": st.tuples(st.sampled_from([purpose.value for purpose in Purpose])),
    "bucket": st.tuples(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.sampled_from(["spring", "a b"])),
    **dict.fromkeys(("incidents", "tickets", "longest_wait"), st.tuples(times)),
}
TEXTS = {
    "tier": st.sampled_from(["gold", "GOLD", "silver", "basic tier"]),
    "language": st.sampled_from(["it", "EN", "fr"]),
    "country": st.sampled_from(["it", "CH"]),
    "time_zone": st.sampled_from(["Europe/Rome", "europe/rome"]),
    "attribute": st.sampled_from(["FCO", "12", "true", "and"]),
    "preference": st.sampled_from(["espresso", "long, no sugar"]),
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """A condition on any word, in any of the ways in which it may be compared."""
    word = WORDS[draw(st.sampled_from(sorted(WORDS)))]
    measure = Measure(word.name, draw(ARGUMENTS.get(word.name, st.just(()))))
    if word.kind is Kind.YES_NO or draw(st.integers(0, 4)) == 0:
        return Condition(measure)
    values: st.SearchStrategy[Any] = {
        Kind.TEXT: TEXTS.get(word.name, texts),
        Kind.TEXT_OR_NUMBER: TEXTS["attribute"] | numbers,
        Kind.NUMBER: numbers,
        Kind.TIME: times,
        Kind.DAY: days,
    }[word.kind]
    if draw(st.booleans()):
        listed = draw(st.lists(values, min_size=1, max_size=3))
        return Condition(measure, draw(st.sampled_from([Sign.IN, Sign.NOT_IN])), tuple(listed))
    if word.kind is Kind.TEXT:
        return Condition(measure, draw(st.sampled_from([Sign.EQUAL, Sign.UNEQUAL])), (draw(values),))
    sign = draw(st.sampled_from(ORDERED))
    orders = word.kind is Kind.TEXT_OR_NUMBER and sign not in {Sign.EQUAL, Sign.UNEQUAL}
    return Condition(measure, sign, (draw(numbers if orders else values),))


def _joined(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return inner.map(Not) | several.map(And) | several.map(Or)


clauses: st.SearchStrategy[Clause] = st.recursive(conditions(), _joined, max_leaves=5)
audiences = clauses.map(Audience)
