"""Who gets no surprises, so that we can tell whether surprises help.

What went wrong is made good for everybody: neither what the law owes nor goodwill is ever held out.
"""

import hashlib
import hmac
from enum import StrEnum

_WHOLE = 1 << 64


class Arm(StrEnum):
    """Which treatment a customer gets. Kept for good: the same salt and id give the same arm."""

    FULL = "full"  # everything the rules allow
    HOLDOUT = "holdout"  # no surprises, tips or questions


def arm_of(customer_id: str, salt: str, share: float) -> Arm:
    """Return the customer's arm.

    Parameters
    ----------
    customer_id
        The company's id of the customer.
    salt
        Kept secret and unchanged; another salt draws other groups.
    share
        Share of customers held out, 0 to 1. A larger share keeps everybody who was held out before.
    """
    drawn = hmac.digest(salt.encode(), customer_id.encode(), hashlib.sha256)
    return Arm.HOLDOUT if int.from_bytes(drawn[:8]) < share * _WHOLE else Arm.FULL
