"""Mastodon: what a status says, to whom, and that our make-believe server speaks as the real one does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mastodon import Mastodon as RealClient

from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import Platform, Reply, serving
from wowengine import clock
from wowengine.profiles.sources.base import Account
from wowengine.profiles.sources.http import Api
from wowengine.profiles.sources.mastodon import Mastodon

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = Account("anna@mastodon.example", "anna")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def server() -> MastodonServer:
    return MastodonServer([status(n, NOW - timedelta(days=5)) for n in range(7)], page=3)


@pytest.fixture
def platform(server: MastodonServer) -> Iterator[Platform]:
    with serving(server) as made:
        yield made


@pytest.fixture
def source(platform: Platform) -> Iterator[Mastodon]:
    with Api(platform.url, sleep=lambda _: None) as api:
        yield Mastodon(api, own="support@air.example")


def golden_rows(source: Mastodon) -> list[dict[str, Any]]:
    return list(source.parse((GOLDEN / "mastodon.json").read_bytes()).rows)


def test_html_becomes_the_text_a_reader_sees(source: Mastodon) -> None:
    late, mountains = golden_rows(source)
    assert late["text"] == (
        "Long day\n\n@support my flight is late & nobody tells us why\n\nSee https://pics.example/very/long/address"
    )
    assert mountains["text"] == "Che bella\ngiornata in montagna!"


def test_a_post_that_names_us_is_a_mention_and_every_other_is_a_post(source: Mastodon) -> None:
    assert [row["kind"] for row in golden_rows(source)] == ["mention", "post"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"visibility": "private"}, "not_public"),
        ({"visibility": "direct"}, "not_public"),
        ({"reblog": {"id": "1", "content": "x"}}, "anothers_words"),
        ({"content": None}, "not_a_status"),
    ],
)
def test_what_is_not_said_by_them_to_everybody_is_left_out(source: Mastodon, facts: Any, reason: str) -> None:
    page = source.parse(json.dumps([status(1, NOW, **facts)]).encode())
    assert not page.rows
    assert page.skipped == {reason: 1}


def test_pages_are_read_from_the_oldest_to_the_newest_each_once(source: Mastodon, server: MastodonServer) -> None:
    pages, cursor, more = [], None, True
    while more:
        page = source.fetch(ANNA, cursor)
        pages.append([row["source_id"] for row in page.rows])
        cursor, more = page.cursor, page.more
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert sorted(each for page in pages for each in page) == sorted(each["id"] for each in server.statuses)


def test_a_server_that_sends_no_links_is_read_to_the_end_too(
    source: Mastodon, server: MastodonServer, platform: Platform
) -> None:
    platform.handler = lambda path, query: (*server(path, query)[:2], {})
    ids, cursor, more = [], None, True
    while more:
        page = source.fetch(ANNA, cursor)
        ids += [row["source_id"] for row in page.rows]
        cursor, more = page.cursor, page.more
    assert sorted(ids) == sorted(each["id"] for each in server.statuses)


def test_posts_older_than_we_may_keep_are_not_asked_for(source: Mastodon, server: MastodonServer) -> None:
    server.statuses = [status(1, NOW - timedelta(days=31)), status(2, NOW - timedelta(days=29))]
    assert [row["source_id"] for row in source.fetch(ANNA, None).rows] == [server.statuses[1]["id"]]


def test_what_was_deleted_or_hidden_is_reported_and_the_rest_is_todays(
    source: Mastodon, server: MastodonServer
) -> None:
    ids = [each["id"] for each in server.statuses]
    server.statuses[1] |= {"visibility": "private"}
    server.statuses[2] |= {"content": "<p>Edited</p>"}
    del server.statuses[0]
    page = source.recheck(ANNA, ids)
    assert page.deleted == [ids[0], ids[1]]
    assert {row["text"] for row in page.rows} == {"A fine day for hiking", "Edited"}


@pytest.mark.parametrize("knows_the_path", [True, False])
def test_a_server_that_does_not_know_statuses_by_id_deletes_nothing(
    source: Mastodon, server: MastodonServer, platform: Platform, knows_the_path: bool
) -> None:
    public_timeline: Reply = (200, server.statuses, {})  # what was not asked for
    platform.handler = lambda _path, _query: public_timeline if knows_the_path else (404, {}, {})
    page = source.recheck(ANNA, ["1", "2"])
    assert page.gave_up
    assert not page.deleted


def test_events_of_the_stream_bring_edits_and_deletions(source: Mastodon) -> None:
    edited = {"event": "status.update", "payload": json.dumps(status(1, NOW, content="<p>Edited</p>"))}
    assert source.parse(json.dumps(edited).encode()).rows[0]["text"] == "Edited"
    assert source.parse(b'{"event": "delete", "payload": "12"}').deleted == ["12"]
    assert source.parse(b'{"event": "filters_changed"}').skipped == {"other_event": 1}


def test_the_libraries_own_client_reads_our_server_as_we_do(platform: Platform, source: Mastodon) -> None:
    client = RealClient(api_base_url=platform.url, version_check_mode="none", ratelimit_method="throw")
    account = client.account_lookup("anna@mastodon.example")
    page = client.account_statuses(account.id, limit=3, min_id=0)
    read = [each.id for each in page]
    while page:
        page = client.fetch_previous(page)
        read += [each.id for each in page or []]
    client.session.close()

    ours, cursor, more = [], None, True
    while more:
        told = source.fetch(ANNA, cursor)
        ours += [row["source_id"] for row in told.rows]
        cursor, more = told.cursor, told.more
    assert sorted(map(str, read)) == sorted(ours)
