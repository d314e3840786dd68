"""Make-believe customers: half speak English, half Italian; each with a home, a tier and a word on consent."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wowengine.demo.chance import dice
from wowengine.demo.network import AIRPORTS, Airport
from wowengine.demo.tastes import Taste, taste_of
from wowengine.demo.texts import texts
from wowengine.terms import Purpose

TIERS = ("Blue", "Silver", "Gold")
TIER_WEIGHTS = (58, 28, 14)
NETWORKS = ("mastodon", "bluesky")
YEARS_WITH_US = 9
KNOWN_TO_AN_AGENT = 0.4  # the share of customers who have one of their own

ALL = (Purpose.CARE, Purpose.INTERESTS, Purpose.OFFERS, Purpose.MEASUREMENT)
CONSENTS: tuple[tuple[Purpose, ...], ...] = (ALL, ALL[:3], ALL[:2], ALL[:1], ())
CONSENT_WEIGHTS = (54, 26, 8, 8, 4)


@dataclass(frozen=True)
class Person:
    """One customer, as the company's records know them, and the taste that no record knows."""

    customer_id: str
    name: str
    language: str
    home: Airport
    tier: str
    joined_on: date
    agent_of_record: str
    email: str
    account: str  # channel:address of the one social account
    consents: tuple[Purpose, ...]
    taste: Taste

    @property
    def channel(self) -> str:
        """The network on which they post."""
        return self.account.partition(":")[0]

    @property
    def public(self) -> bool:
        """Whether we may read what they post."""
        return Purpose.INTERESTS in self.consents

    @property
    def open_to_gestures(self) -> bool:
        """Whether we may surprise them."""
        return Purpose.OFFERS in self.consents


def people(seed: int, now: datetime, count: int) -> list[Person]:
    """Return `count` customers, half of whom speak Italian."""
    names = texts("people")
    return [_person(seed, now, number, names) for number in range(1, count + 1)]


def _person(seed: int, now: datetime, number: int, names: dict[str, Any]) -> Person:
    customer_id, language = f"C{number:04}", "it" if number % 2 else "en"
    chance = dice(seed, "person", customer_id)
    name = f"{chance.choice(names[language]['first'])} {chance.choice(names[language]['last'])}"
    address = f"{_ascii(name)}.{number}"  # two may share a name, as in life
    return Person(
        customer_id=customer_id,
        name=name,
        language=language,
        home=AIRPORTS[chance.choice(names[language]["homes"])],
        tier=chance.choices(TIERS, TIER_WEIGHTS)[0],
        joined_on=(now - timedelta(days=chance.randrange(60, YEARS_WITH_US * 365))).date(),
        agent_of_record=chance.choice(names["agents"]) if chance.random() < KNOWN_TO_AN_AGENT else "",
        email=f"{address}@example.org",
        account=f"{chance.choice(NETWORKS)}:{address}",
        consents=chance.choices(CONSENTS, CONSENT_WEIGHTS)[0],
        taste=taste_of(seed, customer_id),
    )


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace("'", "").replace(" ", ".")
