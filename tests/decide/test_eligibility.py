from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.decide.make import NOW, POLICY, amends, candidate, incident, moment, offer, person, voucher
from wowengine.decide import eligibility
from wowengine.decide.candidate import Moment
from wowengine.decide.eligibility import OF_GESTURE, OF_KIND
from wowengine.terms import Basis, GestureKind

HOUR = timedelta(hours=1)
WENT_WRONG = moment(incident=incident())


def test_every_rule_has_a_word_of_its_own_and_a_reason() -> None:
    words = [rule(offer()) for rule in (*OF_KIND, *OF_GESTURE)]
    assert [word.rule for word in words] == [f"eligibility.{rule.__name__}" for rule in (*OF_KIND, *OF_GESTURE)]
    assert all(word.ok and word.reason for word in words)


def test_making_good_needs_a_failure_and_delight_needs_none() -> None:
    assert eligibility.occasion(offer()).ok
    assert eligibility.occasion(offer(voucher(), when=WENT_WRONG)).ok
    assert not eligibility.occasion(offer(when=WENT_WRONG)).ok
    assert not eligibility.occasion(offer(voucher())).ok


def test_some_gestures_are_kept_for_some_tiers() -> None:
    kept = candidate(tiers=("platinum", "gold"))
    assert eligibility.tier(offer(kept)).ok
    refused = eligibility.tier(offer(kept, person(tier=None)))
    assert refused.reason == "kept for platinum, gold; they are in no tier"
    assert not refused.ok


@pytest.mark.parametrize(
    ("window", "ok"),
    [
        ({"valid_from": NOW}, True),
        ({"valid_from": NOW + HOUR}, False),
        ({"valid_until": NOW}, False),
        ({"valid_until": NOW + HOUR}, True),
    ],
)
def test_it_must_be_on_offer_now(window: dict[str, Any], ok: bool) -> None:
    assert eligibility.validity(offer(candidate(**window))).ok is ok


def test_only_what_is_left_is_given_and_one_at_a_time() -> None:
    assert eligibility.stock(offer(candidate(stock_left=1))).ok
    assert not eligibility.stock(offer(candidate(stock_left=0))).ok
    assert not eligibility.stock(offer(candidate(stock_left=-1))).ok
    assert offer(voucher(stock_left=9), when=WENT_WRONG).units == 1
    assert offer(voucher(), when=WENT_WRONG).units == 2


def test_it_must_be_there_before_it_is_worthless() -> None:
    gate_closes = moment(deadline=NOW + HOUR)
    assert eligibility.lead_time(offer(candidate(lead_minutes=59), when=gate_closes)).ok
    assert not eligibility.lead_time(offer(candidate(lead_minutes=60), when=gate_closes)).ok
    assert eligibility.lead_time(offer(candidate(lead_minutes=600))).ok
    assert not eligibility.lead_time(offer(candidate(lead_minutes=60, valid_until=NOW + HOUR))).ok


def test_a_place_is_the_same_in_any_letters() -> None:
    at_gate = candidate(place="Gate B12")
    assert eligibility.place(offer(at_gate, when=moment(place="gate b12"))).ok
    assert not eligibility.place(offer(at_gate, when=moment(place="gate B11"))).ok
    assert not eligibility.place(offer(at_gate)).ok
    assert eligibility.place(offer(candidate(), when=moment(place="gate B11"))).ok


def test_what_a_preference_fills_in_must_have_been_stated() -> None:
    coffee = candidate(slots=("coffee",))
    assert eligibility.slots(offer(coffee)).reason == "they never told us: coffee"
    told = offer(coffee, person(preferences={"coffee": "long, no sugar", "seat": "aisle"}))
    assert eligibility.slots(told).ok
    assert told.slots == {"coffee": "long, no sugar"}


def test_nobody_is_asked_what_they_have_told_us() -> None:
    question = candidate(kind=GestureKind.QUESTION, slots=("coffee",))
    assert eligibility.slots(offer(question)).ok
    assert not eligibility.slots(offer(question, person(preferences={"coffee": "long"}))).ok


def test_goodwill_is_bought_as_far_as_the_ladder_goes() -> None:
    three = offer(voucher(cost_cents=600), when=WENT_WRONG)  # the ladder gives 2000
    assert (three.units, three.amount_cents, three.title) == (3, 1800, "3 × Film voucher")
    assert eligibility.amount(three).ok


def test_goodwill_is_neither_above_the_ladder_nor_a_slight() -> None:
    assert not eligibility.amount(offer(voucher(cost_cents=2001), when=WENT_WRONG)).ok
    assert eligibility.amount(offer(voucher(cost_cents=2000), when=WENT_WRONG)).ok
    assert eligibility.amount(offer(voucher(cost_cents=1000, most=1), when=WENT_WRONG)).ok
    assert not eligibility.amount(offer(voucher(cost_cents=999, most=1), when=WENT_WRONG)).ok
    assert not eligibility.amount(offer(voucher(currency="GBP"), when=WENT_WRONG)).ok
    assert "the ladder gives EUR 20.00 (serious" in eligibility.amount(offer(voucher(), when=WENT_WRONG)).reason


def failed(times: int) -> Moment:
    return moment(incident=incident(our_failures=times))


FILMS = person(given=(amends("film-voucher", category="film"),))


@pytest.mark.parametrize(("times", "ok"), [(1, True), (2, True), (3, False), (9, False)])
def test_from_the_third_failure_on_what_made_good_before_does_not_do_so_again(times: int, ok: bool) -> None:
    word = eligibility.form(offer(voucher(), FILMS, failed(times)))
    assert word.ok is ok
    assert ok or word.reason == (
        f"failure number {times}, and film-voucher, of the same category, film, was to make good before: "
        "change the form, not the words"
    )


def test_another_gesture_of_the_same_category_is_the_same_form_and_one_without_a_category_only_itself() -> None:
    third = failed(3)
    assert not eligibility.form(offer(voucher("cinema-card"), FILMS, third)).ok
    other = eligibility.form(offer(voucher("lounge", category="comfort"), FILMS, third))
    assert (other.ok, other.reason) == (True, "failure number 3, and another form than before")
    plain = person(given=(amends("film-voucher", category=""),))
    assert not eligibility.form(offer(voucher(category=""), plain, third)).ok
    assert eligibility.form(offer(voucher("lounge", category=""), plain, third)).ok


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"state": "closed"}, False),
        ({"state": "proposed"}, False),
        ({"state": "declined"}, True),
        ({"state": "expired"}, True),
        ({"basis": Basis.FLOOR}, True),
        ({"basis": Basis.DELIGHT}, True),
        ({"subject": "inc-0"}, False),
        ({"subject": "inc-1"}, False),
    ],
)
def test_only_what_was_goodwill_and_came_about_is_a_form_they_know(changes: dict[str, Any], ok: bool) -> None:
    known = person(given=(replace(amends("film-voucher", category="film"), **changes),))
    assert eligibility.form(offer(voucher(), known, failed(3))).ok is ok


def test_a_surprise_may_be_of_any_form_and_a_policy_may_never_change_it() -> None:
    assert eligibility.form(offer(candidate(category="film"), FILMS, failed(3))).ok
    never = POLICY.model_copy(update={"goodwill": POLICY.goodwill.model_copy(update={"form_from": None})})
    assert eligibility.form(offer(voucher(), FILMS, failed(9), never)).ok


def test_what_mends_is_no_slight_however_little_it_costs_once_the_form_must_change() -> None:
    call = voucher("call-from-the-manager", category="call", cost_cents=0)
    assert eligibility.amount(offer(call, when=failed(3))).ok
    assert not eligibility.amount(offer(call, when=failed(2))).ok
    assert not eligibility.amount(offer(voucher(cost_cents=0), when=failed(3))).ok


def test_what_costs_something_needs_a_budget_and_a_kind_word_needs_none() -> None:
    assert eligibility.budget(offer()).reason == "paid from budget:surprises:EUR"
    assert not eligibility.budget(offer(candidate(currency="GBP"))).ok
    assert eligibility.budget(offer(candidate(currency="GBP", cost_cents=0))).ok
