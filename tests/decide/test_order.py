"""Chance has a say, and says with which chance."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import POLICY, POST, candidate, incident, moment, person, voucher
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Propensity
from wowengine.decide.counterfactual import flips
from wowengine.decide.decide import decide
from wowengine.decide.decision import Decision
from wowengine.decide.policy import Policy
from wowengine.decide.receipt import seal
from wowengine.decide.replay import replay
from wowengine.terms import GestureKind

STEPS = 1000  # draws, evenly over [0, 1)


def policy(**tables: dict[str, Any]) -> Policy:
    changed = {name: getattr(POLICY, name).model_copy(update=told) for name, told in tables.items()}
    return POLICY.model_copy(update=changed)


def liked(gesture_id: str, chance: float, **changes: Any) -> Candidate:
    return candidate(gesture_id, title=gesture_id, propensity=Propensity(chance, 0.0, 1.0, "assumed"), **changes)


FIVE = [liked(name, 0.5 - place / 20) for place, name in enumerate(("map", "mug", "pin", "pen", "pad"))]
TRYING = policy(exploration={"share": 0.2, "among": 3, "least": 0.0})


def of(
    gestures: list[Candidate], rules: Policy = POLICY, arm: Arm = Arm.FULL, draw: float = 0.0, **told: Any
) -> Decision:
    return decide(person(), moment(), gestures, rules, (), arm, draw=draw, company="Volare", **told)


def first(decision: Decision) -> str:
    return next((one.gesture_id for one in decision.suggestions), "")


def drawn(gestures: list[Candidate], rules: Policy, arm: Arm = Arm.FULL) -> dict[str, float]:
    """How often each came first over all draws."""
    count = Counter(first(of(gestures, rules, arm, step / STEPS)) for step in range(STEPS))
    return {name: times / STEPS for name, times in count.items()}


def test_the_chance_that_is_written_down_is_how_often_it_comes_first() -> None:
    for rules, arm in ((TRYING, Arm.FULL), (POLICY, Arm.RANDOM)):
        often = drawn(FIVE, rules, arm)
        told = {
            one.gesture_id: one.drawn_with
            for step in range(0, STEPS, 10)
            for one in of(FIVE, rules, arm, step / STEPS).suggestions
        }
        assert often.keys() == told.keys()
        assert all(abs(often[name] - (told[name] or 0)) < 0.003 for name in often)


def test_without_exploration_nothing_is_drawn_and_the_best_comes_first() -> None:
    assert drawn(FIVE, POLICY) == {"map": 1.0}
    assert of(FIVE).suggestions[0].drawn_with is None


def test_only_the_next_best_within_the_bounds_are_tried() -> None:
    assert drawn(FIVE, TRYING).keys() == {"map", "mug", "pin"}
    near = policy(exploration={"share": 0.2, "among": 5, "least": 0.8})
    assert drawn(FIVE, near).keys() == {"map", "mug"}


def test_what_is_scarce_takes_no_part_in_lots() -> None:
    rare = [replace(one, stock_left=3) if one.gesture_id == "mug" else one for one in FIVE]
    assert drawn(rare, TRYING).keys() == {"map", "pin"}
    assert "mug" not in drawn(rare, POLICY, Arm.RANDOM)
    best_is_rare = [replace(one, stock_left=3) if one.gesture_id == "map" else one for one in FIVE]
    assert drawn(best_is_rare, TRYING) == {"map": 1.0}
    nothing_else = of([replace(one, stock_left=3) for one in FIVE], arm=Arm.RANDOM)
    assert nothing_else.suggestions == ()
    assert nothing_else.refused[0].verdict.reason == "all that could be drawn is scarce"


def test_making_good_is_never_drawn_by_lot() -> None:
    vouchers = [voucher(name, title=name, propensity=Propensity(0.4, 0, 1, "assumed")) for name in ("a", "b", "c")]
    wronged = moment(incident=incident())
    for arm in (Arm.FULL, Arm.RANDOM, Arm.GENERIC):
        given_ = {
            one.gesture_id
            for draw in (0.0, 0.5, 0.999)
            for one in decide(person(), wronged, vouchers, TRYING, (), arm, draw=draw).suggestions
        }
        assert len(given_) == 1


def test_the_random_arm_asks_rules_and_not_the_model() -> None:
    hopeless = liked("opera", 0.01, cost_cents=5_000)
    assert drawn([FIVE[0], hopeless], POLICY, Arm.RANDOM) == {"map": 0.5, "opera": 0.5}
    assert "arbitration.worth" in of([hopeless]).refusals()


def test_something_generic_of_the_same_worth_stands_in_and_says_nothing_personal() -> None:
    rules = policy(arms={"generic": 0.1, "gestures": frozenset({"card", "hamper"})})
    gestures = [
        liked("map", 0.5, value_cents=900),
        liked("card", 0.01, value_cents=1_000, cost_cents=2_500),
        liked("hamper", 0.1, value_cents=3_000),
    ]
    gestures[1:] = [replace(one, evidence=(POST,)) for one in gestures[1:]]
    decision = of(gestures, rules, Arm.GENERIC)
    suggested = decision.suggestions[0]
    assert (suggested.gesture_id, suggested.why_text) == ("card", "A small thank-you for choosing us.")
    assert (suggested.evidence, suggested.reasons) == ((), ())
    assert "Dolomites" not in suggested.draft
    assert first(of(gestures, rules)) == "map"
    dear = [replace(one, value_cents=9_000) if one.gesture_id == "map" else one for one in gestures]
    assert [one.verdict.reason for one in of(dear, rules, Arm.GENERIC).refused][-1] == (
        "nothing generic is worth about as much"
    )


def test_a_decision_made_by_lot_replays_and_claims_no_counterfactual() -> None:
    tried = of(FIVE, TRYING, draw=0.95)
    assert first(tried) != "map"
    assert replay(seal(tried)).suggestions == tried.suggestions
    assert flips(tried) == ()
    assert flips(of(FIVE, TRYING))


@given(st.integers(0, 6))
def test_as_many_are_suggested_as_were_asked_for_the_unlike_ones_first(k: int) -> None:
    gestures = [*FIVE[:3], replace(FIVE[3], kind=GestureKind.TIP, cost_cents=0, category="desk")]
    decision = of(gestures, k=k)
    assert len(decision.suggestions) == min(k, len(gestures))
    assert [one.gesture_id for one in decision.suggestions] == ["map", "pen", "mug", "pin"][:k]
