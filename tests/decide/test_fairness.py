"""The same harm gets the same money; a lever by anything else is caught, and named."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import NOW, candidate, decided, incident, moment, person, voucher
from tests.decide.make import given as had
from wowengine.decide import decide as deciding
from wowengine.decide import fairness
from wowengine.decide.candidate import Candidate, Evidence, Incident, Moment, Person, Propensity, Reason
from wowengine.decide.fairness import ALLOWED, Amount, Pair, audit, perturbations
from wowengine.decide.floor import settle_floor
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import Offer, offers
from wowengine.terms import Basis

LOOKED_INTO: dict[str, Any] = {
    "decision": Inputs,
    "person": Person,
    "moment": Moment,
    "incident": Incident,
    "candidate": Candidate,
}
LATE = moment(incident=incident(unanswered_minutes=300, our_failures=2))
FORMS = (voucher(), voucher("coffee", title="Coffee", cost_cents=300, category="drinks", most=9), candidate())
INPUTS = decided(*FORMS, when=LATE).inputs

Lever = Callable[[Inputs, Candidate], bool]


def named(pairs: list[Pair]) -> set[str]:
    """The attributes by which some amount differs."""
    return {one.attribute for pair in pairs for one in pair.differences}


def doubled(lever: Lever) -> Callable[[Inputs], list[Offer]]:
    """A ladder that gives double where a lever says so."""

    def ladder(inputs: Inputs) -> list[Offer]:
        return [
            one._replace(goodwill=replace(one.goodwill, cents=2 * one.goodwill.cents))
            if one.goodwill and lever(inputs, one.candidate)
            else one
            for one in offers(inputs)
        ]

    return ladder


def plant(monkeypatch: pytest.MonkeyPatch, found: Callable[[Inputs], list[Offer]]) -> None:
    """Let decisions be taken with these offers instead."""
    for module in (deciding, fairness):
        monkeypatch.setattr(module, "offers", found)


def some_inputs(chance: Random) -> Inputs:
    """A decision on some harm, for somebody or other, on a few forms."""
    wrong = incident(
        type=chance.choice(("delay", "cancellation", "denied_boarding", "bag_lost")),
        arrival_delay_minutes=chance.choice((None, 0, 100, 200, 600)),
        unanswered_minutes=chance.randint(0, 5000),
        our_failures=chance.randint(1, 4),
        affected=chance.choice((1, 19, 20, 300)),
        cause=chance.choice(("carrier", "extraordinary", None)),
        notice_days=chance.choice((None, 0, 20)),
    )
    forms = [
        voucher(f"v{n}", cost_cents=chance.randint(0, 1500), most=chance.randint(1, 9), score=chance.gauss(0, 1))
        for n in range(chance.randint(1, 4))
    ]
    who = person(
        name=chance.choice((None, "Anna Rossi", "Nguyễn Văn An")),
        language=chance.choice(("it", "en", "sv")),
        tier=chance.choice((None, "gold")),
        open_complaints=chance.randint(0, 9),
        given=chance.choice(((), (had(days_ago=5), had("owed:eu261", days_ago=1, subject="inc-1")))),
    )
    return decided(*forms, candidate(), who=who, when=moment(incident=wrong, channel="chat")).inputs


def test_a_thousand_pairs_of_people_who_suffered_the_same_get_the_same_to_the_cent() -> None:
    chance, pairs = Random(5), list[Pair]()
    for _ in range(20):
        pairs += audit(some_inputs(chance))
    assert len(pairs) >= 1000
    assert [one for pair in pairs for one in pair.differences] == []


def test_what_the_policy_looks_at_moves_the_amounts_so_that_equality_says_something() -> None:
    milder = replace(INPUTS, moment=moment(incident=incident(arrival_delay_minutes=30, departure_delay_minutes=30)))
    before, after = (dict(fairness._decided(one)[0]) for one in (INPUTS, milder))
    assert {amount for amount, of in before if before[amount, of] != after.get((amount, of))} == set(Amount)


@pytest.mark.parametrize(
    ("attribute", "lever"),
    [
        ("person.name", lambda inputs, _: (inputs.person.name or "").startswith("Anna")),
        ("person.customer_id", lambda inputs, _: inputs.person.customer_id.endswith("1")),
        ("person.language", lambda inputs, _: inputs.person.language == "it"),
        ("person.country", lambda inputs, _: inputs.person.country == "US"),
        ("person.time_zone", lambda inputs, _: inputs.person.time_zone == "Africa/Lagos"),
        ("person.tier", lambda inputs, _: inputs.person.tier == "gold"),
        ("person.agent_of_record", lambda inputs, _: bool(inputs.person.agent_of_record)),
        ("person.preferences", lambda inputs, _: bool(inputs.person.preferences)),
        ("person.consents", lambda inputs, _: bool(inputs.person.consents)),
        ("person.used_categories", lambda inputs, _: bool(inputs.person.used_categories)),
        ("person.open_complaints", lambda inputs, _: inputs.person.open_complaints > 3),
        ("person.given", lambda inputs, _: len(inputs.person.given) > 3),
        ("person.private_at", lambda inputs, _: bool(inputs.person.private_at)),
        ("moment.channel", lambda inputs, _: inputs.moment.channel == "phone"),
        ("moment.place", lambda inputs, _: bool(inputs.moment.place)),
        ("moment.at", lambda inputs, _: inputs.moment.at > NOW),
        ("incident.price_cents", lambda inputs, _: (inputs.moment.incident.price_cents or 0) > 50_000),
        ("incident.to_country", lambda inputs, _: inputs.moment.incident.to_country == "DE"),
        ("candidate.score", lambda _, gesture: gesture.score > 2),
        ("candidate.propensity", lambda _, gesture: gesture.propensity.value > 0.9),
        ("candidate.reasons", lambda _, gesture: bool(gesture.reasons)),
        ("candidate.evidence", lambda _, gesture: bool(gesture.evidence)),
        ("candidate.value_cents", lambda _, gesture: gesture.value_cents > 100_000),
        ("decision.arm", lambda inputs, _: inputs.arm.value != "full"),
        ("decision.model_version", lambda inputs, _: inputs.model_version == "m-1"),
    ],
)
def test_a_lever_on_the_ladder_is_caught_and_named(
    monkeypatch: pytest.MonkeyPatch, attribute: str, lever: Lever
) -> None:
    plant(monkeypatch, doubled(lever))
    pairs = list(audit(INPUTS))
    assert named(pairs) == {attribute}
    found = next(one for pair in pairs for one in pair.differences)
    assert found.amount is Amount.LADDER
    low, high = sorted([found.before[0] or 0, found.after[0] or 0])
    assert high == 2 * low > 0


@dataclass(frozen=True)
class Followed(Person):
    """What a person would be if somebody counted their followers."""

    follower_count: int = 0


@pytest.mark.parametrize("followers", [12, 40_000])
def test_a_lever_by_follower_count_is_caught_as_soon_as_somebody_adds_one(
    monkeypatch: pytest.MonkeyPatch, followers: int
) -> None:
    plant(monkeypatch, doubled(lambda inputs, _: getattr(inputs.person, "follower_count", 0) >= 10_000))
    known = Followed(**vars(INPUTS.person), follower_count=followers)
    assert named(list(audit(INPUTS))) == set()
    assert named(list(audit(replace(INPUTS, person=known)))) == {"person.follower_count"}


def test_more_of_the_same_form_for_gold_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def generous(inputs: Inputs) -> list[Offer]:
        gold = inputs.person.tier == "gold"
        return [
            one._replace(units=1, amount_cents=one.amount_cents // one.units) if gold else one for one in offers(inputs)
        ]

    plant(monkeypatch, generous)
    pairs = list(audit(INPUTS))
    assert named(pairs) == {"person.tier"}
    assert {one.amount for pair in pairs for one in pair.differences} == {Amount.FORM}


def test_a_floor_that_is_not_suggested_to_everybody_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def lazy(*told: Any) -> Any:
        return settle_floor(*told) if told[-1].person.language == "en" else ([], {})

    monkeypatch.setattr(deciding, "settle_floor", lazy)
    pairs = list(audit(INPUTS))
    assert named(pairs) == {"person.language"}
    [of] = {(one.amount, one.of, one.before, one.after) for pair in pairs for one in pair.differences}
    assert of == (Amount.FLOOR, "owed:eu261", (25_000, "EUR"), (None, None))


def test_a_floor_that_looks_at_the_wait_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def moody(*told: Any) -> Any:
        floors, words = settle_floor(*told)
        cents = 1 if told[-1].moment.incident.unanswered_minutes > 1000 else 25_000
        return [replace(one, amount_cents=cents) for one in floors], words

    monkeypatch.setattr(deciding, "settle_floor", moody)
    assert named(list(audit(INPUTS))) == {"incident.unanswered_minutes"}


def test_every_attribute_is_tried_or_stands_on_the_list_with_its_reason() -> None:
    known = {f"{whose}.{one.name}" for whose, kind in LOOKED_INTO.items() for one in fields(kind)}
    tried = {change.attribute for change in perturbations(INPUTS)}
    everything = {name for name, allowed in ALLOWED.items() if allowed.moves == set(Amount)}
    opened = {"decision.person", "decision.moment", "decision.candidates", "moment.incident"}
    assert known - tried - everything - opened == set()
    assert set(ALLOWED) - known == set(), "the list allows what is not there any more"
    assert [name for name, allowed in ALLOWED.items() if not allowed.why or not allowed.moves] == []


def test_nothing_is_allowed_of_who_somebody_is_and_no_score() -> None:
    assert not [name for name in ALLOWED if name.startswith(("person.", "moment."))]
    assert not [name for name in ALLOWED if "score" in name or "propensity" in name]


def test_what_was_given_for_the_same_incident_stays_and_all_else_they_had_comes_and_goes() -> None:
    paid, gift = had("owed:eu261", days_ago=1, subject="inc-1"), had(days_ago=5)
    inputs = decided(*FORMS, who=person(given=(gift, paid)), when=LATE).inputs
    tried = [change.value for change in perturbations(inputs) if change.attribute == "person.given"]
    assert tried[0] == (paid,)
    assert [one for one in tried[1] if one.subject == "inc-1"] == [paid]
    assert {one.basis for one in tried[1]} == set(Basis)
    assert named(list(audit(inputs))) == set()


def test_each_change_changes_one_thing_and_nothing_else() -> None:
    for change in perturbations(INPUTS):
        whose, name = change.attribute.split(".")
        was, now = (_holder(one, whose) for one in (INPUTS, change(INPUTS)))
        assert getattr(now, name) == change.value
        assert replace(now, **{name: getattr(was, name)}) == was
        assert change(change(INPUTS)) == change(INPUTS)


def _holder(inputs: Inputs, whose: str) -> Any:
    holders = {"decision": inputs, "person": inputs.person, "moment": inputs.moment}
    return (holders | {"incident": inputs.moment.incident, "candidate": inputs.candidates[0]})[whose]


def test_taste_may_choose_another_form_and_a_form_kept_for_some_is_told_apart() -> None:
    kept = (voucher("lounge", tiers=("gold",)), voucher("coffee", title="Coffee", cost_cents=900))
    for forms, expected in ((kept, (3, 0)), (kept[:1], (0, 3))):
        pairs = [one for one in audit(decided(*forms, when=LATE).inputs) if one.attribute == "person.tier"]
        counted = Counter[str]()
        for pair in pairs:
            counted["other"] += pair.other_form
            counted["none"] += pair.withheld
        assert named(pairs) == set()
        assert (counted["other"], counted["none"]) == expected


def test_where_nothing_went_wrong_there_is_nothing_to_compare() -> None:
    assert list(audit(decided(candidate()).inputs)) == []


def test_without_candidates_the_floor_is_compared_alone() -> None:
    alone = decided(when=LATE).inputs
    assert {amount for amount, _ in fairness._decided(alone)[0]} == {Amount.FLOOR}
    assert named(list(audit(alone))) == set()


CHANCES = st.floats(0, 1)
SCORED = st.builds(
    lambda score, chance, weight, quote: {
        "score": score,
        "propensity": Propensity(chance, chance, 1.0, "calibrated"),
        "reasons": (Reason("hiking x outdoor", weight),),
        "evidence": (Evidence(1, "hiking", quote, "x", NOW),),
    },
    st.floats(-1e6, 1e6),
    CHANCES,
    st.floats(-9, 9),
    st.text(max_size=20),
)


@given(st.lists(SCORED, min_size=3, max_size=3), st.integers(0, 900), st.integers(0, 9000))
def test_no_score_of_a_model_moves_a_cent_of_floor_or_ladder(
    scored: list[dict[str, Any]], late: int, unanswered: int
) -> None:
    when = moment(incident=incident(arrival_delay_minutes=late, unanswered_minutes=unanswered))
    amounts = []
    for forms in (FORMS, [replace(one, **told) for one, told in zip(FORMS, scored, strict=True)]):
        decision = decided(*forms, when=when)
        floors = [(one.gesture_id, one.amount_cents) for one in decision.suggestions if one.basis is Basis.FLOOR]
        ladder = {one.goodwill.cents for one in offers(decision.inputs) if one.goodwill}
        amounts.append((floors, ladder, decision.owed))
    assert amounts[0] == amounts[1]
    assert len(amounts[0][1]) == 1
