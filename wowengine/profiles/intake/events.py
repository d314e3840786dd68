"""Events in, as marketing's tools send them: each judged alone, in their order as far as order tells.

Between two words on consent, people come before what they did: an event of somebody who is introduced a line later is
no stranger's. Erasing is not done here, since it reaches further than profiles.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.db import idempotency
from wowengine.profiles import pairs
from wowengine.profiles.bulk import chunks
from wowengine.profiles.consent import say
from wowengine.profiles.frames import CUSTOMERS, SIGNALS, check
from wowengine.profiles.intake.customers import store_customers
from wowengine.profiles.intake.report import KEPT_AS, RESULTS, Result, as_results
from wowengine.profiles.intake.signals import store_signals
from wowengine.profiles.models import Customer
from wowengine.profiles.sources.rows import from_numbered
from wowengine.profiles.sources.segment import Event, Stage
from wowengine.terms import Purpose

ROUTE = "event"  # under which the ids of messages are kept that leave no signal
KEPT = ("name", "language", "country", "time_zone", "tier", "joined_on", "agent_of_record")

Work = Callable[[Session, Sequence[Event]], pl.DataFrame]


def take_events(session: Session, events: Sequence[Event]) -> pl.DataFrame:
    """Store events; give ``line`` (their place in the batch), ``result``, ``column``, ``rule``, `KEPT_AS` for each.

    They may be of every stage but ``erase``, and stand in the order in which they came.
    """
    results = [pl.DataFrame(schema=RESULTS | KEPT_AS)]
    for consents, run in groupby(events, key=lambda event: event.stage is Stage.CONSENT):
        taken = list(run)
        if consents:
            results.append(_once(session, taken, _say))
            continue
        results.append(_once(session, [event for event in taken if event.stage is Stage.PEOPLE], _introduce))
        results.append(_happened(session, [event for event in taken if event.stage is Stage.SIGNALS]))
        results.append(_once(session, [event for event in taken if event.stage is Stage.ALIAS], _suspect))
    return pl.concat(results, how="diagonal").sort("line")


def _happened(session: Session, events: Sequence[Event]) -> pl.DataFrame:
    if not events:
        return pl.DataFrame(schema=RESULTS)
    checked = check(from_numbered((event.at, event.row) for event in events), SIGNALS)
    return pl.concat([store_signals(session, checked.good), as_results(checked.set_aside)], how="diagonal")


def _once(session: Session, events: Sequence[Event], work: Work) -> pl.DataFrame:
    """Do what was not done yet; a message that comes again is a duplicate, whatever was said since."""
    if not events:
        return pl.DataFrame(schema=RESULTS)
    known = idempotency.done(session, [event.message_id for event in events], ROUTE)
    fresh = {event.message_id: event for event in reversed(events) if event.message_id not in known}
    new = [event for event in events if fresh.get(event.message_id) is event]
    again = [(event.at, Result.DUPLICATE, None, None) for event in events if fresh.get(event.message_id) is not event]
    results = pl.concat([work(session, new), pl.DataFrame(again, schema=RESULTS, orient="row")])
    refused = set(results.filter(pl.col("result") == Result.SET_ASIDE)["line"])
    took = {event.message_id: event.user_id for event in new if event.at not in refused}
    idempotency.mark_done(session, took, ROUTE)
    return results


def _introduce(session: Session, events: Sequence[Event]) -> pl.DataFrame:
    """Lay what is newly told over what is known, customer by customer: a trait left out says nothing."""
    alone = check(from_numbered((event.at, event.row | {"customer_id": event.user_id}) for event in events), CUSTOMERS)
    sound = set(alone.good["_line"])
    known = _known(session, {event.user_id for event in events})
    rows = []
    for event in events:
        if event.at not in sound:
            continue  # what is wrong in one must not spoil the next
        known[event.user_id] = {**known.get(event.user_id, {}), **event.row, "customer_id": event.user_id}
        rows.append((event.at, known[event.user_id]))
    whole = check(from_numbered(rows), CUSTOMERS)
    refused = pl.concat([as_results(alone.set_aside), as_results(whole.set_aside)])
    return pl.concat([store_customers(session, whole.good), refused])


def _known(session: Session, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = (select(Customer).where(Customer.id.in_(part)) for part in chunks(sorted(ids)))
    people = (person for query in wanted for person in session.scalars(query))
    return {person.id: person.attributes | {name: getattr(person, name) for name in KEPT} for person in people}


def _suspect(session: Session, events: Sequence[Event]) -> pl.DataFrame:
    """Offer two records to a person; an alias says that they are one customer, and proves nothing (R1)."""
    rows = [
        (event.at, Result.ACCEPTED, None, None)
        if pairs.suspect(session, event.user_id, event.row["other"], why="alias")
        else (event.at, Result.SET_ASIDE, "previousId", "unknown_customer")
        for event in events
    ]
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def _say(session: Session, events: Sequence[Event]) -> pl.DataFrame:
    rows = [(event.at, *_said(session, event.user_id, event.row)) for event in events]
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def _said(session: Session, customer_id: str, row: Mapping[str, bool]) -> tuple[Result, str | None, str | None]:
    broken = say(session, customer_id, {Purpose(name): yes for name, yes in row.items()}, source=ROUTE)
    if broken is None:
        return Result.ACCEPTED, None, None
    return Result.SET_ASIDE, "userId" if broken == "unknown_customer" else "consents", broken
