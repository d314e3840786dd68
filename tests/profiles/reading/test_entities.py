"""Mentions, hashtags, cashtags and links: the public conformance cases of twitter-text, and our own."""

import importlib
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED_DATA
from wowengine.profiles.reading.entities import (
    Entity,
    cashtags,
    entities,
    entities_of,
    hashtags,
    links,
    mentions,
    mentions_or_lists,
    reply_to,
)

yaml = importlib.import_module("yaml")  # comes with the server; it has no types
CASES = SHARED_DATA / "twitter_text" / "extract.yml"


def values(find: Callable[[str], list[Entity]]) -> Callable[[str], Any]:
    return lambda text: [found.value for found in find(text)]


def placed(find: Callable[[str], list[Entity]], name: str) -> Callable[[str], Any]:
    return lambda text: [{name: found.value, "indices": [found.start, found.end]} for found in find(text)]


def listed(text: str) -> Any:
    return [
        {"screen_name": found.name, "list_slug": found.slug, "indices": [found.start, found.end]}
        for found in mentions_or_lists(text)
    ]


SECTIONS: dict[str, Callable[[str], Any]] = {
    "mentions": values(mentions),
    "mentions_with_indices": placed(mentions, "screen_name"),
    "mentions_or_lists_with_indices": listed,
    "replies": reply_to,
    "urls": values(links),
    "urls_with_indices": placed(links, "url"),
    "urls_with_directional_markers": placed(links, "url"),
    "tco_urls_with_params": values(links),
    "hashtags": values(hashtags),
    "hashtags_from_astral": values(hashtags),
    "hashtags_with_indices": placed(hashtags, "hashtag"),
    "cashtags": values(cashtags),
    "cashtags_with_indices": placed(cashtags, "cashtag"),
}


def cases() -> list[Any]:
    if not CASES.is_file():
        return [pytest.param("", {}, marks=pytest.mark.skip("the real data (../shared/data) is not here"))]
    sections = yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]
    return [pytest.param(name, case, id=f"{name}-{i}") for name in sections for i, case in enumerate(sections[name])]


@pytest.mark.real_data
@pytest.mark.parametrize(("section", "case"), cases())
def test_conforms_to_twitter_text(section: str, case: dict[str, Any]) -> None:
    assert SECTIONS[section](case["text"]) == case["expected"], case["description"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks @wow_air!", [("mention", "wow_air")]),
        ("write to help@acme.com", []),
        ("＠acme hears", [("mention", "acme")]),
        ("RT@acme sold out", [("mention", "acme")]),
        ("two @a @b", [("mention", "a"), ("mention", "b")]),
        ("stuck at #Malpensa, again", [("hashtag", "Malpensa")]),
        ("perché #città_2", [("hashtag", "città_2")]),
        ("we are #1", []),
        ("R&#D", []),
        ("bought $ACME today", [("cashtag", "ACME")]),
        ("it cost $20 or US$AB", []),
        ("see https://acme.it/a_(b)?c=d.", [("link", "https://acme.it/a_(b)?c=d")]),
        ("go to acme.com/@me#top now", [("link", "acme.com/@me#top")]),
        ("the end.Then more, e.g. this", []),
        ("@acme look at acme.com #fail", [("mention", "acme"), ("link", "acme.com"), ("hashtag", "fail")]),
        ("no sign at all", []),
    ],
)
def test_finds_what_a_text_points_to_and_nothing_else(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.kind, found.value) for found in entities_of(text)] == expected


def test_a_frame_of_texts_becomes_a_row_an_entity_in_reading_order() -> None:
    texts = pl.DataFrame({"id": ["x", "y", "z", "w"], "text": ["nothing", "#a @b", None, "🙂 acme.com"]})
    expected = [("y", "hashtag", "a", 0, 2), ("y", "mention", "b", 3, 5), ("w", "link", "acme.com", 2, 10)]
    assert entities(texts).rows() == expected


def test_texts_which_point_to_nothing_give_an_empty_frame_of_the_same_columns() -> None:
    found = entities(pl.DataFrame({"id": [1], "text": ["nothing"]}))
    assert found.schema == {"id": pl.Int64, "kind": pl.String, "value": pl.String, "start": pl.Int64, "end": pl.Int64}
    assert found.is_empty()


@given(
    st.lists(
        st.sampled_from(["@ab", "#tag", "$AC", "acme.com", "http://t.co/a", "/p", "?q=1", " ", "é", "語", "🙂", "."])
        | st.text(max_size=3)
    ).map("".join)
)
def test_the_place_of_an_entity_cuts_its_value_out_of_the_text(text: str) -> None:
    end = 0
    for found in entities_of(text):
        assert found.start >= end
        end = found.end
        assert text[found.start + (found.kind != "link") : end] == found.value
