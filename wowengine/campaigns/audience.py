"""Who is a campaign for? An audience is written as text, and answered for everybody at once.

``tier in (gold, platinum) and interest(running) >= 0.3 and not had(surprise, 90d)``: what may be written stands in
``audience_grammar``, the words in ``audience_words``, how each is read in ``audience_facts``. Whoever meets it is
counted; only who says yes to offers today is a member, since nobody else may be surprised.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import ge, gt, le, lt

import polars as pl
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from wowengine.campaigns import audience_facts
from wowengine.campaigns.audience_grammar import parse
from wowengine.campaigns.audience_reasons import sentence
from wowengine.campaigns.audience_tree import (
    And,
    Audience,
    Clause,
    Condition,
    Not,
    Or,
    Sign,
    conditions,
    left_out,
)
from wowengine.campaigns.audience_words import WORDS, Kind
from wowengine.errors import NotFound
from wowengine.profiles.bulk import fetch
from wowengine.profiles.consent import says_yes
from wowengine.profiles.models import Consent, Customer, Merge
from wowengine.terms import Purpose

__all__ = ["Audience", "Membership", "Step", "members", "parse"]

ORDERS: Mapping[Sign, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Sign.BELOW: lt,
    Sign.AT_MOST: le,
    Sign.ABOVE: gt,
    Sign.AT_LEAST: ge,
}
CONTRARY = {Sign.UNEQUAL, Sign.NOT_IN}
EVERYBODY = {"customer_id": pl.String, "says_yes": pl.Boolean, "has_spoken": pl.Boolean}


@dataclass(frozen=True)
class Step:
    """One clause of an audience: how many meet it alone, and how many would meet the audience were it left out."""

    clause: str
    alone: int
    without: int


@dataclass(frozen=True)
class Membership:
    """Who is of an audience at a time.

    Attributes
    ----------
    customer_ids
        Who meets it and says yes to offers, sorted.
    objecting, silent
        Who meets it and says no to offers, or never said a word of them: counted, and not to be targeted. Sorted.
    everybody
        How many customers there are.
    funnel
        Its clauses in their order: the one without which many more would meet it is the one that bites.
    """

    audience: Audience
    at: datetime
    customer_ids: list[str]
    objecting: list[str]
    silent: list[str]
    everybody: int
    funnel: tuple[Step, ...]
    _facts: pl.DataFrame = field(repr=False, compare=False)  # a row for each of `customer_ids`, in that order

    @property
    def count(self) -> int:
        """How many meet it, whether they may be targeted or not."""
        return len(self.customer_ids) + len(self.objecting) + len(self.silent)

    def sample(self, most: int) -> list[str]:
        """Return some members, spread evenly over all of them."""
        return self.customer_ids[:: max(1, len(self.customer_ids) // most)][:most]

    def reasons(self, customer_id: str) -> list[str]:
        """Return why somebody is a member, a sentence a fact: "tier is gold".

        Raises
        ------
        NotFound
            When they are none.
        """
        place = bisect_left(self.customer_ids, customer_id)
        if self.customer_ids[place : place + 1] != [customer_id]:
            raise NotFound(f"{customer_id!r} is not of this audience.", customer_id=customer_id)
        return list(dict.fromkeys(_because(self.audience.clause, self._facts[place], holds=True)))


def members(session: Session, audience: Audience, at: datetime) -> Membership:
    """Return who is of an audience at a time, read from what is known today.

    A record that was merged into another is nobody of its own.
    """
    facts = _facts(session, audience, at)
    found = facts.filter(_meets(audience.clause))
    may = found.filter("says_yes")
    others = found.filter(~pl.col("says_yes")).partition_by("has_spoken", as_dict=True)
    objecting, silent = (
        others[key]["customer_id"].to_list() if (key := (spoken,)) in others else [] for spoken in (True, False)
    )
    return Membership(
        audience, at, may["customer_id"].to_list(), objecting, silent, len(facts), _funnel(facts, audience.clause), may
    )


def _facts(session: Session, audience: Audience, at: datetime) -> pl.DataFrame:
    """Return a row for everybody, with a column for each thing that the audience looks at, sorted."""
    merged = exists().where(Merge.customer_id == Customer.id, Merge.undone_at.is_(None))
    spoken = exists().where(Consent.customer_id == Customer.id, Consent.purpose == Purpose.OFFERS.value)
    everybody = select(Customer.id, says_yes(Customer.id, Purpose.OFFERS), spoken).where(~merged)
    facts = fetch(session, everybody, EVERYBODY).sort("customer_id")
    for measure in {condition.measure: None for condition in conditions(audience.clause)}:
        told = audience_facts.load(session, measure, at).rename({"value": str(measure)})
        facts = facts.join(told, on="customer_id", how="left", maintain_order="left")
        if WORDS[measure.word].counts:
            facts = facts.with_columns(pl.col(str(measure)).fill_null(0))
    return facts


def _funnel(facts: pl.DataFrame, clause: Clause) -> tuple[Step, ...]:
    return tuple(
        Step(str(gone), _count(facts, gone), _count(facts, rest) if rest else len(facts))
        for gone, rest in left_out(clause)
    )


def _count(facts: pl.DataFrame, clause: Clause) -> int:
    return int(facts.select(_meets(clause).sum()).item())


def _meets(clause: Clause) -> pl.Expr:
    """Return the column that tells who meets a clause: true or false, never null."""
    match clause:
        case Not(part):
            return ~_meets(part)
        case And(parts):
            return pl.all_horizontal(map(_meets, parts))
        case Or(parts):
            return pl.any_horizontal(map(_meets, parts))
        case Condition(_, None, _):
            return _any(clause).fill_null(value=False)
        case Condition(_, sign, _):
            met = _compared(clause).fill_null(value=False)
            return ~met if sign in CONTRARY else met


def _any(condition: Condition) -> pl.Expr:
    column = pl.col(str(condition.measure))
    match WORDS[condition.measure.word].kind:
        case Kind.YES_NO:
            return column
        case Kind.NUMBER:
            return column > 0
        case _:
            return column.is_not_null()


def _compared(condition: Condition) -> pl.Expr:
    texts = pl.col(str(condition.measure))
    others = _number(texts) if WORDS[condition.measure.word].kind is Kind.TEXT_OR_NUMBER else texts
    if condition.sign and condition.sign in ORDERS:
        return ORDERS[condition.sign](others, pl.lit(condition.values[0]))
    return pl.any_horizontal(
        texts.str.to_lowercase() == pl.lit(value).str.to_lowercase()
        if isinstance(value, str)
        else others == pl.lit(value)
        for value in condition.values
    )


def _number(column: pl.Expr) -> pl.Expr:
    """Return the numbers that texts spell; null for all others."""
    number = column.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _because(clause: Clause, row: pl.DataFrame, *, holds: bool) -> Iterator[str]:
    """Yield the facts for which a clause holds, or does not hold, of the one customer in a row."""
    match clause:
        case Condition(measure):
            yield sentence(measure, row[str(measure)].item())
        case Not(part):
            yield from _because(part, row, holds=not holds)
        case And(parts) | Or(parts):
            for part in parts:
                if row.select(_meets(part)).item() is holds:
                    yield from _because(part, row, holds=holds)
