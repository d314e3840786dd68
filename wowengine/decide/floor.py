"""What a regime owes, as a suggestion of its own. It asks neither consent, nor contact policy, nor any score."""

from wowengine.decide.candidate import Incident, Verdict
from wowengine.decide.contact import settled
from wowengine.decide.decision import Suggestion
from wowengine.decide.draft import draft_owed
from wowengine.decide.inputs import Inputs
from wowengine.decide.regime import Finding, Owed
from wowengine.decide.why import why_owed
from wowengine.decide.words import money, spoken
from wowengine.terms import Basis, GestureKind


def settle_floor(owed: Owed | None, inputs: Inputs) -> tuple[list[Suggestion], dict[str, list[Verdict]]]:
    """Return the suggestion to pay what is owed, if anything is, and the words on it either way."""
    incident, person = inputs.moment.incident, inputs.person
    if owed is None or incident is None:
        return [], {}
    gesture_id = f"owed:{owed.regime}" if owed.regime else "owed"
    due = owed.verdict is Finding.ELIGIBLE and bool(owed.amount_cents)
    words = [
        Verdict(due, f"floor.{owed.verdict}", owed.reason),
        settled(person.given, gesture_id, incident.source_id),
    ]
    if not all(word.ok for word in words):
        return [], {gesture_id: words}
    return [_suggestion(gesture_id, owed, incident, inputs)], {gesture_id: words}


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
