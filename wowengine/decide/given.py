"""What a customer was given before: which of it counts, and what of it was to make something good.

States are those of an action, as `campaigns.lifecycle` names them; a test holds the two together.
"""

from collections.abc import Iterable
from typing import Final

from wowengine.decide.candidate import Given
from wowengine.terms import Basis

UNDECIDED: Final = frozenset({"proposed", "deferred"})
WAITING: Final = UNDECIDED | frozenset({"approved", "claimed", "sending", "uncertain"})
DONE: Final = frozenset({"delivered", "closed"})
DECLINED: Final = frozenset({"declined"})
COUNTED: Final = WAITING | DONE  # whatever waits for approval counts like what was delivered


def amends(given: Iterable[Given]) -> list[Given]:
    """Return what was given as goodwill, or waits to be, for whatever incident."""
    return [one for one in given if one.basis is Basis.GOODWILL and one.state in COUNTED]
