"""Stated preferences: each example of the rules file, and the value that is kept of it."""

from functools import cache

import polars as pl
import pytest

from wowengine.profiles.reading.preferences import preferences, slots
from wowengine.profiles.reading.words import load

SLOTS = {"coffee", "tea", "drink", "seat", "pillow", "room", "bed", "newspaper", "contact", "name"}


def told(*sentences: str) -> pl.DataFrame:
    return preferences(pl.DataFrame({"id": list(range(len(sentences))), "sentence": sentences}))


def value(sentence: str, slot: str) -> str | None:
    found: str | None = dict(told(sentence).select("slot", "value").rows()).get(slot)
    return found


@cache
def examples() -> list[tuple[str, bool, str]]:
    return [
        (entry["name"], wanted, text)
        for entry in load("preferences.toml")["slot"]
        for name, wanted in (("must", True), ("must_not", False))
        for text in entry[name]
    ]


@cache
def found() -> list[set[str]]:
    stated = told(*(text for _, _, text in examples()))
    return [set(stated.filter(pl.col("id") == at)["slot"]) for at in range(len(examples()))]


@pytest.mark.parametrize("at", range(len(examples())), ids=lambda at: f"{examples()[at][0]}: {examples()[at][2][:50]}")
def test_each_example_of_the_rules_reads_as_it_says(at: int) -> None:
    slot, wanted, _ = examples()[at]
    assert (slot in found()[at]) == wanted


def test_what_only_looks_like_a_wish_states_nothing_at_all() -> None:
    said = {text: found()[at] for at, (_, wanted, text) in enumerate(examples()) if not wanted and found()[at]}
    assert said == {}


def test_these_are_the_slots() -> None:
    assert set(slots()) == SLOTS


@pytest.mark.parametrize(
    ("said", "slot", "kept"),
    [
        ("I take my coffee black, no sugar", "coffee", "black, no sugar"),
        ("A flat white with oat milk for me please", "coffee", "flat white, with oat milk"),
        ("Il tè lo prendo sempre al limone", "tea", "al limone"),
        ("I'd like an aisle seat, not a window", "seat", "aisle"),
        ("I always book an aisle seat near the front", "seat", "aisle, near the front"),
        ("Don't call me, just send an email", "contact", "e-mail"),
        ("Niente telefonate, solo messaggi per favore", "contact", "message"),
        ("Call me only after 6pm", "contact", "call me only after 6pm"),
        ("avevo chiesto un cuscino basso e rigido", "pillow", "low, firm"),
        ("Please call me Ale, nobody says Alessandra", "name", "Ale"),
    ],
)
def test_the_value_is_what_is_wanted_in_one_spelling_and_not_what_is_ruled_out(said: str, slot: str, kept: str) -> None:
    assert value(said, slot) == kept


def test_a_slot_is_told_once_by_the_first_sentence_that_states_it() -> None:
    twice = preferences(
        pl.DataFrame({"id": [1, 1, 2], "sentence": ["Window seat please", "Aisle please", "Aisle for me"]})
    )
    assert twice.select("id", "value").rows() == [(1, "window"), (2, "aisle")]


def test_nothing_said_gives_an_empty_frame() -> None:
    assert told("Where is my bag?").is_empty()
