from datetime import UTC, datetime

import pytest

from wowengine.decide.words import duration, money, of_day, on_day, said_on, spoken
from wowengine.decide.zones import local


@pytest.mark.parametrize(
    ("cents", "english", "italian"),
    [
        (0, "EUR 0.00", "EUR 0,00"),
        (25_000, "EUR 250.00", "EUR 250,00"),
        (123_456_789, "EUR 1,234,567.89", "EUR 1.234.567,89"),
    ],
)
def test_an_amount_is_written_as_each_language_writes_it(cents: int, english: str, italian: str) -> None:
    assert (money(cents, "EUR"), money(cents, "EUR", "it")) == (english, italian)


@pytest.mark.parametrize(
    ("minutes", "english", "italian"),
    [
        (0, "0 minutes", "0 minuti"),
        (1, "1 minute", "1 minuto"),
        (59, "59 minutes", "59 minuti"),
        (60, "1 h", "1 h"),
        (192, "3 h 12 min", "3 h 12 min"),
        (2879, "47 h 59 min", "47 h 59 min"),
        (2880, "2 days", "2 giorni"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(minutes: int, english: str, italian: str) -> None:
    assert (duration(minutes), duration(minutes, "it")) == (english, italian)


@pytest.mark.parametrize(
    ("day", "when", "of"),
    [
        (1, "il 1° maggio 2026", "del 1° maggio 2026"),
        (8, "l’8 maggio 2026", "dell’8 maggio 2026"),
        (9, "il 9 maggio 2026", "del 9 maggio 2026"),
        (11, "l’11 maggio 2026", "dell’11 maggio 2026"),
    ],
)
def test_italian_days_take_their_article(day: int, when: str, of: str) -> None:
    at = datetime(2026, 5, day, tzinfo=UTC)
    assert (on_day(at, "it"), of_day(at, "it")) == (when, of)
    assert (on_day(at, "en"), of_day(at, "en")) == (f"on {day} May 2026", f"of {day} May 2026")


def test_channels_are_named_as_people_name_them() -> None:
    assert [said_on(one, "en") for one in ("email", "Mastodon", "x")] == ["by e-mail", "on Mastodon", "on X"]
    assert [said_on(one, "it") for one in ("email", "instagram", "x")] == ["per e-mail", "su Instagram", "su X"]


def test_we_speak_the_languages_we_have() -> None:
    assert [spoken(one, "en") for one in ("it", "it-IT", "EN_us", "de", "", None)] == [
        "it",
        "it",
        "en",
        "en",
        "en",
        "en",
    ]


def test_a_time_is_told_where_the_customer_is() -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert local(at, "Europe/Rome").hour == 13
    assert local(at, "No/Where", "Asia/Tokyo").hour == 21
    assert local(at, None, "../etc/passwd", "").hour == 12
