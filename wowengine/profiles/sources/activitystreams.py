"""ActivityStreams 2.0 documents: what the fediverse sends to an inbox, or an outbox that a customer exported.

A ``Create`` brings a signal, an ``Update`` the same with other words, a ``Delete`` or ``Tombstone`` takes it away. Who
acts must be who wrote it, and what is not said to everybody is left out.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from wowengine.errors import BadInput
from wowengine.profiles.sources.as2 import ACTIVITIES, ORDERED, UNORDERED, broken_rule, types_of
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms
from wowengine.profiles.sources.plain import plain
from wowengine.terms import SignalKind

NAME, CHANNEL = "activitystreams", "activitypub"
SAID = frozenset({"Note", "Article", "Question", "Page", "Event", "Image", "Video", "Audio", "Document"})
EVERYBODY = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})

TERMS = Terms(
    permitted_use=(
        "Reading what was sent to our own inbox, or an outbox that the customer gave us; senders are kept only where "
        "they linked their account and agreed."
    ),
    deletion_hours=24,
    rate=None,
    url="https://www.w3.org/TR/activitypub/",
    reviewed_on=date(2026, 11, 26),
)


def source(own: str = "") -> InboxSource:
    """Return the source; `own` is our actor's address: who names it mentions us."""
    return InboxSource(NAME, TERMS, partial(parse, own=own))


def parse(content: bytes, own: str = "") -> Page:
    """Read one document: an activity, an object, or a collection of them.

    Raises
    ------
    BadInput
        When it is no ActivityStreams 2.0; ``facts["rule"]`` names the rule it breaks.
    """
    try:
        document = json.loads(content, strict=False)  # the vocabulary's example 196 breaks a line within a string
    except (ValueError, RecursionError):
        raise BadInput("this is no JSON, and so no ActivityStreams.", rule="not_json") from None
    rule = broken_rule(document)
    if rule:
        raise BadInput(f"this is no ActivityStreams 2.0: {rule}.", rule=rule)
    reader = _Reader(own)
    reader.read(document)
    return Page(reader.rows, reader.deleted, skipped=reader.skipped)


@dataclass
class _Reader:
    own: str
    rows: list[Row] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def read(self, node: Mapping[str, Any]) -> None:
        types = types_of(node)
        if types & (ORDERED | UNORDERED):
            self._read_items(node)
        elif "Tombstone" in types:
            self._delete(node, _id(node))  # handed out by its own server
        elif types & SAID:
            self._say(node, {})
        elif types & ACTIVITIES:
            self._act(node, types)
        else:
            self.skipped["nothing_said"] += 1

    def _read_items(self, node: Mapping[str, Any]) -> None:
        first = node.get("first")
        listed = [*_each(node.get("items")), *_each(node.get("orderedItems")), *([first] if first else [])]
        for item in listed:
            if isinstance(item, dict):
                self.read(item)
            else:
                self.skipped["only_an_address"] += 1

    def _act(self, activity: Mapping[str, Any], types: frozenset[str]) -> None:
        things = _each(activity.get("object"))
        if "Arrive" in types:
            self._arrive(activity)
        elif "Delete" in types:
            for thing in things:
                self._delete(thing, _id(activity.get("actor")))
        elif types & {"Create", "Update"}:
            for thing in things:
                if isinstance(thing, dict) and types_of(thing) & SAID:
                    self._say(thing, activity)
                else:
                    self.skipped["only_an_address"] += 1
        else:
            self.skipped["other_activity"] += 1

    def _say(self, thing: Mapping[str, Any], activity: Mapping[str, Any]) -> None:
        writer, actor = _id(thing.get("attributedTo")), _id(activity.get("actor"))
        if writer and actor and writer != actor:
            self.skipped["not_theirs"] += 1
            return
        text, language = _words(thing)
        row = _row(thing, activity, writer or actor, SignalKind.MENTION if _names(thing, self.own) else SignalKind.POST)
        self._take(thing, activity, row | {"text": text, "language": language})

    def _arrive(self, activity: Mapping[str, Any]) -> None:
        places = [each for each in _each(activity.get("location")) if isinstance(each, dict)]
        place = next((name for each in places if (name := _words(each)[0])), None)
        row = _row(activity, {}, _id(activity.get("actor")), SignalKind.CHECKIN)
        self._take(activity, {}, row | {"place": place, "text": _words(activity)[0]})

    def _take(self, thing: Mapping[str, Any], activity: Mapping[str, Any], row: Row) -> None:
        """Keep a row, or say what it lacks."""
        said_to = {_id(each) for node in (thing, activity) for name in ("to", "cc") for each in _each(node.get(name))}
        lacks = [name for name in ("source_id", "author", "occurred_at") if not row[name]]
        if lacks:
            self.skipped[f"no_{lacks[0]}"] += 1
        elif said_to - {""} and not said_to & EVERYBODY:
            self.skipped["not_public"] += 1
        else:
            self.rows.append(row)

    def _delete(self, thing: object, actor: str) -> None:
        """Take an object away, at the word of its own server alone."""
        gone = _id(thing)
        if not gone:
            self.skipped["no_source_id"] += 1
        elif _host(actor) != _host(gone):
            self.skipped["not_theirs"] += 1
        else:
            self.deleted.append(gone)


def _row(thing: Mapping[str, Any], activity: Mapping[str, Any], author: str, kind: SignalKind) -> Row:
    said_at = thing.get("published") or activity.get("published") or thing.get("updated")
    answered = next(map(_id, _each(thing.get("inReplyTo"))), "")
    return {
        "source": NAME,
        "source_id": _id(thing),
        "kind": kind.value,
        "occurred_at": said_at if isinstance(said_at, str) else None,
        "channel": CHANNEL,
        "author": f"{CHANNEL}:{author}" if author else None,
        "in_reply_to": answered or None,
        "edited_at": thing.get("updated") if thing.get("published") else None,
    }


def _words(thing: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return what an object says, as plain text, and in which language, where it tells."""
    is_html = thing.get("mediaType") in {None, "text/html"}
    for name in ("content", "summary", "name"):
        told, language = thing.get(name), None
        by_language = thing.get(f"{name}Map") if told is None else told
        if isinstance(by_language, dict) and by_language:
            language, told = next(iter(by_language.items()))
        if isinstance(told, str) and told:
            known = language if language != "und" else None
            return (plain(told) if is_html and name != "name" else told), known
    return None, None


def _names(thing: Mapping[str, Any], own: str) -> bool:
    """Say whether we are named."""
    return bool(own) and any(isinstance(each, dict) and each.get("href") == own for each in _each(thing.get("tag")))


def _id(node: object) -> str:
    listed = _each(node)
    first = listed[0] if listed else None
    if isinstance(first, dict):
        first = first.get("id", first.get("@id"))
    return first if isinstance(first, str) else ""


def _each(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return address
