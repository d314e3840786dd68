"""Would we say it to their face? A suggestion whose words fail here cannot be approved."""

from wowengine.decide.candidate import Verdict
from wowengine.decide.offer import Offer


def sayable(offer: Offer) -> Verdict:
    """Have a sentence to say, short enough to be read."""
    length, longest = len(offer.why_text), offer.policy.face.longest
    if not length:
        return Verdict(False, "face.sayable", "nothing they said or suffered speaks for it")
    return Verdict(length <= longest, "face.sayable", f"{length} characters of at most {longest}")


def words(offer: Offer) -> Verdict:
    """Sound neither like somebody who watches nor like somebody who promises."""
    spoken = f"{offer.title} {offer.why_text}".casefold()
    banned = [phrase for phrase in offer.policy.face.banned if phrase.casefold() in spoken]
    return Verdict(not banned, "face.words", f"says “{banned[0]}”" if banned else "nothing that would offend")


RULES = (sayable, words)
