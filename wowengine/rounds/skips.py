"""Why somebody gets nothing of a campaign: one word for each rule that may say no."""

from collections.abc import Mapping, Sequence

from wowengine.campaigns.campaign import RecipientState as State
from wowengine.decide.candidate import Verdict
from wowengine.decide.decision import Decision
from wowengine.terms import GestureKind

NOTHING = "the campaign has no gesture for them"

# Every rule by its word, what hangs on the person first: of several that say no, the first of these is told.
WORDS: Mapping[str, State] = {
    "contact.held_out": State.HELD_OUT,
    "contact.hold": State.ON_HOLD,
    "contact.consent": State.NO_CONSENT,
    "contact.waiting": State.DUPLICATE,
    "contact.again": State.DUPLICATE,
    "contact.cap": State.CAPPED,
    "contact.rest": State.CAPPED,
    "contact.complaint": State.INELIGIBLE,
    "contact.quiet_topic": State.INELIGIBLE,
    "contact.quiet_hours": State.INELIGIBLE,
    "contact.declined": State.INELIGIBLE,
    "contact.once": State.INELIGIBLE,
    "eligibility.never": State.INELIGIBLE,
    "eligibility.occasion": State.INELIGIBLE,
    "eligibility.tier": State.INELIGIBLE,
    "eligibility.validity": State.INELIGIBLE,
    "eligibility.lead_time": State.INELIGIBLE,
    "eligibility.place": State.INELIGIBLE,
    "eligibility.slots": State.INELIGIBLE,
    "eligibility.form": State.INELIGIBLE,
    "eligibility.amount": State.INELIGIBLE,
    "floor.settled": State.INELIGIBLE,
    "floor.substitute": State.INELIGIBLE,
    "face.sayable": State.NOT_FACE_SAFE,
    "face.distance": State.NOT_FACE_SAFE,
    "face.private": State.NOT_FACE_SAFE,
    "face.words": State.NOT_FACE_SAFE,
    "eligibility.stock": State.NO_STOCK,
    "eligibility.budget": State.NO_BUDGET,
    "allocation.allotted": State.NO_STOCK,  # NO_BUDGET where it is money that is short
    "arbitration.worth": State.NOT_CHOSEN,
    "arbitration.rank": State.NOT_CHOSEN,
}
ORDER = {rule: place for place, rule in enumerate(WORDS)}


def why_not(decision: Decision) -> tuple[State, str]:
    """Return the word for a decision that came to nothing, and the rule's own words.

    Told is what stopped the gesture that came nearest: the one to which the fewest rules said no.
    """
    kinds = {one.gesture_id: one for one in decision.inputs.candidates}
    refused = {
        gesture_id: [word for word in words if not word.ok]
        for gesture_id, words in decision.words.items()
        if gesture_id in kinds and kinds[gesture_id].kind is not GestureKind.COMPENSATION
    }
    if not refused:
        return State.INELIGIBLE, NOTHING
    nearest = min(refused, key=lambda gesture_id: (len(refused[gesture_id]), gesture_id))
    word = _first(refused[nearest])
    if word.rule == "allocation.allotted" and kinds[nearest].stock_left is None:
        return State.NO_BUDGET, word.reason
    return WORDS[word.rule], word.reason


def _first(words: Sequence[Verdict]) -> Verdict:
    return min(words, key=lambda word: ORDER[word.rule])
