"""What must be seen at once: each example of the rules file, and what a text says as a whole."""

from functools import cache

import polars as pl
import pytest

from tests.profiles.test_reading import reading
from wowengine.profiles.reading.flags import FLAGS, flags
from wowengine.profiles.reading.words import load


@cache
def examples() -> list[tuple[str, bool, str]]:
    return [
        (entry["name"], wanted, text)
        for entry in load("flags.toml")["flag"]
        for name, wanted in (("must", True), ("must_not", False))
        for text in entry[name]
    ]


@cache
def raised() -> list[dict[str, bool]]:
    texts = pl.DataFrame({"id": range(len(examples())), "text": [text for _, _, text in examples()]})
    return flags(texts.rename({"text": "sentence"}), texts).to_dicts()


@pytest.mark.parametrize("at", range(len(examples())), ids=lambda at: examples()[at][2][:60])
def test_every_example_of_the_rules_is_flagged_as_it_says(at: int) -> None:
    flag, wanted, _ = examples()[at]
    assert raised()[at][flag] is wanted


def test_whoever_is_in_danger_cannot_wait() -> None:
    told = reading("There is smoke coming from the engine").texts.row(0, named=True)
    assert (told["urgent"], told["safety"], told["question"]) == (True, True, False)


def test_a_question_mark_asks_wherever_it_stands_and_one_in_a_link_does_not() -> None:
    told = reading("Where is gate 4? I see no sign.", "look https://x.y/z?id=4 nice", "really?!").texts
    assert told["question"].to_list() == [True, False, True]


def test_flags_are_never_unknown_however_little_a_text_says() -> None:
    told = reading("", "ok", "🙂", "...").texts
    assert told.select(FLAGS).to_dicts() == [dict.fromkeys(FLAGS, False)] * 4
