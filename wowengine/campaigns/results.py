"""Does it pay? Of each campaign, kind of gesture or gesture: what was done, what it took, what it did, what is left.

A campaign has a holdout of its own. Of a kind or a gesture alone nobody is held out: the standing arms get everything
that delights, or nothing of it. So only what went out alone has the standing arms' lift; of several together nobody
can tell which did it, and a campaign with a holdout can. What went wrong is made good for everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import drawn
from wowengine.campaigns.campaign import Campaign, CampaignState
from wowengine.campaigns.drawn import Followed
from wowengine.campaigns.models import Action
from wowengine.campaigns.worked import Period, Tally, tally, worked
from wowengine.campaigns.worth import SPENT, Effect, Outlay, Rates, Return, Treatment, effects, returns
from wowengine.decide.arms import Drawing
from wowengine.errors import NotFound
from wowengine.terms import Basis

OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)
TOGETHER = "nobody is held out of this alone; a campaign with a holdout can tell"
FOR_ALL = "nobody is held out of it: what went wrong is made good for everybody"


class By(StrEnum):
    """What results are told by."""

    CAMPAIGN = "campaign"
    KIND = "kind"
    GESTURE = "gesture"


COLUMNS = {By.CAMPAIGN: "campaign_id", By.KIND: "kind", By.GESTURE: "gesture_id"}


@dataclass(frozen=True)
class Result:
    """What can be told of one campaign, kind or gesture, or of all together.

    Attributes
    ----------
    key
        Its id or word; empty for what no campaign asked for, and for all together.
    effects
        By outcome; empty where nobody was held out of this, and `why` says so.
    pays
        None where that has no interval.
    """

    key: str
    name: str
    tally: Tally
    effects: tuple[Effect, ...]
    pays: Return | None
    why: str = ""

    def chief(self, currency: str) -> Effect | None:
        """Return the effect that matters most: on what customers spend in a currency, else on who buys."""
        return max(self.effects, key=lambda one: (one.outcome, one.currency) == (SPENT, currency), default=None)


@dataclass(frozen=True)
class Results:
    """One result for each that did or drew anything in the period, and all together."""

    by: By
    rows: tuple[Result, ...]
    total: Result


@dataclass(frozen=True)
class Asked:
    """What is asked about.

    Attributes
    ----------
    drawing
        How the standing arms are drawn today.
    period
        When it was proposed, and when customers were drawn.
    rates
        What time and outcomes are worth.
    """

    drawing: Drawing
    period: Period = field(default_factory=Period)
    rates: Rates = field(default_factory=Rates)

    @property
    def days(self) -> timedelta:
        """How long after they were drawn customers are followed."""
        return timedelta(days=self.rates.within_days)

    @property
    def held_out(self) -> float:
        """The share held out, of those in the two standing arms that are compared."""
        arms = self.drawing.arms
        compared = 1 - arms.random - arms.generic - arms.unsocial
        return self.drawing.holdout / compared if compared > 0 else 0.0


def results(session: Session, asked: Asked, by: By) -> Results:
    """Tell what was proposed in a period, and what those who were drawn in it then did."""
    rows = worked(session, asked.period)
    everybody = drawn.of_the_engine(session, asked.drawing.experiment, asked.period)
    engine = drawn.follow(session, everybody, asked.days)
    told = _campaigns(session, rows, asked) if by is By.CAMPAIGN else _gestures(rows, COLUMNS[by], engine, asked)
    return Results(by, tuple(told), _of_the_engine("", "all together", rows, engine, asked))


def of_campaign(session: Session, asked: Asked, campaign_id: str) -> Result:
    """Tell of one campaign.

    Raises
    ------
    NotFound
        When there is no such campaign.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}.", campaign=campaign_id)
    return _campaign(session, campaign, worked(session, asked.period, Action.campaign_id == campaign_id), asked)


def _campaigns(session: Session, rows: pl.DataFrame, asked: Asked) -> Iterator[Result]:
    for campaign in session.scalars(select(Campaign).order_by(Campaign.starts_at, Campaign.id)):
        told = _campaign(session, campaign, rows, asked)
        if told.tally.proposed or any(one.arms or one.waiting for one in told.effects):
            yield told
    others = rows.filter(pl.col("campaign_id").is_null())
    if others.height:
        yield Result("", "no campaign", tally(others), (), None, TOGETHER)


def _campaign(session: Session, campaign: Campaign, rows: pl.DataFrame, asked: Asked) -> Result:
    mine = rows.filter(pl.col("campaign_id") == campaign.id)
    seen = drawn.follow(session, drawn.of_campaign(session, campaign.id, asked.period), asked.days)
    # Who is held out of everything is held out of it as well.
    held_out = 1 - (1 - asked.drawing.holdout) * (1 - campaign.holdout)
    return _result(campaign.id, campaign.name, mine, seen, asked.rates, held_out, over=campaign.state in OVER)


def _gestures(rows: pl.DataFrame, column: str, engine: Followed, asked: Asked) -> Iterator[Result]:
    delights = rows.filter(pl.col("basis") == Basis.DELIGHT.value)[column].unique().to_list()
    for key in rows[column].unique().sort():
        mine = rows.filter(pl.col(column) == key)
        if key in delights and len(delights) == 1:
            yield _of_the_engine(key, key, mine, engine, asked)
        else:
            yield Result(key, key, tally(mine), (), None, TOGETHER if key in delights else FOR_ALL)


def _of_the_engine(key: str, name: str, rows: pl.DataFrame, engine: Followed, asked: Asked) -> Result:
    return _result(key, name, rows, engine, asked.rates, asked.held_out, over=False)


def _result(  # noqa: PLR0917 - what it is called, what was done, and what came of it
    key: str, name: str, rows: pl.DataFrame, seen: Followed, rates: Rates, held_out: float, *, over: bool
) -> Result:
    counted = tally(rows)
    treatment = Treatment(seen, Outlay(counted.cost_cents, counted.staff_minutes), rates, held_out, over)
    found = effects(treatment)
    return Result(key, name, counted, found, returns(found, treatment))
