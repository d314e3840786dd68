"""Which treatment a customer stands in, so that one can tell what helps: the gift, the money, or the knowing.

What went wrong is made good for everybody alike: neither what the law owes nor goodwill is ever held out.
"""

import hashlib
import hmac
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Drawing:
    """How customers are drawn into arms.

    Attributes
    ----------
    salt
        Kept secret and unchanged; another salt draws other groups.
    holdout
        Share of customers held out, 0 to 1. A larger share keeps everybody who was held out before.
    arms
        The shares of the others; where a share changes, those groups are drawn anew (see `experiment`).
    """

    salt: str
    holdout: float
    arms: Arms

    @property
    def experiment(self) -> str:
        """What names the drawing of these groups: while it is the same, nobody changes group."""
        arms = self.arms
        return digest([_number(self.salt, "experiment"), self.holdout, arms.random, arms.generic, arms.unsocial])

    def arm(self, customer_id: str) -> Arm:
        """Return the arm of a customer."""
        drawn = _number(self.salt, customer_id)
        if drawn < self.holdout * _WHOLE:
            return Arm.HOLDOUT
        ends = 1.0  # the holdout grows from below, and the arms stand at the top
        shares = {Arm.RANDOM: self.arms.random, Arm.GENERIC: self.arms.generic, Arm.UNSOCIAL: self.arms.unsocial}
        for arm, share in shares.items():
            ends -= share
            if share and drawn >= ends * _WHOLE:
                return arm
        return Arm.FULL

    def chance(self, customer_id: str, occasion: str) -> float:
        """Return a number in [0, 1) for one occasion: no one can guess it, and everyone can draw it again."""
        return (_number(self.salt, f"{customer_id}\n{occasion}") >> 11) / (1 << 53)


def _number(salt: str, about: str) -> int:
    drawn = hmac.digest(salt.encode(), about.encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8])
