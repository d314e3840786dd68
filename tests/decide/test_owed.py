"""Which body of law answers, which stand beside it, and what each says of time, vouchers and care."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.asking import DUE, NOTHING, REGIMES, asked, said, verdict
from tests.decide.make import decided, incident, moment
from wowengine.decide.candidate import Incident
from wowengine.decide.owed import assess, heard
from wowengine.decide.regime import Finding, Owed, Regime, example, parse_regime

FLIGHT = {
    "mode": "air",
    "type": "delay",
    "from_country": "GB",
    "to_country": "IT",
    "carrier_country": "IT",
    "distance_km": 1_400,
    "arrival_delay_minutes": 180,
    "cause": "carrier",
}


def test_the_country_of_departure_answers_and_the_other_stands_beside() -> None:
    owed = asked(**FLIGHT)
    assert (owed.regime, owed.amount_cents, owed.currency) == ("uk261", 22_000, "GBP")
    assert [(one.regime, one.amount_cents) for one in owed.also] == [("eu261", 25_000)]
    home = asked(**FLIGHT | {"from_country": "IT", "to_country": "GB"})
    assert (home.regime, [one.regime for one in home.also]) == ("eu261", ["uk261"])
    west = FLIGHT | {"to_country": "US", "distance_km": 6_900, "travelled": True}
    assert said(**west | {"from_country": "US", "to_country": "IT"}) == ("us_dot", *NOTHING)
    assert said(**west | {"from_country": "CA", "carrier_size": "large"})[0] == "appr"
    assert said(**west | {"from_country": "JP", "to_country": "IT"})[0] == "eu261"


@pytest.mark.parametrize(
    ("countries", "covered"),
    [
        (("GB", "JP", "JP"), True),
        (("JP", "GB", "GB"), True),
        (("JP", "GB", "IT"), True),
        (("JP", "GB", "JP"), False),
        (("JP", "IT", "GB"), True),
        (("JP", "AU", "GB"), False),
    ],
)
def test_uk261_covers_flights_from_there_and_into_it(countries: tuple[str, str, str], covered: bool) -> None:
    ends = dict(zip(("from_country", "to_country", "carrier_country"), countries, strict=True))
    assert said(**FLIGHT | ends) == (("uk261", DUE, 22_000) if covered else ("", "unsupported", None))


@pytest.mark.parametrize(("km", "whole", "half", "limit"), [(1500, 22_000, 11_000, 120), (3500, 35_000, 17_500, 180)])
def test_uk261_pays_by_distance_alone(km: int, whole: int, half: int, limit: int) -> None:
    within = FLIGHT | {"distance_km": km, "regime": "uk261"}
    assert verdict(**within) == (DUE, whole)
    assert verdict(**within | {"arrival_delay_minutes": 179}) == NOTHING
    assert verdict(**within | {"distance_km": km + 1})[1] in {35_000, 26_000}
    bumped = within | {"type": "denied_boarding"}
    assert verdict(**bumped | {"reroute_arrival_delay_minutes": limit}) == (DUE, half)
    assert verdict(**bumped | {"reroute_arrival_delay_minutes": limit + 1}) == (DUE, whole)


def test_uk261_beyond_3500_km_is_half_below_four_hours_and_goes_on_after_2027() -> None:
    far = FLIGHT | {"distance_km": 3_501}
    bumped = far | {"type": "denied_boarding"}
    assert verdict(**bumped | {"reroute_arrival_delay_minutes": 240}) == (DUE, 26_000)
    assert verdict(**bumped | {"reroute_arrival_delay_minutes": 241}) == (DUE, 52_000)
    assert verdict(**far | {"arrival_delay_minutes": 239}) == (DUE, 26_000)
    assert verdict(**far | {"arrival_delay_minutes": 240}) == (DUE, 52_000)
    assert said(**FLIGHT | {"event_date": "2027-10-23"}) == ("uk261", DUE, 22_000)
    assert said(**FLIGHT | {"type": "downgrade", "regime": "uk261"}) == ("uk261", *NOTHING)
    assert said(**FLIGHT | {"type": "downgrade", "carrier_country": "GB"}) == ("", "unsupported", None)


def test_a_regime_asked_for_by_name_answers_alone() -> None:
    owed = asked(**FLIGHT | {"regime": "eu261"})
    assert (owed.regime, owed.also) == ("eu261", ())
    assert said(**FLIGHT | {"regime": "eu_rail"}) == ("eu_rail", *NOTHING)
    assert said(**FLIGHT | {"regime": "eu2202"}) == ("eu2202", *NOTHING)
    assert said(**FLIGHT | {"regime": "nobody's"}) == ("", "unsupported", None)


PROMISE = parse_regime(example("parcel").replace('mode = "parcel"', 'mode = "air"'), "own.toml")


def test_a_promise_answers_after_every_law() -> None:
    late = replace(incident(from_country=None, price_cents=1_000, currency="EUR"), arrival_delay_minutes=1_440)
    owed = assess(late, [PROMISE, *REGIMES])
    assert owed.regime == "eu261"
    (promised,) = (one for one in owed.also if one.regime == "our_parcel")
    assert promised.amount_cents == 500


def unverified(regime: Regime, key: str) -> Regime:
    tree = regime.model_dump()
    tree["citations"][key]["checked"] = "unverified"
    return type(regime).model_validate(tree)


def test_a_number_that_nobody_checked_gives_no_amount() -> None:
    eu261 = REGIMES[0]
    owed = assess(incident(), [unverified(eu261, "art7_1")])
    assert (owed.verdict, owed.amount_cents) == (Finding.SOURCE_UNVERIFIED, None)
    assert assess(incident(), [unverified(eu261, "art10_2")]).verdict is Finding.ELIGIBLE
    assert assess(incident(arrival_delay_minutes=0), [unverified(eu261, "art7_1")]).amount_cents == 0


def rules(owed: Owed) -> tuple[list[tuple[str, int, str]], str | None]:
    assert owed.amount_cents
    times = [(one.act, one.within, one.unit) for one in owed.deadlines]
    return times, str(owed.substitute.agreement) if owed.substitute else None


def test_each_answer_says_within_which_time_and_when_a_voucher_counts() -> None:
    rail = {"mode": "rail", "type": "delay", "arrival_delay_minutes": 120, "price_cents": 100, "currency": "EUR"}
    british = rail | {"from_country": "GB", "to_country": "GB"}
    canada = FLIGHT | {"from_country": "CA", "carrier_size": "small"}
    eu261 = FLIGHT | {"regime": "eu261"}
    assert rules(asked(**FLIGHT)) == ([("claim", 6, "years")], "signed")
    assert rules(asked(**eu261)) == ([], "signed")
    assert rules(asked(**eu261 | {"type": "downgrade", "price_cents": 1, "currency": "EUR"})) == (
        [("pay", 7, "days")],
        "signed",
    )
    assert rules(asked(**rail | {"from_country": "IT", "cause": "carrier"})) == ([("complain", 3, "months")], None)
    assert rules(asked(**british)) == ([("claim", 28, "days")], None)
    assert rules(asked(**canada)) == ([("claim", 1, "years"), ("reply", 30, "days")], "written")
    voucher = asked(**canada).substitute
    assert voucher is not None
    assert (voucher.worth_more, voucher.never_expires) == (True, True)
    nothing = asked(**FLIGHT | {"arrival_delay_minutes": 0})
    assert (nothing.deadlines, nothing.substitute, nothing.payment_form) == ((), None, None)


def test_snacks_on_a_coach_are_due_from_an_hour_and_a_half() -> None:
    coach = {"mode": "coach", "type": "delay", "from_country": "IT", "distance_km": 300}
    due = {minutes: " ".join(asked(**coach, departure_delay_minutes=minutes).also_due) for minutes in (89, 90)}
    assert ("snacks" in due[89], "snacks" in due[90]) == (False, True)


def test_where_the_first_law_owes_nothing_another_is_paid() -> None:
    late = incident(from_country="CA", to_country="IT", distance_km=6_700, cause="carrier_safety")
    decision = decided(when=moment(incident=late))
    assert decision.owed is not None
    assert (decision.owed.regime, decision.owed.verdict) == ("appr", Finding.NOT_ELIGIBLE)
    (floor,) = decision.suggestions
    assert (floor.gesture_id, floor.amount_cents) == ("owed:eu261", 30_000)


def test_what_adds_to_another_is_paid_beside_it_and_holds_nothing_up() -> None:
    west = {"to_country": "US", "distance_km": 6_900, "arrival_delay_minutes": 400, "price_cents": 50_000}
    given_up = incident(**west, currency="USD", travelled=False, alternative_accepted=False)
    paid = decided(when=moment(incident=given_up)).suggestions
    assert {one.gesture_id: one.amount_cents for one in paid} == {"owed:eu261": 60_000, "owed:us_dot": 50_000}
    home = incident(**west | {"from_country": "US", "to_country": "IT"})
    decision = decided(when=moment(incident=home))
    assert decision.owed is not None
    assert (decision.owed.regime, decision.owed.verdict) == ("us_dot", Finding.NEEDS_FACTS)
    assert [one.gesture_id for one in decision.suggestions] == ["owed:eu261"]
    assert decision.refusals() == {"floor.needs_facts": 1}


def test_only_one_of_those_that_do_not_add_is_paid() -> None:
    both = incident(from_country="GB", to_country="IT", carrier_country="IT")
    assert [one.gesture_id for one in decided(when=moment(incident=both)).suggestions] == ["owed:uk261"]
    unclear = replace(both, from_country="CA", distance_km=6_700, cause="carrier")  # the carrier's size is not known
    assert decided(when=moment(incident=unclear)).suggestions == ()


BEGINS = {
    "eu261": ("air", "denied_boarding", "2005-02-17"),
    "uk261": ("air", "denied_boarding", "2021-01-01"),
    "us_dot": ("air", "cancellation", "2024-10-28"),
    "eu_rail": ("rail", "delay", "2023-06-07"),
    "appr": ("air", "delay", "2019-12-15"),
    "eu_coach": ("coach", "delay", "2013-03-01"),
    "eu_ferry": ("ferry", "delay", "2012-12-18"),
    "uk_delay_repay": ("rail", "delay", "2016-12-11"),
    "uk_ofcom": ("telecom", "no_service", "2026-04-01"),
    "montreal": ("air", "bag_lost", "2003-11-04"),
}


@pytest.mark.parametrize("regime", BEGINS)
def test_a_regime_says_nothing_to_what_happened_before_it_began(regime: str) -> None:
    mode, kind, day = BEGINS[regime]
    case = {"mode": mode, "type": kind, "regime": regime}
    before = date.fromisoformat(day) - timedelta(days=1)
    assert "in force" not in asked(**case, event_date=day).reason
    assert f"was in force on {before}" in asked(**case, event_date=str(before)).reason
    if kind == "cancellation":
        assert "in force" in asked(**case | {"type": "bag_delayed", "event_date": str(before)}).reason
        assert "in force" not in asked(**case | {"type": "bag_delayed", "event_date": day}).reason


@pytest.mark.parametrize(
    ("notice", "early", "late", "pays"),
    [
        (14, None, None, False),
        (13, None, None, True),
        (13, 120, 239, False),
        (7, 120, 239, False),
        (7, 121, 239, True),
        (7, 120, 240, True),
        (6, 120, 239, True),
        (6, 60, 119, False),
        (6, 61, 119, True),
        (6, 60, 120, True),
    ],
)
def test_uk261_excuses_what_was_told_in_time(notice: int, early: int | None, late: int | None, pays: bool) -> None:
    told = {"notice_days": notice, "reroute_departure_early_minutes": early, "reroute_arrival_delay_minutes": late}
    cents = verdict(**FLIGHT | {"type": "cancellation", "distance_km": 5_000} | told)[1] or 0
    assert (cents > 0) is pays


MODES = st.sampled_from([("air", "delay"), ("rail", "delay"), ("air", "bag_lost"), ("parcel", "delay"), ("air", "x")])
NAMED = st.none() | st.sampled_from(["eu261", "us_dot", "eu_rail", "atlantis"])


@settings(max_examples=200, deadline=None)
@given(MODES, NAMED, st.sampled_from(["IT", "GB", "US", "JP", None]))
def test_those_that_a_decision_keeps_answer_as_all_of_them_do(
    kind: tuple[str, str], named: str | None, country: str | None
) -> None:
    case: Incident = incident(mode=kind[0], type=kind[1], regime=named, from_country=country)
    assert assess(case, heard(case, REGIMES)) == assess(case, REGIMES)


FORGETTABLE: dict[str, Any] = {
    "from_country": st.sampled_from(["IT", "GB", "US", "CA", "JP"]),
    "to_country": st.sampled_from(["IT", "GB", "US", "CA", "JP"]),
    "carrier_country": st.sampled_from(["IT", "GB", "US", "CA", "JP"]),
    "distance_km": st.sampled_from([200, 249, 250, 1500, 1501, 3501]),
    "departure_delay_minutes": st.sampled_from([0, 120, 121]),
    "arrival_delay_minutes": st.sampled_from([0, 14, 60, 121, 180, 240, 360, 540, 721, 1900]),
    "scheduled_duration_minutes": st.sampled_from([60, 240, 241, 481, 721, 1441]),
    "price_cents": st.just(9_999),
    "currency": st.just("USD"),
    "cause": st.sampled_from(["carrier", "carrier_safety", "own_strike", "extraordinary", "unknown"]),
    "carrier_size": st.sampled_from(["large", "small"]),
    "days_out": st.integers(0, 3),
}
KNOWN = st.fixed_dictionaries(FORGETTABLE | {"travelled": st.booleans(), "alternative_accepted": st.booleans()})
CLAIMS = st.sampled_from([(one.id, one.mode, kind) for one in REGIMES for kind in sorted(one.claims)])


@settings(max_examples=1500, deadline=None)
@given(CLAIMS, KNOWN, st.sets(st.sampled_from(sorted(FORGETTABLE)), max_size=5))
def test_nothing_is_guessed_by_any_regime(
    claim: tuple[str, str, str], facts: dict[str, Any], forgotten: set[str]
) -> None:
    """What is answered despite a gap is true whatever fills the gap."""
    regime, mode, kind = claim
    if (regime, kind) == ("us_dot", "denied_boarding"):
        forgotten -= {"arrival_delay_minutes"}  # where nothing is said, no alternative was arranged
    whole = facts | {"mode": mode, "type": kind, "regime": regime, "notice_days": 3}
    lacking = asked(**whole | dict.fromkeys(forgotten))
    told = asked(**whole)
    if lacking.verdict is Finding.NEEDS_FACTS:
        assert lacking.amount_cents is None
        assert set(lacking.needs) <= forgotten
    elif lacking.verdict is Finding.NOT_ELIGIBLE:
        assert not told.amount_cents
    else:
        assert (lacking.verdict, lacking.amount_cents) == (told.verdict, told.amount_cents)
