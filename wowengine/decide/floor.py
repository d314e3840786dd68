"""What a regime owes, as a suggestion of its own. It asks neither consent, nor contact policy, nor any score.

It asks whether it waits, was paid or was declined already. Where a part of it is settled, the rest is suggested.
"""

from wowengine.decide.candidate import Incident, Verdict
from wowengine.decide.decision import Suggestion
from wowengine.decide.draft import draft_owed
from wowengine.decide.given import DECLINED, DONE, WAITING
from wowengine.decide.inputs import Inputs
from wowengine.decide.law import Finding, Owed, Stacking
from wowengine.decide.remedies import counted
from wowengine.decide.why import why_owed
from wowengine.decide.words import money, spoken
from wowengine.terms import Basis, GestureKind


def settle_floor(inputs: Inputs) -> tuple[list[Suggestion], dict[str, list[Verdict]]]:
    """Return the suggestions to pay what is owed, one for each regime that pays, and the words on it either way."""
    incident = inputs.moment.incident
    if inputs.owed is None or incident is None:
        return [], {}
    suggestions, said = [], {}
    for answer in _answers(inputs.owed):
        words = [
            Verdict(_due(answer), f"floor.{answer.verdict}", answer.reason),
            _settled(answer, incident, inputs),
            Verdict(True, "floor.substitute", _in_place(answer, incident, inputs) or "nothing was given in its place"),
        ]
        said[answer.gesture_id] = words
        if all(word.ok for word in words):
            suggestions.append(_suggestion(answer, incident, inputs))
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


def _settled(answer: Owed, incident: Incident, inputs: Inputs) -> Verdict:
    """Propose it once: not while it waits, was paid, or a person said no to it; the rest, where a part was paid."""
    about = (answer.gesture_id, incident.source_id)
    final = WAITING | DECLINED if answer.open_cents else WAITING | DECLINED | DONE
    same = [one for one in inputs.person.given if (one.gesture_id, one.subject) == about and one.state in final]
    if same:
        return Verdict(False, "floor.settled", f"it is {max(same, key=lambda one: one.at).state} already")
    if not answer.settled_cents:
        return Verdict(True, "floor.settled", "not proposed yet")
    settled = money(answer.settled_cents, answer.currency or "")
    return Verdict(answer.open_cents > 0, "floor.settled", f"{settled} of it is settled already")


def _in_place(answer: Owed, incident: Incident, inputs: Inputs) -> str:
    """Say whether what they were given counts in place of the money; it never stands in the way of the rest."""
    return "; ".join(counted(answer, inputs.person.given, incident.source_id))


def _suggestion(owed: Owed, incident: Incident, inputs: Inputs) -> Suggestion:
    person, policy = inputs.person, inputs.policy
    language = spoken(person.language, policy.language)
    amount, currency = owed.open_cents, owed.currency or ""
    return Suggestion(
        gesture_id=owed.gesture_id,
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
        amount_reason=_reason(owed, incident, inputs),
        currency=currency,
        propensity=None,
        score=None,
        priority=float(amount),
        factors={},
        account=policy.account(Basis.FLOOR, currency) or "",
        scarce=False,
    )


def _reason(owed: Owed, incident: Incident, inputs: Inputs) -> str:
    """Say how the amount came about: what is owed, what of it is settled, and what does not count towards it."""
    said = [owed.reason]
    if owed.settled_cents:
        said.append(f"{money(owed.settled_cents, owed.currency or '')} of it is settled already.")
    if in_place := _in_place(owed, incident, inputs):
        said.append(f"Given before: {in_place}.")
    return " ".join(said)
