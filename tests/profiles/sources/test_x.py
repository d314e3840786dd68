"""X: edits get new ids, names change hands, tokens grow old; nothing of it loses or doubles a post."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.platform import Platform, serving
from tests.profiles.sources.x_server import XServer, tweet
from wowengine import clock
from wowengine.profiles.sources.base import Account
from wowengine.profiles.sources.http import Api
from wowengine.profiles.sources.x import X, XMentions, parse

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = Account("anna", "anna")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def server() -> XServer:
    return XServer([tweet(n, NOW - timedelta(days=5)) for n in range(1, 8)], page=3)


@pytest.fixture
def platform(server: XServer) -> Iterator[Platform]:
    with serving(server) as made:
        yield made


@pytest.fixture
def api(platform: Platform) -> Iterator[Api]:
    with Api(platform.url, sleep=lambda _: None) as made:
        yield made


def walked(source: X | XMentions, cursor: str | None = None, account: Account = ANNA) -> tuple[list[Any], str | None]:
    rows: list[Any] = []
    more = True
    while more:
        page = source.fetch(account, cursor)
        assert page.gave_up == ""
        rows += page.rows
        cursor, more = page.cursor or cursor, page.more
    return rows, cursor


def ids(rows: list[Any]) -> list[int]:
    return sorted(int(row["source_id"]) for row in rows)


def test_a_post_is_read_with_whole_links_and_plain_signs() -> None:
    (row,) = parse((GOLDEN / "x.json").read_bytes(), own="air").rows
    assert row["text"] == "@air my bag & I went to different cities https://pics.example/bag"
    assert (row["kind"], row["in_reply_to"], row["language"]) == ("mention", "1980000000000000000", "en")


def test_a_long_post_is_read_to_its_end() -> None:
    told = tweet(1, NOW, note_tweet={"text": "The whole of it"}) | {"text": "The wh…"}
    includes = {"users": [{"id": "11", "username": "anna"}]}
    (row,) = parse(json.dumps({"data": told, "includes": includes}).encode()).rows
    assert row["text"] == "The whole of it"


def test_all_pages_are_read_once_and_then_only_what_is_new(api: Api, server: XServer) -> None:
    rows, cursor = walked(X(api))
    assert ids(rows) == list(range(1, 8))
    server.tweets.append(tweet(20, NOW))
    assert ids(walked(X(api), cursor)[0]) == [20]


def test_a_token_grown_old_begins_the_walk_again_and_loses_nothing(api: Api, server: XServer) -> None:
    first = X(api).fetch(ANNA, None)
    server.old_tokens = True
    again = X(api).fetch(ANNA, first.cursor)
    assert (len(again.rows), again.more, again.gave_up) == (0, True, "")
    server.old_tokens = False
    rows, _ = walked(X(api), again.cursor)
    assert ids(rows) == list(range(1, 8))


def test_an_edit_takes_the_place_of_what_was_said_before(api: Api, server: XServer) -> None:
    _, cursor = walked(X(api))
    server.tweets.append(tweet(30, NOW, text="edited", edit_history_tweet_ids=["5", "30"]))
    page = X(api).fetch(ANNA, cursor)
    assert ([row["text"] for row in page.rows], page.deleted) == (["edited"], ["5"])


def test_an_old_version_asked_for_by_id_is_gone(api: Api, server: XServer) -> None:
    server.tweets[4] |= {"edit_history_tweet_ids": ["5", "30"]}
    page = X(api).recheck(ANNA, ["4", "5"])
    assert page.deleted == ["5"]
    assert ids(list(page.rows)) == [4]


def test_deleted_posts_are_reported_and_a_silent_service_deletes_nothing(
    api: Api, server: XServer, platform: Platform
) -> None:
    del server.tweets[2]
    assert X(api).recheck(ANNA, ["2", "3"]).deleted == ["3"]
    server.tweets.clear()
    assert X(api).recheck(ANNA, ["2", "3"]).deleted == ["2", "3"]
    platform.handler = lambda _path, _query: (503, {}, {})
    assert not X(api).recheck(ANNA, ["2", "3"]).deleted


def test_a_name_that_went_over_to_somebody_else_brings_nothing(api: Api, server: XServer) -> None:
    _, cursor = walked(X(api))
    server.usernames |= {"11": "anna_moved", "12": "anna"}
    server.tweets.append(tweet(40, NOW))
    page = X(api).fetch(ANNA, cursor)
    assert len(page.rows) == 0
    assert page.skipped == {"another_account": 1}


def test_who_mentions_our_account_is_read_by_name(api: Api, server: XServer) -> None:
    server.tweets = [tweet(1, NOW, text="@air hello"), tweet(2, NOW, "berta", text="late @air")]
    rows, _ = walked(XMentions(api), account=Account("air"))
    assert {(row["author"], row["kind"]) for row in rows} == {("x:anna", "mention"), ("x:berta", "mention")}


COMPLIANCE = b"""{"id": "1", "action": "delete", "created_at": "2026-11-20T12:00:00.000Z", "reason": "deleted"}
{"data": {"delete": {"tweet": {"id": "2", "author_id": "11"}, "event_at": "2026-11-20T12:00:00.000Z"}}}
{"data": {"drop": {"tweet": {"id": "3", "author_id": "11"}, "event_at": "2026-11-20T12:00:00.000Z"}}}
{"data": {"withheld": {"tweet": {"id": "4", "author_id": "11"}, "withheld_in_countries": ["IT"]}}}
{"data": {"tweet_edit": {"initial_tweet_id": "5", "edit_tweet_ids": ["5", "6", "7"], "tweet": {"id": "7"}}}}
{"data": {"undrop": {"tweet": {"id": "8", "author_id": "11"}, "event_at": "2026-11-20T12:00:00.000Z"}}}
"""


def test_compliance_events_take_away_what_may_not_be_kept() -> None:
    page = parse(COMPLIANCE)
    assert page.deleted == ["1", "2", "3", "4", "5", "6"]
    assert page.skipped == {"other_event": 1}
