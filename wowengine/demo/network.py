"""Where the make-believe airline flies: true airports, true distances, invented routes."""

from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt
from zoneinfo import ZoneInfo

EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)
CARRIER_COUNTRY = "IT"
CRUISE_KM_PER_MINUTE = 13.0
GROUND_MINUTES = 35  # taxi, climb and approach


@dataclass(frozen=True)
class Airport:
    """An airport, with its city in both languages and its reference point in degrees."""

    code: str
    city: str
    city_it: str
    country: str
    zone: str
    latitude: float
    longitude: float

    @property
    def time_zone(self) -> ZoneInfo:
        """The clock on its wall."""
        return ZoneInfo(self.zone)

    def named(self, language: str) -> str:
        """Return the city's name in a language."""
        return self.city_it if language == "it" else self.city


AIRPORTS = {
    airport.code: airport
    for airport in (
        Airport("MXP", "Milan", "Milano", "IT", "Europe/Rome", 45.6306, 8.7281),
        Airport("FCO", "Rome", "Roma", "IT", "Europe/Rome", 41.8003, 12.2389),
        Airport("NAP", "Naples", "Napoli", "IT", "Europe/Rome", 40.8860, 14.2908),
        Airport("CTA", "Catania", "Catania", "IT", "Europe/Rome", 37.4668, 15.0664),
        Airport("LHR", "London", "Londra", "GB", "Europe/London", 51.4706, -0.4619),
        Airport("EDI", "Edinburgh", "Edimburgo", "GB", "Europe/London", 55.9500, -3.3725),
        Airport("DUB", "Dublin", "Dublino", "IE", "Europe/Dublin", 53.4213, -6.2701),
        Airport("AMS", "Amsterdam", "Amsterdam", "NL", "Europe/Amsterdam", 52.3086, 4.7639),
        Airport("CDG", "Paris", "Parigi", "FR", "Europe/Paris", 49.0128, 2.5500),
        Airport("BCN", "Barcelona", "Barcellona", "ES", "Europe/Madrid", 41.2971, 2.0785),
        Airport("LIS", "Lisbon", "Lisbona", "PT", "Europe/Lisbon", 38.7813, -9.1359),
        Airport("VIE", "Vienna", "Vienna", "AT", "Europe/Vienna", 48.1103, 16.5697),
        Airport("ATH", "Athens", "Atene", "GR", "Europe/Athens", 37.9364, 23.9445),
        Airport("HEL", "Helsinki", "Helsinki", "FI", "Europe/Helsinki", 60.3172, 24.9633),
        Airport("KEF", "Reykjavik", "Reykjavík", "IS", "Atlantic/Reykjavik", 63.9850, -22.6056),
        Airport("TFS", "Tenerife", "Tenerife", "ES", "Atlantic/Canary", 28.0445, -16.5725),
    )
}
HUBS = ("MXP", "FCO")


@dataclass(frozen=True)
class Route:
    """One way from an airport to another."""

    origin: Airport
    destination: Airport

    @property
    def distance_km(self) -> int:
        """Great-circle distance, in whole kilometres."""
        return round(great_circle_km(self.origin, self.destination))

    @property
    def flying_minutes(self) -> int:
        """Minutes from gate to gate, about."""
        return GROUND_MINUTES + round(self.distance_km / CRUISE_KM_PER_MINUTE)

    def reversed(self) -> "Route":
        """Return the way back."""
        return Route(self.destination, self.origin)


def great_circle_km(one: Airport, other: Airport) -> float:
    """Return the shortest way over a round Earth, in km, by the haversine formula (within 0.6 % of the true shape)."""
    latitude, its_latitude = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half_chord = hypot(sin((its_latitude - latitude) / 2), sqrt(cos(latitude) * cos(its_latitude)) * sin(across / 2))
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, half_chord))


def routes() -> tuple[Route, ...]:
    """Return every route there and back between a hub and another airport, the shortest first."""
    outbound = [
        Route(AIRPORTS[hub], airport) for hub in HUBS for airport in AIRPORTS.values() if airport.code not in HUBS
    ]
    both = outbound + [route.reversed() for route in outbound]
    return tuple(sorted(both, key=lambda route: (route.distance_km, route.origin.code, route.destination.code)))
