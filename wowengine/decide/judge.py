"""Every rule's word on every offer. All rules always speak, so that a reviewer sees every reason."""

from collections.abc import Iterable

from wowengine.decide import arbitration, contact, eligibility, face, scarce
from wowengine.decide.arbitration import Ranked, weigh
from wowengine.decide.candidate import Verdict
from wowengine.decide.offer import Offer
from wowengine.terms import GestureKind

# What hangs on the person, the moment and the kind and channel of a gesture, and on nothing else of it.
OF_KIND = (*eligibility.OF_KIND, *contact.OF_KIND)
OF_GESTURE = (*eligibility.OF_GESTURE, *contact.OF_GESTURE, *face.RULES, *scarce.RULES)
# Asked only about whom somebody said it of: receipts of before there was this rule replay as they were.
OF_SOME = (*OF_GESTURE, eligibility.never)


def judge(offers: Iterable[Offer]) -> tuple[dict[str, list[Verdict]], list[Ranked]]:
    """Return every rule's word on each offer, by gesture, and those that passed them all, weighed.

    Offers of one kind and channel share some words, and these are found once.
    """
    shared: dict[tuple[GestureKind, str], tuple[bool, list[Verdict]]] = {}
    words, passed = {}, []
    for offer in offers:
        alike = offer.candidate.kind, offer.channel
        if alike not in shared:
            said = [rule(offer) for rule in OF_KIND]
            shared[alike] = all(word.ok for word in said), said
        one = weigh(offer)
        own = [rule(offer) for rule in (OF_SOME if offer.person.never else OF_GESTURE)]
        own.append(arbitration.worth(one))
        well, said = shared[alike]
        words[offer.candidate.gesture_id] = said + own
        if well and False not in [word.ok for word in own]:
            passed.append(one)
    return words, passed
