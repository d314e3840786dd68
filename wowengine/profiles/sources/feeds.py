"""RSS and Atom, and Google Alerts in that form: what strangers publish, for listening alone.

Its rows say so (``listening_only``) and are never stored: they are counted in memory by topic, mood and hour.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from time import struct_time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import Account, Page, Rate, Row, SourceKind, Terms, gather
from wowengine.profiles.sources.http import Api
from wowengine.profiles.sources.plain import plain
from wowengine.profiles.sources.shape import text_of
from wowengine.terms import SignalKind

NAME, CHANNEL = "feeds", "web"
LONGEST_ID = 200
NOT_MODIFIED = 304
ACCEPTED = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"}
# What feedparser raises on input that is no feed at all, beside what it reports itself.
FEED_ERRORS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)

TERMS = Terms(
    permitted_use="Counting what feeds published for everybody say of us; nothing of a stranger is kept.",
    deletion_hours=0,
    rate=Rate(60, 3600),
    url="https://www.google.com/alerts",
    reviewed_on=date(2026, 11, 26),
)


@dataclass(frozen=True)
class Feeds:
    """Feeds by their addresses; asked again only for what is new (``ETag``, ``Last-Modified``)."""

    api: Api
    name: str = NAME
    stored_as: str = NAME
    kind: SourceKind = SourceKind.LISTENING
    terms: Terms = TERMS

    def parse(self, content: bytes) -> Page:
        """Read one feed."""
        return parse(content)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for the feed at an address, if it changed since."""
        answer = self.api.get(account.address, headers=ACCEPTED | _conditions(cursor))
        if answer.status == NOT_MODIFIED:
            return Page(cursor=cursor, wait_seconds=answer.wait_seconds)
        if answer.gave_up or answer.gone:
            return replace(answer.nothing("no such feed"), hopeless=False)  # the next feed is another's
        try:
            page = parse(answer.content)
        except BadInput as error:
            return Page(gave_up=error.message)
        seen = {name: answer.headers[name] for name in ("etag", "last-modified") if name in answer.headers}
        return Page(page.rows, cursor=json.dumps(seen), wait_seconds=answer.wait_seconds, skipped=page.skipped)


def parse(content: bytes) -> Page:
    """Read one feed, RSS 0.9 to 2.0 or Atom.

    Raises
    ------
    BadInput
        When it is no feed.
    """
    try:
        feed = feedparser.parse(io.BytesIO(content))  # a stream: given bytes, it would look for a file of that name
    except FEED_ERRORS:
        raise BadInput("this is no feed: neither RSS nor Atom.") from None
    if not feed.get("version") and not feed.get("entries"):
        raise BadInput("this is no feed: neither RSS nor Atom.")
    rows, skipped = gather([_row(entry) for entry in feed.entries])
    return Page(rows, skipped=skipped)


def unwrapped(address: str) -> str:
    """Return the address that a Google Alert's link leads to; any other as it is."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return address
    if parts.path != "/url" or not (host.startswith("www.google.") or host == "google.com"):
        return address
    asked = parse_qs(parts.query)
    return next(iter(asked.get("url", asked.get("q", []))), address)


def _row(entry: Mapping[str, Any]) -> Row | str:
    link = unwrapped(text_of(entry.get("link")))
    published = entry.get("published_parsed") or entry.get("updated_parsed")
    at = _time(published) if isinstance(published, struct_time) else None
    words = [plain(text_of(entry.get(name))) for name in ("title", "summary")]
    if at is None:
        return "no_occurred_at"
    if not any(words):
        return "nothing_said"
    told = text_of(entry.get("id")) or link or "\n".join(words)
    return {
        "source": NAME,
        "source_id": told
        if len(told) <= LONGEST_ID and told.isprintable()
        else hashlib.sha256(told.encode(errors="replace")).hexdigest(),
        "kind": SignalKind.POST.value,
        "occurred_at": at.isoformat(),
        "channel": CHANNEL,
        "author": f"{CHANNEL}:{_host(link) or 'unknown'}",
        "text": "\n\n".join(part for part in words if part),
        "url": link or None,
        "listening_only": True,
    }


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _time(told: struct_time) -> datetime | None:
    try:
        return datetime(*told[:5], min(told[5], 59), tzinfo=UTC)
    except ValueError:
        return None


def _conditions(cursor: str | None) -> dict[str, str]:
    try:
        seen = json.loads(cursor or "{}")
    except ValueError:
        seen = {}
    asked = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {asked[name]: text_of(seen[name]) for name in asked if isinstance(seen, dict) and name in seen}
