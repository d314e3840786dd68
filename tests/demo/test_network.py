"""Distances are the true ones; routes are the airline's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.demo.network import AIRPORTS, HUBS, Airport, great_circle_km, routes

airports = st.sampled_from(list(AIRPORTS.values()))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [("LHR", "CDG", 348), ("LHR", "FCO", 1444), ("LHR", "ATH", 2427), ("DUB", "LHR", 449)],  # as published by others
)
def test_distances_are_those_that_others_publish(one: str, other: str, km: int) -> None:
    assert great_circle_km(AIRPORTS[one], AIRPORTS[other]) == pytest.approx(km, rel=0.006)


@given(airports, airports, airports)
def test_distance_is_a_distance(one: Airport, other: Airport, third: Airport) -> None:
    there = great_circle_km(one, other)
    assert there == pytest.approx(great_circle_km(other, one))
    assert (there == 0) == (one == other)
    detour = great_circle_km(one, third) + great_circle_km(third, other)
    assert there <= detour + 1e-6


def test_every_route_begins_or_ends_at_a_hub_and_is_flown_both_ways() -> None:
    flown = routes()
    assert all((route.origin.code in HUBS) != (route.destination.code in HUBS) for route in flown)
    assert {route.reversed() for route in flown} == set(flown)


def test_every_airport_has_a_clock() -> None:
    assert {airport.time_zone.key for airport in AIRPORTS.values()} == {airport.zone for airport in AIRPORTS.values()}


def test_routes_meet_every_distance_band_of_the_law() -> None:
    kilometres = [route.distance_km for route in routes()]
    assert min(kilometres) <= 1500
    assert any(1500 < distance <= 3500 for distance in kilometres)
