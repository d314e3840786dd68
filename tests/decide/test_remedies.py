"""What was given before: what settles a floor, and what was goodwill."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import NOW, amends, decided, incident, moment, person, voucher
from wowengine.decide.candidate import Acceptance, Given
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.law import Agreement
from wowengine.terms import Basis

SIGNED = Acceptance("eu261", "signed", "scan 7", NOW, 30_000, "EUR")
PAID = amends("owed:eu261", basis=Basis.FLOOR, subject="inc-1", amount_cents=25_000)
MILES = amends("miles", category="miles", subject="inc-1", amount_cents=2_000)


def after(*had: Given, **facts: Any) -> Decision:
    return decided(voucher(), who=person(given=had), when=moment(incident=incident(**facts)))


def floor(decision: Decision) -> Suggestion | None:
    return next((one for one in decision.suggestions if one.basis is Basis.FLOOR), None)


def said(decision: Decision, rule: str) -> str:
    return next(one.verdict.reason for one in decision.verdicts if one.verdict.rule == rule)


def open_cents(decision: Decision) -> tuple[int, int]:
    """What was suggested, and what `owed` says is still open."""
    suggested, owed = floor(decision), decision.owed
    assert owed is not None
    return (suggested.amount_cents if suggested else 0), owed.open_cents


@pytest.mark.parametrize(
    ("paid", "rest"),
    [
        (PAID, 0),
        (replace(PAID, amount_cents=24_999), 1),
        (replace(PAID, amount_cents=10_000), 15_000),
        (replace(PAID, amount_cents=90_000), 0),
        (replace(PAID, amount_cents=0, currency=""), 0),  # nobody wrote down how much
        (replace(PAID, amount_cents=100, currency="GBP"), 0),  # nobody may compare
        (replace(PAID, subject="inc-0"), 25_000),
    ],
)
def test_money_owed_is_not_paid_twice_and_what_is_left_of_it_is(paid: Given, rest: int) -> None:
    assert open_cents(after(paid)) == (rest, rest)


def test_what_waits_or_was_declined_is_not_suggested_again_and_settles_nothing() -> None:
    for state in ("proposed", "approved", "uncertain", "declined"):
        decision = after(replace(PAID, state=state, amount_cents=10_000))
        assert open_cents(decision) == (0, 25_000)
        assert said(decision, "floor.settled") == f"it is {state} already"


def test_what_was_paid_stays_paid_when_the_facts_become_doubtful() -> None:
    decision = after(PAID, cause=None)
    assert said(decision, "floor.settled") == "it is delivered already"
    assert floor(decision) is None


def test_what_another_law_than_the_first_owes_is_not_paid_twice_either() -> None:
    canada: dict[str, Any] = {"from_country": "CA", "to_country": "IT", "distance_km": 6_700, "cause": "carrier_safety"}
    for paid, rest in ((0, 30_000), (10_000, 20_000), (30_000, None)):
        suggested = floor(after(replace(PAID, amount_cents=paid), **canada))
        assert (suggested and suggested.amount_cents) == rest


def test_a_part_that_was_paid_stands_in_the_sum_for_staff_and_in_the_title_for_the_customer() -> None:
    rest = floor(after(replace(PAID, amount_cents=10_000)))
    assert rest is not None
    assert (rest.amount_cents, rest.floor_cents, rest.title) == (
        15_000,
        15_000,
        "EUR 150.00, Regulation (EC) No 261/2004",
    )
    assert rest.amount_reason.endswith("EUR 100.00 of it is settled already.")
    assert "you are owed EUR 150.00" in rest.why_text


def test_a_voucher_without_an_agreement_on_record_is_goodwill_and_the_floor_stays_whole() -> None:
    for taken in (None, replace(SIGNED, record=""), replace(SIGNED, regime="uk261")):
        decision = after(replace(MILES, substitute=taken))
        assert open_cents(decision) == (25_000, 25_000)
        suggested = floor(decision)
        assert suggested is not None
        no = (
            "miles does not count towards it (no agreement of theirs is on record, and it would have to be signed): "
            "it is goodwill, and what is owed stays whole"
        )
        assert said(decision, "floor.substitute") == no
        assert suggested.amount_reason.endswith(f"Given before: {no}.")
        assert "less EUR 20.00 given for it already" in said(decision, "eligibility.amount")


def test_a_voucher_they_signed_for_counts_for_what_it_is_worth_and_is_no_goodwill() -> None:
    whole = after(replace(MILES, substitute=SIGNED))
    assert open_cents(whole) == (0, 0)
    assert said(whole, "floor.settled") == "EUR 250.00 of it is settled already"
    assert said(whole, "floor.substitute") == (
        "miles, worth EUR 300.00, counts in place of money: signed agreement of 2026-11-20 on record (scan 7)"
    )
    assert "given for it already" not in said(whole, "eligibility.amount")
    part = after(replace(MILES, substitute=replace(SIGNED, worth_cents=20_000)))
    assert open_cents(part) == (5_000, 5_000)
    both = after(replace(MILES, substitute=replace(SIGNED, worth_cents=20_000)), replace(PAID, amount_cents=5_000))
    assert open_cents(both) == (0, 0)


def test_what_was_given_for_another_failure_is_not_spoken_of() -> None:
    assert said(after(replace(MILES, subject="inc-0")), "floor.substitute") == "nothing was given in its place"


def test_what_they_agreed_to_and_never_had_settles_nothing() -> None:
    for state in ("proposed", "approved", "declined", "failed"):
        assert open_cents(after(replace(MILES, substitute=SIGNED, state=state))) == (25_000, 25_000), state


AMERICAN: dict[str, Any] = {
    "from_country": "US",
    "to_country": "US",
    "carrier_country": "US",
    "price_cents": 20_000,
    "currency": "USD",
}
GIVEN_UP: dict[str, Any] = AMERICAN | {"type": "cancellation", "travelled": False, "alternative_accepted": False}
BUMPED: dict[str, Any] = AMERICAN | {"type": "denied_boarding", "reroute_arrival_delay_minutes": 90}
CANADIAN: dict[str, Any] = {"from_country": "CA", "to_country": "CA", "carrier_country": "CA", "carrier_size": "small"}
CANADIAN |= {"cause": "carrier", "arrival_delay_minutes": 200}  # CAD 125
RAIL: dict[str, Any] = {"mode": "rail", "price_cents": 8_000, "currency": "EUR", "cause": "carrier"}  # EUR 40


@pytest.mark.parametrize(
    ("facts", "taken", "counts"),
    [
        ({}, {}, True),
        ({}, {"agreement": "written"}, False),
        ({}, {"agreement": "affirmative"}, False),
        ({}, {"agreement": "a nod"}, False),
        ({}, {"currency": "GBP"}, False),
        (GIVEN_UP, {"regime": "us_dot", "agreement": "affirmative", "currency": "USD"}, True),
        (GIVEN_UP, {"regime": "us_dot", "agreement": "", "currency": "USD"}, False),
        (BUMPED, {"regime": "us_dot", "agreement": "signed", "currency": "USD", "worth_cents": 40_000}, True),
        (BUMPED, {"regime": "us_dot", "agreement": "signed", "currency": "USD", "worth_cents": 39_999}, False),
        (CANADIAN, {"regime": "appr", "currency": "CAD", "worth_cents": 12_501, "never_expires": True}, True),
        (CANADIAN, {"regime": "appr", "currency": "CAD", "worth_cents": 12_500, "never_expires": True}, False),
        (CANADIAN, {"regime": "appr", "currency": "CAD", "worth_cents": 12_501}, False),
        (
            CANADIAN,
            {
                "regime": "appr",
                "currency": "CAD",
                "worth_cents": 12_501,
                "never_expires": True,
                "agreement": "affirmative",
            },
            False,
        ),
        (RAIL, {"regime": "eu_rail"}, False),
    ],
)
def test_each_law_says_what_counts_in_place_of_its_money(
    facts: dict[str, Any], taken: dict[str, Any], counts: bool
) -> None:
    decision = after(replace(MILES, substitute=replace(SIGNED, **taken)), **facts)
    owed = decision.owed
    assert owed is not None
    assert owed.amount_cents
    assert owed.settled_cents == (min(replace(SIGNED, **taken).worth_cents, owed.amount_cents) if counts else 0)
    assert (floor(decision) is None) is counts
    assert ("does not count" in said(decision, "floor.substitute")) is not counts


def test_what_settles_one_law_settles_no_other() -> None:
    west = {"to_country": "US", "distance_km": 6_900, "arrival_delay_minutes": 400, "price_cents": 50_000}
    given_up = west | {"currency": "USD", "travelled": False, "alternative_accepted": False}
    decision = after(replace(PAID, amount_cents=60_000), **given_up)
    assert [one.gesture_id for one in decision.suggestions if one.basis is Basis.FLOOR] == ["owed:us_dot"]


REMEDIES = st.lists(
    st.builds(
        amends,
        st.sampled_from(["owed:eu261", "miles", "lounge"]),
        subject=st.sampled_from(["inc-0", "inc-1"]),
        basis=st.sampled_from([Basis.FLOOR, Basis.GOODWILL]),
        state=st.sampled_from(["delivered", "closed", "declined", "expired"]),
        amount_cents=st.integers(0, 40_000),
        substitute=st.none()
        | st.builds(
            Acceptance,
            st.sampled_from(["eu261", "uk261"]),
            st.sampled_from(["", *Agreement]),
            st.sampled_from(["", "scan 7"]),
            st.just(NOW),
            st.integers(0, 40_000),
            st.sampled_from(["EUR", "GBP"]),
        ),
    ),
    max_size=5,
).map(tuple)


@given(REMEDIES)
def test_goodwill_never_lowers_what_is_owed_and_nothing_counts_twice(had: tuple[Given, ...]) -> None:
    decision = after(*had)
    owed = decision.owed
    assert owed is not None
    assert owed.amount_cents == 25_000
    assert 0 <= owed.settled_cents <= 25_000
    agreed = [one for one in had if one.substitute and one.substitute.agreement == "signed" and one.substitute.record]
    paid = [one for one in had if one.gesture_id == "owed:eu261"]
    if not agreed and not paid:
        assert owed.settled_cents == 0
        assert open_cents(decision) == (25_000, 25_000)
