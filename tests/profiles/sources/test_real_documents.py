"""Documents that others wrote: conformance files of W3C and atproto, recordings of Mastodon and of help desks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wowengine.errors import BadInput
from wowengine.profiles.frames import SIGNALS, check
from wowengine.profiles.sources import activitystreams, atproto, chatwoot, registry, zendesk
from wowengine.profiles.sources.base import Page
from wowengine.profiles.sources.rows import from_mappings

pytestmark = pytest.mark.real_data

SPELLINGS: dict[str, Callable[[str], bool]] = {
    "atidentifier": atproto.is_identifier,
    "aturi": atproto.is_at_uri,
    "cid": atproto.is_cid,
    "datetime": atproto.is_time,
    "did": atproto.is_did,
    "handle": atproto.is_handle,
    "language": atproto.is_language,
    "nsid": atproto.is_nsid,
    "recordkey": atproto.is_record_key,
    "tid": atproto.is_tid,
    "uri": atproto.is_uri,
}
REFUSED = {
    "array-at-top": "not_an_object",
    "collection-with-non-page-first": "first_not_a_page",
    "name-as-namemap": "nameMap_not_allowed",
    "number-as-actor": "actor_not_allowed",
    "number-as-context": "context_not_readable",
    "number-as-name": "name_not_allowed",
    "number-as-type": "type_not_text",
    "ordered-collection-with-items": "ordered_collection_with_items",
    "other-context": "another_context",
    "string-at-top": "not_an_object",
}


def kept(page: Page) -> int:
    """How many rows a page has, all of them as signals must be."""
    checked = check(from_mappings(page.rows), SIGNALS)
    assert checked.set_aside.rows() == []
    return checked.good.height


def bodies(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Any]:
    """The bodies of recorded answers from addresses that are wanted."""
    for path in sorted(folder.glob("*.json")):
        for call in json.loads(path.read_text(encoding="utf-8")):
            if wanted(call["uri"]) and call["status"]["code"] == 200:
                yield call["body"]


def test_every_valid_activitystreams_document_is_accepted(shared_data: Path) -> None:
    documents = sorted((shared_data / "activitystreams2").glob("*.json"))
    assert len(documents) > 90
    for path in documents:
        kept(activitystreams.parse(path.read_bytes()))


def test_every_broken_activitystreams_document_is_refused_by_its_rule(shared_data: Path) -> None:
    documents = sorted((shared_data / "activitystreams2" / "fail").glob("*.json"))
    refused = {}
    for path in documents:
        with pytest.raises(BadInput) as told:
            activitystreams.parse(path.read_bytes())
        refused[path.stem] = told.value.facts["rule"]
    assert refused == REFUSED


@pytest.mark.parametrize("kind", SPELLINGS)
def test_every_valid_spelling_of_atproto_is_accepted(shared_data: Path, kind: str) -> None:
    lines = (shared_data / "atproto_syntax" / f"{kind}_syntax_valid.txt").read_text(encoding="utf-8").split("\n")
    spelt = [line for line in lines if line and not line.startswith("#")]
    assert len(spelt) > 3
    assert [line for line in spelt if not SPELLINGS[kind](line)] == []


def test_recorded_statuses_of_mastodon_are_read(shared_data: Path) -> None:
    with registry.opened("mastodon", {"base_url": "http://127.0.0.1:9"}) as source:
        pages = [
            source.parse(json.dumps(body).encode())
            for body in bodies(shared_data / "mastodon", lambda uri: "/statuses" in uri or "/timelines/" in uri)
            if isinstance(body, list) or "content" in body
        ]
    assert len(pages) > 50
    assert sum(map(kept, pages)) > 50


def test_recorded_tickets_and_audits_of_zendesk_are_read(shared_data: Path) -> None:
    pages = [
        zendesk.parse(json.dumps(body).encode())
        for body in bodies(shared_data / "zendesk", lambda uri: "tickets.json" in uri or "ticket_audits.json" in uri)
        if "tickets" in body or "audits" in body
    ]
    assert len(pages) > 5
    rows = [row for page in pages for row in page.rows]
    assert sum(map(kept, pages)) == len(rows) > 20
    first = next(row for row in rows if row["source_id"] == "1")
    assert "I’m having a problem setting up" in first["text"]
    assert first["direction"] == "inbound"


def test_recorded_events_of_chatwoot_are_read(shared_data: Path) -> None:
    pages = {path.stem: chatwoot.parse(path.read_bytes()) for path in (shared_data / "chatwoot").glob("*.json")}
    assert {name: kept(page) for name, page in pages.items()} == {
        "conversation_opened": 1,
        "conversation_resolved": 1,
        "conversation_status_changed": 1,
        "message_created": 2,
        "webwidget_triggered": 0,
    }
    said = {row["text"]: row for row in pages["message_created"].rows if row["kind"] == "message"}
    assert said["hi"]["author"] == "chatwoot:14"
    assert pages["conversation_resolved"].rows[0]["author"] == "email:jane@acme.inc"
