"""The life of a campaign, from a marketer's draft to its end: the only writer of its state.

Each step is conditional on the version that was seen, and stands with its event and its row of the audit in one
transaction. Whoever approves is another than who wrote it or put it forward, and has the role for it at that moment.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.access.badge import tidy
from wowengine.access.users import Role, rights
from wowengine.campaigns import audited, called_off, purse
from wowengine.campaigns.campaign import STEPS, Campaign, CampaignEvent, CampaignState, CampaignStep
from wowengine.campaigns.plan import Plan
from wowengine.db import audit, outbox
from wowengine.errors import BadInput, Conflict, NotFound, Refused
from wowengine.terms import new_id

TURN = "campaigns"  # the outbox's task: start, look and finish what is due
CLOCK = "the clock"  # no name of the staff: theirs are checked against the roles
MARKETING = frozenset({Role.MARKETER, Role.MANAGER, Role.ADMIN})
S, T = CampaignState, CampaignStep


def get(session: Session, campaign_id: str) -> Campaign:
    """Return a campaign as it is now.

    Raises
    ------
    NotFound
        When there is none with this id.
    """
    campaign = session.get(Campaign, campaign_id, populate_existing=True)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}. `wow campaigns list` lists them.", campaign=campaign_id)
    return campaign


def everyone(session: Session) -> list[Campaign]:
    """Return all campaigns, newest first."""
    newest = select(Campaign).order_by(Campaign.created_at.desc(), Campaign.id)
    return list(session.scalars(newest.execution_options(populate_existing=True)))


def allowed(campaign: Campaign) -> list[CampaignStep]:
    """Return what can be done to it now, in the order of the steps."""
    return [step for step in CampaignStep if (CampaignState(campaign.state), step) in STEPS]


def events(session: Session, campaign_id: str) -> list[CampaignEvent]:
    """Return its life so far, first step first."""
    mine = select(CampaignEvent).where(CampaignEvent.campaign_id == campaign_id)
    return list(session.scalars(mine.order_by(CampaignEvent.version)))


def create(session: Session, plan: Plan, by: str) -> Campaign:
    """Write down a draft."""
    author = _may(session, by)
    now = clock.now()
    plan.check(now)
    campaign = Campaign(
        id=new_id("cmp"), state=S.DRAFT, version=1, created_by=author, created_at=now, **plan.columns(now)
    )
    session.add(campaign)
    session.flush()
    _note(session, campaign, T.EDIT, author, data=plan.as_json())
    return campaign


def edit(session: Session, campaign_id: str, plan: Plan, by: str, *, version: int | None = None) -> Campaign:
    """Change what it means to do; what was looked at or approved must be so again."""
    author = _may(session, by)
    campaign, now = get(session, campaign_id), clock.now()
    plan.check(now)
    if campaign.state == S.SCHEDULED:
        purse.grant(session, campaign, 0, author)
    nobody = dict.fromkeys(("submitted_by", "approved_by", "approved_at", "next_look_at"))
    columns = plan.columns(now) | nobody
    return step(session, campaign_id, T.EDIT, author, version=version, data=plan.as_json(), columns=columns)


def submit(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Put it forward, for a second person to look at."""
    person = _may(session, by)
    return step(session, campaign_id, T.SUBMIT, person, version=version, note=note, columns={"submitted_by": person})


def send_back(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Give it back to its author, with a note of what is missing."""
    person = _may(session, by)
    return step(session, campaign_id, T.RETURN, person, version=version, note=note, columns={"submitted_by": None})


def approve(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Say yes to it as it was seen, and grant its budget; the clock starts it.

    Raises
    ------
    Refused
        When they wrote it or put it forward themselves, or have no such role.
    """
    person = _may(session, by)
    campaign, now = get(session, campaign_id), clock.now()
    if campaign.ends_at is not None and campaign.ends_at <= now:
        raise Conflict("Its time is over: change when it ends.", campaign=campaign_id)
    if person.casefold() in _authors(session, campaign):
        raise Refused(f"{person} wrote it or put it forward: somebody else must approve it.", campaign=campaign_id)
    first = campaign.starts_at if campaign.audience else None
    columns = {"approved_by": person, "approved_at": now, "next_look_at": first}
    moved = step(session, campaign_id, T.APPROVE, person, version=version, note=note, columns=columns)
    purse.grant(session, moved, moved.budget_cents, person)
    outbox.put(session, TURN, {}, due_at=max(now, moved.starts_at), key=f"{TURN}:{campaign_id}")
    return moved


def pause(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Let nothing of it be proposed, claimed or sent until somebody takes it up again."""
    return step(session, campaign_id, T.PAUSE, _may(session, by), version=version, note=note)


def resume(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Take it up again where it was; what was approved is sent."""
    moved = step(session, campaign_id, T.RESUME, _may(session, by), version=version, note=note)
    called_off.ring_again(session, moved)
    return moved


def finish(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """End it before its time: nothing more is proposed, and what was proposed goes its way."""
    return step(session, campaign_id, T.FINISH, _may(session, by), version=version, note=note)


def cancel(session: Session, campaign_id: str, by: str, *, version: int | None = None, note: str = "") -> Campaign:
    """Call it off: what waits is withdrawn, and its money is free again."""
    person = _may(session, by)
    granted = get(session, campaign_id).approved_by is not None
    moved = step(session, campaign_id, T.CANCEL, person, version=version, note=note)
    called_off.withdraw_all(session, moved)
    if granted:
        purse.grant(session, moved, 0, person)
    return moved


# The steps that a person takes without anything else to say; each is also refused to who may not.
VERBS = {
    T.SUBMIT: submit,
    T.RETURN: send_back,
    T.APPROVE: approve,
    T.PAUSE: pause,
    T.RESUME: resume,
    T.FINISH: finish,
    T.CANCEL: cancel,
}


def turn(session: Session) -> list[str]:
    """Start what is due and finish what is over, as the clock; return the campaigns that moved."""
    now = clock.now()
    due = [
        (T.START, S.SCHEDULED, Campaign.starts_at <= now),
        (T.FINISH, S.RUNNING, Campaign.ends_at <= now),
        (T.FINISH, S.PAUSED, Campaign.ends_at <= now),
    ]
    moved = []
    for what, state, is_due in due:
        found = select(Campaign.id).where(Campaign.state == state, is_due).order_by(Campaign.id)
        for campaign_id in session.scalars(found.with_for_update(skip_locked=True)).all():
            step(session, campaign_id, what, CLOCK)
            moved.append(campaign_id)
    return moved


def step(
    session: Session,
    campaign_id: str,
    what: CampaignStep,
    by: str,
    *,
    version: int | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> Campaign:
    """Take a step in the life of a campaign: the only writer of its state.

    Raises
    ------
    Conflict
        When the step is not allowed now, or the campaign is no longer as the caller saw it.
    """
    campaign = get(session, campaign_id)
    if version not in (None, campaign.version):
        raise _moved(campaign, f"You saw version {version}; it is at {campaign.version}")
    to = STEPS.get((CampaignState(campaign.state), what))
    if to is None:
        may = [str(one) for one in allowed(campaign)]
        said = f"A campaign that is {campaign.state} allows {', '.join(may) or 'nothing more'}, and not: {what}."
        raise Conflict(said, campaign=campaign_id, state=campaign.state, allowed=may)
    as_read = (Campaign.id == campaign.id, Campaign.state == campaign.state, Campaign.version == campaign.version)
    changes = {**(columns or {}), "state": to, "version": campaign.version + 1}
    written = update(Campaign).where(*as_read).values(**changes).returning(Campaign)
    moved = session.scalar(written, execution_options={"synchronize_session": False, "populate_existing": True})
    if moved is None:
        raise _moved(campaign, "Somebody else was quicker")
    _note(session, moved, what, by, note=note, data=data)
    return moved


def _note(
    session: Session,
    campaign: Campaign,
    what: CampaignStep,
    by: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    event = CampaignEvent(
        campaign_id=campaign.id,
        version=campaign.version,
        step=what,
        to_state=campaign.state,
        actor=by,
        at=clock.now(),
        note=note,
        data=dict(data or {}),
    )
    session.add(event)
    audit.note(session, audited.campaigned(event))
    session.flush()


def _authors(session: Session, campaign: Campaign) -> set[str]:
    """Return who had a hand in what it says: its author, who changed it, and who put it forward."""
    hands = {event.actor for event in events(session, campaign.id) if event.step in (T.EDIT, T.SUBMIT)}
    return {name.casefold() for name in hands | {campaign.created_by, campaign.submitted_by or ""}}


def _may(session: Session, by: str) -> str:
    """Return the name of one who may build and run campaigns, as it stands now."""
    name = tidy(by)
    if not name:
        raise BadInput("Say who you are: nobody is named.")
    found = rights(session, name)
    if found is None or found.role not in MARKETING:
        who = "is none of the staff" if found is None else f"is here as {found.role}"
        raise Refused(f"{name} {who}: campaigns are for marketers, managers and admins.", user=name)
    return name


def _moved(campaign: Campaign, what: str) -> Conflict:
    said = f"{what}. Look at it again."
    return Conflict(said, campaign=campaign.id, state=campaign.state, version=campaign.version)
