"""What customers then did, and what reviewers said: the rows that the model learns from.

One outcome is one customer, gesture, type, time and decision; the same again changes nothing, and the same with
another context is an edit.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
from sqlalchemy import Select, Table, Text, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import SYSTEM, ActionState, DeclineReason, Step
from wowengine.campaigns.models import Action, ActionEvent, DecisionRow, Outcome
from wowengine.db.base import Json
from wowengine.db.many import among
from wowengine.decide.canonical import digest
from wowengine.errors import NotFound
from wowengine.profiles.bulk import UTC_TIME, Schema, chunks, fetch, upsert
from wowengine.profiles.frames import OUTCOMES, check
from wowengine.profiles.intake.report import (
    RESULTS,
    Report,
    Result,
    as_results,
    report_of,
    store_set_aside,
)
from wowengine.profiles.models import Customer
from wowengine.profiles.sources.files import read_rows
from wowengine.terms import Basis, OutcomeType

KEY = ("customer_id", "gesture_id", "type", "occurred_at", "decision_id")
# The customer's answer is known: nothing more is waited for.
SETTLING = frozenset({OutcomeType.ACCEPTED, OutcomeType.REJECTED, OutcomeType.THANKED, OutcomeType.COMPLAINED})
VERDICTS = {Step.APPROVE: "approved", Step.DECLINE: "declined"}
TAKEN_BACK = (Step.UNDO, Step.REVOKE)
ABOUT_FIT = (DeclineReason.NOT_FITTING, DeclineReason.TOO_PERSONAL)
TRAINING: Schema = {
    "customer_id": pl.String,
    "gesture_id": pl.String,
    "occurred_at": UTC_TIME,
    "type": pl.String,
    "decision_id": pl.String,
    "context": pl.String,
}


def import_outcomes(session: Session, path: Path) -> Report:
    """Bring in a file of outcomes."""
    return report_of(take_outcomes(session, read_rows(path), file=path.name))


def take_outcomes(session: Session, raw: pl.DataFrame, *, file: str | None = None) -> pl.DataFrame:
    """Check and store raw rows; give ``line``, ``result``, ``column``, ``rule`` for each, in their order.

    With the name of a file, rows set aside are kept for the list of them; a request gets its answer at once.
    """
    checked = check(raw, OUTCOMES)
    results = pl.concat([store_outcomes(session, checked.good), as_results(checked.set_aside)])
    if file is not None:
        set_aside = results.filter(pl.col("result") == Result.SET_ASIDE)
        store_set_aside(session, OUTCOMES.name, file, set_aside)
    return results.sort("line", maintain_order=True)


def store_outcomes(session: Session, good: pl.DataFrame) -> pl.DataFrame:
    """Store rows that were checked already; give the results of each. A customer must be known."""
    known = _known(session, good["customer_id"].unique().to_list())
    mine = [row for row in good.iter_rows(named=True) if row["customer_id"] in known]
    news = _store(session, [_row_of_file(row) for row in mine])
    results: list[tuple[int, str, str | None, str | None]] = [
        (row["_line"], Result.ACCEPTED if new else Result.DUPLICATE, None, None)
        for row, new in zip(mine, news, strict=True)
    ]
    others = good.filter(~pl.col("customer_id").is_in(known))["_line"]
    results += [(line, Result.SET_ASIDE, "customer_id", "unknown_customer") for line in others]
    return pl.DataFrame(results, schema=RESULTS, orient="row")


def record(
    session: Session,
    customer_id: str,
    gesture_id: str,
    kind: OutcomeType,
    *,
    occurred_at: datetime,
    decision_id: str = "",
    context: Json | None = None,
    attributes: Json | None = None,
    signal_id: int | None = None,
) -> bool:
    """Record one outcome; return False where it was known already.

    The customer's own answer closes the delivered action of that decision. Without a context, the decision's holds.
    `signal_id` names the words in which it was read, where nobody told it.

    Raises
    ------
    NotFound
        When there is no such customer, or no such decision about them.
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id}.", customer=customer_id)
    decision = session.get(DecisionRow, decision_id) if decision_id else None
    if decision_id and (decision is None or decision.customer_id != customer_id):
        raise NotFound(f"There is no decision {decision_id} about this customer.", decision=decision_id)
    if context is None:
        context = decision.context if decision else {}
    row = {
        "customer_id": customer_id,
        "gesture_id": gesture_id,
        "type": str(kind),
        "occurred_at": occurred_at,
        "decision_id": decision_id,
        "signal_id": signal_id,
    }
    return _store(session, [row | _told(context, attributes or {})])[0]


def record_for_action(session: Session, action_id: str, kind: OutcomeType, occurred_at: datetime) -> bool:
    """Record what the customer made of one action; return False where it was known already."""
    action = store.get(session, action_id)
    return record(
        session,
        action.customer_id,
        action.gesture_id,
        kind,
        occurred_at=occurred_at,
        decision_id=action.decision_id,
    )


def answers_to(session: Session, action: Action) -> list[Outcome]:
    """Return what is known of what the customer made of one action, in the order it came."""
    about = (Outcome.decision_id == action.decision_id, Outcome.gesture_id == action.gesture_id)
    return list(session.scalars(select(Outcome).where(*about).order_by(Outcome.occurred_at, Outcome.id)))


def training_frame(session: Session, customer_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """Return outcomes and verdicts that stand, of these customers or of all, in one order that never changes.

    Columns customer_id, gesture_id, occurred_at, type (the words of `OutcomeType`, ``approved``, ``declined``),
    decision_id, context (JSON text). A refusal for its price or its moment does not say that the gesture does not
    fit, and what the law owes is nobody's taste: neither teaches anything.
    """
    happened = select(
        Outcome.customer_id,
        Outcome.gesture_id,
        Outcome.occurred_at,
        Outcome.type,
        Outcome.decision_id,
        cast(Outcome.context, Text),
    )
    said = [(happened, Outcome.customer_id)]
    said += [(_verdicts(step, word), Action.customer_id) for step, word in VERDICTS.items()]
    asked = [rows if customer_ids is None else rows.where(among(who, customer_ids)) for rows, who in said]
    frames = [fetch(session, rows, TRAINING) for rows in asked]
    return pl.concat(frames).sort("occurred_at", "customer_id", "gesture_id", "type", "decision_id", "context")


def _verdicts(step: Step, word: str) -> Select[str, str, datetime, str, str, str]:
    """Return reviewers' last words on each action, where they are this one and were not taken back."""
    said = ActionEvent.step.in_((*VERDICTS, *TAKEN_BACK))
    last = select(ActionEvent.action_id, func.max(ActionEvent.version).label("version")).where(said)
    newest = last.group_by(ActionEvent.action_id).subquery()
    return (
        select(
            Action.customer_id,
            Action.gesture_id,
            ActionEvent.at,
            literal(word),
            Action.decision_id,
            cast(DecisionRow.context, Text),
        )
        .join(newest, and_(ActionEvent.action_id == newest.c.action_id, ActionEvent.version == newest.c.version))
        .join(Action, Action.id == ActionEvent.action_id)
        .join(DecisionRow, DecisionRow.id == Action.decision_id)
        .where(ActionEvent.step == step, Action.basis != Basis.FLOOR)
        .where(or_(Action.decline_reason.is_(None), Action.decline_reason.in_(ABOUT_FIT)))
    )


def _known(session: Session, customer_ids: Sequence[str]) -> set[str]:
    """Return which of these customers there are."""
    there = select(Customer.id)
    return {one for part in chunks(customer_ids) for one in session.scalars(there.where(Customer.id.in_(part)))}


def _row_of_file(row: Json) -> Json:
    told = _told(json.loads(row["context"]), json.loads(row["attributes"]))
    return {name: row[name] for name in KEY} | {"decision_id": row["decision_id"] or ""} | told


def _told(context: Json, attributes: Json) -> Json:
    return {
        "context": context,
        "attributes": attributes,
        "content_hash": digest([context, attributes]),
        "recorded_at": clock.now(),
    }


def _store(session: Session, rows: Sequence[Json]) -> list[bool]:
    """Store outcomes of known customers and close the actions they settle; tell of each whether it was news."""
    seen = _stored(session, sorted({row["customer_id"] for row in rows}))
    fresh: dict[tuple[object, ...], Json] = {}
    news = []
    for row in rows:
        key = tuple(row[name] for name in KEY)
        news.append(seen.get(key) != row["content_hash"])
        if news[-1]:
            seen[key] = row["content_hash"]
            fresh[key] = row
    table = Outcome.__table__
    assert isinstance(table, Table)  # noqa: S101 - SQLAlchemy types it as any selectable
    upsert(session, table, list(fresh.values()), KEY, keep=("recorded_at",))
    _close(session, sorted({row["decision_id"] for row in fresh.values() if row["type"] in SETTLING} - {""}))
    return news


def _stored(session: Session, customer_ids: Sequence[str]) -> dict[tuple[object, ...], str]:
    """Return the hash of each outcome that these customers have, by its key."""
    stored = select(*(getattr(Outcome, name) for name in KEY), Outcome.content_hash)
    rows = (
        row for part in chunks(customer_ids) for row in session.execute(stored.where(Outcome.customer_id.in_(part)))
    )
    return {tuple(row[:-1]): row[-1] for row in rows}


def _close(session: Session, decision_ids: Sequence[str]) -> None:
    for part in chunks(decision_ids):
        settled = select(Action.id).where(Action.decision_id.in_(part), Action.state == ActionState.DELIVERED)
        for action_id in session.scalars(settled).all():
            store.step(session, action_id, Step.CLOSE, SYSTEM, note="the customer answered")
