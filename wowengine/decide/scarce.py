"""Whether what there is too little of fell to them, when it was shared out among all."""

from wowengine.decide.candidate import Verdict
from wowengine.decide.offer import Offer

_NOT_SHARED = Verdict(True, "allocation.allotted", "there is enough of it")
_THEIRS = Verdict(True, "allocation.allotted", "it fell to them, when what there is was shared out")
_OTHERS = Verdict(False, "allocation.allotted", "there is not enough for all, and it does more for others")


def allotted(offer: Offer) -> Verdict:
    """Give what is scarce to those for whom it does most, and not to the first in line."""
    fell = offer.candidate.allotted
    return _NOT_SHARED if fell is None else _THEIRS if fell else _OTHERS


RULES = (allotted,)
