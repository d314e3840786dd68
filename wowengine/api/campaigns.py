"""Campaigns: what marketing means to do, its life, and what came of everybody it was for."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.campaign_views import (
    CampaignList,
    CampaignView,
    EditAsked,
    PlanAsked,
    RecipientPage,
    RecipientView,
    ReportView,
    StepAsked,
    StepTable,
    StepView,
    TriggerAsked,
    Triggered,
    view_of_campaign,
)
from wowengine.api.description import problems
from wowengine.api.edge import Db, Person, Values
from wowengine.api.once import Once
from wowengine.api.shapes import LONGEST_ID, NO_NUL, After, Id, Limit, Time
from wowengine.campaigns import launch, look
from wowengine.campaigns.campaign import STEPS, RecipientState
from wowengine.errors import BadInput
from wowengine.rounds import campaign as rounds

router = APIRouter(tags=["campaigns"])
CampaignId = Annotated[str, Path(max_length=LONGEST_ID, pattern=NO_NUL, examples=["cmp_6f1c0d2a"])]


@router.get("/campaigns/steps", summary="Every step in the life of a campaign", responses=problems())
def steps(_person: Person) -> StepTable:
    """List from which state which step leads where. A pair that is not here does not exist."""
    return StepTable(steps=[StepView(from_state=at, step=step, to_state=to) for (at, step), to in STEPS.items()])


@router.get("/campaigns", summary="All campaigns", responses=problems())
def listed(database: Db, _person: Person) -> CampaignList:
    """List all campaigns, newest first."""
    with database.reading() as session:
        return CampaignList(campaigns=[view_of_campaign(one) for one in launch.everyone(session)])


@router.post(
    "/campaigns",
    status_code=HTTPStatus.CREATED,
    summary="Draft a campaign",
    response_model=CampaignView,
    responses=problems(403, 404),
)
def create(asked: PlanAsked, once: Once, person: Person) -> Response:
    """Write down a draft. Nothing happens until a second person has approved it."""

    def work(session: Session) -> CampaignView:
        rounds.refuse_unknown(session, asked.gestures)
        return view_of_campaign(launch.create(session, asked.as_plan(), person.name))

    return once.answer(work, HTTPStatus.CREATED)


@router.get("/campaigns/{campaign_id}", summary="One campaign", responses=problems(404))
def one(campaign_id: CampaignId, database: Db, _person: Person) -> CampaignView:
    """Return a campaign as it stands, and the steps that are allowed now."""
    with database.reading() as session:
        return view_of_campaign(launch.get(session, campaign_id))


@router.post(
    "/campaigns/{campaign_id}/plan",
    summary="Change a campaign",
    response_model=CampaignView,
    responses=problems(403, 404, 409),
)
def edit(campaign_id: CampaignId, asked: EditAsked, once: Once, person: Person) -> Response:
    """Put another plan in the place of what it said. What was in review or approved is a draft again."""

    def work(session: Session) -> CampaignView:
        rounds.refuse_unknown(session, asked.gestures)
        plan = asked.as_plan()
        return view_of_campaign(launch.edit(session, campaign_id, plan, person.name, version=asked.version))

    return once.answer(work)


@router.post(
    "/campaigns/{campaign_id}/steps",
    summary="Take a step in its life",
    response_model=CampaignView,
    responses=problems(403, 404, 409),
)
def step(campaign_id: CampaignId, asked: StepAsked, once: Once, person: Person) -> Response:
    """Submit it, send it back, approve it, pause it, resume it, finish it or cancel it."""

    def work(session: Session) -> CampaignView:
        verb = launch.VERBS.get(asked.step)
        if verb is None:
            raise BadInput(f"Nobody takes the step {asked.step} like this: a plan is edited, and the clock starts.")
        return view_of_campaign(verb(session, campaign_id, person.name, version=asked.version, note=asked.note))

    return once.answer(work)


@router.get("/campaigns/{campaign_id}/dry-run", summary="What it would come to", responses=problems(404))
def dry_run(
    campaign_id: CampaignId,
    database: Db,
    config: Values,
    _person: Person,
    at: Annotated[Time | None, Query(description="When it would look, past or to come; left out: now.")] = None,
    customer_id: Annotated[list[Id] | None, Query(max_length=50, description="Look at these people alone.")] = None,
) -> ReportView:
    """Decide for everybody it is for as a look would, a draft's too, and write nothing."""
    with database.reading() as session:
        report = rounds.dry_run(session, config, campaign_id, at, customer_id or ())
    return ReportView(**report.as_json())


@router.post(
    "/campaigns/{campaign_id}/trigger",
    summary="Look at people at once",
    response_model=Triggered,
    responses=problems(404, 409),
)
def trigger(campaign_id: CampaignId, asked: TriggerAsked, once: Once, config: Values, _person: Person) -> Response:
    """Look at most 50 people by name, each in a moment of their own; or, said outright, at a whole audience."""

    def work(session: Session) -> Triggered:
        if asked.broadcast:
            rounds.broadcast(session, campaign_id, asked.audience)
            return Triggered(recipients=[], unknown=[], broadcast=True)
        named = {one.customer_id: one.as_moment(clock.now()) for one in asked.recipients}
        rows = rounds.trigger(session, config, campaign_id, named)
        unknown = sorted(named.keys() - {row.customer_id for row in rows})
        return Triggered(recipients=[_told(row) for row in rows], unknown=unknown, broadcast=False)

    return once.answer(work)


@router.get("/campaigns/{campaign_id}/recipients", summary="What came of whom", responses=problems(404))
def recipients(
    campaign_id: CampaignId,
    database: Db,
    _person: Person,
    state: Annotated[RecipientState | None, Query(description="Of these alone.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> RecipientPage:
    """List what came of each person at each look, newest look first."""
    with database.reading() as session:
        launch.get(session, campaign_id)
        states = () if state is None else (state,)
        rows = look.page(session, campaign_id, states=states, limit=limit + 1, after=_place(after))
        more = f"{rows[limit - 1].look}:{rows[limit - 1].customer_id}" if len(rows) > limit else None
        return RecipientPage(recipients=[_told(row) for row in rows[:limit]], next=more)


@router.get("/campaigns/{campaign_id}/report", summary="What came of everybody", responses=problems(404))
def report(
    campaign_id: CampaignId,
    database: Db,
    _person: Person,
    at_look: Annotated[int | None, Query(alias="look", ge=1, le=2**31 - 1, description="One look; else all.")] = None,
) -> ReportView:
    """Count what came of everybody, over all looks or at one; the states add up to those considered."""
    with database.reading() as session:
        return ReportView(**rounds.report(session, campaign_id, at_look).as_json())


def _told(row: object) -> RecipientView:
    return RecipientView(**{name: getattr(row, name) for name in RecipientView.model_fields})


def _place(after: str | None) -> tuple[int, str] | None:
    if after is None:
        return None
    number, _, who = after.partition(":")
    if not (number.isascii() and number.isdigit()) or len(number) > len("2147483647") - 1 or not who:
        raise BadInput("Send as `after` what the page before told as `next`.")
    return int(number), who
