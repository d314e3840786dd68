"""Who may say yes to what, and whether a second person must too: the policy's `[review]`, asked as one approves.

The policy in force counts; until one was activated, the one that the action was decided by. Where it says nothing of
review, whoever comes in may approve alone. What the law owes counts for nothing: only what we add to it is weighed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine.access.users import Rights, rights
from wowengine.campaigns import policies
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.decide.policy_review import Approver, Review
from wowengine.decide.words import money
from wowengine.errors import Refused
from wowengine.terms import GestureKind


@dataclass(frozen=True)
class Need:
    """How many people must still approve, and the lowest role that may; None: whoever comes in, or nobody at all."""

    role: Approver | None
    count: int


def admit(session: Session, action: Action, actor: Actor) -> int:
    """Return how many people must approve this action, this one included.

    Raises
    ------
    Refused
        When this person may not, or it takes another; the sentence says who could.
    """
    review = rules(session, [action])[action.id]
    if review is None:
        return 1
    _refuse_role(session, review, action, actor)
    people = review.people(added(action))
    if people > 1:
        _refuse_twice(review, action, actor)
        _refuse_lapsed(session, review, action)
    return people


def needs(session: Session, actions: Sequence[Action]) -> dict[str, list[Need]]:
    """Return who must still approve each action that waits for a word, by its id; nobody for all others."""
    waiting = [action for action in actions if action.state == ActionState.PROPOSED]
    return {one.id: [] for one in actions} | {
        action.id: [_need(action, review)]
        for action, review in zip(waiting, rules(session, waiting).values(), strict=True)
    }


def rules(session: Session, actions: Sequence[Action]) -> dict[str, Review | None]:
    """Return what the policy says of review, by action, in their order."""
    if active := policies.active(session):
        return dict.fromkeys((action.id for action in actions), _read(active.toml))
    by_decision = _decided_by(session, {action.decision_id for action in actions})
    return {action.id: by_decision[action.decision_id] for action in actions}


def added(action: Action) -> int:
    """Return in cents what an approval decides on: all but what the law owes anyhow."""
    return action.amount_cents - action.floor_cents


def _need(action: Action, review: Review | None) -> Need:
    if review is None:
        return Need(None, 1)
    left = review.people(added(action)) - len(action.approvals)
    return Need(review.lowest(added(action), GestureKind(action.kind)), left)


@lru_cache(maxsize=8)
def _read(toml: str) -> Review | None:
    section = tomllib.loads(toml).get("review")
    return Review.model_validate(section) if section else None


def _decided_by(session: Session, decision_ids: set[str]) -> Mapping[str, Review | None]:
    """Return the rules of the policies by which these decisions were taken: one receipt of each policy is read."""
    told = select(DecisionRow.id, DecisionRow.policy_version).where(DecisionRow.id.in_(decision_ids))
    versions: dict[str, str] = dict(iter(session.execute(told)))
    one_each = select(func.min(DecisionRow.id)).where(DecisionRow.id.in_(decision_ids))
    section = DecisionRow.receipt[("inputs", "policy", "review")]
    kept = select(DecisionRow.policy_version, section).where(
        DecisionRow.id.in_(one_each.group_by(DecisionRow.policy_version))
    )
    found = {version: Review.model_validate(said) if said else None for version, said in session.execute(kept)}
    return {decision_id: found[version] for decision_id, version in versions.items()}


def _refuse_role(session: Session, review: Review, action: Action, actor: Actor) -> None:
    mine = rights(session, actor.name)
    if _may(review, mine, action):
        return
    who = f"{actor.name} is {mine.role} here" if mine else f"{actor.name} does not work here"
    what = f"a {action.kind} of {money(added(action), action.currency)}"
    raise Refused(f"{who}, and may not approve {what}. {_who_may(review, action)}", action=action.id)


def _may(review: Review, mine: Rights | None, action: Action) -> bool:
    return mine is not None and review.may(mine.role, added(action), GestureKind(action.kind))


def _refuse_lapsed(session: Session, review: Review, action: Action) -> None:
    """Count a first yes only while whoever gave it still may."""
    for one in action.approvals:
        if not _may(review, rights(session, one["by"]), action):
            said = f"{one['by']} said yes first, and may not any more: put it off and take it up again, to begin anew."
            raise Refused(said, action=action.id)


def _refuse_twice(review: Review, action: Action, actor: Actor) -> None:
    """Two different people, and neither of them whoever put it forward or amended it."""
    named = actor.name.casefold()
    if named in {name.casefold() for name in action.authors}:
        said = f"{actor.name} put it forward as it is: two others must approve it."
        raise Refused(f"{said} {_who_may(review, action)}", action=action.id)
    if named in {one["by"].casefold() for one in action.approvals}:
        said = f"{actor.name} has approved it already: somebody else must, too."
        raise Refused(f"{said} {_who_may(review, action)}", action=action.id)


def _who_may(review: Review, action: Action) -> str:
    lowest = review.lowest(added(action), GestureKind(action.kind))
    if lowest is None:
        return "Nobody may: it is above every limit of the policy."
    article = "An" if lowest[0] in "aeiou" else "A"
    return f"{article} {lowest} may: up to {money(review.limit_cents[lowest], action.currency)}."
