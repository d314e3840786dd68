"""What was done and what it took: one row an action, from which every figure of a campaign or gesture is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, select, true
from sqlalchemy.orm import Session

from wowengine.campaigns.lifecycle import LEASE, Step
from wowengine.campaigns.models import Action, ActionEvent, LedgerEntry, Movement, Outcome
from wowengine.campaigns.resolved import Resolution, resolutions
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.terms import ActorKind, OutcomeType

TimeColumn = SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]
REACTIONS = (OutcomeType.ACCEPTED, OutcomeType.REJECTED, OutcomeType.THANKED, OutcomeType.COMPLAINED)
ACTIONS: Schema = {
    "action_id": pl.String,
    "campaign_id": pl.String,
    "kind": pl.String,
    "basis": pl.String,
    "gesture_id": pl.String,
    "currency": pl.String,
    "approved_at": UTC_TIME,
    "decline_reason": pl.String,
    "deadline_at": UTC_TIME,
    "delivered_at": UTC_TIME,
}
SPENT: Schema = {"action_id": pl.String, "cost_cents": pl.Int64}
HANDLED: Schema = {"action_id": pl.String, "version": pl.Int64, "step": pl.String, "at": UTC_TIME}
REACTED: Schema = {"action_id": pl.String, "type": pl.String}


@dataclass(frozen=True)
class Period:
    """From a time to before another; None is without an end."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, column: TimeColumn) -> ColumnElement[bool]:
        """Return the condition that a time lies in it."""
        begins = column >= self.since if self.since else true()
        return and_(begins, column < self.until if self.until else true())


@dataclass(frozen=True)
class Tally:
    """What became of some actions.

    Attributes
    ----------
    approved
        How many have a person's yes that still stands.
    declined
        How many were refused, by reason.
    on_time
        How many of those delivered were so before their deadline; what has none cannot be late.
    cost_cents
        What was spent and not given back, by currency: never added up over two.
    staff_minutes
        From each claim to its delivery by hand, at most the length of a lease. How long reviewers look is not known.
    reactions
        After how many the customer accepted, rejected, thanked or complained.
    issues
        What became of the incidents and tickets that were answered, each counted once however many actions answered.
    """

    proposed: int
    approved: int
    declined: Mapping[str, int]
    delivered: int
    on_time: int
    cost_cents: Mapping[str, int]
    staff_minutes: float
    reactions: Mapping[str, int]
    issues: Mapping[str, int]


def worked(session: Session, period: Period, *wanted: ColumnElement[bool]) -> pl.DataFrame:
    """Return one row for each action that was proposed in a period, of those wanted.

    Returns
    -------
    pl.DataFrame
        ``action_id``, ``campaign_id``, ``kind``, ``basis``, ``gesture_id``, ``currency``, ``approved_at``,
        ``decline_reason``, ``deadline_at``, ``delivered_at``, ``cost_cents`` (0: nothing spent), ``staff_minutes``,
        a column of yes or no for each of `REACTIONS`, ``issue`` and its ``resolution`` (null where it answered none).
    """
    proposed = and_(period.holds(Action.proposed_at), *wanted)
    columns = [Action.id, *(getattr(Action, name) for name in list(ACTIONS)[1:])]
    actions = fetch(session, select(*columns).where(proposed), ACTIONS)
    issues = resolutions(session, proposed).select("action_id", "resolution", issue=pl.struct("customer_id", "subject"))
    parts = (_spent(session, proposed), _minutes(session, proposed), _reactions(session, proposed), issues)
    for part in parts:
        actions = actions.join(part, on="action_id", how="left", maintain_order="left")
    words = [pl.col(str(word)).fill_null(False) for word in REACTIONS]
    return actions.with_columns(pl.col("cost_cents").fill_null(0), pl.col("staff_minutes").fill_null(0.0), *words)


def tally(rows: pl.DataFrame) -> Tally:
    """Count some rows of `worked`."""
    late = (pl.col("delivered_at") > pl.col("deadline_at")).fill_null(False)
    spent = rows.filter(pl.col("cost_cents") != 0).group_by("currency").agg(pl.col("cost_cents").sum())
    reasons = rows["decline_reason"].drop_nulls().value_counts()
    delivered = rows.filter(pl.col("delivered_at").is_not_null())
    return Tally(
        proposed=rows.height,
        approved=rows["approved_at"].count(),
        declined=dict(reasons.sort("decline_reason").iter_rows()),
        delivered=delivered.height,
        on_time=delivered.filter(~late).height,
        cost_cents=dict(spent.sort("currency").iter_rows()),
        staff_minutes=round(float(rows["staff_minutes"].sum()), 1),
        reactions={str(word): int(rows[str(word)].sum()) for word in REACTIONS},
        issues=_issues(rows),
    )


def handled(session: Session, *wanted: ColumnElement[bool]) -> pl.DataFrame:
    """Return each delivery by hand of the actions wanted: ``action_id``, ``at``, ``minutes`` since it was claimed."""
    events = (
        select(ActionEvent.action_id, ActionEvent.version, ActionEvent.step, ActionEvent.at)
        .join(Action, Action.id == ActionEvent.action_id)
        .where(ActionEvent.step.in_((Step.CLAIM, Step.DELIVER)), ActionEvent.actor_kind == ActorKind.STAFF, *wanted)
    )
    ordered = fetch(session, events, HANDLED).sort("action_id", "version")
    took = pl.col("at").diff().over("action_id").dt.total_seconds() / 60
    minutes = took.clip(0, LEASE.total_seconds() / 60)
    done = ordered.with_columns(minutes=minutes).filter(pl.col("step") == Step.DELIVER.value)
    return done.select("action_id", "at", "minutes")


def net(entry: type[LedgerEntry]) -> ColumnElement[int]:
    """Return what entries come to: what was spent less what was given back."""
    return func.sum(case((entry.kind == Movement.COMMIT, entry.amount), else_=-entry.amount))


def paid_from_its_account() -> ColumnElement[bool]:
    """Join entries of money with their actions; what also counts against a day's limit is still spent once."""
    moved = LedgerEntry.kind.in_((Movement.COMMIT, Movement.REVERSE))
    return and_(LedgerEntry.action_id == Action.id, LedgerEntry.account_id == Action.account_id, moved)


def _spent(session: Session, proposed: ColumnElement[bool]) -> pl.DataFrame:
    sums = select(Action.id, net(LedgerEntry)).join(LedgerEntry, paid_from_its_account()).where(proposed)
    return fetch(session, sums.group_by(Action.id), SPENT)


def _minutes(session: Session, proposed: ColumnElement[bool]) -> pl.DataFrame:
    return handled(session, proposed).group_by("action_id").agg(pl.col("minutes").sum().alias("staff_minutes"))


def _reactions(session: Session, proposed: ColumnElement[bool]) -> pl.DataFrame:
    theirs = and_(Outcome.decision_id == Action.decision_id, Outcome.gesture_id == Action.gesture_id)
    rows = select(Action.id, Outcome.type).join(Outcome, theirs).where(proposed, Outcome.type.in_(REACTIONS))
    said = fetch(session, rows, REACTED)
    words = [(pl.col("type") == word.value).any().alias(word.value) for word in REACTIONS]
    return said.group_by("action_id").agg(words)


def _issues(rows: pl.DataFrame) -> dict[str, int]:
    """Count issues; one that several actions answered is as open as the worst of them says."""
    worst = [Resolution.CAME_BACK, Resolution.NOT_YET_KNOWN, Resolution.RESOLVED]
    rank = pl.col("resolution").replace_strict({str(word): at for at, word in enumerate(worst)}, return_dtype=pl.Int64)
    answered = rows.filter(pl.col("issue").is_not_null()).group_by("issue").agg(rank.min().alias("rank"))
    counts = dict(answered["rank"].value_counts().iter_rows())
    return {"answered": answered.height} | {str(word): counts.get(at, 0) for at, word in enumerate(worst)}
