"""May we reach them now? One counter a person over everything we do, and rest when rest is due.

What the law owes asks none of this (`floor`); goodwill needs no consent.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Given, Verdict
from wowengine.decide.given import COUNTED, DECLINED, DONE, UNDECIDED, WAITING
from wowengine.decide.offer import Offer
from wowengine.decide.zones import local
from wowengine.terms import Basis, Purpose

_NOTHING_WAITS = Verdict(True, "contact.waiting", "nothing like it waits")
_NOT_HAD = Verdict(True, "contact.again", "not had lately")
_NOT_DECLINED = Verdict(True, "contact.declined", "nobody declined it")


def consent(offer: Offer) -> Verdict:
    """Ask for a yes to offers before surprises, tips and questions. Making good needs none."""
    if offer.basis is not Basis.DELIGHT:
        return Verdict(True, "contact.consent", "making good needs no consent")
    ok = Purpose.OFFERS in offer.person.consents
    return Verdict(ok, "contact.consent", "they agreed to offers" if ok else "they have not agreed to offers")


def waiting(offer: Offer) -> Verdict:
    """Propose nothing that waits already, for the same reason."""
    if not offer.before:
        return _NOTHING_WAITS
    return _unless(_in(offer.before, WAITING), "contact.waiting", "the same is {state} already", _NOTHING_WAITS.reason)


def cap(offer: Offer) -> Verdict:
    """Count: so many of a kind in so many days."""
    kind = offer.candidate.kind
    limit = offer.policy.caps.kinds.get(kind)
    if limit is None:
        return Verdict(True, "contact.cap", f"no cap on a {kind}")
    had = sum(one.kind is kind for one in _since(_in(offer.person.given, COUNTED), offer.moment.at, limit.days))
    return Verdict(had < limit.most, "contact.cap", f"{had} of at most {limit.most} in {limit.days} days")


def once(offer: Offer) -> Verdict:
    """Make an incident good so many times, however often they write."""
    if offer.basis is not Basis.GOODWILL:
        return Verdict(True, "contact.once", "answers no incident")
    had, most = offer.made_good, offer.policy.caps.compensations_per_incident
    return Verdict(had < most, "contact.once", f"{had} of at most {most} for this incident")


def rest(offer: Offer) -> Verdict:
    """Rest some days after a surprise, tip or question, before the next.

    What still waits for a person's word counts too, or every round would pile up another beside it; but where the
    moment will not come again (a gate closes, a guest checks out), both are shown and the reviewer chooses.
    """
    if offer.basis is not Basis.DELIGHT:
        return Verdict(True, "contact.rest", "making good does not wait")
    days = offer.policy.cool_downs.between
    counted = COUNTED if offer.moment.deadline is None else COUNTED - UNDECIDED
    recent = _since(_in(offer.person.given, counted), offer.moment.at, days)
    delights = [one for one in recent if one.basis is Basis.DELIGHT]
    return _unless(
        delights, "contact.rest", f"{{gesture_id}} is {{state}}, less than {days} days ago", "nothing in the last days"
    )


def again(offer: Offer) -> Verdict:
    """Wait long before doing the same again; making good another incident may repeat itself."""
    if not offer.before:
        return _NOT_HAD
    days = offer.policy.cool_downs.same_gesture
    recent = _since(_in(offer.before, DONE), offer.moment.at, days)
    return _unless(recent, "contact.again", f"had the same less than {days} days ago", _NOT_HAD.reason)


def declined(offer: Offer) -> Verdict:
    """Leave alone what a reviewer said no to."""
    if not offer.before:
        return _NOT_DECLINED
    days = offer.policy.cool_downs.declined
    recent = _since(_in(offer.before, DECLINED), offer.moment.at, days)
    return _unless(
        recent, "contact.declined", f"a reviewer declined it less than {days} days ago", _NOT_DECLINED.reason
    )


def complaint(offer: Offer) -> Verdict:
    """Hold surprises back while a complaint of theirs has no answer."""
    unanswered = offer.person.open_complaints
    blocks = unanswered > 0 and offer.candidate.kind in offer.policy.complaints.block
    reason = f"{unanswered} complaint(s) of theirs without an answer" if unanswered else "no complaint is open"
    return Verdict(not blocks, "contact.complaint", reason)


def quiet_topic(offer: Offer) -> Verdict:
    """Bring no cheer where there may be grief: some days after they wrote of what is nobody's business."""
    said, days = offer.person.private_at, offer.policy.cool_downs.private
    quiet = said is not None and said > offer.moment.at - timedelta(days=days)
    ok = not quiet or offer.basis is not Basis.DELIGHT
    return Verdict(ok, "contact.quiet_topic", "not a time for surprises" if quiet else "no reason to keep quiet")


def hold(offer: Offer) -> Verdict:
    """Do nothing that delights in a storm: it would look like a bribe, or like nobody had noticed."""
    why = offer.moment.hold
    ok = not why or offer.basis is not Basis.DELIGHT
    return Verdict(ok, "contact.hold", f"everything that delights is held back: {why}" if why else "nothing holds it")


def quiet_hours(offer: Offer) -> Verdict:
    """Let nothing ring at night where they live, unless they are speaking with us there just now."""
    hours, channel = offer.policy.quiet_hours, offer.channel
    if channel not in hours.channels:
        return Verdict(True, "contact.quiet_hours", f"{channel} wakes nobody")
    if channel == offer.moment.channel:
        return Verdict(True, "contact.quiet_hours", "they are speaking with us there now")
    here = local(offer.moment.at, offer.person.time_zone, hours.time_zone)
    quiet = hours.hold_at(here.time())
    reason = f"{here:%H:%M} where they are; quiet from {hours.start:%H:%M} to {hours.end:%H:%M}"
    return Verdict(not quiet, "contact.quiet_hours", reason)


def held_out(offer: Offer) -> Verdict:
    """Keep surprises from some, so that we can tell whether surprises help. Making good is for everybody."""
    ok = offer.arm is not Arm.HOLDOUT or offer.basis is not Basis.DELIGHT
    return Verdict(ok, "contact.held_out", f"in the arm {offer.arm}")


OF_KIND = (consent, cap, once, rest, complaint, quiet_topic, hold, quiet_hours, held_out)
OF_GESTURE = (waiting, again, declined)


def _in(given: Iterable[Given], states: Collection[str]) -> list[Given]:
    return [one for one in given if one.state in states]


def _since(given: Iterable[Given], now: datetime, days: int) -> list[Given]:
    return [one for one in given if one.at > now - timedelta(days=days)]


def _unless(found: Sequence[Given], rule: str, no: str, yes: str) -> Verdict:
    """No, telling of the latest that was found; else yes."""
    if not found:
        return Verdict(True, rule, yes)
    latest = max(found, key=lambda one: (one.at, one.gesture_id))
    return Verdict(False, rule, no.format(state=latest.state, gesture_id=latest.gesture_id))
