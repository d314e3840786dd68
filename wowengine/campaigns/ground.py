"""Is the ground an action stands on still there? Asked again at the last moment, not only when it was approved."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from wowengine.campaigns import never, store
from wowengine.campaigns.lifecycle import SYSTEM, Step
from wowengine.campaigns.models import Action
from wowengine.profiles.consent import consents
from wowengine.terms import Basis, Purpose

NO_CONSENT = "The customer does not agree, or no longer agrees, to surprises."


def objections(session: Session, actions: Sequence[Action]) -> dict[str, str]:
    """Return why actions must not go on, by their ids; those that may are left out.

    A surprise needs a yes to offers, and that no reviewer said never again. What the law owes, and making good what
    went wrong, need neither.
    """
    delights = [action for action in actions if action.basis == Basis.DELIGHT]
    given = consents(session, sorted({action.customer_id for action in delights})) if delights else {}
    barred = {
        action_id: f"A reviewer said never again: {word}."
        for action_id, word in never.barred(session, delights).items()
    }
    return barred | {
        action.id: NO_CONSENT for action in delights if Purpose.OFFERS not in given.get(action.customer_id, frozenset())
    }


def withdraw(session: Session, action_id: str, reason: str, *, version: int | None = None) -> Action:
    """Take an action back because its ground is gone; money and stock held for it are free again."""
    return store.step(session, action_id, Step.WITHDRAW, SYSTEM, expect_version=version, note=reason)
