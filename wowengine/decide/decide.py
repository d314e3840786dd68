"""The one function: a person, a moment and candidates go in; suggestions and every verdict come out.

It looks nothing up, asks no clock and draws no lots: the same inputs give the same decision, bit for bit.
"""

from collections.abc import Iterable

from wowengine.decide import arbitration
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Moment, Person
from wowengine.decide.decision import Decision
from wowengine.decide.floor import settle_floor
from wowengine.decide.inputs import Inputs
from wowengine.decide.judge import judge
from wowengine.decide.offer import offers
from wowengine.decide.order import chosen, ordered, placed
from wowengine.decide.policy import Policy
from wowengine.decide.regime import Regime
from wowengine.decide.suggest import suggest
from wowengine.terms import Basis


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
    draw: float = 0.0,
    k: int | None = None,
) -> Decision:
    """Decide what to suggest for one person at one moment; see `decide_on`."""
    return decide_on(
        Inputs.of(
            person=person,
            moment=moment,
            candidates=candidates,
            policy=policy,
            regimes=regimes,
            arm=arm,
            model_version=model_version,
            company=company,
            draw=draw,
            k=k,
        )
    )


def decide_on(inputs: Inputs) -> Decision:
    """Decide what to suggest.

    Three questions, never mixed: what does the law owe, which goodwill fits what went wrong, and what might delight.
    Every candidate is judged by every rule; those that pass are ranked by plain arithmetic, goodwill and delight each
    among their own, and among delights chance may have a say. What is owed is always suggested: no consent, cap, score
    or holdout enters.
    """
    moment = inputs.moment
    suggestions, words = settle_floor(inputs)

    judged, passed = judge(offers(inputs))
    words |= judged
    for basis in (Basis.GOODWILL, Basis.DELIGHT):
        ranked = arbitration.rank(one for one in passed if one.offer.basis is basis)
        order = ordered(ranked, basis, inputs)
        winners = chosen(order, basis, inputs)
        suggestions += [suggest(one, order, inputs.company) for one in winners]
        for one in ranked:
            words[one.offer.candidate.gesture_id].append(placed(one, order, winners))

    return Decision(inputs.person.customer_id, moment, inputs.arm, tuple(suggestions), words, inputs.owed, inputs)
