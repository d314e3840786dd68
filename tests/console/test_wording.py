"""Every word in both languages, none missing and none left over; amounts and times as people write them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from wowengine import console
from wowengine.campaigns.lifecycle import ActionState, DeclineReason, Step
from wowengine.console.done import ANSWERS
from wowengine.console.wording import LANGUAGES, preferred, urgency, words
from wowengine.profiles.refusals import MERGE
from wowengine.terms import Basis, GestureKind, OutcomeType, Purpose

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HERE = Path(console.__file__).parent
SOURCES = [*HERE.glob("*.py"), *HERE.glob("templates/*.html")]
# Groups whose words stand for the machine's own, and are looked up by these.
GROUPS: dict[str, type[StrEnum]] = {
    "state": ActionState,
    "step": Step,
    "reason": DeclineReason,
    "kind": GestureKind,
    "basis": Basis,
    "outcome": OutcomeType,
    "purpose": Purpose,
}
OPEN_GROUPS = {"tongue", "channel", "factor", "slot", "moment", "complaint", "fact", "rule", "refusal", "match_why"}
# Keys put together on the page: a prefix, and what may follow.
MADE = {
    "frame.": ["review", "tasks", "customers", "done", "theme_system", "theme_light", "theme_dark"],
    "customers.": ["contacts", "threads", "unanswered", "incidents", "first_answer", "longest_wait"],
    "answer.": list(map(str, ANSWERS)),
    "strip.": ["approved", "declined", "deferred", "endorsed", "amended", "proposed", "other"],
}


def leaves(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def slots(value: Any) -> set[str | None]:
    texts = value.values() if isinstance(value, dict) else [str(value)]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    english, italian = (dict(leaves(dict(words(language).catalogue))) for language in LANGUAGES)
    assert english.keys() == italian.keys()
    assert {key: slots(value) for key, value in english.items()} == {
        key: slots(value) for key, value in italian.items()
    }


def test_italian_is_written() -> None:
    english, italian = (dict(leaves(dict(words(language).catalogue))) for language in LANGUAGES)
    alike = {key for key in english if english[key] == italian[key] and " " in str(english[key])}
    assert not any(key for key in alike if not key.startswith("time.")), "sentences that nobody has translated"


@pytest.mark.parametrize("group", GROUPS)
def test_every_word_of_the_machine_has_ours(group: str) -> None:
    expected = {str(word).replace(" ", "_") for word in GROUPS[group]}
    assert set(words("en").catalogue[group]) == expected


def test_every_refusal_to_join_records_has_our_words() -> None:
    assert set(words("en").catalogue["refusal"]) == set(MERGE)


def used() -> set[str]:
    text = "\n".join(path.read_text() for path in SOURCES)
    literal = set(re.findall(r'["\'(]((?:[a-z_]+\.)+[a-z_]+)["\']', text))
    literal = {one for one in literal if not one.endswith((".html", "_"))}
    return literal | {prefix + name for prefix, names in MADE.items() for name in names}


def test_every_word_that_is_used_is_there_and_every_word_there_is_used() -> None:
    known = {
        key for key, _ in leaves(dict(words("en").catalogue)) if key.partition(".")[0] not in {*GROUPS, *OPEN_GROUPS}
    } - {"language", "months"}
    asked = {key for key in used() if key.partition(".")[0] in words("en").catalogue}
    assert asked - known == set(), "asked for, and in no catalogue"
    assert known - asked == set(), "in the catalogue, and asked for nowhere"


def test_plurals_amounts_and_shares() -> None:
    english, italian = words("en"), words("it")
    assert [english("review.waiting", n=n) for n in (0, 1, 2)] == ["0 waiting", "1 waiting", "2 waiting"]
    assert italian("customers.many", n=1) == "1 cliente"
    assert (english.money(123_450, "EUR"), italian.money(123_450, "EUR")) == ("EUR 1,234.50", "EUR 1.234,50")
    assert (english.amount(600), italian.amount(600)) == ("6.00", "6,00")
    assert english.share(0.714) == "71\N{NO-BREAK SPACE}%"
    assert (english.decimal(0.5), italian.decimal(0.5)) == ("0.50", "0,50")


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=38, seconds=59), "38 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(hours=12, minutes=40), "12 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_lengths_of_time_are_told_as_people_say_them(length: timedelta, told: str) -> None:
    assert words("en").span(length) == told


def test_deadlines_turn_from_words_into_a_warning() -> None:
    assert urgency(None, NOW) == "calm"
    assert urgency(NOW + timedelta(minutes=61), NOW) == "calm"
    assert urgency(NOW + timedelta(minutes=60), NOW) == "soon"
    assert urgency(NOW, NOW) == "over"
    assert words("en").until(NOW + timedelta(minutes=38), NOW) == "38 min left"
    assert words("it").until(NOW + timedelta(minutes=38), NOW) == "restano 38 min"
    assert words("it").until(NOW, NOW) == "Tempo scaduto"


def test_days_bear_their_year_only_where_it_is_another() -> None:
    assert words("en").day(datetime(2026, 11, 3, tzinfo=UTC), NOW) == "3 Nov"
    assert words("it").day(datetime(2025, 5, 3, tzinfo=UTC), NOW) == "3 mag 2025"
    assert words("en").exact(NOW) == "22 Nov 2026, 09:30 UTC"
    assert words("en").ago(NOW, NOW) == "now"


@pytest.mark.parametrize(
    ("accepted", "chosen", "spoken"),
    [
        ("it-IT,it;q=0.9", None, "it"),
        ("de,it;q=0.5", None, "it"),
        ("", None, "en"),
        ("it", "en", "en"),
        ("en", "xx", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers_first_that_we_have(
    accepted: str, chosen: str | None, spoken: str
) -> None:
    assert preferred(accepted, chosen) == spoken


def test_our_word_or_the_machines_own() -> None:
    assert words("en").word("step", "not found") == "found it not delivered"
    assert words("en").word("channel", "carrier_pigeon") == "carrier_pigeon"
    assert words("it").topic("coffee") == "caffè"
    assert words("it").topic("unheard of") == "unheard of"
