"""Who was drawn to be treated and who to be held out, and what they then bought: everybody drawn counts.

Of a campaign, its recipients: whoever it looked at was drawn before any rule was asked, so all that were not held out
stand in the treated arm, whatever came of them. Who had not agreed to offers by then could get nothing in either arm,
and is left out of both. Of the engine as a whole, the standing arms.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import polars as pl
from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.campaign import Recipient, RecipientState
from wowengine.campaigns.lift_intervals import Sample
from wowengine.campaigns.lift_table import summed
from wowengine.campaigns.models import Assignment
from wowengine.campaigns.worked import Period
from wowengine.decide.arms import Arm
from wowengine.profiles.bulk import UTC_TIME, Schema, fetch
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Consent, Signal
from wowengine.terms import Purpose, SignalKind

DRAWN: Schema = {"customer_id": pl.String, "held_out": pl.Int64, "drawn_at": UTC_TIME}
SAID: Schema = {"customer_id": pl.String, "given": pl.Boolean, "at": UTC_TIME}
BOUGHT: Schema = {"customer_id": pl.String, "at": UTC_TIME, "price_cents": pl.String, "currency": pl.String}


class Side(StrEnum):
    """The two arms that are compared."""

    TREATED = "treated"
    HELD_OUT = "held_out"


@dataclass(frozen=True)
class Followed:
    """Those drawn whose days are over, and what they did.

    Attributes
    ----------
    bought
        The arms by who bought anything: shares, 0 to 1.
    spent
        By currency, the arms by what each customer spent, in cents; empty where no purchase tells its price.
    treated
        How many were drawn to be treated, those still waited for included.
    waiting
        How many of both arms are still waited for.
    """

    bought: list[Sample]
    spent: dict[str, list[Sample]]
    treated: int
    waiting: int


def of_campaign(session: Session, campaign_id: str, period: Period) -> pl.DataFrame:
    """Return whom a campaign first drew in a period: ``customer_id``, ``held_out`` (1 or 0), ``drawn_at``."""
    held_out = func.max(case((Recipient.state == RecipientState.HELD_OUT, 1), else_=0))
    first = func.min(Recipient.at)
    looked_at = select(Recipient.customer_id, held_out, first).where(Recipient.campaign_id == campaign_id)
    drawn = fetch(session, looked_at.group_by(Recipient.customer_id).having(period.holds(first)), DRAWN)
    said = (
        select(Consent.customer_id, Consent.given, Consent.at)
        .where(
            Consent.purpose == Purpose.OFFERS,
            Consent.customer_id.in_(looked_at.with_only_columns(Recipient.customer_id)),
        )
        .order_by(Consent.id)
    )
    words = drawn.join(fetch(session, said, SAID), on="customer_id", maintain_order="left_right")
    by_then = words.filter(pl.col("at") <= pl.col("drawn_at")).unique("customer_id", keep="last", maintain_order=True)
    return drawn.join(by_then.filter("given"), on="customer_id", how="semi")


def of_the_engine(session: Session, experiment: str, period: Period) -> pl.DataFrame:
    """Return whom the standing arms drew in a period, to get everything or nothing that delights, as above."""
    held_out = case((Assignment.arm == Arm.HOLDOUT, 1), else_=0)
    drawn = select(Assignment.customer_id, held_out, Assignment.assigned_at).where(
        Assignment.experiment == experiment,
        Assignment.arm.in_((Arm.FULL, Arm.HOLDOUT)),
        period.holds(Assignment.assigned_at),
    )
    return fetch(session, drawn, DRAWN)


def follow(session: Session, drawn: pl.DataFrame, within: timedelta) -> Followed:
    """See what everybody drawn bought within so long after they were drawn, as far as they let it be measured."""
    side = pl.when(pl.col("held_out") == 1).then(pl.lit(Side.HELD_OUT.value)).otherwise(pl.lit(Side.TREATED.value))
    everybody = drawn.select("customer_id", "drawn_at", arm=side)
    over = everybody.filter(pl.col("drawn_at") <= clock.now() - within)
    treated = everybody.filter(pl.col("arm") == Side.TREATED.value).height
    if over.is_empty():
        return Followed([], {}, treated, everybody.height)
    purchases = _purchases(session, over, within)
    bought = pl.col("customer_id").is_in(purchases["customer_id"].unique().implode()).cast(pl.Float64)
    priced = purchases.filter(pl.col("price_cents") >= 0, pl.col("currency").str.contains(r"^[A-Z]{3}$"))
    spent = {
        currency: summed(_totals(over, priced.filter(pl.col("currency") == currency)))
        for currency in priced["currency"].unique().sort()
    }
    waiting = everybody.height - over.height
    return Followed(summed(over.select("arm", outcome=bought)), spent, treated, waiting)


def _purchases(session: Session, drawn: pl.DataFrame, within: timedelta) -> pl.DataFrame:
    told = (cast(Signal.attributes[name].as_string(), String) for name in ("price_cents", "currency"))
    began = pl.col("drawn_at")
    purchases = select(Signal.customer_id, Signal.occurred_at, *told).where(
        Signal.kind == SignalKind.PURCHASE,
        Signal.occurred_at >= drawn["drawn_at"].min(),
        may_use(Purpose.MEASUREMENT),
    )
    theirs = drawn.join(fetch(session, purchases, BOUGHT), on="customer_id")
    timely = theirs.filter(pl.col("at") >= began, pl.col("at") < began + within)
    return timely.with_columns(pl.col("price_cents").cast(pl.Int64, strict=False))


def _totals(drawn: pl.DataFrame, priced: pl.DataFrame) -> pl.DataFrame:
    sums = priced.group_by("customer_id").agg(pl.col("price_cents").sum().alias("outcome"))
    whole = drawn.join(sums, on="customer_id", how="left")
    return whole.select("arm", pl.col("outcome").fill_null(0).cast(pl.Float64))
