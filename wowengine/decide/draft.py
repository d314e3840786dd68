"""The letter that a person may send as it is, or amend: with the cause, the wait, and no promises."""

from wowengine.decide.candidate import Incident, Person
from wowengine.decide.offer import Offer
from wowengine.decide.policy import Policy
from wowengine.decide.regime import Owed
from wowengine.decide.texts import BY_LANGUAGE, Texts
from wowengine.decide.why import happened, waited_after
from wowengine.decide.words import duration, money, spoken
from wowengine.terms import Basis


def draft(offer: Offer, company: str) -> str:
    """Return the letter for a gesture."""
    texts = BY_LANGUAGE[offer.language]
    incident = offer.moment.incident
    if offer.basis is Basis.GOODWILL and incident:
        apology = _apology(incident, offer.person, offer.policy, offer.language)
        return _letter(
            texts, offer.person, company, apology, f"{texts.remedy.format(title=offer.title)} {texts.rights}"
        )
    gift = texts.gifts[offer.candidate.kind].format(title=offer.title)
    noted = "; ".join(f"{slot}: {value}" for slot, value in sorted(offer.slots.items()))
    return _letter(
        texts,
        offer.person,
        company,
        f"{gift} {texts.filled.format(slots=noted)}" if noted else gift,
        texts.reason.format(why=offer.why_text),
        texts.opt_out,
    )


def draft_owed(owed: Owed, incident: Incident, person: Person, policy: Policy, *, company: str) -> str:
    """Return the letter that offers what the law owes."""
    language = spoken(person.language, policy.language)
    texts = BY_LANGUAGE[language]
    amount, whole, settled = (
        money(cents, owed.currency or "", language)
        for cents in (owed.open_cents, owed.amount_cents or 0, owed.settled_cents)
    )
    paid = texts.paid[owed.substitute.agreement if owed.substitute else ""]
    if owed.settled_cents:
        paid = f"{texts.settled.format(whole=whole, settled=settled)} {paid}"
    apology = _apology(incident, person, policy, language)
    return _letter(
        texts, person, company, apology, texts.floor.format(law=owed.law[language], amount=amount, paid=paid)
    )


def _apology(incident: Incident, person: Person, policy: Policy, language: str) -> str:
    """Say what happened and why, how long they waited, and once that we are sorry."""
    texts = BY_LANGUAGE[language]
    event = happened(incident, person, policy, language)
    cause = texts.causes.get(incident.cause or "")
    sentences = [f"{texts.because.format(event=event, cause=cause)}." if cause else f"{event}. {texts.cause_unknown}"]
    if waited_after(incident):
        sentences.append(texts.wait_sentence.format(wait=duration(incident.unanswered_minutes, language)))
    return " ".join([*sentences, texts.sorry])


def _letter(texts: Texts, person: Person, company: str, first: str, *rest: str) -> str:
    greeting = texts.greeting.format(name=person.name) if person.name else texts.greeting_unnamed
    if texts.lower_after_greeting:
        first = f"{first[:1].lower()}{first[1:]}"
    return "\n\n".join([greeting, first, *rest, "\n".join(filter(None, (texts.closing, company)))])
