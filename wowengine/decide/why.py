"""The sentence that says why: from what they said, or from what they suffered, with its source and its day."""

from collections.abc import Callable, Collection, Sequence

from wowengine.decide.candidate import Candidate, Evidence, Incident, Moment, Person
from wowengine.decide.distance import near_enough
from wowengine.decide.policy import Policy
from wowengine.decide.regime import Owed
from wowengine.decide.texts import BY_LANGUAGE
from wowengine.decide.words import duration, money, of_day, on_day, quoted, said_on
from wowengine.decide.zones import local
from wowengine.terms import GestureKind

SLOW_ANSWER = "slow_answer"  # the type of an incident that is our own silence
_SHORTEST_QUOTE = 8  # letters: less says nothing


def speaker(
    person: Person, moment: Moment, policy: Policy, language: str, generic: Collection[str] = ()
) -> Callable[[Candidate], str]:
    """Return who says why to this person now: the sentence for a candidate, or '' where nothing can be said.

    Of the gestures in `generic` nothing personal is said.
    """
    amends = why_goodwill(moment.incident, person, policy, language) if moment.incident else ""
    known: dict[tuple[int, str], str] = {}  # one remark of theirs speaks for many gestures

    def remark(evidence: Evidence) -> str:
        about = evidence.signal_id, evidence.topic
        if about not in known:
            near = near_enough(evidence, policy.face)
            known[about] = _said(evidence, person, policy, language) if near else ""
        return known[about]

    def why(candidate: Candidate) -> str:
        if candidate.kind is GestureKind.COMPENSATION:
            return amends
        if candidate.gesture_id in generic:
            return BY_LANGUAGE[language].thanks
        if candidate.kind is GestureKind.QUESTION:
            return BY_LANGUAGE[language].ask
        return next(filter(None, map(remark, _best(candidate))), "")

    return why


def why_goodwill(incident: Incident, person: Person, policy: Policy, language: str) -> str:
    """Return what happened, and how long their words about it waited."""
    event = happened(incident, person, policy, language)
    if not waited_after(incident):
        return f"{event}."
    wait = duration(incident.unanswered_minutes, language)
    return BY_LANGUAGE[language].waited.format(event=event, wait=wait)


def why_owed(owed: Owed, incident: Incident, person: Person, policy: Policy, language: str) -> str:
    """Return what happened, and what the law gives for it."""
    amount = money(owed.open_cents, owed.currency or "", language)
    event = happened(incident, person, policy, language)
    return BY_LANGUAGE[language].owed.format(event=event, law=owed.law[language], amount=amount)


def happened(incident: Incident, person: Person, policy: Policy, language: str) -> str:
    """Return what went wrong and on which day, without a full stop."""
    texts = BY_LANGUAGE[language]
    when = of_day(local(incident.at, person.time_zone, policy.quiet_hours.time_zone), language)
    thing = texts.things.get(incident.mode, texts.thing)
    if incident.type == "delay" and incident.arrival_delay_minutes:
        return texts.late.format(thing=thing, when=when, late=duration(incident.arrival_delay_minutes, language))
    if incident.type == SLOW_ANSWER and incident.unanswered_minutes:
        return texts.slow.format(when=when, wait=duration(incident.unanswered_minutes, language))
    return texts.events.get(incident.type, texts.event).format(thing=thing, when=when)


def waited_after(incident: Incident) -> bool:
    """Return whether there was a wait besides what went wrong; a slow answer is the wait itself."""
    return incident.unanswered_minutes > 0 and incident.type != SLOW_ANSWER


def _best(candidate: Candidate) -> Sequence[Evidence]:
    """Sort: what fills in a slot, then what they told us, then the newest."""
    if len(candidate.evidence) < 2:  # noqa: PLR2004 - nothing to sort
        return candidate.evidence
    return sorted(
        candidate.evidence,
        key=lambda one: (one.topic not in candidate.slots, not one.stated, -one.at.timestamp(), one.signal_id),
    )


def _said(evidence: Evidence, person: Person, policy: Policy, language: str) -> str:
    texts = BY_LANGUAGE[language]
    frame = (texts.told if evidence.stated else texts.wrote).format(
        quote="{quote}",
        where=said_on(evidence.source, language),
        when=on_day(local(evidence.at, person.time_zone, policy.quiet_hours.time_zone), language),
    )
    room = policy.face.longest - len(frame.replace("{quote}", quoted("", language)))
    quote = _shortened(_clean(evidence.quote), room)
    return frame.replace("{quote}", quoted(quote, language)) if quote else ""


def _clean(text: str) -> str:
    """One line, without characters that cannot be seen."""
    seen = text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())


def _shortened(text: str, room: int) -> str:
    """Cut at a word; '' where what is left would say nothing."""
    if len(text) <= room:
        return text
    cut = text[: max(0, room - 1)].rsplit(" ", 1)[0].rstrip(" ,.;:")
    return f"{cut}…" if len(cut) >= _SHORTEST_QUOTE else ""
