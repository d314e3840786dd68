"""A look of a campaign: each time it seeks whom it is for, it takes a number, and writes what came of everybody.

The campaign's row is held while a part is written, so that a pause comes before it or after it, and never amid it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ground, launch
from wowengine.campaigns.campaign import Campaign, CampaignState, Recipient, RecipientState
from wowengine.campaigns.models import Action
from wowengine.db.many import among
from wowengine.decide.decision import Decision
from wowengine.errors import Conflict
from wowengine.profiles.models import Customer

LONGEST_REASON = 300

Propose = Callable[[Session, Decision, Campaign], Sequence[Action]]
"""How a decision that a campaign asks for becomes work: see `propose.propose`."""


@dataclass(frozen=True)
class Came:
    """What came of somebody a campaign was for: one word, why, and the decision where one was taken."""

    customer_id: str
    state: RecipientState
    reason: str = ""
    decision: Decision | None = None


def running(session: Session, campaign_id: str) -> Campaign:
    """Return a campaign, held so that it goes on running until this transaction ends.

    Raises
    ------
    Conflict
        When it does not run.
    """
    launch.get(session, campaign_id)
    held = select(Campaign).where(Campaign.id == campaign_id).with_for_update()
    campaign = session.scalars(held.execution_options(populate_existing=True)).one()
    if campaign.state != CampaignState.RUNNING:
        raise Conflict(f"The campaign is {campaign.state}: nothing of it is proposed.", state=campaign.state)
    return campaign


def begin(session: Session, campaign_id: str, *, alone: bool = False) -> int:
    """Return the number of a look; of the one that was cut short, where there is one and this is none of its own."""
    campaign = running(session, campaign_id)
    if campaign.looking is not None and not alone:
        return campaign.looking
    campaign.looks += 1
    if not alone:
        campaign.looking = campaign.looks
    session.flush()
    return campaign.looks


def end(session: Session, campaign_id: str, look: int) -> None:
    """Say that a look is through, and when the next one is due."""
    campaign = launch.get(session, campaign_id)
    if campaign.looking == look:
        days = campaign.every_days
        campaign.looking, campaign.next_look_at = None, clock.now() + timedelta(days=days) if days else None
        session.flush()


def seen(session: Session, campaign_id: str, look: int) -> set[str]:
    """Return for whom a look that was cut short has written already what came of them."""
    mine = (Recipient.campaign_id == campaign_id, Recipient.look == look)
    return set(session.scalars(select(Recipient.customer_id).where(*mine)))


def due(session: Session) -> list[str]:
    """Return the running campaigns whose time has come to look for their audience."""
    is_due = (Campaign.state == CampaignState.RUNNING, Campaign.next_look_at <= clock.now())
    return list(session.scalars(select(Campaign.id).where(*is_due).order_by(Campaign.id)))


def awaited(session: Session) -> set[str]:
    """Return the kinds of signals at which some running campaign looks."""
    triggers = session.scalars(select(Campaign.triggers).where(Campaign.state == CampaignState.RUNNING))
    return {kind for kinds in triggers for kind in kinds}


def write(session: Session, campaign_id: str, look: int, people: Sequence[Came], propose: Propose) -> list[Recipient]:
    """Propose what was decided for these, and write what came of each; of who was forgotten meanwhile, nothing."""
    campaign = running(session, campaign_id)
    ids = [one.customer_id for one in people]
    known = select(Customer.id).where(among(Customer.id, ids)).order_by(Customer.id)
    there = set(session.scalars(known.with_for_update(key_share=True)))
    done = seen(session, campaign_id, look)
    fresh = [one for one in people if one.customer_id in there - done]
    rows = [_recipient(session, campaign, look, one, propose) for one in fresh]
    session.add_all(rows)
    session.flush()
    return rows


def counts(session: Session, campaign_id: str, look: int | None = None) -> dict[str, int]:
    """Return how many came to each word, over all looks or at one; words with nobody are left out."""
    mine = select(Recipient.state, func.count()).where(Recipient.campaign_id == campaign_id)
    mine = mine if look is None else mine.where(Recipient.look == look)
    return {state: int(number) for state, number in session.execute(mine.group_by(Recipient.state))}


def given(session: Session, campaign_id: str, look: int | None = None) -> tuple[dict[str, int], int]:
    """Return how often each gesture was proposed, and what all of them cost, over all looks or at one."""
    mine = (
        select(Action.gesture_id, func.count(), func.sum(Action.amount_cents))
        .join(Recipient, Recipient.action_id == Action.id)
        .where(Recipient.campaign_id == campaign_id)
    )
    mine = mine if look is None else mine.where(Recipient.look == look)
    rows = session.execute(mine.group_by(Action.gesture_id).order_by(Action.gesture_id)).all()
    return {gesture_id: int(number) for gesture_id, number, _ in rows}, sum(int(cents) for _, _, cents in rows)


def page(
    session: Session,
    campaign_id: str,
    *,
    states: Collection[RecipientState] = (),
    limit: int = 50,
    after: tuple[int, str] | None = None,
) -> list[Recipient]:
    """Return what came of people, newest look first, then by customer; `after` is the last look and customer seen."""
    mine = select(Recipient).where(Recipient.campaign_id == campaign_id)
    if states:
        mine = mine.where(Recipient.state.in_(states))
    if after:
        look, who = after
        mine = mine.where((Recipient.look < look) | ((Recipient.look == look) & (Recipient.customer_id > who)))
    return list(session.scalars(mine.order_by(Recipient.look.desc(), Recipient.customer_id).limit(limit)))


def _recipient(session: Session, campaign: Campaign, look: int, came: Came, propose: Propose) -> Recipient:
    action, state, reason = None, came.state, came.reason
    if came.decision is not None and state is RecipientState.QUEUED:
        action = next(iter(propose(session, came.decision, campaign)), None)
        if action is None:
            state, reason = _late(session, came)
    return Recipient(
        campaign_id=campaign.id,
        customer_id=came.customer_id,
        look=look,
        state=state,
        reason=reason[:LONGEST_REASON],
        gesture_id=action and action.gesture_id,
        action_id=action and action.id,
        decision_id=action and action.decision_id,
        at=clock.now(),
    )


def _late(session: Session, came: Came) -> tuple[RecipientState, str]:
    """Say why what was decided could not be proposed any more."""
    assert came.decision is not None  # noqa: S101 - only what was decided can come too late
    [wish] = came.decision.suggestions
    about = Action(id="", customer_id=came.customer_id, basis=wish.basis)
    if reason := ground.objections(session, [about]).get(""):
        return RecipientState.OBJECTED, reason
    if wish.scarce:
        return RecipientState.NO_STOCK, "somebody else has just taken the last"
    return RecipientState.DUPLICATE, "the same was proposed meanwhile"


def tally(people: Sequence[Came]) -> Iterator[str]:
    """Yield the gestures that fell to these people, one for each who gets one."""
    for one in people:
        if one.state is RecipientState.QUEUED and one.decision is not None:
            yield from (wish.gesture_id for wish in one.decision.suggestions)
