from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.decide.make import NOW, candidate, given, incident, moment, offer, person, voucher
from wowengine.campaigns.lifecycle import OPEN, ActionState
from wowengine.decide import contact
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Acceptance
from wowengine.decide.contact import OF_GESTURE, OF_KIND
from wowengine.decide.given import COUNTED, DECLINED, DONE, UNDECIDED, WAITING
from wowengine.terms import Basis, GestureKind, Purpose

WENT_WRONG = moment(incident=incident())
TIP = candidate(kind=GestureKind.TIP, cost_cents=0)


def test_every_rule_has_a_word_of_its_own_and_a_reason() -> None:
    words = [rule(offer()) for rule in (*OF_KIND, *OF_GESTURE)]
    assert [word.rule for word in words] == [f"contact.{rule.__name__}" for rule in (*OF_KIND, *OF_GESTURE)]
    assert all(word.ok and word.reason for word in words)


def test_the_states_are_those_of_the_life_of_an_action() -> None:
    assert {str(state) for state in OPEN} == WAITING
    assert {*DONE, *DECLINED} <= {str(state) for state in ActionState}
    assert not DONE & WAITING
    assert UNDECIDED < WAITING < COUNTED == WAITING | DONE


def test_silence_is_no_consent_to_surprises_but_making_good_needs_none() -> None:
    silent = person(consents=frozenset({Purpose.CARE, Purpose.INTERESTS}))
    assert not contact.consent(offer(who=silent)).ok
    assert not contact.consent(offer(TIP, silent)).ok
    assert contact.consent(offer(voucher(), silent, WENT_WRONG)).ok


@pytest.mark.parametrize("state", sorted(WAITING))
def test_what_waits_is_not_proposed_again(state: str) -> None:
    word = contact.waiting(offer(who=person(given=(given(days_ago=400, state=state),))))
    assert (word.ok, word.reason) == (False, f"the same is {state} already")


def test_the_same_for_another_reason_does_not_wait() -> None:
    waits = person(given=(given("film-voucher", days_ago=1, state="proposed", subject="inc-0"),))
    assert contact.waiting(offer(voucher(), waits, WENT_WRONG)).ok


@pytest.mark.parametrize(("days_ago", "ok"), [(0.1, False), (89.9, False), (90.1, True)])
def test_one_surprise_in_ninety_days(days_ago: float, ok: bool) -> None:
    had = person(given=(given("espresso", days_ago=days_ago),))
    assert contact.cap(offer(who=had)).ok is ok
    assert contact.cap(offer(TIP, had)).ok


@pytest.mark.parametrize(
    ("state", "counts"), [("proposed", True), ("closed", True), ("expired", False), ("declined", False)]
)
def test_what_never_came_about_does_not_count(state: str, counts: bool) -> None:
    had = person(given=(given("espresso", days_ago=3, state=state),))
    assert contact.cap(offer(who=had)).ok is not counts


def test_one_compensation_an_incident_however_often_they_write() -> None:
    lounge = given("lounge", days_ago=1, kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL, subject="inc-1")
    same = person(given=(lounge,))
    other = person(given=(replace(lounge, subject="inc-0"),))
    paid = person(given=(replace(lounge, gesture_id="owed:eu261", basis=Basis.FLOOR),))
    assert not contact.once(offer(voucher(), same, WENT_WRONG)).ok
    assert contact.once(offer(voucher(), other, WENT_WRONG)).ok
    assert contact.once(offer(voucher(), paid, WENT_WRONG)).ok, "what the law owes takes nothing from goodwill"


def test_what_they_took_in_place_of_money_owed_is_no_goodwill_and_leaves_room_for_it() -> None:
    miles = given("miles", days_ago=1, kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL, subject="inc-1")
    signed = Acceptance("eu261", "signed", "scan 7", miles.at, 30_000, "EUR")
    assert contact.once(offer(voucher(), person(given=(replace(miles, substitute=signed),)), WENT_WRONG)).ok
    unsigned = replace(miles, substitute=replace(signed, agreement="affirmative"))
    assert not contact.once(offer(voucher(), person(given=(unsigned,)), WENT_WRONG)).ok


def test_what_waits_for_a_word_is_not_piled_upon_unless_the_moment_will_not_come_again() -> None:
    waits = person(given=(given("tip", days_ago=1, kind=GestureKind.TIP, state="proposed"),))
    approved = person(given=(given("tip", days_ago=1, kind=GestureKind.TIP, state="approved"),))
    at_the_gate = moment(deadline=moment().at + timedelta(hours=1))
    assert not contact.rest(offer(who=waits)).ok
    assert contact.rest(offer(who=waits, when=at_the_gate)).ok
    assert not contact.rest(offer(who=approved, when=at_the_gate)).ok


def test_a_week_of_rest_between_two_delights() -> None:
    assert not contact.rest(offer(who=person(given=(given("tip", days_ago=6.9, kind=GestureKind.TIP),)))).ok
    assert contact.rest(offer(who=person(given=(given("tip", days_ago=7.1, kind=GestureKind.TIP),)))).ok
    made_good = given("lounge", days_ago=1, kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL)
    assert contact.rest(offer(who=person(given=(made_good,)))).ok
    assert contact.rest(offer(voucher(), person(given=(given(days_ago=1),)), WENT_WRONG)).ok


def test_the_same_surprise_only_after_a_year() -> None:
    assert not contact.again(offer(who=person(given=(given(days_ago=364),)))).ok
    assert contact.again(offer(who=person(given=(given(days_ago=366),)))).ok
    assert contact.again(offer(who=person(given=(given("espresso", days_ago=364),)))).ok


def test_a_reviewers_no_is_remembered() -> None:
    assert not contact.declined(offer(who=person(given=(given(days_ago=179, state="declined"),)))).ok
    assert contact.declined(offer(who=person(given=(given(days_ago=181, state="declined"),)))).ok


def test_an_open_complaint_holds_surprises_back_but_not_an_answer() -> None:
    angry = person(open_complaints=1)
    assert not contact.complaint(offer(who=angry)).ok
    assert contact.complaint(offer(TIP, angry)).ok
    assert contact.complaint(offer(voucher(), angry, WENT_WRONG)).ok


def test_grief_is_left_in_peace() -> None:
    grieving = person(private_at=NOW - timedelta(days=29))
    assert not contact.quiet_topic(offer(who=grieving)).ok
    assert not contact.quiet_topic(offer(TIP, grieving)).ok
    assert contact.quiet_topic(offer(voucher(), grieving, WENT_WRONG)).ok
    assert contact.quiet_topic(offer(who=person(private_at=NOW - timedelta(days=30)))).ok


def test_in_a_storm_nobody_is_surprised_and_everybody_made_good() -> None:
    storm = moment(hold="400 posts, usually 20; 80% in a bad mood.")
    assert not contact.hold(offer(when=storm)).ok
    assert "400 posts" in contact.hold(offer(when=storm)).reason
    assert contact.hold(offer(voucher(), when=moment(hold="a storm", incident=incident()))).ok
    assert contact.hold(offer()).ok


LATE = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 21:30 in Rome, 15:30 in New York, half past five in Tokyo


@pytest.mark.parametrize(
    ("zone", "ok"),
    [("Europe/Rome", False), ("America/New_York", True), ("Asia/Tokyo", False), (None, False), ("No/Where", False)],
)
def test_nothing_rings_at_night_where_they_live(zone: str | None, ok: bool) -> None:
    message = candidate(channels=("email",))
    assert contact.quiet_hours(offer(message, person(time_zone=zone), moment(at=LATE))).ok is ok


def test_people_who_meet_and_people_who_are_writing_to_us_are_awake() -> None:
    assert contact.quiet_hours(offer(candidate(channels=("staff_task",)), when=moment(at=LATE))).ok
    writing = moment(at=LATE, channel="chat")
    assert contact.quiet_hours(offer(candidate(channels=("email", "chat")), when=writing)).ok
    assert not contact.quiet_hours(offer(candidate(channels=("email",)), when=writing)).ok


def test_quiet_hours_follow_summer_time() -> None:
    message, until_eight = candidate(channels=("email",)), datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert contact.quiet_hours(offer(message, when=moment(at=until_eight))).ok
    assert not contact.quiet_hours(offer(message, when=moment(at=until_eight - timedelta(minutes=1)))).ok


def test_the_holdout_gets_no_surprises_and_is_made_good_all_the_same() -> None:
    assert not contact.held_out(offer(arm=Arm.HOLDOUT)).ok
    assert contact.held_out(offer(voucher(), when=WENT_WRONG, arm=Arm.HOLDOUT)).ok
