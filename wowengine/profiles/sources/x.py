"""X, API v2: what one account posted, and who mentioned ours.

Format: docs.x.com, ``GET /2/users/:id/tweets``, ``/mentions`` and ``/2/tweets``; compliance events and the results of
batch compliance jobs. An edited post gets a new id: the row is that of the newest, and its earlier ids are gone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import unescape
from typing import Any

from wowengine import clock
from wowengine.errors import BadInput
from wowengine.profiles.sources.base import Account, Page, Rate, Row, SourceKind, Terms, gather
from wowengine.profiles.sources.http import Api, segment
from wowengine.profiles.sources.shape import mapping, mappings, text_of
from wowengine.profiles.sources.walk import Walk
from wowengine.terms import SignalKind

NAME = "x"
AT_ONCE = 100
KEPT = timedelta(days=30)  # older posts would not be kept, so they are not asked for
FIELDS = {
    "tweet.fields": (
        "author_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,referenced_tweets"
    ),
    "expansions": "author_id",
    "user.fields": "username",
}
GONE = frozenset({"delete", "drop", "withheld"})  # compliance events after which nothing may be kept
PAGE_TOKEN_OLD = 400

TERMS = Terms(
    permitted_use=(
        "Matching posts with a customer only after express opt-in consent; never health, finances, politics, race, "
        "religion, sex life, union or crime."
    ),
    deletion_hours=24,
    rate=Rate(900, 900),
    url="https://developer.x.com/developer-terms/more-on-restricted-use-cases",
    reviewed_on=date(2026, 11, 26),
)


def parse(content: bytes, own: str = "") -> Page:
    """Read an answer of the API, an event of the compliance stream, or the result of a compliance job (NDJSON)."""
    try:
        lines = [json.loads(line) for line in content.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        lines = [_whole(content)]
    told = [line for line in lines if isinstance(line, dict)]
    if not told or len(told) < len(lines):
        raise BadInput("this is no answer of X: a JSON object is looked for, or one a line.")
    pages = [_read(line, own) for line in told]
    return Page(
        [row for page in pages for row in page.rows],
        [each for page in pages for each in page.deleted],
        skipped=_summed(pages),
    )


@dataclass(frozen=True)
class X:
    """X, asked for what a customer's account posted."""

    api: Api
    own: str = ""  # the company's username: a post that names it is a mention
    name: str = NAME
    stored_as: str = NAME
    kind: SourceKind = SourceKind.ACCOUNT
    terms: Terms = TERMS
    ids_at_once: int = 100

    def parse(self, content: bytes) -> Page:
        """Read a document of the API."""
        return parse(content, self.own)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for the newest posts, page by page down to those read before, or a month back."""
        return _walk(self.api, account, cursor, "tweets", self.own)

    def recheck(self, account: Account, ids: Sequence[str]) -> Page:
        """Ask for posts by id: those that do not come back, or were edited since, are gone."""
        answer = self.api.get("/2/tweets", {"ids": ",".join(ids), **FIELDS})
        told = mapping(answer.json())
        if answer.gave_up or not ("data" in told or "errors" in told):
            return answer.nothing()
        page = _theirs(_read(told, self.own), account)
        there = {text_of(tweet.get("id")) for tweet in mappings(told.get("data"))}
        gone = {*page.deleted, *(each for each in ids if each not in there)}
        rows = [row for row in page.rows if row["source_id"] not in gone]
        return Page(rows, sorted(gone), wait_seconds=answer.wait_seconds, skipped=page.skipped)


@dataclass(frozen=True)
class XMentions:
    """X, asked who mentioned the company's own account: strangers are counted, linked customers' posts are kept."""

    api: Api
    name: str = "x-mentions"
    stored_as: str = NAME
    kind: SourceKind = SourceKind.MENTIONS
    terms: Terms = TERMS

    def parse(self, content: bytes) -> Page:
        """Read a document of the API."""
        return parse(content)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for the newest mentions of the company's account, page by page down to those read before."""
        page = _walk(self.api, account, cursor, "mentions", "")
        rows = [row | {"kind": SignalKind.MENTION.value} for row in page.rows]
        return replace(page, rows=rows)


def _walk(api: Api, account: Account, cursor: str | None, timeline: str, own: str) -> Page:
    walk = Walk.read(cursor)
    if not walk.account:
        found = api.get(f"/2/users/by/username/{segment(account.address)}")
        walk = Walk(text_of(mapping(mapping(found.json()).get("data")).get("id")))
        if not walk.account:
            return found.nothing()
    asked = {"max_results": str(AT_ONCE), **FIELDS}
    asked |= {"since_id": walk.since} if walk.since else {"start_time": f"{clock.now() - KEPT:%Y-%m-%dT%H:%M:%SZ}"}
    if walk.page:
        asked["pagination_token"] = walk.page
    answer = api.get(f"/2/users/{segment(walk.account)}/{timeline}", asked)
    if answer.status == PAGE_TOKEN_OLD and walk.page:  # tokens do not live for ever: begin at the top again
        return Page(cursor=str(Walk(walk.account, walk.since)), more=True)
    told = mapping(answer.json())
    if answer.gave_up or "meta" not in told:
        return answer.nothing()
    page, meta = _read(told, own), mapping(told.get("meta"))
    if timeline == "tweets":
        page = _theirs(page, account)
    token = text_of(meta.get("next_token"))
    walked = walk.down(token, text_of(meta.get("newest_id")))
    return replace(page, cursor=str(walked), wait_seconds=answer.wait_seconds, more=bool(token))


def _theirs(page: Page, account: Account) -> Page:
    """Keep what the account itself said: a name may have gone over to somebody else."""
    author = f"{NAME}:{account.address}".lower()
    rows = [row for row in page.rows if row["author"].lower() == author]
    others = len(page.rows) - len(rows)
    skipped = {**page.skipped, "another_account": others} if others else page.skipped
    return Page(rows, page.deleted, skipped=skipped)


def _read(told: Mapping[str, Any], own: str) -> Page:
    data = told.get("data")
    if "action" in told:  # a line of a compliance job's result
        return _compliance(text_of(told["action"]), told)
    if isinstance(data, dict) and "text" not in data:
        kind, event = next(iter(data.items()), ("", None))
        return _compliance(kind, mapping(event))
    users = {
        text_of(user.get("id")): text_of(user.get("username"))
        for user in mappings(mapping(told.get("includes")).get("users"))
    }
    tweets = [data] if isinstance(data, dict) else data if isinstance(data, list) else []
    rows, skipped = gather([_row(tweet, users, own) for tweet in tweets])
    return Page(rows, [each for tweet in mappings(tweets) for each in _earlier(tweet)], skipped=skipped)


def _row(tweet: object, users: Mapping[str, str], own: str) -> Row | str:
    """Make a row of a post, or say why there is none."""
    told = mapping(tweet)
    referenced = {
        text_of(each.get("type")): text_of(each.get("id")) for each in mappings(told.get("referenced_tweets"))
    }
    author = users.get(text_of(told.get("author_id")), "")
    note, entities = mapping(told.get("note_tweet")), mapping(told.get("entities"))
    text = text_of(note.get("text")) or text_of(told.get("text"))
    if not told.get("id") or not text:
        return "not_a_post"
    if "retweeted" in referenced:
        return "anothers_words"
    if not author:
        return "nobody_named"
    history = _history(told)
    if history and history[-1] != text_of(told["id"]):
        return "edited_since"
    named = {text_of(each.get("username")).lower() for each in mappings(entities.get("mentions"))}
    language = text_of(told.get("lang"))
    return {
        "source": NAME,
        "source_id": text_of(told["id"]),
        "kind": (SignalKind.MENTION if own and own.lower() in named else SignalKind.POST).value,
        "occurred_at": text_of(told.get("created_at")),
        "channel": NAME,
        "author": f"{NAME}:{author}",
        "in_reply_to": referenced.get("replied_to"),
        "text": unescape(_with_links(text, mapping(note.get("entities")) or entities)),
        "language": None if language in {"", "und"} or language.startswith("q") else language,
    }


def _with_links(text: str, entities: Mapping[str, Any]) -> str:
    """Put the address a ``t.co`` link stands for in its place."""
    for link in mappings(entities.get("urls")):
        short, whole = text_of(link.get("url")), text_of(link.get("expanded_url"))
        if short and whole:
            text = text.replace(short, whole)
    return text


def _history(tweet: Mapping[str, Any]) -> list[str]:
    told = tweet.get("edit_history_tweet_ids")
    return [text_of(each) for each in told] if isinstance(told, list) else []


def _earlier(tweet: Mapping[str, Any]) -> list[str]:
    """Return the ids that a post had before it was edited last."""
    return [each for each in _history(tweet)[:-1] if each]


def _compliance(kind: str, event: Mapping[str, Any]) -> Page:
    if kind in GONE:
        gone = text_of(mapping(event.get("tweet")).get("id")) or text_of(event.get("id"))
        return Page(deleted=[gone] if gone else [])
    if kind == "tweet_edit":
        listed = event.get("edit_tweet_ids")
        ids = [text_of(each) for each in listed] if isinstance(listed, list) else []
        return Page(deleted=[each for each in ids[:-1] if each])
    return Page(skipped={"other_event": 1})


def _whole(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _summed(pages: Sequence[Page]) -> dict[str, int]:
    reasons = {reason for page in pages for reason in page.skipped}
    return {reason: sum(page.skipped.get(reason, 0) for page in pages) for reason in sorted(reasons)}
