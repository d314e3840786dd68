"""Does it pay? What was done, what it took, what it did against a holdout, and what is left."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Values
from wowengine.api.shapes import LARGEST_INTEGER, LONGEST_ID, NO_NUL, Time, Told
from wowengine.campaigns import care_weeks, policies
from wowengine.campaigns import results as told
from wowengine.campaigns.results import Asked, By
from wowengine.campaigns.results_told import plain
from wowengine.campaigns.worked import Period
from wowengine.campaigns.worth import Rates
from wowengine.decide.arms import Drawing
from wowengine.rounds import Config

router = APIRouter(tags=["results"])

Since = Annotated[Time | None, Query(description="Proposed, and drawn, from this time; left out: from the beginning.")]
Until = Annotated[Time | None, Query(description="Proposed, and drawn, before this time; left out: to now.")]
Currency = Annotated[
    str | None, Query(pattern=r"^[A-Z]{3}$", description="Of the return; left out: the policy's for goodwill.")
]
Hour = Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="What an hour of staff costs, in cents.")]
Worth = Annotated[
    int,
    Query(ge=0, le=LARGEST_INTEGER, description="What one more buyer is worth, in cents, where no purchase says."),
]
Days = Annotated[int, Query(ge=1, le=365, description="How long after they were drawn customers are followed.")]
CampaignId = Annotated[str, Path(max_length=LONGEST_ID, pattern=NO_NUL, examples=["cmp_6f1c0d2a"])]

RATES: JsonDict = {"currency": "EUR", "hourly_cents": 3000, "outcome_cents": 1000, "within_days": 30}
RESULT: JsonDict = {
    "key": "cmp_6f1c0d2a",
    "name": "Coffee in May",
    "proposed": 1200,
    "approved": 1100,
    "declined": {"too_personal": 40},
    "delivered": 1080,
    "on_time": 1071,
    "cost_cents": {"EUR": 648000},
    "staff_minutes": 5400.0,
    "reactions": {"accepted": 0, "rejected": 3, "thanked": 212, "complained": 4},
    "issues": {"answered": 0, "came_back": 0, "not_yet_known": 0, "resolved": 0},
    "verdict": "higher",
    "why": "however often one looks",
    "lift": [
        {
            "outcome": "bought",
            "unit": "share",
            "currency": "",
            "treated": {"n": 1200, "mean": 0.31},
            "held_out": {"n": 1200, "mean": 0.22},
            "waiting": 0,
            "difference": 0.09,
            "low": 0.055,
            "high": 0.125,
            "sequence": {"low": 0.03, "high": 0.15},
            "verdict": "higher",
            "why": "however often one looks",
            "needed": 900,
            "more": 0,
            "sample_ratio": {
                "planned": {"treated": 0.5, "held_out": 0.5},
                "given": True,
                "seen": {"treated": 1200, "held_out": 1200},
                "p": 1.0,
                "alarm": False,
            },
        }
    ],
    "return": {
        "currency": "EUR",
        "gain_cents": 1080000,
        "cost_cents": 648000,
        "staff_cents": 270000,
        "net_cents": 162000,
        "low_cents": -258000,
        "high_cents": 582000,
        "ratio": 0.176,
        "pays": "cannot tell yet",
    },
}
WEEK: JsonDict = {
    "monday": "2026-11-02",
    "contacts": 41,
    "customers": 35,
    "floor_cents": {"EUR": 50000},
    "goodwill_cents": {"EUR": 12000},
    "staff_minutes": 95.0,
}


class RatesView(Told):
    """What time and outcomes were taken to be worth."""

    currency: str
    hourly_cents: int
    outcome_cents: int
    within_days: int


class ArmView(Told):
    """One arm: how many customers, and the mean of what they did."""

    n: int
    mean: float


class EndsView(Told):
    """Between which values the truth lies, 19 times of 20; null where too few are in."""

    low: float | None
    high: float | None


class RatioView(Told):
    """Whether the arms are as large as they were drawn."""

    planned: dict[str, float]
    given: bool
    seen: dict[str, int]
    p: float | None
    alarm: bool = Field(description="Something other than lots chose who is in: nothing can be believed.")


class LiftView(EndsView):
    """What being treated did, by intention to treat: everybody drawn counts, whatever reached them."""

    outcome: str = Field(description="`bought`, or `spent` where purchases tell their price.")
    unit: str = Field(description="`share` of customers, 0 to 1; or `cents` a customer.")
    currency: str
    treated: ArmView | None
    held_out: ArmView | None
    waiting: int = Field(description="Drawn so lately that nothing is known of them.")
    difference: float | None
    sequence: EndsView = Field(description="The interval for who looks again and again while it runs.")
    verdict: str = Field(description="`higher`, `lower` or `cannot tell yet`.")
    why: str
    needed: int | None = Field(description="Customers it takes to see a difference that would just pay.")
    more: int | None = Field(description="How many more than are in.")
    sample_ratio: RatioView | None


class ReturnView(Told):
    """What came in less what went out, in cents of one currency; `low_cents` to `high_cents` is the net's interval."""

    currency: str
    gain_cents: int
    cost_cents: int
    staff_cents: int
    net_cents: int
    low_cents: int
    high_cents: int
    ratio: float | None = Field(description="The net for each cent that went out.")
    pays: str = Field(description="`pays`, `does not pay` or `cannot tell yet`.")


class ResultView(Told):
    """What can be told of one campaign, kind or gesture."""

    key: str = Field(description="Empty for what no campaign asked for, and for all together.")
    name: str
    proposed: int
    approved: int
    declined: dict[str, int] = Field(description="By reason.")
    delivered: int
    on_time: int = Field(description="Of those delivered.")
    cost_cents: dict[str, int] = Field(description="Spent and not given back, by currency.")
    staff_minutes: float = Field(description="From claims to deliveries; how long reviewers look is not known.")
    reactions: dict[str, int]
    issues: dict[str, int] = Field(description="Incidents and tickets answered, and what became of them.")
    verdict: str
    why: str
    lift: list[LiftView]
    return_: ReturnView | None = Field(alias="return")


class CampaignResult(ResultView):
    """What can be told of one campaign."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**RESULT, "rates": RATES}]})

    rates: RatesView


class WeekView(Told):
    """A week of care and what it cost."""

    monday: date
    contacts: int
    customers: int
    floor_cents: dict[str, int]
    goodwill_cents: dict[str, int]
    staff_minutes: float


class ResultsView(Told):
    """One result for each that did anything in the period, all together, and care week by week."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"by": "campaign", "rates": RATES, "items": [RESULT], "total": {**RESULT, "key": ""}, "care": [WEEK]}
            ]
        }
    )

    by: By
    rates: RatesView
    items: list[ResultView]
    total: ResultView
    care: list[WeekView] = Field(description="Contacts and cost of making good, for before and after.")


@router.get("/results", summary="Tell what pays", responses=problems())
def results(
    database: Db,
    config: Values,
    *,
    by: Annotated[By, Query(description="One row a campaign, a kind of gesture, or a gesture.")] = By.CAMPAIGN,
    since: Since = None,
    until: Until = None,
    currency: Currency = None,
    hourly_cents: Hour = Rates.hourly_cents,
    outcome_cents: Worth = Rates.outcome_cents,
    days: Days = Rates.within_days,
) -> ResultsView:
    """Tell what was done, what it took, what it did against a holdout, and whether it pays.

    Of a kind or a gesture that did not go out alone nobody is held out: only a campaign with a holdout can tell.
    """
    period = Period(since, until)
    with database.reading() as session:
        asked = _asked(session, config, period, currency, hourly_cents, outcome_cents, days)
        found = told.results(session, asked, by)
        weeks = care_weeks.care_weeks(session, period)
    return ResultsView(
        by=by,
        rates=_rates(asked),
        items=[_view(one, asked) for one in found.rows],
        total=_view(found.total, asked),
        care=[WeekView.model_validate(one) for one in weeks],
    )


@router.get("/campaigns/{campaign_id}/results", summary="Tell whether a campaign pays", responses=problems(404))
def campaign_results(
    campaign_id: CampaignId,
    database: Db,
    config: Values,
    *,
    currency: Currency = None,
    hourly_cents: Hour = Rates.hourly_cents,
    outcome_cents: Worth = Rates.outcome_cents,
    days: Days = Rates.within_days,
) -> CampaignResult:
    """Tell of one campaign, from its beginning to now: its lift is against those whom it held out."""
    with database.reading() as session:
        asked = _asked(session, config, Period(), currency, hourly_cents, outcome_cents, days)
        found = told.of_campaign(session, asked, campaign_id)
    return CampaignResult(**plain(found, asked.rates.currency), rates=_rates(asked))


def _asked(  # noqa: PLR0917 - as they stand in the address
    session: Session,
    config: Config,
    period: Period,
    currency: str | None,
    hourly_cents: int,
    outcome_cents: int,
    days: int,
) -> Asked:
    policy = policies.load(session, config.policy)
    drawing = Drawing(config.holdout_salt, config.holdout_share, policy.arms)
    return Asked(drawing, period, Rates(currency or policy.goodwill.currency, hourly_cents, outcome_cents, days))


def _view(result: told.Result, asked: Asked) -> ResultView:
    shown: dict[str, Any] = plain(result, asked.rates.currency)
    return ResultView(**shown)


def _rates(asked: Asked) -> RatesView:
    return RatesView.model_validate(asked.rates)
