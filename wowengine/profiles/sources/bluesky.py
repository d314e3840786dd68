"""Bluesky: what one account posted, by ``app.bsky.feed.getAuthorFeed``, with what it wants its words used for.

Format: the lexicons ``app.bsky.feed.*`` and ``app.bsky.richtext.facet`` (github.com/bluesky-social/atproto), the
events of Jetstream, and proposal 0008, user intents: kept beside each post, so that nothing generative is fed with
the words of somebody who does not want it; ranking and classification are outside that intent, says the proposal.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wowengine import clock
from wowengine.errors import BadInput
from wowengine.profiles.sources.atproto import is_at_uri, is_did, is_language, is_time
from wowengine.profiles.sources.base import Account, Page, Rate, Row, SourceKind, Terms, gather
from wowengine.profiles.sources.http import Api
from wowengine.profiles.sources.shape import mapping, mappings, text_of
from wowengine.profiles.sources.walk import Walk
from wowengine.terms import SignalKind

POST, INTENTS = "app.bsky.feed.post", "org.user-intents.declaration"
AT_ONCE = 100
KEPT = timedelta(days=30)  # older posts would not be kept, so they are not asked for

TERMS = Terms(
    permitted_use=(
        "Reading the posts of customers who linked their account and agreed, for ranking and care; never to generate "
        "from, where their declared intents say no."
    ),
    deletion_hours=24,
    rate=Rate(3000, 300),
    url="https://docs.bsky.app/docs/advanced-guides/rate-limits",
    reviewed_on=date(2026, 11, 26),
)


@dataclass(frozen=True)
class Bluesky:
    """One service of the AT Protocol that knows the posts of an account.

    Attributes
    ----------
    own
        The company's own DID: a post that names it is a mention.
    """

    api: Api
    own: str = ""
    name: str = "bluesky"
    stored_as: str = "bluesky"
    kind: SourceKind = SourceKind.ACCOUNT
    terms: Terms = TERMS
    ids_at_once: int = 25

    def parse(self, content: bytes) -> Page:
        """Read a page of a feed, a list of posts, or one event of Jetstream."""
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            raise BadInput("this is no JSON, and so no answer of Bluesky.") from None
        feed, posts, event = (mapping(told).get(name) for name in ("feed", "posts", "commit"))
        if isinstance(feed, list):
            rows, skipped = gather([self._item(item) for item in feed])
        elif isinstance(posts, list):
            rows, skipped = gather([self._post(post) for post in posts])
        elif isinstance(event, dict):
            return self._event(text_of(told.get("did")), event)
        else:
            raise BadInput("neither a feed of Bluesky, nor posts, nor an event.")
        return Page(rows, skipped=skipped)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        """Ask for the newest posts, page by page down to those read before, or a month back."""
        walk = Walk.read(cursor)
        asked = {"actor": walk.account or account.address, "limit": str(AT_ONCE), "filter": "posts_with_replies"}
        if walk.page:
            asked["cursor"] = walk.page
        answer = self.api.get("/xrpc/app.bsky.feed.getAuthorFeed", asked)
        feed = mapping(answer.json()).get("feed")
        if not isinstance(feed, list) or answer.gave_up:
            return answer.nothing()
        items = [item for item in mappings(feed) if not mapping(item.get("reason")) or _is_repost(item)]  # no pins
        floor = max(walk.since, (clock.now() - KEPT).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        fresh = [item for item in items if _sorted_by(item) > floor]
        intents = self._intents(fresh, account)
        if intents is None:
            return Page(gave_up="the account's intents could not be asked for", wait_seconds=answer.wait_seconds)
        rows, skipped = gather([self._item(item, account, intents) for item in fresh])
        did = walk.account or next((_author(item) for item in fresh if not _is_repost(item)), "")
        page = text_of(mapping(answer.json()).get("cursor")) if len(fresh) == len(items) and items else ""
        walked = Walk(did, walk.since, walk.page, walk.newest).down(page, max(map(_sorted_by, fresh), default=""))
        return Page(rows, cursor=str(walked), wait_seconds=answer.wait_seconds, more=bool(page), skipped=skipped)

    def recheck(self, account: Account, ids: Sequence[str]) -> Page:
        """Ask for posts by address: those that do not come back are gone."""
        answer = self.api.get("/xrpc/app.bsky.feed.getPosts", {"uris": list(ids)})
        posts = mapping(answer.json()).get("posts")
        if not isinstance(posts, list) or answer.gave_up:
            return answer.nothing()
        intents = self._intents([{"post": post} for post in mappings(posts)], account)
        if intents is None:
            return Page(gave_up="the account's intents could not be asked for", wait_seconds=answer.wait_seconds)
        rows, skipped = gather([self._post(post, account, intents) for post in posts])
        there = {text_of(post.get("uri")) for post in mappings(posts)}
        gone = [each for each in ids if each not in there]
        return Page(rows, gone, wait_seconds=answer.wait_seconds, skipped=skipped)

    def _intents(self, items: Sequence[Mapping[str, Any]], account: Account) -> Mapping[str, bool] | None:
        """Return what the account declares of the use of its words; None where it could not be asked for."""
        if not items:
            return {}
        asked = {"repo": account.address, "collection": INTENTS, "rkey": "self"}
        answer = self.api.get("/xrpc/com.atproto.repo.getRecord", asked)
        told = mapping(answer.json())
        if answer.gone or told.get("error") == "RecordNotFound":
            return {}
        if answer.gave_up:
            return None
        declared = mapping(told.get("value"))
        allowed = {name: mapping(intent).get("allow") for name, intent in declared.items()}
        return {name: allow for name, allow in allowed.items() if isinstance(allow, bool)}

    def _event(self, did: str, commit: Mapping[str, Any]) -> Page:
        address = f"at://{did}/{text_of(commit.get('collection'))}/{text_of(commit.get('rkey'))}"
        if commit.get("collection") != POST or not is_at_uri(address):
            return Page(skipped={"other_event": 1})
        if commit.get("operation") == "delete":
            return Page(deleted=[address])
        rows, skipped = gather([self._post({"uri": address, "author": {"did": did}, "record": commit.get("record")})])
        return Page(rows, skipped=skipped)

    def _item(
        self, item: object, account: Account | None = None, intents: Mapping[str, bool] | None = None
    ) -> Row | str:
        told = mapping(item)
        return "anothers_words" if _is_repost(told) else self._post(told.get("post"), account, intents)

    def _post(
        self, post: object, account: Account | None = None, intents: Mapping[str, bool] | None = None
    ) -> Row | str:
        """Make a row of a post, or say why there is none."""
        told = mapping(post)
        record, author, address = mapping(told.get("record")), mapping(told.get("author")), text_of(told.get("uri"))
        if not is_at_uri(address) or not isinstance(record.get("text"), str):
            return "not_a_post"
        handle = text_of(author.get("handle")) or text_of(author.get("did"))
        if account and account.address.lower() not in {text_of(author.get(name)).lower() for name in ("handle", "did")}:
            return "another_account"
        said_at = text_of(record.get("createdAt"))
        if not handle or not is_time(said_at):
            return "not_a_post"
        facets = list(mappings(record.get("facets")))
        spoken = record.get("langs")
        language = text_of(spoken[0]) if isinstance(spoken, list) and spoken else ""
        return {
            "source": self.name,
            "source_id": address,
            "kind": (SignalKind.MENTION if self.own and self.own in named(facets) else SignalKind.POST).value,
            "occurred_at": re.sub(r"(\.\d{6})\d+", r"\1", said_at),
            "channel": self.name,
            "author": f"{self.name}:{account.address if account else handle}",
            "in_reply_to": text_of(mapping(mapping(record.get("reply")).get("parent")).get("uri")) or None,
            "text": with_links(record["text"], facets),
            "language": language if is_language(language) else None,
            "intents": dict(intents) if intents else None,
        }


def named(facets: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the DIDs that a text names."""
    told = {text_of(feature.get("did")) for facet in facets for feature in mappings(facet.get("features"))}
    return {did for did in told if is_did(did)}


def with_links(text: str, facets: Sequence[Mapping[str, Any]]) -> str:
    """Put whole addresses where the text shows shortened ones; facets count in bytes of UTF-8."""
    content = text.encode(errors="surrogatepass")
    for start, end, address in sorted(_links(facets, len(content)), reverse=True):
        content = content[:start] + address.encode(errors="surrogatepass") + content[end:]
    return content.decode(errors="replace")


def _links(facets: Sequence[Mapping[str, Any]], size: int) -> list[tuple[int, int, str]]:
    """Return where links stand, none within another."""
    found: list[tuple[int, int, str]] = []
    for facet in facets:
        index = mapping(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        address = next((uri for each in mappings(facet.get("features")) if (uri := text_of(each.get("uri")))), "")
        if not (address and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= size):
            continue
        if all(end <= other[0] or start >= other[1] for other in found):
            found.append((start, end, address))
    return found


def _is_repost(item: Mapping[str, Any]) -> bool:
    return text_of(mapping(item.get("reason")).get("$type")).endswith("#reasonRepost")


def _sorted_by(item: Mapping[str, Any]) -> str:
    """Return when the service first saw it, in its own spelling of UTC; an author may make up a time."""
    return text_of(mapping(item.get("reason")).get("indexedAt")) or text_of(mapping(item.get("post")).get("indexedAt"))


def _author(item: Mapping[str, Any]) -> str:
    return text_of(mapping(mapping(item.get("post")).get("author")).get("did"))
