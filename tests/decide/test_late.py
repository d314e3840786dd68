"""Steps by lateness: each edge of each ladder on both sides, and what stands in the way."""

from typing import Any

import pytest

from tests.decide.asking import DUE, NOTHING, asked, verdict

RAIL = {
    "mode": "rail",
    "type": "delay",
    "from_country": "IT",
    "to_country": "FR",
    "cause": "carrier",
    "price_cents": 10_000,
    "currency": "EUR",
}
REPAY = RAIL | {"from_country": "GB", "to_country": "GB", "currency": "GBP", "cause": "extraordinary"}
FERRY = RAIL | {"mode": "ferry"}
COACH = RAIL | {"mode": "coach", "type": "cancellation", "distance_km": 400}
CANADA = {"mode": "air", "type": "delay", "from_country": "CA", "to_country": "US", "cause": "carrier"}
BAG = {
    "mode": "air",
    "type": "bag_delayed",
    "from_country": "US",
    "to_country": "US",
    "price_cents": 4_000,
    "currency": "USD",
}
BUMPED = BAG | {"type": "denied_boarding", "price_cents": 40_000}


def late(case: dict[str, Any], minutes: int, **more: Any) -> tuple[str, int | None]:
    return verdict(**(case | {"arrival_delay_minutes": minutes} | more))


@pytest.mark.parametrize(
    ("minutes", "cents"), [(-5, 0), (59, 0), (60, 2_500), (61, 2_500), (119, 2_500), (120, 5_000), (600, 5_000)]
)
def test_rail_pays_a_quarter_from_an_hour_and_half_from_two(minutes: int, cents: int) -> None:
    for kind in ("delay", "cancellation"):
        assert late(RAIL, minutes, type=kind) == ((DUE, cents) if cents else NOTHING)


def test_rail_exempts_the_extraordinary_but_no_strike_of_its_own_staff() -> None:
    assert late(RAIL, 120, cause="extraordinary") == NOTHING
    assert late(RAIL, 120, cause="own_strike") == (DUE, 5_000)
    doubt = asked(**RAIL | {"arrival_delay_minutes": 120, "cause": "unknown"})
    assert (str(doubt.verdict), doubt.amount_cents, doubt.needs) == ("likely_evidence_missing", 5_000, ("cause",))
    assert "unless the carrier proves extraordinary circumstances" in doubt.reason


def test_rail_pays_nothing_to_those_refunded_or_re_routed_in_time() -> None:
    assert late(RAIL, 120, travelled=False) == NOTHING
    assert late(RAIL, 120, travelled=True) == (DUE, 5_000)
    for kind in ("delay", "cancellation"):
        assert late(RAIL, 120, type=kind, reroute_arrival_delay_minutes=59) == NOTHING
        assert late(RAIL, 120, type=kind, reroute_arrival_delay_minutes=60) == (DUE, 5_000)


def test_half_of_a_return_ticket_counts_and_a_fraction_of_a_cent_is_the_customers() -> None:
    assert late(RAIL, 60, ticket="return", price_cents=1_001) == (DUE, 126)
    assert late(RAIL, 60, ticket="single", price_cents=1_001) == (DUE, 251)
    assert late(RAIL, 60, price_cents=0) == NOTHING


def test_rail_holds_from_its_day_and_from_or_to_a_member() -> None:
    assert late(RAIL, 60, event_date="2023-06-07") == (DUE, 2_500)
    assert late(RAIL, 60, event_date="2023-06-06") == ("unsupported", None)
    assert late(RAIL, 60, from_country="CH", to_country="IT") == (DUE, 2_500)
    assert late(RAIL, 60, from_country="CH", to_country="GB") == ("unsupported", None)


@pytest.mark.parametrize(
    ("minutes", "single", "of_return"),
    [
        (14, 0, 0),
        (15, 2_500, 1_250),
        (29, 2_500, 1_250),
        (30, 5_000, 2_500),
        (59, 5_000, 2_500),
        (60, 10_000, 5_000),
        (119, 10_000, 5_000),
        (120, 10_000, 10_000),
    ],
)
def test_delay_repay_pays_whatever_the_cause(minutes: int, single: int, of_return: int) -> None:
    for ticket, cents in ((None, single), ("single", single), ("return", of_return)):
        assert late(REPAY, minutes, ticket=ticket) == ((DUE, cents) if cents else NOTHING)


@pytest.mark.parametrize(
    ("scheduled", "limit"), [(1, 60), (240, 60), (241, 120), (480, 120), (481, 180), (1440, 180), (1441, 360)]
)
def test_ferries_pay_from_a_delay_that_grows_with_the_journey(scheduled: int, limit: int) -> None:
    def pays(minutes: int) -> int | None:
        return late(FERRY, minutes, scheduled_duration_minutes=scheduled)[1]

    assert [pays(limit + by) for by in (-1, 0, 1)] == [0, 2_500, 2_500]
    assert [pays(2 * limit + by) for by in (-1, 0, 1)] == [2_500, 2_500, 5_000]


def test_a_ferry_that_no_ladder_pays_for_needs_no_duration() -> None:
    assert late(FERRY, 59) == NOTHING
    unknown = asked(**FERRY | {"arrival_delay_minutes": 61})
    assert (str(unknown.verdict), unknown.needs) == ("needs_facts", ("scheduled_duration_minutes",))
    assert late(FERRY, 60, scheduled_duration_minutes=60, ticket="return") == (DUE, 1_250)
    assert late(FERRY, 900, cause="extraordinary") == NOTHING


def test_a_coach_pays_half_where_no_choice_was_offered() -> None:
    assert verdict(**COACH) == (DUE, 5_000)
    assert verdict(**COACH | {"type": "denied_boarding"}) == (DUE, 5_000)
    assert verdict(**COACH | {"ticket": "return"}) == (DUE, 5_000)
    for kind in ("delay", "cancellation", "denied_boarding"):
        near = COACH | {"type": kind, "departure_delay_minutes": 121}
        assert verdict(**near | {"distance_km": 249}) == NOTHING
        assert verdict(**near | {"distance_km": 250}) == (DUE, 5_000)
    assert verdict(**COACH | {"alternative_accepted": True}) == NOTHING
    assert verdict(**COACH | {"alternative_accepted": False}) == (DUE, 5_000)
    assert verdict(**COACH | {"reroute_departure_early_minutes": 0}) == NOTHING
    assert verdict(**COACH | {"reroute_arrival_delay_minutes": 30}) == NOTHING
    delay = COACH | {"type": "delay"}
    assert verdict(**delay | {"departure_delay_minutes": 120}) == NOTHING
    assert verdict(**delay | {"departure_delay_minutes": 121}) == (DUE, 5_000)
    assert asked(**delay).needs == ("departure_delay_minutes",)


@pytest.mark.parametrize(
    ("minutes", "large", "small"),
    [
        (179, 0, 0),
        (180, 40_000, 12_500),
        (359, 40_000, 12_500),
        (360, 70_000, 25_000),
        (539, 70_000, 25_000),
        (540, 100_000, 50_000),
        (900, 100_000, 50_000),
    ],
)
def test_canada_pays_by_lateness_and_size(minutes: int, large: int, small: int) -> None:
    for size, cents in (("large", large), ("small", small)):
        assert late(CANADA, minutes, carrier_size=size) == ((DUE, cents) if cents else NOTHING)
    if not large:
        assert late(CANADA, minutes) == NOTHING
    else:
        assert asked(**CANADA | {"arrival_delay_minutes": minutes}).needs == ("carrier_size",)


def test_canada_pays_for_what_is_in_the_carriers_hands_and_told_late() -> None:
    known = CANADA | {"arrival_delay_minutes": 400, "carrier_size": "large"}
    pays = {cause: verdict(**known | {"cause": cause}) for cause in ("own_strike", "carrier_safety", "extraordinary")}
    assert pays == {"own_strike": (DUE, 70_000), "carrier_safety": NOTHING, "extraordinary": NOTHING}
    assert verdict(**known | {"notice_days": 14}) == (DUE, 70_000)
    assert verdict(**known | {"notice_days": 15}) == NOTHING
    cancelled = known | {"type": "cancellation"}
    assert asked(**cancelled).needs == ("notice_days",)
    assert verdict(**cancelled | {"notice_days": 14}) == (DUE, 70_000)
    assert verdict(**cancelled | {"notice_days": 15}) == NOTHING


def test_canada_has_one_amount_for_those_refunded() -> None:
    for size, cents in (("large", 40_000), ("small", 12_500)):
        refunded = CANADA | {"carrier_size": size, "travelled": False}
        assert late(refunded, 900) == (DUE, cents)
        assert late(refunded, 179) == NOTHING
        assert verdict(**refunded | {"type": "cancellation", "notice_days": 0}) == (DUE, cents)
        assert asked(**refunded).needs == ("arrival_delay_minutes",)
    assert asked(**refunded | {"arrival_delay_minutes": 900}).band == "refunded"


@pytest.mark.parametrize(
    ("to_country", "scheduled", "limit"), [("US", None, 720), ("IT", 720, 900), ("IT", 721, 1800), ("IT", 1, 900)]
)
def test_the_fee_of_a_bag_comes_back_after_its_limit(to_country: str, scheduled: int | None, limit: int) -> None:
    bag = BAG | {"to_country": to_country, "scheduled_duration_minutes": scheduled, "ticket": "return"}
    assert late(bag, limit) == NOTHING
    assert late(bag, limit + 1) == (DUE, 4_000)


@pytest.mark.parametrize(
    ("to_country", "minutes", "cents"),
    [
        ("US", 60, 0),
        ("US", 61, 80_000),
        ("US", 119, 80_000),
        ("US", 120, 160_000),
        ("IT", 60, 0),
        ("IT", 61, 80_000),
        ("IT", 239, 80_000),
        ("IT", 240, 160_000),
    ],
)
def test_denied_boarding_pays_a_multiple_of_the_fare(to_country: str, minutes: int, cents: int) -> None:
    case = BUMPED | {"to_country": to_country, "regime": "us_dot"}
    expected = (DUE, cents) if cents else NOTHING
    assert verdict(**case | {"reroute_arrival_delay_minutes": minutes, "arrival_delay_minutes": 0}) == expected
    assert late(case, minutes) == expected


def test_denied_boarding_has_limits_in_dollars_and_is_worst_without_another_flight() -> None:
    assert late(BUMPED, 61, price_cents=53_750) == (DUE, 107_500)
    assert late(BUMPED, 61, price_cents=53_751) == (DUE, 107_500)
    assert late(BUMPED, 120, price_cents=90_000) == (DUE, 215_000)
    assert late(BUMPED, 61, to_country="MX", price_cents=90_000) == (DUE, 107_500)
    assert late(BUMPED, 240, to_country="MX", price_cents=90_000) == (DUE, 215_000)
    assert verdict(**BUMPED) == (DUE, 160_000)
    assert verdict(**BUMPED | {"ticket": "return"}) == (DUE, 80_000)
    assert verdict(**BUMPED | {"currency": "EUR"}) == ("manual_review", None)
    assert verdict(**BUMPED | {"event_date": "2025-01-22"}) == (DUE, 160_000)
    assert verdict(**BUMPED | {"event_date": "2025-01-21"}) == ("unsupported", None)
    assert verdict(**BUMPED | {"from_country": "MX"}) == ("unsupported", None)
