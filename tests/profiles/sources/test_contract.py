"""One contract for every source: real rows from golden documents, never a crash, a cursor that moves, a whole card."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.profiles.make import customer, customers_in
from tests.profiles.sources.contract import KITS, NOW, Kit
from tests.profiles.sources.platform import serving
from wowengine import clock
from wowengine.db.session import Database
from wowengine.errors import BadInput, Misconfigured
from wowengine.profiles.frames import SIGNALS, check
from wowengine.profiles.intake import report_of, take_signals
from wowengine.profiles.sources import registry
from wowengine.profiles.sources.base import Account, Page, Rechecking, Source, SourceKind, start
from wowengine.profiles.sources.rows import from_mappings

fuzzed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # half a surrogate pair is JSON too
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | ANY_TEXT
    | st.sampled_from(["0", "1.0", "Note", "public"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(params=KITS, ids=lambda kit: kit.name, scope="module")
def kit(request: pytest.FixtureRequest) -> Kit:
    assert isinstance(request.param, Kit)
    return request.param


@pytest.fixture(scope="module")
def source(kit: Kit) -> Iterator[Source]:
    """The source, for its parser: it is made once, since nothing stays behind in it."""
    with kit.parser() as made:
        yield made


@pytest.fixture(autouse=True, scope="module")
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def parsed(source: Source, content: bytes) -> Page | None:
    """What a source makes of any bytes: a page whose rows can be checked, or one clear refusal."""
    try:
        page = source.parse(content)
    except BadInput:
        return None
    check(from_mappings(page.rows), SIGNALS)
    assert all(isinstance(each, str) and each for each in [*page.deleted, *page.deleted_threads])
    assert all(page.skipped.values())
    return page


def test_every_source_is_under_contract() -> None:
    assert {kit.name for kit in KITS} == set(registry.cards())


def test_every_row_of_the_golden_document_keeps_the_promises_of_signals(kit: Kit, source: Source) -> None:
    rows = source.parse(kit.content).rows
    assert {row["source"] for row in rows} == {source.stored_as}
    checked = check(from_mappings(rows), SIGNALS)
    assert checked.set_aside.rows() == []
    assert checked.good.height == len(rows) > 0
    assert len({row["source_id"] for row in rows}) == len(rows)


def test_the_same_document_twice_changes_nothing(kit: Kit, source: Source, sqlite: Database) -> None:
    people = [
        customer(
            "c1", email="anna@example.org", handles="mastodon:anna@mastodon.example;bluesky:anna.bsky.example;x:anna"
        ),
        customer("c2", handles="activitypub:https://mastodon.example/users/anna"),
    ]
    with sqlite.transaction() as session:
        customers_in(session, *people)
        pages = [source.parse(kit.content) for _ in range(2)]
        assert pages[0] == pages[1]
        first, second = (report_of(take_signals(session, from_mappings(page.rows))) for page in pages)
    if source.kind is SourceKind.LISTENING:
        assert first.accepted == 0
    else:
        assert first.accepted > 0
    assert (second.accepted, second.duplicate) == (0, first.accepted)


@fuzzed
@given(content=st.binary(max_size=400))
def test_no_bytes_crash_it(source: Source, content: bytes) -> None:
    parsed(source, content)


@fuzzed
@given(value=JSON)
def test_no_json_crashes_it(source: Source, value: Any) -> None:
    parsed(source, json.dumps(value).encode())


@fuzzed
@given(data=st.data())
def test_a_damaged_golden_document_never_crashes_it(kit: Kit, source: Source, data: st.DataObject) -> None:
    damage = damaged_json if kit.golden.endswith(".json") else damaged
    parsed(source, damage(kit.content, data))


def test_no_answer_of_a_platform_crashes_it(kit: Kit, tmp_path: Path) -> None:
    if kit.server is None:
        return  # nobody is asked
    answer: Any = None
    with (
        serving(lambda _path, _query: (200, answer, {})) as platform,
        registry.opened(kit.name, {"base_url": platform.url} | kit.told) as asked,
    ):

        @settings(max_examples=60, deadline=None)
        @given(value=JSON | st.builds(dict, data=JSON, feed=JSON, posts=JSON, meta=JSON, errors=JSON, id=JSON))
        def any_answer(value: Any) -> None:
            nonlocal answer
            answer = value
            account = Account(kit.address.format(url=platform.url))
            for cursor in (None, '{"account":"1","page":"p"}', "1:2"):
                check(from_mappings(asked.fetch(account, cursor).rows), SIGNALS)
            if isinstance(asked, Rechecking):
                assert isinstance(asked.recheck(account, ["1"]), Page)

        any_answer()


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """The document with a piece of it put in another's place."""
    at = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(at, min(len(content), at + 60)))
    return content[:at] + data.draw(st.binary(max_size=20) | st.just(content[-40:])) + content[end:]


def damaged_json(content: bytes, data: st.DataObject) -> bytes:
    """The document with one value of it replaced, whatever its type."""
    told = json.loads(content)
    places = list(_places(told))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(JSON)
    return json.dumps(told).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield value, key
        yield from _places(child)


def test_the_terms_card_is_complete_and_binds_for_twelve_months(source: Source) -> None:
    terms = source.terms
    assert len(terms.permitted_use) > 20
    assert terms.reviewed_on <= NOW.date()
    if source.kind in {SourceKind.ACCOUNT, SourceKind.MENTIONS}:
        assert 0 < terms.deletion_hours <= 24
    if source.kind is not SourceKind.INBOX:
        assert terms.url.startswith("https://")
        assert terms.rate is not None
    start(source, terms.reviewed_on + timedelta(days=365))
    with pytest.raises(Misconfigured, match=str(terms.reviewed_on)):
        start(source, terms.reviewed_on + timedelta(days=366))


def test_the_cursor_moves_and_then_there_is_nothing_new(kit: Kit, tmp_path: Path) -> None:
    with kit.asked(tmp_path) as (asked, account):
        first = asked.fetch(account, None)
        assert first.gave_up == ""
        assert first.rows
        assert first.cursor
        cursor, again = first.cursor, first.more
        while again:
            page = asked.fetch(account, cursor)
            cursor, again = page.cursor or cursor, page.more
        second = asked.fetch(account, cursor)
        assert [row for row in second.rows if not row.get("listening_only")] == []
        assert second.cursor == cursor


def test_what_cannot_be_had_is_said_and_not_raised(kit: Kit, tmp_path: Path) -> None:
    with kit.asked(tmp_path) as (asked, account):
        page = asked.fetch(Account(account.address + ".nobody"), None)
    assert page.gave_up
    assert len(page.rows) == 0
    assert page.cursor is None


DELETIONS: dict[str, Any] = {
    "mastodon": {"event": "delete", "payload": "115600000000000001"},
    "bluesky": {
        "did": "did:plc:anna",
        "kind": "commit",
        "commit": {"operation": "delete", "rkey": "3k", "collection": "app.bsky.feed.post"},
    },
    "x": {"data": {"delete": {"tweet": {"id": "7", "author_id": "11"}, "event_at": "2026-11-20T12:00:00.000Z"}}},
    "x-mentions": {"id": "7", "action": "delete", "created_at": "2026-11-20T12:00:00.000Z", "reason": "deleted"},
    "activitystreams": {"type": "Delete", "actor": "https://a.example/u", "object": "https://a.example/1"},
    "zendesk": {"tickets": [{"id": 35, "status": "deleted"}]},
    "chatwoot": {
        "event": "message_updated",
        "id": 118,
        "message_type": "incoming",
        "content_attributes": {"deleted": True},
        "conversation": {"id": 10},
    },
}


@pytest.mark.parametrize("teller", [kit for kit in KITS if kit.name in DELETIONS], ids=lambda kit: kit.name)
def test_a_deletion_at_the_source_is_reported(teller: Kit) -> None:
    with teller.parser() as source:
        page = source.parse(json.dumps(DELETIONS[teller.name]).encode())
    assert len([*page.deleted, *page.deleted_threads]) == 1
    assert len(page.rows) == 0
