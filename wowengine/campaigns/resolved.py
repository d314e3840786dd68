"""Whether what went wrong was truly made good: the customer did not have to come back with it.

An answer given is no problem solved. What an action answered is resolved when the customer was silent about it for a
week after the delivery, on every channel; until the week is over nobody knows.
"""

from datetime import timedelta
from enum import StrEnum

import polars as pl
from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.models import Action, Outcome
from wowengine.db.many import among
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.profiles.care import ADDRESSED, CASE_GOES_ON
from wowengine.profiles.consent import may_use
from wowengine.profiles.material import threads_of
from wowengine.profiles.merging import standing_of
from wowengine.profiles.models import Signal
from wowengine.profiles.store import care_waits
from wowengine.terms import Direction, OutcomeType, Purpose, SignalKind

QUIET = timedelta(days=7)  # without a word about it
# The complaint that an incident of a type is about, in the words of reading/reasons.toml.
COMPLAINTS = {
    "delay": "late",
    "cancellation": "cancelled",
    "bag_delayed": "lost_bag",
    "bag_lost": "lost_bag",
    "denied_boarding": "booking",
    "downgrade": "booking",
    "failed_purchase": "booking",
    "failed_delivery": "delivery",
    "missed_visit": "delivery",
    "no_service": "product",
    "slow_answer": "wait",
}
ANSWERED: Schema = {"action_id": pl.String, "customer_id": pl.String, "subject": pl.String, "delivered_at": UTC_TIME}
TYPES: Schema = {"id": pl.Int64, "type": pl.String}


class Resolution(StrEnum):
    """What became of an issue that an action answered."""

    RESOLVED = "resolved"  # a week without a word about it
    CAME_BACK = "came_back"  # the customer had to write again
    NOT_YET_KNOWN = "not_yet_known"  # the week is not over


def resolutions(session: Session, *wanted: ColumnElement[bool]) -> pl.DataFrame:
    """Tell of each action wanted that was delivered and answered an incident or a ticket what became of the issue.

    A contact is about the same issue where it stands in the issue's own thread, or in one that gives the same reason
    and began no earlier than a week before. One in a thread that was there at the delivery reopens it whenever it
    comes; one in a new thread counts within the week, as `care.cases` has it. Words of thanks are no return.

    Returns
    -------
    pl.DataFrame
        ``action_id``, ``customer_id`` (the record that is kept), ``subject``, ``resolution``; one row an action.
    """
    answered = _answered(session, *wanted)
    people = answered["customer_id"].unique().to_list()
    messages = threads_of(session, people, clock.now())
    reasons = care_waits(session, people).select(pl.col("root_signal_id").alias("root"), "reason")
    issues = answered.join(_issues(session, people, messages, reasons), on=["customer_id", "subject"])
    came_back = pl.col("action_id").is_in(_came_back(session, issues, messages, reasons).implode())
    over = pl.col("delivered_at") <= clock.now() - QUIET
    word = (
        pl.when(came_back)
        .then(pl.lit(Resolution.CAME_BACK.value))
        .when(over)
        .then(pl.lit(Resolution.RESOLVED.value))
        .otherwise(pl.lit(Resolution.NOT_YET_KNOWN.value))
    )
    return issues.select("action_id", "customer_id", "subject", resolution=word).sort("action_id")


def _answered(session: Session, *wanted: ColumnElement[bool]) -> pl.DataFrame:
    """Return the delivered actions that answered something, under the records that are kept today."""
    delivered = select(Action.id, Action.customer_id, Action.subject, Action.delivered_at)
    something = Action.subject != "", Action.delivered_at.is_not(None)
    rows = fetch(session, delivered.where(*something, *wanted), ANSWERED)
    kept = standing_of(session, rows["customer_id"].unique())
    return rows.with_columns(pl.col("customer_id").replace(kept))


def _issues(session: Session, people: list[str], messages: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return what may have been answered: ``customer_id``, ``subject``, ``issue_root``, ``issue_at``, ``about``."""
    incidents = select(Signal.id, cast(Signal.attributes["type"].as_string(), String)).where(
        Signal.kind == SignalKind.INCIDENT, among(Signal.customer_id, people), may_use(Purpose.CARE)
    )
    types = fetch(session, incidents, TYPES)
    known = messages.filter(pl.col("direction") == Direction.INBOUND.value)
    told = known.join(reasons, on="root", how="left").join(types, on="id", how="left")
    about = pl.coalesce("reason", pl.col("type").replace_strict(COMPLAINTS, default=None, return_dtype=pl.String))
    named = told.select(
        "customer_id", subject="source_id", issue_root="root", issue_at="occurred_at", about=about, kind="kind"
    )
    # Two sources may use one id: what went wrong stands before what was written.
    first = named.sort(pl.col("kind") != SignalKind.INCIDENT.value, "issue_at")
    return first.unique(["customer_id", "subject"], keep="first", maintain_order=True).drop("kind")


def _came_back(session: Session, issues: pl.DataFrame, messages: pl.DataFrame, reasons: pl.DataFrame) -> pl.Series:
    """Return the actions after which the customer wrote about the same again."""
    thanks = select(Outcome.signal_id).where(Outcome.type == OutcomeType.THANKED, Outcome.signal_id.is_not(None))
    thanked = pl.Series("id", list(session.scalars(thanks)), dtype=pl.Int64)
    inbound = pl.col("direction") == Direction.INBOUND.value
    contacts = messages.filter(inbound, pl.col("kind").is_in(ADDRESSED), ~pl.col("id").is_in(thanked.implode()))
    began = messages.group_by("root").agg(pl.col("occurred_at").min().alias("began"))
    written = contacts.join(began, on="root").join(reasons, on="root", how="left")
    beside = issues.join(written.select("customer_id", "root", "began", "reason", at="occurred_at"), on="customer_id")
    delivered = pl.col("delivered_at")
    same_reason = (pl.col("reason") == pl.col("about")) & (pl.col("began") >= pl.col("issue_at") - CASE_GOES_ON)
    same = (pl.col("root") == pl.col("issue_root")) | same_reason
    in_time = (pl.col("began") <= delivered) | (pl.col("at") <= delivered + QUIET)
    return beside.filter(same.fill_null(False), pl.col("at") > delivered, in_time)["action_id"].unique()
