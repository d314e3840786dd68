"""Would we say it to their face? A suggestion whose words fail here cannot be approved."""

from functools import lru_cache

from wowengine.decide.candidate import Verdict
from wowengine.decide.distance import distance
from wowengine.decide.offer import Offer
from wowengine.decide.private import touched

_SAYABLE = Verdict(True, "face.sayable", "a sentence short enough to be read")
_NEAR = Verdict(True, "face.distance", "close enough to what they told us")
_PUBLIC = Verdict(True, "face.private", "nothing that is nobody's business")
_TOO_PRIVATE = Verdict(False, "face.private", "its sentence touches on what is nobody's business")
_INOFFENSIVE = Verdict(True, "face.words", "nothing that would offend")


def sayable(offer: Offer) -> Verdict:
    """Have a sentence to say, short enough to be read."""
    length, longest = len(offer.why_text), offer.policy.face.longest
    if not length:
        return Verdict(False, "face.sayable", "nothing they said or suffered speaks for it")
    if length > longest:
        return Verdict(False, "face.sayable", f"{length} characters of at most {longest}")
    return _SAYABLE


def near(offer: Offer) -> Verdict:
    """Rest on words that stand near enough to what they told us; a sentence is made of no others."""
    if offer.why_text or not offer.candidate.evidence:
        return _NEAR
    face = offer.policy.face
    nearest = min((distance(one, face) for one in offer.candidate.evidence), key=lambda one: one.product)
    if nearest.product < face.distance.bound:
        return _NEAR
    return Verdict(False, "face.distance", f"{nearest}, not below {face.distance.bound:g}")


def private(offer: Offer) -> Verdict:
    """Touch nothing that is nobody's business. The verdict does not name what: it is read by many."""
    return _TOO_PRIVATE if touched(offer.why_text) else _PUBLIC


def words(offer: Offer) -> Verdict:
    """Sound neither like somebody who watches nor like somebody who promises."""
    banned = offer.policy.face.banned
    said = _first(banned, offer.title) or _first(banned, offer.why_text)
    return Verdict(False, "face.words", f"says “{said}”") if said else _INOFFENSIVE


@lru_cache(maxsize=4096)  # the same title is offered to many, and one remark speaks for many gestures
def _first(phrases: tuple[str, ...], text: str) -> str:
    """Return the first of the phrases that a text holds, in whatever case; '' where it holds none."""
    folded = text.casefold()
    return next((phrase for phrase in phrases if phrase.casefold() in folded), "")


RULES = (sayable, near, private, words)
