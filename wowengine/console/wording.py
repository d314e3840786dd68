"""What the console says, and how it writes amounts, shares and times: in English and in Italian."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from wowengine.decide.words import money
from wowengine.profiles.reading.taxonomy import taxonomy

LANGUAGES = ("en", "it")
SOON = timedelta(hours=1)
IN_HOURS_BELOW = 48  # longer spans are told in days
IN_HOURS_AND_MINUTES_BELOW = 10


@dataclass(frozen=True)
class Words:
    """One language's words, and its ways of writing."""

    language: str
    catalogue: Mapping[str, Any]

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """Return the words for a key such as ``review.waiting``; a plural is chosen by `n`."""
        found: Any = self.catalogue
        for part in key.split("."):
            found = found[part]
        if isinstance(found, Mapping):
            found = found["one" if n == 1 else "other"]
        return str(found).format(n=n, **values)

    def word(self, group: str, name: str) -> str:
        """Return our word for one of the machine's, such as a state; the machine's own where we have none."""
        return str(self.catalogue[group].get(name.replace(" ", "_"), name))

    def listed(self, group: str, names: Iterable[str]) -> str:
        """Return our words for several of the machine's, in a row."""
        return ", ".join(self.word(group, name) for name in names)

    def topic(self, name: str) -> str:
        """Return an interest's name."""
        known = taxonomy().get(name)
        return known.label.get(self.language, name) if known else name

    def money(self, cents: int, currency: str) -> str:
        """Return an amount with its currency, as this language writes it."""
        return money(cents, currency, self.language)

    def amount(self, cents: int) -> str:
        """Return an amount without its currency, where that stands beside it already."""
        return self.money(cents, "").strip()

    def share(self, part: float) -> str:
        """Return a share of one as a percentage: ``71 %``."""
        return f"{part:.0%}".replace("%", "\N{NO-BREAK SPACE}%")

    def decimal(self, number: float, places: int = 2) -> str:
        """Return a number as this language writes it."""
        told = f"{number:.{places}f}"
        return told.replace(".", ",") if self.language == "it" else told

    def span(self, length: timedelta) -> str:
        """Return a length of time as people say it: ``38 min``, ``3 h 12 min``, ``5 days``."""
        minutes = int(abs(length).total_seconds() // 60)
        hours, rest = divmod(minutes, 60)
        if hours >= IN_HOURS_BELOW:
            return self("time.days", n=hours // 24)
        if not hours:
            return self("time.minutes", n=minutes)
        if rest and hours < IN_HOURS_AND_MINUTES_BELOW:
            return self("time.hours_minutes", h=hours, m=rest)
        return self("time.hours", n=hours)

    def seconds(self, number: float) -> str:
        """Return a number of seconds as a length of time."""
        return self.span(timedelta(seconds=number))

    def until(self, at: datetime, now: datetime) -> str:
        """Return how long is left: ``38 min left``, or that it is too late."""
        return self("time.left", span=self.span(at - now)) if at > now else self("time.over")

    def ago(self, at: datetime, now: datetime) -> str:
        """Return how long ago it was."""
        if now - at < timedelta(minutes=1):
            return self("time.now")
        return self("time.ago", span=self.span(now - at))

    def day(self, at: date, now: datetime) -> str:
        """Return a day: ``3 Nov``, with its year where that is not this one's."""
        told = f"{at.day} {self.catalogue['months'][at.month - 1]}"
        return told if at.year == now.year else f"{told} {at.year}"

    def exact(self, at: datetime) -> str:
        """Return the exact time."""
        day = f"{at.day} {self.catalogue['months'][at.month - 1]} {at.year}"
        return self("time.at", day=day, clock=f"{at:%H:%M}")


def urgency(end: datetime | None, now: datetime) -> str:
    """Say how pressing a deadline is: ``calm``, ``soon`` (within the hour) or ``over``."""
    if end is None or end > now + SOON:
        return "calm"
    return "soon" if end > now else "over"


@cache
def words(language: str) -> Words:
    """Return the words of one of our languages."""
    text = files("wowengine.console").joinpath("words", f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))


def preferred(accepted: str, chosen: str | None) -> str:
    """Return the language to speak: the one chosen, else the first of a browser's list that we have."""
    if chosen in LANGUAGES:
        return chosen
    listed = [one.partition(";")[0].strip()[:2].lower() for one in accepted.split(",")]
    return next((one for one in listed if one in LANGUAGES), LANGUAGES[0])
