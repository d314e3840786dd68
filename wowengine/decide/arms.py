"""Which treatment a customer stands in, so that one can tell what helps: the gift, the money, or the knowing.

What went wrong is made good for everybody alike: neither what the law owes nor goodwill is ever held out.
"""

import hashlib
import hmac
from enum import StrEnum

from wowengine.decide.canonical import digest
from wowengine.decide.policy_chance import Arms

_WHOLE = 1 << 64


class Arm(StrEnum):
    """A standing treatment. Drawn for good: the same salt, id and shares give the same arm."""

    FULL = "full"  # the whole engine: everything the rules allow
    HOLDOUT = "holdout"  # no surprises, tips or questions
    RANDOM = "random"  # any gesture that the rules allow, by lot: a gift without the choosing
    GENERIC = "generic"  # what anybody might like, of the same worth: the money without the knowing
    UNSOCIAL = "unsocial"  # the whole engine, blind to what they said in public


def arm_of(customer_id: str, salt: str, holdout: float, arms: Arms) -> Arm:
    """Return the customer's arm.

    Parameters
    ----------
    customer_id
        The company's id of the customer.
    salt
        Kept secret and unchanged; another salt draws other groups.
    holdout
        Share of customers held out, 0 to 1. A larger share keeps everybody who was held out before.
    arms
        The shares of the others; where a share changes, those groups are drawn anew (see `experiment`).
    """
    drawn = _number(salt, customer_id)
    if drawn < holdout * _WHOLE:
        return Arm.HOLDOUT
    ends = 1.0  # the holdout grows from below, and the arms stand at the top
    for arm, share in ((Arm.RANDOM, arms.random), (Arm.GENERIC, arms.generic), (Arm.UNSOCIAL, arms.unsocial)):
        ends -= share
        if share and drawn >= ends * _WHOLE:
            return arm
    return Arm.FULL


def experiment(salt: str, holdout: float, arms: Arms) -> str:
    """Return what names the drawing of these groups: while it is the same, nobody changes group."""
    return digest([_number(salt, "experiment"), holdout, arms.random, arms.generic, arms.unsocial])


def chance_of(customer_id: str, salt: str, occasion: str) -> float:
    """Return a number in [0, 1) for one customer and occasion: no one can guess it, and everyone can draw it again."""
    return (_number(salt, f"{customer_id}\n{occasion}") >> 11) / (1 << 53)


def _number(salt: str, about: str) -> int:
    drawn = hmac.digest(salt.encode(), about.encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8])
