"""The price back to those who do not travel: the United States."""

from typing import Any

import pytest

from tests.decide.asking import DUE, NOTHING, asked, verdict

GIVEN_UP = {
    "mode": "air",
    "type": "delay",
    "from_country": "US",
    "to_country": "US",
    "travelled": False,
    "alternative_accepted": False,
    "price_cents": 30_001,
    "currency": "USD",
    "ticket": "return",
}


def refund(**facts: Any) -> tuple[str, int | None]:
    return verdict(**GIVEN_UP | facts)


@pytest.mark.parametrize(("to_country", "limit"), [("US", 180), ("JP", 360)])
def test_an_arrival_so_late_or_a_departure_so_early_gives_the_price_back(to_country: str, limit: int) -> None:
    for fact in ("arrival_delay_minutes", "reroute_departure_early_minutes"):
        on_time = {"arrival_delay_minutes": 0, "to_country": to_country}
        assert refund(**on_time | {fact: limit - 1}) == NOTHING
        assert refund(**on_time | {fact: limit}) == (DUE, 30_001)


@pytest.mark.parametrize("kind", ["cancellation", "significant_change", "downgrade"])
def test_what_is_a_significant_change_by_itself_asks_for_no_lateness(kind: str) -> None:
    assert refund(type=kind) == (DUE, 30_001)


def test_nothing_comes_back_to_those_who_travelled_or_took_something_else() -> None:
    assert refund(type="cancellation", travelled=True) == NOTHING
    assert refund(type="cancellation", alternative_accepted=True) == NOTHING
    unknown = asked(**GIVEN_UP | {"type": "cancellation", "travelled": None, "alternative_accepted": None})
    assert unknown.needs == ("alternative_accepted", "travelled")


def test_only_what_matters_is_asked_for() -> None:
    assert refund(to_country=None, arrival_delay_minutes=179) == NOTHING
    assert refund(to_country=None, arrival_delay_minutes=360) == (DUE, 30_001)
    assert asked(**GIVEN_UP | {"to_country": None, "arrival_delay_minutes": 180}).needs == ("to_country",)
    assert asked(**GIVEN_UP).needs == ("arrival_delay_minutes",)
    assert refund(reroute_departure_early_minutes=180) == (DUE, 30_001)


def test_the_deadline_goes_by_how_it_was_paid() -> None:
    def pays(payment: str | None) -> list[tuple[int, str]]:
        owed = asked(**GIVEN_UP | {"type": "cancellation", "payment": payment})
        assert owed.payment_form == "original form of payment"
        return [(one.within, one.unit) for one in owed.deadlines]

    assert pays("card") == [(7, "business days")]
    assert pays("other") == [(20, "days")]
    assert pays(None) == [(7, "business days"), (20, "days")]


def test_a_refund_stands_beside_a_compensation() -> None:
    flight = {"from_country": "IT", "carrier_country": "IT", "distance_km": 6_900, "cause": "carrier"}
    owed = asked(**GIVEN_UP | flight | {"arrival_delay_minutes": 400})
    assert (owed.regime, owed.amount_cents) == ("eu261", 60_000)
    (also,) = owed.also
    assert (also.regime, str(also.verdict), also.amount_cents, str(also.stacking)) == ("us_dot", DUE, 30_001, "adds")
    assert also.also == ()
