from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.make import NOW, POLICY, candidate, decided, incident, moment, person, voucher
from tests.decide.make import given as had
from wowengine.decide.arms import Arm
from wowengine.decide.decision import Decision
from wowengine.decide.judge import OF_GESTURE, OF_KIND
from wowengine.terms import Basis, GestureKind, Purpose

RULES = len(OF_KIND) + len(OF_GESTURE) + 1  # and whether it is worth its cost
WENT_WRONG = moment(incident=incident(unanswered_minutes=2160))


def test_a_surprise_comes_with_everything_a_reviewer_must_know() -> None:
    deadline = NOW + timedelta(hours=2)
    [one] = decided(candidate(), when=moment(place="B12", deadline=deadline)).suggestions
    assert (one.basis, one.kind, one.subject) == (Basis.DELIGHT, GestureKind.SURPRISE, "")
    assert (one.amount_cents, one.floor_cents, one.currency, one.account) == (600, 0, "EUR", "budget:surprises:EUR")
    assert (one.place, one.deadline_at, one.channel, one.language) == ("B12", deadline, "staff_task", "en")
    assert one.evidence
    assert one.priority == 0.4 * 3700 - 600


def test_after_a_failure_the_law_comes_first_and_goodwill_beside_it() -> None:
    floor, goodwill = decided(voucher(), when=WENT_WRONG).suggestions
    assert (floor.gesture_id, floor.basis, floor.kind) == ("owed:eu261", Basis.FLOOR, GestureKind.COMPENSATION)
    assert (floor.amount_cents, floor.floor_cents, floor.account) == (25_000, 25_000, "owed:EUR")
    assert (floor.subject, floor.deadline_at, floor.propensity) == ("inc-1", None, None)
    assert floor.title == "EUR 250.00, Regulation (EC) No 261/2004"
    assert floor.why_text == (
        "Your flight of 17 November 2026 arrived 3 h 12 min late; "
        "by Regulation (EC) No 261/2004 you are owed EUR 250.00."
    )
    assert (goodwill.basis, goodwill.subject, goodwill.floor_cents) == (Basis.GOODWILL, "inc-1", 0)
    assert (goodwill.title, goodwill.amount_cents) == ("5 × Film voucher", 3500)
    assert goodwill.amount_reason == (
        "EUR 38.00 by the ladder (serious: EUR 20.00, x 1.9 for 36 h without an answer, x 1 for failure number 1); "
        "within what the role manager may give"
    )
    assert goodwill.account == "budget:goodwill:EUR"


def test_what_is_owed_needs_no_consent_and_knows_no_cap_nor_quiet() -> None:
    nobody = person(consents=frozenset(), open_complaints=9, private_at=NOW, given=(had(days_ago=1),))
    assert [one.basis for one in decided(who=nobody, when=WENT_WRONG, arm=Arm.HOLDOUT).suggestions] == [Basis.FLOOR]


def test_what_is_owed_is_proposed_once() -> None:
    for state, again in (
        ("proposed", False),
        ("closed", False),
        ("declined", False),
        ("expired", True),
        ("failed", True),
    ):
        paid = had("owed:eu261", days_ago=9, basis=Basis.FLOOR, subject="inc-1", state=state)
        bases = [one.basis for one in decided(who=person(given=(paid,)), when=WENT_WRONG).suggestions]
        assert bases == ([Basis.FLOOR] if again else []), state
    other = had("owed:eu261", days_ago=9, basis=Basis.FLOOR, subject="inc-0")
    assert decided(who=person(given=(other,)), when=WENT_WRONG).suggestions


def test_goodwill_does_not_wait_for_the_law_to_be_clear() -> None:
    unclear = moment(incident=incident(cause=None, unanswered_minutes=2160))
    decision = decided(voucher(), when=unclear)
    assert [one.basis for one in decision.suggestions] == [Basis.GOODWILL]
    assert decision.owed is not None
    assert decision.owed.needs == ("cause",)
    assert decision.refusals() == {"floor.needs_facts": 1}


def test_nothing_owed_is_said_with_its_reason() -> None:
    decision = decided(when=moment(incident=incident(arrival_delay_minutes=179)))
    [refused] = decision.refused
    assert refused.gesture_id == "owed:eu261"
    assert refused.verdict.reason == (
        "Nothing by Regulation (EC) No 261/2004: delay, arrived 2 h 59 min late, 1,104 km; not late enough."
    )


def test_who_came_second_is_told_so() -> None:
    decision = decided(candidate("a"), candidate("b"))
    [loser] = decision.refused
    assert (loser.gesture_id, loser.verdict.rule) == ("b", "arbitration.rank")
    assert loser.verdict.reason == "Trail map of the Dolomites came first: 880 against 880"


def test_the_first_rule_that_stops_a_candidate_is_the_one_that_is_counted() -> None:
    hopeless = candidate(tiers=("platinum",), stock_left=0, evidence=())
    decision = decided(hopeless, candidate("fine"))
    assert decision.refusals() == {"eligibility.tier": 1}
    failed = {one.verdict.rule for one in decision.verdicts if one.gesture_id == "trail-map" and not one.verdict.ok}
    assert failed == {"eligibility.tier", "eligibility.stock", "face.sayable"}


def test_a_policy_that_wants_more_gets_more_of_different_kinds() -> None:
    more = POLICY.suggestions.model_copy(update={"delight": 3})
    tip = candidate("tip", kind=GestureKind.TIP, cost_cents=0, category="food")
    decision = decided(candidate("a"), candidate("b"), tip, policy=POLICY.model_copy(update={"suggestions": more}))
    assert [one.gesture_id for one in decision.suggestions] == ["a", "tip"]
    none = POLICY.suggestions.model_copy(update={"delight": 0})
    quiet = decided(candidate(), policy=POLICY.model_copy(update={"suggestions": none}))
    assert quiet.refused[0].verdict.reason == "the policy makes no suggestion of this sort"


def test_what_is_scarce_is_marked() -> None:
    assert decided(candidate(stock_left=19)).suggestions[0].scarce
    assert not decided(candidate(stock_left=20)).suggestions[0].scarce
    assert not decided(candidate()).suggestions[0].scarce


ANY_GESTURE = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(GestureKind),
        "cost_cents": st.integers(0, 5000),
        "currency": st.sampled_from(["EUR", "GBP"]),
        "stock_left": st.none() | st.integers(0, 3),
        "tiers": st.sampled_from([(), ("gold",), ("basic",)]),
        "slots": st.sampled_from([(), ("coffee",)]),
        "place": st.none() | st.just("B12"),
        "lead_minutes": st.integers(0, 300),
        "channels": st.sampled_from([(), ("staff_task",), ("email",)]),
        "evidence": st.just(()),
        "most": st.integers(1, 5),
    },
)
GESTURES = st.lists(ANY_GESTURE, max_size=7).map(
    lambda drawn: [candidate(f"g{index}", **changes) for index, changes in enumerate(drawn)]
)
ANYBODY = st.builds(
    person,
    tier=st.sampled_from([None, "gold"]),
    consents=st.frozensets(st.sampled_from(Purpose)),
    preferences=st.sampled_from([{}, {"coffee": "long"}]),
    open_complaints=st.integers(0, 1),
    given=st.lists(
        st.builds(had, days_ago=st.floats(0, 500), state=st.sampled_from(["proposed", "delivered", "declined"])),
        max_size=2,
    ).map(tuple),
)
ANY_TIME = st.builds(
    moment,
    place=st.none() | st.just("B12"),
    deadline=st.none() | st.just(NOW + timedelta(hours=1)),
    incident=st.none()
    | st.builds(incident, unanswered_minutes=st.integers(0, 5000), cause=st.sampled_from([None, "carrier"])),
)


@settings(max_examples=300, deadline=None)
@given(GESTURES, ANYBODY, ANY_TIME, st.sampled_from(Arm))
def test_what_holds_for_every_decision(gestures: list[Any], who: Any, when: Any, arm: Arm) -> None:
    decision = decided(*gestures, who=who, when=when, arm=arm)
    assert decision == decided(*gestures, who=who, when=when, arm=arm)
    all_rules_spoke_on_every_candidate(decision, {one.gesture_id for one in gestures})
    suggested = {one.gesture_id for one in decision.suggestions}
    refused = {one.gesture_id for one in decision.refused}
    assert suggested.isdisjoint(refused)
    assert {one.gesture_id for one in gestures} <= suggested | refused, "everything ends as one or the other"
    for one in decision.suggestions:
        assert 0 < len(one.why_text) <= 200
        assert one.draft
        assert one.floor_cents == (one.amount_cents if one.basis is Basis.FLOOR else 0)
        assert (one.basis is Basis.DELIGHT) == (one.kind is not GestureKind.COMPENSATION)
        assert one.basis is not Basis.DELIGHT or (arm is not Arm.HOLDOUT and Purpose.OFFERS in who.consents)
    bases = [one.basis for one in decision.suggestions]
    assert bases == sorted(bases, key=list(Basis).index)
    assert len(set(bases)) == len(bases)


def all_rules_spoke_on_every_candidate(decision: Decision, gesture_ids: set[str]) -> None:
    for gesture_id in gesture_ids:
        words = [one.verdict for one in decision.verdicts if one.gesture_id == gesture_id]
        passed = all(word.ok for word in words[:RULES])
        assert len(words) == RULES + passed, "who passes every rule gets one last word, on the place"
        assert len({word.rule for word in words}) == len(words)
        assert all(word.reason for word in words)
