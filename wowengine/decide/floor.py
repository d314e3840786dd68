"""What a regime owes, as a suggestion of its own. It asks neither consent, nor contact policy, nor any score."""

from wowengine.decide.candidate import Incident, Verdict
from wowengine.decide.contact import settled
from wowengine.decide.decision import Suggestion
from wowengine.decide.draft import draft_owed
from wowengine.decide.inputs import Inputs
from wowengine.decide.law import Finding, Owed, Stacking
from wowengine.decide.why import why_owed
from wowengine.decide.words import money, spoken
from wowengine.terms import Basis, GestureKind


def settle_floor(owed: Owed | None, inputs: Inputs) -> tuple[list[Suggestion], dict[str, list[Verdict]]]:
    """Return the suggestions to pay what is owed, one for each regime that pays, and the words on it either way."""
    incident = inputs.moment.incident
    if owed is None or incident is None:
        return [], {}
    suggestions, said = [], {}
    for answer in _answers(owed):
        gesture_id = f"owed:{answer.regime}" if answer.regime else "owed"
        words = [
            Verdict(_due(answer), f"floor.{answer.verdict}", answer.reason),
            settled(inputs.person.given, gesture_id, incident.source_id),
        ]
        said[gesture_id] = words
        if all(word.ok for word in words):
            suggestions.append(_suggestion(gesture_id, answer, incident, inputs))
    return suggestions, said


def _answers(owed: Owed) -> list[Owed]:
    """Return the first answer and what is due beside it: by laws that add to others, and by one of the rest at most."""
    rest = [one for one in (owed, *owed.also) if one.stacking is not Stacking.ADDS]
    open_ones = [one for one in rest if one.verdict is not Finding.NOT_ELIGIBLE]
    instead = [one for one in open_ones[:1] if one is not owed and _due(one)]
    besides = [one for one in owed.also if one.stacking is Stacking.ADDS and _due(one)]
    return [owed, *instead, *besides]


def _due(answer: Owed) -> bool:
    return answer.verdict is Finding.ELIGIBLE and bool(answer.amount_cents)


def _suggestion(gesture_id: str, owed: Owed, incident: Incident, inputs: Inputs) -> Suggestion:
    person, policy = inputs.person, inputs.policy
    language = spoken(person.language, policy.language)
    amount, currency = owed.amount_cents or 0, owed.currency or ""
    return Suggestion(
        gesture_id=gesture_id,
        kind=GestureKind.COMPENSATION,
        basis=Basis.FLOOR,
        subject=incident.source_id,
        title=f"{money(amount, currency, language)}, {owed.law[language]}",
        why_text=why_owed(owed, incident, person, policy, language),
        draft=draft_owed(owed, incident, person, policy, company=inputs.company),
        language=language,
        channel=policy.channel,
        place=None,
        deadline_at=None,
        slots={},
        evidence=(),
        reasons=(),
        amount_cents=amount,
        floor_cents=amount,
        amount_reason=owed.reason,
        currency=currency,
        propensity=None,
        score=None,
        priority=float(amount),
        factors={},
        account=policy.account(Basis.FLOOR, currency) or "",
        scarce=False,
    )
