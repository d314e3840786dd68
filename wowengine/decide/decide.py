"""The one function: a person, a moment and candidates go in; suggestions, every verdict and a receipt come out.

It looks nothing up, asks no clock and draws no lots: the same inputs give the same decision, bit for bit.
"""

from collections.abc import Iterable

from wowengine.decide import arbitration, contact, eligibility, face
from wowengine.decide.candidate import Candidate, Moment, Person
from wowengine.decide.decision import Decision, Judged
from wowengine.decide.floor import settle_floor
from wowengine.decide.holdout import Arm
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import offers
from wowengine.decide.owed import assess
from wowengine.decide.policy import Policy
from wowengine.decide.receipt import seal
from wowengine.decide.regime import Regime
from wowengine.decide.suggest import suggest
from wowengine.terms import Basis

RULES = (*eligibility.RULES, *contact.RULES, *face.RULES, arbitration.worth)


def decide(  # noqa: PLR0917 - they read as a sentence: for whom, when, what, by which rules, in which arm
    person: Person,
    moment: Moment,
    candidates: Iterable[Candidate],
    policy: Policy,
    regimes: Iterable[Regime],
    arm: Arm,
    *,
    model_version: str = "",
    company: str = "",
) -> Decision:
    """Decide what to suggest for one person at one moment.

    Three questions, never mixed: what does the law owe, which goodwill fits what went wrong, and what might delight.
    Every candidate is judged by every rule; those that pass are ranked by plain arithmetic, goodwill and delight each
    among their own. What is owed is always suggested: no consent, cap, score or holdout enters.
    """
    inputs = Inputs.of(
        person=person,
        moment=moment,
        candidates=candidates,
        policy=policy,
        regimes=regimes,
        arm=arm,
        model_version=model_version,
        company=company,
    )
    owed = assess(moment.incident, inputs.regimes) if moment.incident else None
    suggestions, verdicts = settle_floor(owed, inputs)

    judged = {offer: [rule(offer) for rule in RULES] for offer in offers(inputs)}
    passed = [offer for offer, words in judged.items() if all(word.ok for word in words)]
    for basis, most in ((Basis.GOODWILL, policy.suggestions.goodwill), (Basis.DELIGHT, policy.suggestions.delight)):
        ranked = arbitration.rank(offer for offer in passed if offer.basis is basis)
        chosen = arbitration.choose(ranked, most)
        suggestions += [suggest(one, ranked, company) for one in chosen]
        for one in ranked:
            judged[one.offer].append(arbitration.placed(one, chosen))

    verdicts += [Judged(offer.candidate.gesture_id, word) for offer, words in judged.items() for word in words]
    receipt = seal(inputs, owed, suggestions, verdicts)
    return Decision(person.customer_id, moment, arm, tuple(suggestions), tuple(verdicts), owed, receipt)
