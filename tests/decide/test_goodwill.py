from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import POLICY, amends, decided, incident, moment, offer, person, voucher
from wowengine.decide.candidate import Given, Incident, Person
from wowengine.decide.goodwill import goodwill, role_for, severity
from wowengine.decide.policy import Severity
from wowengine.terms import Basis


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "minor"),
        (59, "minor"),
        (60, "moderate"),
        (179, "moderate"),
        (180, "serious"),
        (479, "serious"),
        (480, "grave"),
    ],
)
def test_a_delay_is_as_bad_as_it_is_long(minutes: int, expected: str) -> None:
    assert severity(incident(arrival_delay_minutes=minutes), POLICY) == expected


def test_a_delay_counts_at_arrival_or_where_that_is_unknown_at_departure() -> None:
    assert severity(incident(arrival_delay_minutes=None, departure_delay_minutes=200), POLICY) is Severity.SERIOUS
    assert severity(incident(arrival_delay_minutes=10, departure_delay_minutes=200), POLICY) is Severity.MINOR
    assert severity(incident(arrival_delay_minutes=None, departure_delay_minutes=None), POLICY) is Severity.MINOR


def test_other_failures_are_as_bad_as_the_policy_says() -> None:
    assert severity(incident(type="bag_lost"), POLICY) is Severity.GRAVE
    assert severity(incident(type="odd_smell"), POLICY) is Severity.MINOR


def test_the_sum_can_be_redone_by_hand() -> None:
    given = goodwill(incident(unanswered_minutes=36 * 60, our_failures=3), POLICY)
    # serious 2000 x 1.9 x 1.7 = 6460; above the knee of 4000 half of 2460 counts
    assert given.cents == 5230
    assert given.reason == "serious: EUR 20.00, x 1.9 for 36 h without an answer, x 1.7 for failure number 3"


def test_nobody_gives_more_than_the_highest_role_may() -> None:
    worst = incident(type="bag_lost", unanswered_minutes=10_000, our_failures=9)
    given = goodwill(worst, POLICY)
    assert given.cents == 9480  # 4000 x 2.2 x 1.7 = 14960, above the knee half
    low = POLICY.model_copy(update={"goodwill": POLICY.goodwill.model_copy(update={"limit_cents": {"agent": 3000}})})
    assert goodwill(worst, low).cents == 3000
    assert "at most EUR 30.00 by policy" in goodwill(worst, low).reason


def test_where_many_suffered_the_same_the_plateau_comes_early() -> None:
    bad = incident(unanswered_minutes=36 * 60, our_failures=3)
    alone, many = (
        goodwill(bad, POLICY),
        goodwill(incident(unanswered_minutes=36 * 60, our_failures=3, affected=20), POLICY),
    )
    assert many.cents == 2500 < alone.cents
    assert "where many suffered the same" in many.reason
    assert goodwill(incident(affected=19), POLICY) == goodwill(incident(affected=1), POLICY)


def test_the_humblest_role_that_may_give_it_is_named() -> None:
    assert [role_for(cents, POLICY) for cents in (0, 3000, 3001, 10_000, 10_001)] == [
        "agent",
        "agent",
        "manager",
        "manager",
        None,
    ]


def test_what_was_given_for_the_same_incident_is_taken_off_down_to_nothing() -> None:
    before = [amends(amount_cents=600), amends(amount_cents=300)]
    less = goodwill(incident(), POLICY, before)
    assert (less.cents, less.already_cents) == (1100, 900)
    assert less.reason.endswith("x 1 for failure number 1, less EUR 9.00 given for it already")
    assert goodwill(incident(), POLICY, [amends(amount_cents=9_000)]).cents == 0


def test_amounts_of_another_currency_or_of_none_are_told_of_and_not_taken_off() -> None:
    before = [amends(currency="GBP"), amends(currency="", amount_cents=900)]
    same = goodwill(incident(), POLICY, before)
    assert (same.cents, same.already_cents) == (2000, 0)
    assert same.reason.endswith(", besides GBP 7.00 given for it already, in another currency")


def test_only_goodwill_for_this_incident_that_came_about_lowers_its_ladder() -> None:
    here = amends(subject="inc-1")
    for given_before, cents in (
        (here, 1300),
        (replace(here, state="approved"), 1300),
        (replace(here, state="declined"), 2000),
        (replace(here, subject="inc-0"), 2000),
        (replace(here, basis=Basis.FLOOR, gesture_id="owed:eu261"), 2000),
    ):
        made = offer(voucher(), person(given=(given_before,)), moment(incident=incident()))
        assert made.goodwill is not None
        assert made.goodwill.cents == cents, given_before


def test_the_role_must_be_allowed_to_give_all_of_it_together() -> None:
    harm = moment(incident=incident(unanswered_minutes=2160))  # the ladder gives 3800
    more = offer(voucher(most=1), person(given=(amends(subject="inc-1", amount_cents=2_500),)), harm)
    assert more.amount_reason.endswith("within what the role manager may give, with what was given before")
    alone = offer(voucher(most=1), when=harm)
    assert alone.amount_reason.endswith("within what the role agent may give")


HARM = st.builds(
    lambda minutes, wait, failures, affected: incident(
        arrival_delay_minutes=minutes, unanswered_minutes=wait, our_failures=failures, affected=affected
    ),
    st.integers(0, 2000),
    st.integers(0, 20_000),
    st.integers(1, 9),
    st.integers(1, 40),
)


@given(HARM, st.integers(0, 3000), st.integers(0, 5))
def test_more_harm_never_gets_less(harm: Incident, more_wait: int, more_failures: int) -> None:
    worse = incident(
        arrival_delay_minutes=harm.arrival_delay_minutes,
        unanswered_minutes=harm.unanswered_minutes + more_wait,
        our_failures=harm.our_failures + more_failures,
        affected=harm.affected,
    )
    assert goodwill(worse, POLICY).cents >= goodwill(harm, POLICY).cents


@given(HARM, st.lists(st.builds(amends, amount_cents=st.integers(0, 9_000)), max_size=4))
def test_before_and_now_together_never_come_to_more_than_the_ladder_or_what_was_given(
    harm: Incident, before: list[Given]
) -> None:
    whole, less = goodwill(harm, POLICY), goodwill(harm, POLICY, before)
    spent = sum(one.amount_cents for one in before)
    assert 0 <= less.cents <= whole.cents
    assert less.cents + spent == max(whole.cents, spent)


ANYBODY = st.builds(
    person,
    name=st.none() | st.text(min_size=1, max_size=30),
    language=st.sampled_from(["it", "en", "de", ""]),
    country=st.none() | st.sampled_from(["IT", "NG", "US"]),
    tier=st.none() | st.sampled_from(["gold", "basic"]),
    time_zone=st.none() | st.sampled_from(["Europe/Rome", "Africa/Lagos"]),
    open_complaints=st.integers(0, 50),
)


@given(HARM, ANYBODY, st.floats(-5, 5))
def test_the_same_harm_gets_the_same_amount_whoever_suffers_it(harm: Incident, who: Person, score: float) -> None:
    """Neither who they are, nor how loud, nor what a model thinks of them, moves a cent of floor or goodwill."""
    form = voucher(cost_cents=100, most=1000)
    amounts = [
        [(one.basis, one.amount_cents) for one in decision.suggestions]
        for decision in (
            decided(form, when=moment(incident=harm)),
            decided(replace(form, score=score), who=who, when=moment(incident=harm)),
        )
    ]
    assert amounts[0] == amounts[1]
    assert amounts[0][-1][0] == "goodwill"


def test_an_incident_knows_no_number_of_messages() -> None:
    assert not [one.name for one in fields(Incident) if "message" in one.name or "contact" in one.name]
