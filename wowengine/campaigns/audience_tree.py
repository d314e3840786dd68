"""The tree of an audience: conditions, joined by and, or and not; and how a tree is spelt, so that it reads the same.

Values are texts, numbers, spans of time (whole hours) and days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

Value = str | float | timedelta | date

KEYWORDS = frozenset({"and", "or", "not", "in"})
BARE = re.compile(r"[^\W\d][\w./-]*")  # a text that needs no quotes
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Sign(StrEnum):
    """How a condition compares. The contraries (``!=``, ``not in``) hold wherever their opposites do not."""

    EQUAL = "="
    UNEQUAL = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"


LISTS = frozenset({Sign.IN, Sign.NOT_IN})
EQUALITIES = LISTS | {Sign.EQUAL, Sign.UNEQUAL}  # what a text can be compared by


@dataclass(frozen=True)
class Measure:
    """What is looked at: a word and its arguments, such as ``interest(running)``."""

    word: str
    arguments: tuple[Value, ...] = ()

    def __str__(self) -> str:
        return self.word + (f"({_listed(self.arguments)})" if self.arguments else "")


@dataclass(frozen=True)
class Condition:
    """A measure compared with values; without a sign it asks whether there is any."""

    measure: Measure
    sign: Sign | None = None
    values: tuple[Value, ...] = ()

    def __str__(self) -> str:
        if self.sign is None:
            return str(self.measure)
        values = f"({_listed(self.values)})" if self.sign in LISTS else spelt(self.values[0])
        return f"{self.measure} {self.sign} {values}"


@dataclass(frozen=True)
class Not:
    """The contrary of a clause."""

    part: "Clause"

    def __str__(self) -> str:
        return f"not {_inside(self.part)}"


@dataclass(frozen=True)
class And:
    """Every one of two clauses or more."""

    parts: tuple["Clause", ...]

    def __str__(self) -> str:
        return " and ".join(map(_inside, self.parts))


@dataclass(frozen=True)
class Or:
    """Any of two clauses or more."""

    parts: tuple["Clause", ...]

    def __str__(self) -> str:
        return " or ".join(map(_inside, self.parts))


Clause = Condition | Not | And | Or


@dataclass(frozen=True)
class Audience:
    """Who is meant. ``str(audience)`` is its text, which parses to the same."""

    clause: Clause

    def __str__(self) -> str:
        return str(self.clause)


def conditions(clause: Clause) -> Iterator[Condition]:
    """Yield the conditions of a clause in their order."""
    match clause:
        case Condition():
            yield clause
        case Not(part):
            yield from conditions(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from conditions(part)


def left_out(clause: Clause) -> Iterator[tuple[Clause, Clause | None]]:
    """Yield each clause that stands alone (a condition, or a not), and what remains of the whole without it."""
    if isinstance(clause, Condition | Not):
        yield clause, None
        return
    for place, part in enumerate(clause.parts):
        for gone, rest in left_out(part):
            others = (*clause.parts[:place], *((rest,) if rest else ()), *clause.parts[place + 1 :])
            yield gone, replace(clause, parts=others) if len(others) > 1 else others[0]


def spelt(value: Value) -> str:
    """Return a value as it is written."""
    match value:
        case str():
            return value if _is_bare(value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case timedelta():
            return f"{value // HOUR}h" if value % DAY else f"{value.days}d"
        case date():
            return value.isoformat()
        case _:
            return format(Decimal(repr(float(value))), "f").removesuffix(".0")


def _is_bare(text: str) -> bool:
    return bool(BARE.fullmatch(text)) and text.lower() not in KEYWORDS


def _listed(values: tuple[Value, ...]) -> str:
    return ", ".join(map(spelt, values))


def _inside(clause: Clause) -> str:
    return f"({clause})" if isinstance(clause, And | Or) else str(clause)
