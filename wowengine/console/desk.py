"""What lies on a reviewer's desk: the open card, its neighbours in the queue, and what was just done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import GRACE, ActionState, Step, allowed_steps
from wowengine.campaigns.models import Action, Round
from wowengine.console.card import Card, card_of
from wowengine.console.visit import Visit
from wowengine.console.wording import SOON
from wowengine.profiles.models import Customer

AHEAD = 60  # how many of the queue are looked at for what is due soon, and for the neighbours
SHOWN_NEXT = 5
TOLD = (ActionState.APPROVED, ActionState.DECLINED, ActionState.DEFERRED, ActionState.PROPOSED)


@dataclass(frozen=True)
class Just:
    """What was done a moment ago, by whoever looks."""

    action: Action
    may_undo: bool

    @property
    def what(self) -> str:
        """What was done, in a word that the page has words for."""
        action = self.action
        if action.state == ActionState.PROPOSED and (action.approvals or action.amends):
            return "endorsed" if action.approvals else "amended"
        return action.state if action.state in TOLD else "other"

    @property
    def until(self) -> datetime:
        """When it can no longer be undone."""
        return (self.action.approved_at or self.action.declined_at or self.action.proposed_at) + GRACE


@dataclass(frozen=True)
class Desk:
    """Everything the review page shows."""

    card: Card | None
    place: int | None  # the card's place in the queue, from 1; None where it is far down
    due: int
    previous: Action | None
    following: list[Action]
    gone: Action | None  # the card asked for, if it waits for nobody any more
    just: Just | None
    names: dict[str, str]  # of the customers of the neighbours, and of what was just done
    last_round: Round | None  # where nothing waits: what the last look at everybody came to


def desk_of(session: Session, visit: Visit, at: str | None, done: str | None) -> Desk:
    """Lay out the card asked for, or the most urgent one."""
    queue = store.queue(session, AHEAD)
    named = session.get(Action, at) if at else None
    asked = named and store.latest(session, named)
    waits = asked is not None and asked.state == ActionState.PROPOSED
    opened = asked if waits else next(iter(queue), None)
    just = _just(session, visit, done)
    following = _following(session, queue, opened)
    place = next((n for n, one in enumerate(queue) if one is opened), None)
    return Desk(
        card=card_of(session, opened, visit.person, visit.now) if opened else None,
        place=None if place is None else place + 1,
        due=sum(one.deadline_at is not None and one.deadline_at <= visit.now + SOON for one in queue),
        previous=queue[place - 1] if place else None,
        following=following,
        names=_names(session, [*following, *([just.action] if just else [])]),
        gone=asked if asked and not waits and not (just and just.action is asked) else None,
        just=just,
        last_round=None if opened else _last_round(session),
    )


def _just(session: Session, visit: Visit, done: str | None) -> Just | None:
    action = session.get(Action, done) if done else None
    if action is None:
        return None
    return Just(action, Step.UNDO in allowed_steps(action, visit.person, visit.now))


def _following(session: Session, queue: list[Action], opened: Action | None) -> list[Action]:
    """Return the next few after the open card; asked for again where it lies too far down."""
    if opened is None:
        return []
    after = queue[queue.index(opened) + 1 :] if opened in queue else []
    if len(after) >= SHOWN_NEXT or len(queue) < AHEAD:
        return after[:SHOWN_NEXT]
    return store.queue(session, SHOWN_NEXT, after=opened.id)


def _names(session: Session, actions: list[Action]) -> dict[str, str]:
    named = select(Customer.id, Customer.name).where(Customer.id.in_({action.customer_id for action in actions}))
    return {customer_id: name or customer_id for customer_id, name in session.execute(named)}


def _last_round(session: Session) -> Round | None:
    finished = select(Round).where(Round.finished_at.is_not(None)).order_by(Round.finished_at.desc())
    return session.scalars(finished.limit(1)).first()
