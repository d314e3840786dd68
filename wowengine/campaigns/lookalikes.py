"""Look-alikes: suggestions so much the same that a list is enough to judge them by, and to approve them together.

What is scarce, dear enough for two people, reworded by a person, or rests on more than the one sentence that a list
shows, wants a card of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ladder, review
from wowengine.campaigns.ledger import STOCK
from wowengine.campaigns.lifecycle import ActionState, Actor, DeclineReason
from wowengine.campaigns.models import Account, Action, DecisionRow
from wowengine.db.many import among
from wowengine.decide.policy_review import Review
from wowengine.errors import BadInput, Conflict, Refused

MOST = 200  # at once: as many as a person can have looked at
FEWEST = 2


class Came(StrEnum):
    """What came of one of them."""

    APPROVED = "approved"
    VETOED = "vetoed"
    UNDONE = "undone"
    MOVED = "moved"  # no longer as it was seen
    NO_MONEY = "no_money"
    REFUSED = "refused"  # not this person's to approve, or it wants a look at its card


@dataclass(frozen=True)
class Likeness:
    """What look-alikes have in common. Money in cents."""

    gesture_id: str
    basis: str
    channel: str
    amount_cents: int
    floor_cents: int
    currency: str
    language: str
    policy_version: str


@dataclass(frozen=True)
class Group:
    """Look-alikes that wait for a word, the oldest id first."""

    like: Likeness
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Seen:
    """One of them as the person saw it."""

    action_id: str
    version: int
    payload_hash: str


@dataclass(frozen=True)
class Result:
    """What came of one of them, at which version it is now, and why where it was not done."""

    action_id: str
    came: Came
    version: int | None = None
    why: str = ""


def groups(session: Session) -> list[Group]:
    """Return the groups of at least two look-alikes that wait for a word, the largest first, each of at most `MOST`."""
    now = clock.now()
    in_time = or_(Action.deadline_at.is_(None), Action.deadline_at > now)
    waiting = (
        select(Action, DecisionRow.policy_version)
        .join(DecisionRow, DecisionRow.id == Action.decision_id)
        .where(Action.state == ActionState.PROPOSED, Action.scarce.is_(False), in_time)
    )
    rows = session.execute(waiting.order_by(Action.id)).all()
    rules = ladder.rules(session, [action for action, _ in rows])
    alike: dict[Likeness, list[Action]] = defaultdict(list)
    for action, policy_version in rows:
        if not _wants_its_card(action, rules[action.id]):
            alike[_likeness(action, policy_version)].append(action)
    found = [Group(like, tuple(actions[:MOST])) for like, actions in alike.items() if len(actions) >= FEWEST]
    return sorted(found, key=lambda group: (-len(group.actions), group.actions[0].id))


def approve_all(
    session: Session, seen: Sequence[Seen], actor: Actor, veto: Mapping[str, str] | None = None
) -> list[Result]:
    """Approve what was seen, and decline what was vetoed for the reason given; tell of each what came of it.

    All in the caller's transaction: what could not be done is passed by, and holds nothing. `veto` is by action, each
    with words of the person's own.

    Raises
    ------
    BadInput
        When it is none, more than `MOST`, one of them twice, or a veto without a reason.
    """
    vetoed = dict(veto or {})
    ids = [one.action_id for one in seen] + [one for one in vetoed if one not in {each.action_id for each in seen}]
    _refuse_list(ids, vetoed)
    standing, as_seen = _lock(session, ids), {one.action_id: one for one in seen}
    rules = ladder.rules(session, list(standing.values()))
    results = []
    for action_id in sorted(ids):
        action, one = standing.get(action_id), as_seen.get(action_id)
        if action is None:
            results.append(Result(action_id, Came.MOVED, why="There is no such action."))
        elif one and (one.version, one.payload_hash) != (action.version, action.payload_hash):
            results.append(Result(action_id, Came.MOVED, action.version, "It is no longer as you saw it."))
        elif action_id in vetoed:
            no = partial(review.decline, reason=DeclineReason.OTHER, note=vetoed[action_id])
            results.append(_try(session, action, actor, Came.VETOED, no))
        elif why := _wants_its_card(action, rules[action_id]):
            results.append(Result(action_id, Came.REFUSED, action.version, why))
        else:
            yes = partial(review.approve, payload_hash=action.payload_hash)
            results.append(_try(session, action, actor, Came.APPROVED, yes))
    return results


def undo_all(session: Session, action_ids: Sequence[str], actor: Actor) -> list[Result]:
    """Take back one's own approvals and vetoes of a batch, as far as the grace time still lets each."""
    _refuse_list(action_ids, {})
    standing = _lock(session, action_ids)
    return [_try(session, action, actor, Came.UNDONE, review.undo) for action in standing.values()]


def _likeness(action: Action, policy_version: str) -> Likeness:
    same = ("gesture_id", "basis", "channel", "amount_cents", "floor_cents", "currency", "language")
    return Likeness(**{name: getattr(action, name) for name in same}, policy_version=policy_version)


def _wants_its_card(action: Action, rules: Review | None) -> str:
    """Return why a list is not enough to judge it by; '' where it is. Its one sentence quotes one piece of evidence."""
    if action.scarce:
        return "There are only a few of it: look at its card."
    if rules is not None and rules.people(ladder.added(action)) > 1:
        return "It takes two people: look at its card."
    if len(action.evidence) > 1 or action.slots:
        return "It rests on more than a list shows: look at its card."
    return "Somebody has reworded it: look at its card." if action.authors else ""


def _refuse_list(ids: Sequence[str], veto: Mapping[str, str]) -> None:
    if not 1 <= len(ids) <= MOST:
        raise BadInput(f"Name 1 to {MOST} actions; these are {len(ids)}.")
    if len(set(ids)) < len(ids):
        raise BadInput("One of them stands there twice.")
    if lacking := [action_id for action_id, why in veto.items() if not why.strip()]:
        raise BadInput(f"Say in a few words why not {', '.join(lacking)}.")


def _lock(session: Session, ids: Sequence[str]) -> dict[str, Action]:
    """Take the actions, then all accounts that they may move, each in ascending order of id.

    Taken one by one, the accounts would come in the actions' order, and two people at once could wait for each other.
    """
    wanted = select(Action).where(among(Action.id, ids)).order_by(Action.id).with_for_update()
    found = {one.id: one for one in session.scalars(wanted.execution_options(populate_existing=True))}
    accounts = {one.account_id for one in found.values()} | {STOCK + one.gesture_id for one in found.values()}
    session.execute(
        select(Account.id).where(among(Account.id, sorted(accounts))).order_by(Account.id).with_for_update()
    ).all()
    return found


def _try(session: Session, action: Action, actor: Actor, came: Came, verb: Callable[..., Action]) -> Result:
    """Do one of them; what cannot be done is gone back on, and the others stand."""
    try:
        with session.begin_nested():
            done = verb(session, action.id, actor, version=action.version)
    except Refused as refusal:
        return Result(action.id, Came.REFUSED, why=refusal.message)
    except Conflict as conflict:  # with an account, which has no more; or with what became of the action
        return Result(action.id, Came.NO_MONEY if "account" in conflict.facts else Came.MOVED, why=conflict.message)
    return Result(done.id, came, done.version)
