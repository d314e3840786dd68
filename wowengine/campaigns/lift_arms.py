"""The standing arms, which tell the gift from the money from the knowing.

Everybody who was assigned counts, in the arm that was written down, once their days are over; what reached them, or
did not, changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.lift_intervals import Sample
from wowengine.campaigns.lift_table import summed
from wowengine.campaigns.models import Assignment, Outcome
from wowengine.decide.arms import Arm
from wowengine.decide.policy_chance import Arms
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Signal
from wowengine.terms import OutcomeType, Purpose, SignalKind

ASSIGNED: Schema = {"customer_id": pl.String, "arm": pl.String, "assigned_at": UTC_TIME}
HAPPENED: Schema = {"customer_id": pl.String, "at": UTC_TIME}
WELCOME = (OutcomeType.ACCEPTED, OutcomeType.THANKED)


class Did(StrEnum):
    """What is counted of a customer, as yes or no."""

    BOUGHT = "bought"  # a purchase, of those who let theirs be measured; the same for every arm
    WELCOMED = "welcomed"  # accepted or thanked for something; who is held out is offered nothing to accept


@dataclass(frozen=True)
class Standing:
    """The arms by today: those whose days are over, and how many are still waited for."""

    samples: list[Sample]
    waiting: int


def standing_arms(session: Session, experiment: str, did: Did, within: timedelta) -> Standing:
    """Sum up who stands in which arm of an experiment, and did it within so long after they were assigned."""
    assigned = fetch(session, _assigned(experiment), ASSIGNED)
    over = assigned.filter(pl.col("assigned_at") <= clock.now() - within)
    if over.is_empty():
        return Standing([], assigned.height)
    happened = fetch(session, _happened(did, since=over["assigned_at"].min()), HAPPENED)
    began = pl.col("assigned_at")
    those = over.join(happened, on="customer_id").filter(pl.col("at") >= began, pl.col("at") < began + within)
    outcome = pl.col("customer_id").is_in(those["customer_id"].unique().implode()).cast(pl.Float64)
    return Standing(summed(over.select("arm", outcome=outcome)), assigned.height - over.height)


def drawn_shares(holdout: float, arms: Arms) -> Mapping[str, float]:
    """Return the share of all customers that is drawn into each arm, where there is one."""
    others = {Arm.HOLDOUT: holdout, Arm.RANDOM: arms.random, Arm.GENERIC: arms.generic, Arm.UNSOCIAL: arms.unsocial}
    shares = {Arm.FULL: 1 - sum(others.values())} | others
    return {str(arm): share for arm, share in shares.items() if share}


def _assigned(experiment: str) -> Select[str, str, datetime]:
    return select(Assignment.customer_id, Assignment.arm, Assignment.assigned_at).where(
        Assignment.experiment == experiment
    )


def _happened(did: Did, since: object) -> Select[str | None, datetime]:
    if did is Did.WELCOMED:
        return select(Outcome.customer_id, Outcome.occurred_at).where(
            Outcome.type.in_(WELCOME), Outcome.occurred_at >= since
        )
    return select(Signal.customer_id, Signal.occurred_at).where(
        Signal.kind == SignalKind.PURCHASE, Signal.occurred_at >= since, may_use(Purpose.MEASUREMENT)
    )
