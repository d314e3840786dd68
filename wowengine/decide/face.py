"""Would we say it to their face? A suggestion whose words fail here cannot be approved."""

from functools import lru_cache

from wowengine.decide.candidate import Verdict
from wowengine.decide.offer import Offer

_SAYABLE = Verdict(True, "face.sayable", "a sentence short enough to be read")
_INOFFENSIVE = Verdict(True, "face.words", "nothing that would offend")


def sayable(offer: Offer) -> Verdict:
    """Have a sentence to say, short enough to be read."""
    length, longest = len(offer.why_text), offer.policy.face.longest
    if not length:
        return Verdict(False, "face.sayable", "nothing they said or suffered speaks for it")
    if length > longest:
        return Verdict(False, "face.sayable", f"{length} characters of at most {longest}")
    return _SAYABLE


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


RULES = (sayable, words)
