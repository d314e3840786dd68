"""Mastodon, API v1: what one account said in public, from where we stopped.

Format: docs.joinmastodon.org, entities ``Status`` and ``Account``, method ``accounts/:id/statuses``. Reposts are
another's words and are left out, and so is everything not said to the world (followers only, direct).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wowengine import clock
from wowengine.errors import BadInput
from wowengine.profiles.sources.base import Account, Page, Rate, Row, SourceKind, Terms, gather
from wowengine.profiles.sources.http import Answer, Api, segment
from wowengine.profiles.sources.plain import plain
from wowengine.profiles.sources.shape import mapping, mappings, text_of
from wowengine.terms import SignalKind

AT_ONCE = 40  # the most Mastodon gives
KEPT = timedelta(days=30)  # older posts would not be kept, so they are not asked for
SAID_TO_ALL = frozenset({"public", "unlisted"})
QUOTED = frozenset({"quote-inline"})  # "RE: https://...", for clients that know no quotes

TERMS = Terms(
    permitted_use=(
        "Reading the public posts of customers who linked their account and agreed; rules differ by server: "
        "read those of the one configured."
    ),
    deletion_hours=24,
    rate=Rate(300, 300),
    url="https://docs.joinmastodon.org/api/rate-limits/",
    reviewed_on=date(2026, 11, 26),
)


@dataclass(frozen=True)
class Mastodon:
    """One Mastodon server, asked as the company's own application.

    Attributes
    ----------
    own
        The company's account there (``support@air.example``): a post that names it is a mention.
    """

    api: Api
    own: str = ""
    name: str = "mastodon"
    stored_as: str = "mastodon"
    kind: SourceKind = SourceKind.ACCOUNT
    terms: Terms = TERMS
    ids_at_once: int = 20

    def parse(self, content: bytes) -> Page:
        """Read a list of statuses, one status, or an event of the streaming API."""
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            raise BadInput("this is no JSON, and so no answer of Mastodon.") from None
        if isinstance(told, dict) and isinstance(told.get("event"), str):
            return self._event(told["event"], told.get("payload"))
        if isinstance(told, dict) and "content" in told:
            told = [told]
        if not isinstance(told, list):
            raise BadInput("neither a status of Mastodon nor a list of them.")
        rows, skipped = gather([self._row(status) for status in told])
        return Page(rows, skipped=skipped)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for the oldest statuses after the cursor (``account id:status id``), page by page towards today."""
        account_id, _, since = (cursor or "").partition(":")
        if not account_id:
            found = self.api.get("/api/v1/accounts/lookup", {"acct": account.address})
            account_id, since = text_of(mapping(found.json()).get("id")), _snowflake(clock.now() - KEPT)
            if not account_id:
                return found.nothing()
        answer = self.api.get(f"/api/v1/accounts/{segment(account_id)}/statuses", _page(since))
        statuses = answer.json()
        if not isinstance(statuses, list) or answer.gone:
            return answer.nothing()
        rows, skipped = gather([self._row(status, account, account_id) for status in statuses])
        newest = _newer(answer) or max((text_of(each.get("id")) for each in mappings(statuses)), key=_order, default="")
        return Page(
            rows,
            cursor=f"{account_id}:{newest or since}",
            wait_seconds=answer.wait_seconds,
            more=bool(newest) and newest != since,
            skipped=skipped,
        )

    def recheck(self, account: Account, ids: Sequence[str]) -> Page:
        """Ask for statuses by id: those that come back are today's words, those that do not are gone."""
        answer = self.api.get("/api/v1/statuses", {"id[]": list(ids)})
        statuses = answer.json()
        if not isinstance(statuses, list) or answer.gone:
            return answer.nothing("the server tells nothing of statuses by id")
        rows, skipped = gather([self._row(status, account) for status in statuses])
        there = {row["source_id"] for row in rows}
        if not there <= set(ids):
            return answer.nothing("the server tells nothing of statuses by id")
        gone = [each for each in ids if each not in there]
        return Page(rows, gone, wait_seconds=answer.wait_seconds, skipped=skipped)

    def _event(self, event: str, payload: object) -> Page:
        match event, payload:
            case "delete", str() | int():
                return Page(deleted=[str(payload)])
            case "update" | "status.update", str():
                return self.parse(payload.encode(errors="replace"))
            case _:
                return Page(skipped={"other_event": 1})

    def _row(self, status: object, account: Account | None = None, account_id: str = "") -> Row | str:
        """Make a row of a status, or say why there is none."""
        told = mapping(status)
        author = mapping(told.get("account"))
        if not told.get("id") or not isinstance(told.get("content"), str):
            return "not_a_status"
        if told.get("reblog"):
            return "anothers_words"
        if text_of(told.get("visibility")) not in SAID_TO_ALL:
            return "not_public"
        if account and not _same(author, account, account_id):
            return "another_account"
        handle = account.address if account else _full(author)
        if not handle:
            return "nobody_named"
        words = [text_of(told.get("spoiler_text")), plain(told["content"], unread_classes=QUOTED)]
        named = {text_of(each.get("acct")).lower() for each in mappings(told.get("mentions"))}
        return {
            "source": self.name,
            "source_id": text_of(told["id"]),
            "kind": (SignalKind.MENTION if self.own and self.own.lower() in named else SignalKind.POST).value,
            "occurred_at": text_of(told.get("created_at")),
            "channel": self.name,
            "author": f"{self.name}:{handle}",
            "in_reply_to": text_of(told.get("in_reply_to_id")) or None,
            "text": "\n\n".join(part for part in words if part),
            "language": text_of(told.get("language")) or None,
            "url": text_of(told.get("url")) or None,
            "edited_at": text_of(told.get("edited_at")) or None,
        }


def _page(since: str) -> dict[str, str | int | list[str]]:
    return {"min_id": since, "limit": AT_ONCE, "exclude_reblogs": "true"}


def _newer(answer: Answer) -> str:
    """Return where the next newer page begins: the ``min_id`` of the ``Link`` header's ``prev``; the rest is ours."""
    for link in answer.headers.get("link", "").split(","):
        address, _, relation = link.partition(";")
        if 'rel="prev"' in relation:
            asked = parse_qs(urlsplit(address.strip(" <>")).query)
            return next(iter(asked.get("min_id", asked.get("since_id", []))), "")
    return ""


def _full(author: dict[str, Any]) -> str:
    """Return ``name@server``; of the server's own accounts the API leaves the server away."""
    acct = text_of(author.get("acct"))
    try:
        host = urlsplit(text_of(author.get("url"))).hostname or ""
    except ValueError:
        host = ""
    return acct if "@" in acct else f"{acct}@{host}" if acct and host else ""


def _same(author: dict[str, Any], account: Account, account_id: str) -> bool:
    """Say whether the author is the account that was asked for, by its id and by its name."""
    acct, asked = text_of(author.get("acct")).lower(), account.address.lower()
    by_name = acct == asked if "@" in acct else acct == asked.partition("@")[0]
    return by_name and account_id in {"", text_of(author.get("id"))}


def _order(status_id: str) -> tuple[int, str]:
    return len(status_id), status_id  # ids are numbers as text


def _snowflake(at: datetime) -> str:
    """Return the least id a status of that time can have: milliseconds since 1970, 16 bits to the left."""
    return str(int(at.timestamp() * 1000) << 16)
