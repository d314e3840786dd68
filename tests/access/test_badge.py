"""The cookie that names a person."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wowengine.access import issue, read
from wowengine.access.badge import LASTS, LONGEST_NAME, tidy

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
names = st.text(min_size=1, max_size=LONGEST_NAME).map(tidy).filter(bool)


@given(names)
def test_a_badge_tells_the_name_it_was_issued_to(name: str) -> None:
    badge = read(issue(name, "key", NOW), "key", NOW)
    assert badge is not None
    assert badge.name == name


def test_a_badge_is_over_after_a_working_day() -> None:
    value = issue("Anna", "key", NOW)
    assert read(value, "key", NOW + LASTS - timedelta(seconds=1)) is not None
    assert read(value, "key", NOW + LASTS) is None


def test_another_key_ends_every_badge() -> None:
    assert read(issue("Anna", "key", NOW), "other key", NOW) is None


@given(st.integers(min_value=0), st.characters())
def test_no_changed_badge_is_believed(place: int, sign: str) -> None:
    value = issue("Anna", "key", NOW)
    at = place % len(value)
    changed = value[:at] + sign + value[at + 1 :]
    assert changed == value or read(changed, "key", NOW) is None


@given(st.text())
def test_no_text_of_others_is_a_badge(value: str) -> None:
    assert read(value, "key", NOW) is None


@given(st.text())
def test_a_name_is_one_short_line_of_signs_that_can_be_seen(typed: str) -> None:
    name = tidy(typed)
    assert len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert name == tidy(name)
