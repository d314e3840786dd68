"""Which day a sentence names, told from Friday 27 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.profiles.reading.dates import BACK, named_day

FRIDAY = date(2026, 11, 27)


def day(text: str, on: date | None = FRIDAY, language: str | None = "en") -> date | None:
    return named_day(text, 0, on, language)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("today", (2026, 11, 27)),
        ("tomorrow", (2026, 11, 28)),
        ("the day after tomorrow", (2026, 11, 29)),
        ("yesterday", (2026, 11, 26)),
        ("last night", (2026, 11, 26)),
        ("on monday", (2026, 11, 30)),
        ("next friday", (2026, 12, 4)),
        ("this friday", (2026, 11, 27)),
        ("last friday", (2026, 11, 20)),
        ("on the 3rd of december", (2026, 12, 3)),
        ("on june 3", (2027, 6, 3)),
        ("on 1 november", (2026, 11, 1)),
        ("in 3 days", (2026, 11, 30)),
        ("two days ago", (2026, 11, 25)),
        ("on christmas day", (2026, 12, 25)),
        ("domani", (2026, 11, 28)),
        ("dopodomani", (2026, 11, 29)),
        ("sabato", (2026, 11, 28)),
        ("venerdi scorso", (2026, 11, 20)),
        ("il 3 giugno", (2027, 6, 3)),
        ("il primo dicembre", (2026, 12, 1)),
        ("fra tre giorni", (2026, 11, 30)),
        ("a ferragosto", (2027, 8, 15)),
        ("on 3 may 2028", (2028, 5, 3)),
    ],
)
def test_a_named_day_is_understood(text: str, wanted: tuple[int, int, int]) -> None:
    assert day(text) == date(*wanted)


@pytest.mark.parametrize(
    "text", ["next week", "in september", "this weekend", "in two weeks", "every friday", "on 31 june"]
)
def test_what_names_no_one_day_is_no_day(text: str) -> None:
    assert day(text) is None


def test_figures_are_read_as_the_language_writes_them() -> None:
    assert day("on 12/5", language="en") == date(2026, 12, 5)
    assert day("il 12/5", language="it") == date(2027, 5, 12)


def test_without_the_day_of_writing_only_a_whole_date_is_told() -> None:
    assert day("tomorrow", on=None) is None
    assert day("on june 3", on=None) is None
    assert day("on june 3, 2027", on=None) == date(2027, 6, 3)


@given(named=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_whole_date_comes_back_as_it_was_written(named: date) -> None:
    assert day(f"on {named.isoformat()}", on=None) == named


@given(ahead=st.integers(-BACK.days, 300))
def test_a_day_without_its_year_is_the_near_one(ahead: int) -> None:
    near = FRIDAY + timedelta(days=ahead)
    assert day(f"on {near.day} {near:%B}".lower()) == near


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    day(text.lower())
