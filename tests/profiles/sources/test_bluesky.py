"""Bluesky: facets, intents, and a walk down the feed that a crash does not shorten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.profiles.sources.bluesky_server import BlueskyServer, post
from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.platform import Platform, serving
from wowengine import clock
from wowengine.profiles.sources.base import Account, Page
from wowengine.profiles.sources.bluesky import Bluesky, with_links
from wowengine.profiles.sources.http import Api

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = Account("anna.bsky.example", "anna")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def server() -> BlueskyServer:
    return BlueskyServer([post(n, NOW - timedelta(days=5, minutes=-n)) for n in range(7)], page=3)


@pytest.fixture
def platform(server: BlueskyServer) -> Iterator[Platform]:
    with serving(server) as made:
        yield made


@pytest.fixture
def source(platform: Platform) -> Iterator[Bluesky]:
    with Api(platform.url, sleep=lambda _: None) as api:
        yield Bluesky(api, own="did:plc:air")


def walked(source: Bluesky, cursor: str | None = None) -> tuple[list[str], str | None]:
    ids: list[str] = []
    more = True
    while more:
        page = source.fetch(ANNA, cursor)
        assert page.gave_up == ""
        ids += [row["source_id"] for row in page.rows]
        cursor, more = page.cursor or cursor, page.more
    return ids, cursor


def test_shortened_links_are_told_whole_and_bytes_are_counted_not_letters(source: Bluesky) -> None:
    (row,) = source.parse((GOLDEN / "bluesky.json").read_bytes()).rows
    assert row["text"] == "Caffè with @air.example before https://pics.example/very/long"
    assert row["language"] == "en"


def test_a_post_that_names_our_did_is_a_mention(source: Bluesky, server: BlueskyServer) -> None:
    features = [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:air"}]
    facets = [{"index": {"byteStart": 0, "byteEnd": 4}, "features": features}]
    server.posts = [post(1, NOW - timedelta(days=1), text="@air hello", facets=facets)]
    assert source.fetch(ANNA, None).rows[0]["kind"] == "mention"


@given(
    text=st.text(max_size=40),
    places=st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=5),
)
def test_no_facet_breaks_a_text(text: str, places: list[tuple[int, int]]) -> None:
    links = [
        {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": "https://a.example"}]}
        for start, end in places
    ]
    assert isinstance(with_links(text, links), str)
    assert with_links(text, []) == text.encode(errors="surrogatepass").decode(errors="replace")


def test_the_whole_feed_is_read_once_and_then_only_what_is_new(source: Bluesky, server: BlueskyServer) -> None:
    ids, cursor = walked(source)
    assert sorted(ids) == sorted(each["uri"] for each in server.posts)
    server.posts.append(post(9, NOW - timedelta(hours=1)))
    assert walked(source, cursor)[0] == [server.posts[-1]["uri"]]


def test_a_walk_broken_off_goes_on_where_it_was_and_loses_nothing(source: Bluesky, server: BlueskyServer) -> None:
    first = source.fetch(ANNA, None)
    server.posts.append(post(9, NOW - timedelta(hours=1)))  # said while we were away
    rest, cursor = walked(source, first.cursor)
    later, _ = walked(source, cursor)
    read = [row["source_id"] for row in first.rows] + rest + later
    assert sorted(read) == sorted(each["uri"] for each in server.posts)


def test_posts_older_than_we_may_keep_are_left_alone(source: Bluesky, server: BlueskyServer) -> None:
    server.posts = [post(1, NOW - timedelta(days=40)), post(2, NOW - timedelta(days=2))]
    assert walked(source)[0] == [server.posts[1]["uri"]]


def test_reposts_are_anothers_words(source: Bluesky) -> None:
    assert source.parse((GOLDEN / "bluesky.json").read_bytes()).skipped == {"anothers_words": 1}


def test_what_the_account_declares_of_its_words_goes_with_every_one(source: Bluesky, server: BlueskyServer) -> None:
    server.intents = {
        "$type": "org.user-intents.declaration",
        "updatedAt": "2025-02-20T21:37:20.362Z",
        "syntheticContentGeneration": {"allow": False, "updatedAt": "2025-02-20T21:37:20.362Z"},
        "publicAccessArchive": {"allow": True},
        "protocolBridging": {"updatedAt": "2019-02-20T22:44:20.000Z"},
    }
    declared = {"syntheticContentGeneration": False, "publicAccessArchive": True}
    assert {str(row["intents"]) for row in source.fetch(ANNA, None).rows} == {str(declared)}
    assert source.recheck(ANNA, [server.posts[0]["uri"]]).rows[0]["intents"] == declared


def test_without_knowing_the_intents_nothing_is_taken(
    source: Bluesky, server: BlueskyServer, platform: Platform
) -> None:
    def shy(path: str, query: Any) -> Any:
        return (500, {}, {}) if "getRecord" in path else server(path, query)

    platform.handler = shy
    page = source.fetch(ANNA, None)
    assert "intents" in page.gave_up
    assert len(page.rows) == 0
    assert page.cursor is None


def test_deleted_posts_are_reported_and_a_silent_service_deletes_nothing(
    source: Bluesky, server: BlueskyServer, platform: Platform
) -> None:
    ids = [each["uri"] for each in server.posts]
    del server.posts[2]
    assert source.recheck(ANNA, ids).deleted == [ids[2]]
    platform.handler = lambda _path, _query: (502, {}, {})
    assert source.recheck(ANNA, ids) == Page(gave_up="answered 502", hopeless=True)


def test_a_handle_that_changed_hands_brings_nothing_and_deletes_nothing(source: Bluesky, server: BlueskyServer) -> None:
    _, cursor = walked(source)
    for each in server.posts:
        each["author"]["handle"] = "somebody.else.example"
    server.posts.append(post(9, NOW - timedelta(hours=1)))
    server.posts[-1]["author"]["handle"] = "somebody.else.example"
    assert walked(source, cursor)[0] == []
    assert source.recheck(ANNA, [each["uri"] for each in server.posts]).deleted == []
