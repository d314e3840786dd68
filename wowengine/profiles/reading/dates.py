"""The day that a sentence names, told from the day on which it was written.

Decided: a weekday is the first one after the day of writing, "next" or not ("this" may be the day itself); ``last``
goes back. A day and month without a year is the one from 60 days back to 305 ahead. A week, weekend, month or season is
no day, and neither is "in two weeks". ``12/5`` is 12 May, in English 5 December, and a date only behind a word such as
"on", or with a year. Without the day of writing only a full date can be told.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

from wowengine.profiles.reading.words import load

BACK = timedelta(days=60)
_YEAR = r"(?:,? (?P<year>20\d\d))?"
MONTH_FIRST = "en"

Reading = Callable[[re.Match[str], date | None, str | None], date | None]


def named_day(text: str, at: int, on: date | None, language: str | None) -> date | None:
    """Tell which day is named nearest to a place in a text.

    Parameters
    ----------
    text
        A sentence without accents (see `rules.plain`).
    at
        The place: the day named nearest to it is taken, of two as near the later.
    on
        The day of writing.
    language
        Of the sentence: tells ``12/5``.
    """
    found = [(abs(place - at), -place, day) for place, day in _days(text.lower(), on, language)]
    return min(found)[2] if found else None


def _days(text: str, on: date | None, language: str | None) -> Iterator[tuple[int, date]]:
    for pattern, reading in _readings():
        for match in pattern.finditer(text):
            day = reading(match, on, language)
            if day:
                yield match.start(), day


@cache
def _readings() -> list[tuple[re.Pattern[str], Reading]]:
    words = load("dates.toml")
    months, weekdays, feasts = ("|".join(sorted(words[name], key=len, reverse=True)) for name in _TABLES)
    numbers = "|".join([r"\d{1,2}", *words["numbers"]])
    return [
        (re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"), _full),
        (
            re.compile(rf"\b{words['marks']} (?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})(?:[/.](?P<year>20\d\d|\d\d))?\b"),
            _figures,
        ),
        (re.compile(r"\b(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>20\d\d)\b"), _figures),
        (
            re.compile(rf"\b(?P<day>\d{{1,2}}|primo)(?:st|nd|rd|th|o|°)?(?: of| di)? (?P<month>{months})\b{_YEAR}"),
            _full,
        ),
        (
            re.compile(rf"\b(?P<month>{months})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|[ap]m){_YEAR}"),
            _full,
        ),
        (re.compile(rf"\b(?P<feast>{feasts})\b"), _feast),
        (
            re.compile(
                r"(?<!\w)(?<!every )(?<!ogni )"
                rf"(?P<which>{words['which']})? ?(?P<weekday>{weekdays})(?: (?P<then>{words['then']}))?\b"
            ),
            _weekday,
        ),
        (re.compile(rf"\b(?:in|tra|fra) (?P<count>{numbers}) (?:days?|giorn[oi])\b"), _ahead),
        (re.compile(rf"\b(?P<count>{numbers}) (?:days from now|days to go|days away)\b"), _ahead),
        (re.compile(rf"\b(?P<count>{numbers}) (?:days? ago|giorn[oi] fa)\b"), _ago),
        *((re.compile(rf"\b(?:{pattern})\b"), _after(days)) for pattern, days in words["relative"].items()),
    ]


_TABLES = ("months", "weekdays", "feasts")


def _table(name: str) -> dict[str, int]:
    table: dict[str, int] = load("dates.toml")[name]
    return table


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_year(year: str | None, month: int, day: int, on: date | None) -> date | None:
    if year:
        return _made(int(year) % 2000 + 2000, month, day)
    if on is None:
        return None
    near = (_made(on.year + ahead, month, day) for ahead in (-1, 0, 1))
    return next((day for day in near if day and day >= on - BACK), None)


def _full(match: re.Match[str], on: date | None, _: str | None) -> date | None:
    month = match["month"]
    number = int(month) if month.isdigit() else _table("months")[month]
    day = 1 if match["day"] == "primo" else int(match["day"])
    return _of_year(match["year"], number, day, on)


def _figures(match: re.Match[str], on: date | None, language: str | None) -> date | None:
    a, b = int(match["a"]), int(match["b"])
    first, second = (a, b) if language == MONTH_FIRST and a <= 12 else (b, a)  # noqa: PLR2004 - months of a year
    return _of_year(match["year"], first, second, on)


def _feast(match: re.Match[str], on: date | None, _: str | None) -> date | None:
    month, day = load("dates.toml")["feasts"][match["feast"]]
    return _of_year(None, month, day, on)


def _weekday(match: re.Match[str], on: date | None, _: str | None) -> date | None:
    if on is None:
        return None
    ahead = (_table("weekdays")[match["weekday"]] - on.weekday()) % 7
    words = {match["which"], match["then"]}
    if words & {"last", "scorso", "scorsa"}:
        return on - timedelta(days=7 - ahead)
    return on + timedelta(days=ahead or (0 if words & {"this", "questo", "questa"} else 7))


def _ahead(match: re.Match[str], on: date | None, _: str | None) -> date | None:
    return on + timedelta(days=_count(match["count"])) if on else None


def _ago(match: re.Match[str], on: date | None, _: str | None) -> date | None:
    return on - timedelta(days=_count(match["count"])) if on else None


def _count(said: str) -> int:
    return int(said) if said.isdigit() else _table("numbers")[said]


def _after(days: int) -> Reading:
    return lambda _match, on, _language: on + timedelta(days=days) if on else None
