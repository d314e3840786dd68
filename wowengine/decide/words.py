"""How amounts, times and channels are said, in English and in Italian."""

from datetime import datetime
from typing import Final

LANGUAGES: Final = ("en", "it")
_HOUR, _DAY = 60, 24 * 60
_IN_DAYS_FROM = 2 * _DAY
_MONTHS: Final = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "it": (
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
}
_UNITS: Final = {
    "en": {"minute": ("minute", "minutes"), "day": ("day", "days")},
    "it": {"minute": ("minuto", "minuti"), "day": ("giorno", "giorni")},
}
_SAID: Final = {
    "en": {"email": "by e-mail", "phone": "by phone", "chat": "in chat", "survey": "in our survey", "x": "on X"},
    "it": {
        "email": "per e-mail",
        "phone": "al telefono",
        "chat": "in chat",
        "survey": "nel nostro sondaggio",
        "x": "su X",
    },
}
_ELIDED: Final = (8, 11)  # l'otto, l'undici


def spoken(language: str | None, otherwise: str) -> str:
    """Return which of our languages to speak to somebody of this language, such as ``it-CH``."""
    short = (language or "")[:2].lower()
    return short if short in LANGUAGES else otherwise


def money(cents: int, currency: str, language: str = "en") -> str:
    """Return an amount with its currency: ``EUR 1,250.00``, in Italian ``EUR 1.250,00``."""
    amount = f"{cents / 100:,.2f}"
    return f"{currency} {amount.translate(str.maketrans(',.', '.,')) if language == 'it' else amount}"


def duration(minutes: int, language: str = "en") -> str:
    """Return a length of time as people say it: ``45 minutes``, ``3 h 12 min``, ``3 days``."""
    if minutes < _HOUR:
        return _count(minutes, "minute", language)
    if minutes >= _IN_DAYS_FROM:
        return _count(minutes // _DAY, "day", language)
    hours, rest = divmod(minutes, _HOUR)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def on_day(at: datetime, language: str) -> str:
    """Return ``on 3 November 2026``, in Italian ``il 3 novembre 2026`` or ``l'8 novembre 2026``."""
    if language == "it":
        return f"{'l’' if at.day in _ELIDED else 'il '}{_day(at, language)}"
    return f"on {_day(at, language)}"


def of_day(at: datetime, language: str) -> str:
    """Return ``of 3 November 2026``, in Italian ``del 3 novembre 2026`` or ``dell'8 novembre 2026``."""
    if language == "it":
        return f"{'dell’' if at.day in _ELIDED else 'del '}{_day(at, language)}"
    return f"of {_day(at, language)}"


def said_on(source: str, language: str) -> str:
    """Return where something was said: ``by e-mail``, ``on Mastodon``, ``su Mastodon``."""
    known = _SAID[language].get(source.lower())
    return known or f"{'su' if language == 'it' else 'on'} {source[:1].upper()}{source[1:]}"


def quoted(text: str, language: str) -> str:
    """Put the marks of the language around somebody's words."""
    return f"«{text}»" if language == "it" else f"“{text}”"


def _day(at: datetime, language: str) -> str:
    first = "1°" if language == "it" and at.day == 1 else str(at.day)
    return f"{first} {_MONTHS[language][at.month - 1]} {at.year}"


def _count(number: int, unit: str, language: str) -> str:
    one, many = _UNITS[language][unit]
    return f"{number} {one if number == 1 else many}"
