"""What happened before: gestures given, failures of ours, waits, purchases, and the words that interests rest on.

Each reader answers for some customers, or for everybody where `customer_ids` is None, keyed by customer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action, Outcome
from wowengine.decide.candidate import Acceptance, Evidence, Given, Incident
from wowengine.decide.law import OWED
from wowengine.profiles.models import Evidence as EvidenceRow
from wowengine.profiles.models import Preference, Signal, Wait
from wowengine.terms import Basis, GestureKind, OutcomeType, Purpose, SignalKind

INCIDENTS_WITHIN = timedelta(days=30)  # older ones are not brought up again unasked
FAILURES_WITHIN = timedelta(days=90)
HISTORY_WITHIN = timedelta(days=365)
COUNTED_FACTS = (
    "distance_km",
    "arrival_delay_minutes",
    "departure_delay_minutes",
    "scheduled_duration_minutes",
    "price_cents",
    "notice_days",
    "reroute_departure_early_minutes",
    "reroute_arrival_delay_minutes",
    "days_out",
)
NAMED_FACTS = (
    "from_country",
    "to_country",
    "carrier_country",
    "carrier_size",
    "ticket",
    "currency",
    "payment",
    "cause",
    "regime",
)
YES_OR_NO_FACTS = ("travelled", "alternative_accepted")

Ids = Sequence[str] | None


def gestures_given(
    session: Session, at: datetime, customer_ids: Ids, categories: Mapping[str, str]
) -> dict[str, list[Given]]:
    """Return what each customer had, was refused, or has waiting, over the last year; from us, then from others."""
    recent = Action.proposed_at >= at - HISTORY_WITHIN
    history: dict[str, list[Given]] = defaultdict(list)
    for action in session.scalars(select(Action).where(recent, _among(Action.customer_id, customer_ids))):
        when = action.delivered_at or action.proposed_at
        history[action.customer_id].append(
            Given(
                gesture_id=action.gesture_id,
                kind=GestureKind(action.kind),
                basis=Basis(action.basis),
                category=categories.get(action.gesture_id, ""),
                at=when,
                state=action.state,
                subject=action.subject,
                amount_cents=action.amount_cents,
                currency=action.currency,
                substitute=_acceptance(action.proof or {}, when, action.amount_cents, action.currency),
            )
        )
    for customer_id, remedy in _given_elsewhere(session, at, customer_ids, categories):
        history[customer_id].append(remedy)
    return history


def _given_elsewhere(
    session: Session, at: datetime, customer_ids: Ids, categories: Mapping[str, str]
) -> Iterator[tuple[str, Given]]:
    """Yield what others gave for an incident: delivered without a decision of ours, with the ``incident`` named.

    ``amount_cents`` and ``currency`` say what it came to; where it was a law's money, it is called ``owed:eu261``.
    """
    delivered = select(Outcome).where(Outcome.type == OutcomeType.DELIVERED, Outcome.decision_id == "")
    recent = delivered.where(Outcome.occurred_at >= at - HISTORY_WITHIN).order_by(Outcome.occurred_at, Outcome.id)
    for outcome in session.scalars(recent.where(_among(Outcome.customer_id, customer_ids))):
        told = outcome.attributes
        if not told.get("incident"):
            continue
        cents, currency = _cents(told.get("amount_cents")), str(told.get("currency") or "")
        by_law = outcome.gesture_id.split(":")[0] == OWED
        yield (
            outcome.customer_id,
            Given(
                gesture_id=outcome.gesture_id,
                kind=GestureKind.COMPENSATION,
                basis=Basis.FLOOR if by_law else Basis.GOODWILL,
                category=categories.get(outcome.gesture_id, ""),
                at=outcome.occurred_at,
                state=ActionState.DELIVERED,
                subject=str(told["incident"]),
                amount_cents=cents or 0,
                currency=currency if cents is not None else "",
                substitute=_acceptance(told, outcome.occurred_at, cents or 0, currency),
                elsewhere=True,
            ),
        )


def _acceptance(told: Mapping[str, Any], at: datetime, cents: int, currency: str) -> Acceptance | None:
    """Return the customer's agreement to have it in place of money, where its proof tells of one.

    ``instead_of`` names the law (``eu261``), ``agreement`` how they agreed, ``record`` where that is kept;
    ``worth_cents`` is what it is worth to them, and what it cost us where nobody says.
    """
    if not told.get("instead_of"):
        return None
    worth = _cents(told.get("worth_cents"))
    return Acceptance(
        regime=str(told["instead_of"]),
        agreement=str(told.get("agreement") or ""),
        record=str(told.get("record") or ""),
        at=at,
        worth_cents=cents if worth is None else worth,
        currency=currency,
        never_expires=_yes_or_no(told.get("never_expires")) is True,
    )


def incidents(session: Session, at: datetime, customer_ids: Ids) -> dict[str, list[Incident]]:
    """Return what went wrong for each customer over the last month, first things first.

    Every customer's incidents are read, whoever is asked about: who else suffered the same one counts.
    """
    recent = select(Signal).where(Signal.kind == SignalKind.INCIDENT, Signal.occurred_at >= at - FAILURES_WITHIN)
    everybody = session.scalars(recent.order_by(Signal.occurred_at, Signal.id)).all()
    sufferers: dict[str, set[str]] = defaultdict(set)
    for signal in everybody:
        sufferers[occurrence(signal.source_id, signal.attributes)].add(str(signal.customer_id))
    waits, failures = _waits(session, at, customer_ids), dict[str, int]()
    found: dict[str, list[Incident]] = defaultdict(list)
    for signal in everybody:
        who = str(signal.customer_id)
        failures[who] = failures.get(who, 0) + 1
        if signal.occurred_at >= at - INCIDENTS_WITHIN and (customer_ids is None or who in customer_ids):
            unanswered = max(
                (minutes for since, minutes in waits.get(who, ()) if since >= signal.occurred_at), default=0
            )
            affected = len(sufferers[occurrence(signal.source_id, signal.attributes)])
            found[who].append(incident_of(signal, unanswered=unanswered, failures=failures[who], affected=affected))
    return found


def incident_of(signal: Signal, *, unanswered: int = 0, failures: int = 1, affected: int = 1) -> Incident:
    """Return an incident as the rules know it; what the signal does not say stays unknown."""
    told = signal.attributes
    facts: dict[str, Any] = {name: _whole(told.get(name)) for name in COUNTED_FACTS}
    facts |= {name: told.get(name) or None for name in NAMED_FACTS}
    facts |= {name: _yes_or_no(told.get(name)) for name in YES_OR_NO_FACTS}
    return Incident(
        source_id=signal.source_id,
        at=signal.occurred_at,
        mode=str(told.get("mode", "")),
        type=str(told.get("type", "")),
        unanswered_minutes=unanswered,
        our_failures=failures,
        affected=affected,
        **facts,
    )


def open_complaints(session: Session, customer_ids: Ids) -> dict[str, int]:
    """Return how many complaints of each customer have no answer of ours."""
    unanswered = select(Wait.customer_id).where(Wait.answered_at.is_(None), Wait.reason.is_not(None))
    counted: dict[str, int] = defaultdict(int)
    for customer_id in session.scalars(unanswered.where(_among(Wait.customer_id, customer_ids))):
        counted[customer_id] += 1
    return counted


def private(session: Session, customer_ids: Ids) -> dict[str, datetime]:
    """Return when each customer last wrote of what is nobody's business; of which kind it was is not kept."""
    latest = select(Signal.customer_id, func.max(Signal.occurred_at)).where(Signal.withheld)
    rows = session.execute(latest.where(_among(Signal.customer_id, customer_ids)).group_by(Signal.customer_id))
    return {str(customer_id): at for customer_id, at in rows}


def used_categories(session: Session, customer_ids: Ids) -> dict[str, frozenset[str]]:
    """Return in which categories each customer has bought from us."""
    bought = select(Signal).where(Signal.kind == SignalKind.PURCHASE, Signal.purpose.contains(Purpose.CARE.value))
    used: dict[str, set[str]] = defaultdict(set)
    for signal in session.scalars(bought.where(_among(Signal.customer_id, customer_ids))):
        if category := signal.attributes.get("category"):
            used[str(signal.customer_id)].add(str(category))
    return {customer_id: frozenset(categories) for customer_id, categories in used.items()}


def evidence(session: Session, customer_ids: Ids) -> dict[str, list[Evidence]]:
    """Return the words that each customer's interests rest on, newest first; words of dislike are no ground."""
    rows = select(EvidenceRow, Signal.channel, Signal.kind).join(Signal, Signal.id == EvidenceRow.signal_id)
    newest_first = rows.where(EvidenceRow.weight > 0).order_by(EvidenceRow.at.desc(), EvidenceRow.id)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row, channel, kind in session.execute(newest_first.where(_among(EvidenceRow.customer_id, customer_ids))):
        found[row.customer_id].append(
            Evidence(row.signal_id, row.topic, row.quote, channel, row.at, kind=SignalKind(kind))
        )
    return found


def statements(session: Session, customer_ids: Ids) -> dict[str, list[Evidence]]:
    """Return what each customer told us in so many words ("coffee: long, no sugar"), the slot as topic."""
    rows = select(Preference, Signal).join(Signal, Signal.id == Preference.signal_id)
    newest_first = rows.order_by(Preference.stated_at.desc(), Preference.slot)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row, signal in session.execute(newest_first.where(_among(Preference.customer_id, customer_ids))):
        kind = SignalKind(signal.kind)
        said = Evidence(signal.id, row.slot, row.quote, signal.channel, row.stated_at, stated=True, kind=kind)
        found[row.customer_id].append(said)
    return found


def _waits(session: Session, at: datetime, customer_ids: Ids) -> dict[str, list[tuple[datetime, int]]]:
    """Return when each thread was opened, and the minutes until our answer; never how many messages there were."""
    waits: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for wait in session.scalars(select(Wait).where(_among(Wait.customer_id, customer_ids))):
        minutes = int(((wait.answered_at or at) - wait.opened_at).total_seconds() // 60)
        waits[wait.customer_id].append((wait.opened_at, minutes))
    return waits


def occurrence(source_id: str, attributes: Mapping[str, Any]) -> str:
    """Return what names the one event that several customers suffered."""
    return str(attributes.get("occurrence") or source_id)


def _whole(value: object) -> int | None:
    """Return a whole number, or None for what is not one: a missing fact is asked for, never guessed."""
    try:
        return int(str(value))
    except ValueError:
        return None


def _cents(value: object) -> int | None:
    """Return an amount, or None for what is none: nobody was given less than nothing."""
    cents = _whole(value)
    return cents if cents is not None and cents >= 0 else None


def _yes_or_no(value: object) -> bool | None:
    """Return what was said, as JSON or as a file's text says it; None for anything else."""
    return {"true": True, "false": False}.get(str(value).lower())


def _among(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], customer_ids: Ids
) -> ColumnElement[bool]:
    return true() if customer_ids is None else column.in_(list(customer_ids))
