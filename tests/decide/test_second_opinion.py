"""EU261 and EU rail against second implementations, written from the facts: a hundred thousand cases each."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from tests.decide.test_eu261 import by_hand as flight_by_hand
from wowengine.decide.candidate import Incident
from wowengine.decide.owed import assess
from wowengine.decide.regime import load_regimes

CASES = 100_000
CAUSES = ("carrier", "carrier_safety", "own_strike", "extraordinary", "unknown")
COUNTRIES = ("IT", "DE", "ES", "FI", "NO", "CH", "GB", "US", "TR", "JP")
MEMBERS = set(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"))


def near(chance: Random, *edges: int, widest: int) -> int:
    """Half the time at an edge or one beside it, else anywhere."""
    return chance.choice(edges) + chance.choice((-1, 0, 1)) if chance.random() < 0.5 else chance.randint(-30, widest)


def flight(chance: Random) -> Incident:
    rerouted = chance.random() < 0.5
    return Incident(
        source_id="s",
        at=datetime(2026, 6, 1, tzinfo=UTC),
        mode="air",
        type=chance.choice(("delay", "cancellation", "denied_boarding")),
        regime="eu261",
        from_country=chance.choice(COUNTRIES),
        to_country=chance.choice(COUNTRIES),
        carrier_country=chance.choice(COUNTRIES),
        distance_km=abs(near(chance, 1500, 3500, widest=16_000)),
        arrival_delay_minutes=near(chance, 120, 180, 240, widest=900),
        cause=chance.choice(CAUSES),
        notice_days=max(0, near(chance, 7, 14, widest=30)),
        reroute_departure_early_minutes=near(chance, 60, 120, widest=300) if rerouted else None,
        reroute_arrival_delay_minutes=near(chance, 120, 180, 240, widest=600) if rerouted else None,
    )


def train(chance: Random) -> Incident:
    return Incident(
        source_id="s",
        at=datetime(2026, 6, 1, tzinfo=UTC),
        mode="rail",
        type=chance.choice(("delay", "cancellation")),
        regime="eu_rail",
        from_country=chance.choice(COUNTRIES),
        to_country=chance.choice(COUNTRIES),
        arrival_delay_minutes=near(chance, 60, 120, widest=400),
        reroute_arrival_delay_minutes=chance.choice((None, None, near(chance, 60, widest=200))),
        price_cents=chance.randint(1, 30_000),
        ticket=chance.choice((None, "single", "return")),
        travelled=chance.choice((None, None, True, False)),
        cause=chance.choice(CAUSES),
        currency="EUR",
    )


def train_by_hand(case: Incident) -> tuple[str, int | None]:
    """Art. 18 and 19 of Regulation (EU) 2021/782, as a student of law would look a case up."""
    if not {case.from_country, case.to_country} & MEMBERS:
        return "not_eligible", 0
    late, rerouted = case.arrival_delay_minutes or 0, case.reroute_arrival_delay_minutes
    if case.travelled is False or (rerouted is not None and rerouted < 60) or late < 60:
        return "not_eligible", 0
    if case.cause == "extraordinary":
        return "not_eligible", 0
    share = 4 if late < 120 else 2
    whole = (case.price_cents or 0) / (2 if case.ticket == "return" else 1)
    cents = int(whole / share) + (whole / share > int(whole / share))
    return "likely_evidence_missing" if case.cause == "unknown" else "eligible", cents


@pytest.mark.parametrize(
    ("draw", "by_hand", "law"), [(flight, flight_by_hand, "eu261"), (train, train_by_hand, "eu_rail")]
)
def test_a_second_opinion_agrees_a_hundred_thousand_times(
    draw: Callable[[Random], Incident], by_hand: Callable[[Incident], tuple[str, int | None]], law: str
) -> None:
    chance, asked = Random(law), tuple(one for one in load_regimes() if one.id == law)
    paid = 0
    for _ in range(CASES):
        case = draw(chance)
        said = assess(case, asked)
        assert (str(said.verdict), said.amount_cents) == by_hand(case), case
        paid += bool(said.amount_cents)
    assert CASES / 20 < paid < CASES  # it is not all one answer
