"""May they have it? One small rule a question; all are asked, so that a reviewer sees every reason."""

from datetime import timedelta
from functools import cache

from wowengine.decide.candidate import Candidate, Given, Verdict
from wowengine.decide.given import amends
from wowengine.decide.offer import Offer
from wowengine.decide.words import money
from wowengine.terms import Basis, GestureKind

# Words that are said of most gestures are made once: a decision speaks a thousand of them.
_EVERY_TIER = Verdict(True, "eligibility.tier", "open to every tier")
_ON_OFFER = Verdict(True, "eligibility.validity", "on offer now")
_NO_LIMIT = Verdict(True, "eligibility.stock", "as many as needed")
_NO_DEADLINE = Verdict(True, "eligibility.lead_time", "no deadline")
_ANYWHERE = Verdict(True, "eligibility.place", "can be had anywhere")
_ALL_KNOWN = Verdict(True, "eligibility.slots", "everything it needs is known")
_NO_GOODWILL = Verdict(True, "eligibility.amount", "the ladder is for goodwill")
_ANY_FORM = Verdict(True, "eligibility.form", "we have not failed them so often that the form must change")
_NEVER_UNTOUCHED = Verdict(True, "eligibility.never", "making good is never barred")
_NEVER_FREE = Verdict(True, "eligibility.never", "nobody said never again of this")
_FREE = Verdict(True, "eligibility.budget", "costs nothing")


def occasion(offer: Offer) -> Verdict:
    """Make good where something went wrong, and delight where nothing did: a failure is no opportunity."""
    went_wrong = offer.moment.incident is not None
    ok = went_wrong == (offer.basis is Basis.GOODWILL)
    reason = "something of ours went wrong for them" if went_wrong else "nothing went wrong for them"
    return Verdict(ok, "eligibility.occasion", reason)


def tier(offer: Offer) -> Verdict:
    """Keep some gestures for some tiers."""
    tiers = offer.candidate.tiers
    if not tiers:
        return _EVERY_TIER
    kept = f"kept for {', '.join(tiers)}; they are {offer.person.tier or 'in no tier'}"
    return Verdict(offer.person.tier in tiers, "eligibility.tier", kept)


def validity(offer: Offer) -> Verdict:
    """Offer it only while it is on offer."""
    begins, ends = offer.candidate.valid_from, offer.candidate.valid_until
    if begins and offer.moment.at < begins:
        return Verdict(False, "eligibility.validity", f"offered from {begins:%Y-%m-%d %H:%M} UTC on")
    if ends and offer.moment.at >= ends:
        return Verdict(False, "eligibility.validity", f"offered until {ends:%Y-%m-%d %H:%M} UTC")
    return _ON_OFFER


def stock(offer: Offer) -> Verdict:
    """Give only what is left."""
    left = offer.candidate.stock_left
    if left is None:
        return _NO_LIMIT
    return Verdict(left > 0, "eligibility.stock", f"{left} left")


def lead_time(offer: Offer) -> Verdict:
    """Be there before it is worthless."""
    lead, deadline = offer.candidate.lead_minutes, offer.deadline
    if deadline is None:
        return _NO_DEADLINE
    ready = offer.moment.at + timedelta(minutes=lead)
    reason = f"takes {lead} min; ready {ready:%Y-%m-%d %H:%M}, worthless from {deadline:%Y-%m-%d %H:%M} UTC on"
    return Verdict(ready < deadline, "eligibility.lead_time", reason)


def place(offer: Offer) -> Verdict:
    """Give it where they are."""
    where, here = offer.candidate.place, offer.moment.place
    if where is None:
        return _ANYWHERE
    reason = f"only at {where}; they are {f'at {here}' if here else 'who knows where'}"
    return Verdict(offer.here, "eligibility.place", reason)


def slots(offer: Offer) -> Verdict:
    """Know what a stated preference must fill in; and ask nobody what they have told us already."""
    wanted = offer.candidate.slots
    if not wanted:
        return _ALL_KNOWN
    known = offer.slots
    if offer.candidate.kind is GestureKind.QUESTION:
        ok = not known
        reason = f"they have told us: {', '.join(known)}" if known else "they have not told us yet"
        return Verdict(ok, "eligibility.slots", reason)
    lacking = [slot for slot in wanted if slot not in known]
    return Verdict(False, "eligibility.slots", f"they never told us: {', '.join(lacking)}") if lacking else _ALL_KNOWN


def form(offer: Offer) -> Verdict:
    """Change the form, not the words, for whom we have failed this often (policy: `goodwill.form_from`).

    Recovery wears off when like follows like, and apologies repeated are worse than none (Maxham and Netemeyer 2002;
    Halperin and others 2022): neither the same gesture nor another of its category makes good once more.
    """
    incident = offer.moment.incident
    if incident is None or not offer.other_form:
        return _ANY_FORM
    had = next((one for one in amends(offer.person.given) if _alike(offer.candidate, one)), None)
    failure = f"failure number {incident.our_failures}"
    if had is None:
        return Verdict(True, "eligibility.form", f"{failure}, and another form than before")
    same = f"{had.gesture_id}, of the same category, {had.category}," if had.category else had.gesture_id
    reason = f"{failure}, and {same} was to make good before: change the form, not the words"
    return Verdict(False, "eligibility.form", reason)


def _alike(candidate: Candidate, had: Given) -> bool:
    return candidate.gesture_id == had.gesture_id or (bool(had.category) and candidate.category == had.category)


def amount(offer: Offer) -> Verdict:
    """Fit the ladder: not above what it gives, nor so far below that it would be a slight.

    What mends is no slight however little it costs us.
    """
    given = offer.goodwill
    if offer.basis is not Basis.GOODWILL or given is None:
        return _NO_GOODWILL
    if offer.candidate.currency != given.currency:
        return Verdict(False, "eligibility.amount", f"the ladder counts in {given.currency}")
    least = 0 if offer.mends else offer.policy.goodwill.least_share * given.cents
    costs = money(offer.amount_cents, given.currency)
    reason = f"{costs}; the ladder gives {money(given.cents, given.currency)} ({given.reason})"
    return Verdict(least <= offer.amount_cents <= given.cents, "eligibility.amount", reason)


def budget(offer: Offer) -> Verdict:
    """Spend only what somebody granted. Whether enough is left is the ledger's word, when it is held."""
    if not offer.amount_cents:
        return _FREE
    account = offer.account
    if account:
        return _paid_from(account)
    return Verdict(False, "eligibility.budget", f"no budget pays for {offer.basis} in {offer.candidate.currency}")


@cache
def _paid_from(account: str) -> Verdict:
    return Verdict(True, "eligibility.budget", f"paid from {account}")


def never(offer: Offer) -> Verdict:
    """Do not what a reviewer said never to do again for them. What is owed and making good are never touched."""
    if offer.basis is not Basis.DELIGHT:
        return _NEVER_UNTOUCHED
    about = offer.candidate
    topics = {*about.tags, *about.slots, *(one.topic for one in about.evidence)}
    said = next((one for one in offer.person.never if one.bars(about.gesture_id, about.kind, topics)), None)
    return Verdict(False, "eligibility.never", f"a reviewer said never again: {said}") if said else _NEVER_FREE


OF_KIND = (occasion,)
OF_GESTURE = (tier, validity, stock, lead_time, place, slots, form, amount, budget)
