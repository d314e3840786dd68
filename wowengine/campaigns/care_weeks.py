"""What care cost before and after, week by week: contacts, money for what went wrong, and the time it took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.models import Action, LedgerEntry, Movement
from wowengine.campaigns.worked import Period, handled, paid_from_its_account
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.profiles.care import CONTACTS
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Signal
from wowengine.terms import Basis, Direction, Purpose

PAID: Schema = {"at": UTC_TIME, "kind": pl.String, "amount": pl.Int64, "currency": pl.String, "basis": pl.String}
WROTE: Schema = {"at": UTC_TIME, "customer_id": pl.String}
A_WEEK = timedelta(weeks=1)
MAKES_GOOD = (Basis.FLOOR, Basis.GOODWILL)


@dataclass(frozen=True)
class Week:
    """One week of care, in UTC.

    Attributes
    ----------
    monday
        The day with which it begins.
    contacts, customers
        Messages and tickets that came in, and from how many.
    floor_cents, goodwill_cents
        What was spent in the week and not given back in it, by currency: owed by law, and added by us.
    staff_minutes
        From claims to deliveries by hand of what made something good.
    """

    monday: date
    contacts: int
    customers: int
    floor_cents: Mapping[str, int]
    goodwill_cents: Mapping[str, int]
    staff_minutes: float


def care_weeks(session: Session, period: Period) -> list[Week]:
    """Return every week between the first and the last in which anything happened, quiet ones too."""
    wrote, paid, took = _wrote(session, period), _paid(session, period), _took(session, period)
    mondays: list[date] = pl.concat([frame["monday"] for frame in (wrote, paid, took)]).to_list()
    if not mondays:
        return []
    many = (max(mondays) - min(mondays)) // A_WEEK + 1
    return list(_weeks([min(mondays) + number * A_WEEK for number in range(many)], wrote, paid, took))


def _weeks(weeks: Sequence[date], wrote: pl.DataFrame, paid: pl.DataFrame, took: pl.DataFrame) -> Iterator[Week]:
    written = {week: (rows, people) for week, rows, people in wrote.iter_rows()}
    minutes = dict(took.iter_rows())
    sums = {(week, basis, currency): cents for week, basis, currency, cents in paid.iter_rows()}
    currencies = paid["currency"].unique().sort().to_list()
    for week in weeks:
        floor, goodwill = (
            {one: sums[week, basis.value, one] for one in currencies if (week, basis.value, one) in sums}
            for basis in MAKES_GOOD
        )
        contacts, customers = written.get(week, (0, 0))
        yield Week(week, contacts, customers, floor, goodwill, round(minutes.get(week, 0.0), 1))


def _wrote(session: Session, period: Period) -> pl.DataFrame:
    contacts = select(Signal.occurred_at, Signal.customer_id).where(
        Signal.kind.in_(CONTACTS),
        Signal.direction == Direction.INBOUND,
        period.holds(Signal.occurred_at),
        may_use(Purpose.CARE),
    )
    rows = _by_week(fetch(session, contacts, WROTE))
    return rows.group_by("monday").agg(pl.len(), pl.col("customer_id").n_unique())


def _paid(session: Session, period: Period) -> pl.DataFrame:
    entries = (
        select(LedgerEntry.at, LedgerEntry.kind, LedgerEntry.amount, Action.currency, Action.basis)
        .join(Action, paid_from_its_account())
        .where(Action.basis.in_(MAKES_GOOD), period.holds(LedgerEntry.at))
    )
    back = pl.col("kind") == Movement.REVERSE.value
    signed = pl.when(back).then(-pl.col("amount")).otherwise("amount")
    rows = _by_week(fetch(session, entries, PAID)).with_columns(cents=signed)
    return rows.group_by("monday", "basis", "currency").agg(pl.col("cents").sum())


def _took(session: Session, period: Period) -> pl.DataFrame:
    rows = _by_week(handled(session, Action.basis.in_(MAKES_GOOD), period.holds(Action.delivered_at)))
    return rows.group_by("monday").agg(pl.col("minutes").sum())


def _by_week(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(monday=pl.col("at").dt.truncate("1w").dt.date())
