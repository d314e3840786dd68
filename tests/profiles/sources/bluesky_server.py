"""A make-believe service of the AT Protocol: the lexicon methods that we call, over posts in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.profiles.sources.platform import Query, Reply

DIDS = {"anna.bsky.example": "did:plc:anna", "berta.bsky.example": "did:plc:berta"}


def post(number: int, at: datetime, handle: str = "anna.bsky.example", **facts: Any) -> dict[str, Any]:
    """A post as ``app.bsky.feed.defs#postView``; facts go into its record."""
    said_at = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    record = {"$type": "app.bsky.feed.post", "text": "A fine day for hiking", "createdAt": said_at, "langs": ["en"]}
    return {
        "uri": f"at://{DIDS[handle]}/app.bsky.feed.post/3mc{number:010}",
        "cid": "bafyreibjifzpqj6o6wcq3hejh7y4z4z2vmiklkvykc57tw3pcbx3kxifpm",
        "author": {"did": DIDS[handle], "handle": handle},
        "record": record | facts,
        "indexedAt": said_at,
    }


@dataclass
class BlueskyServer:
    posts: list[dict[str, Any]] = field(default_factory=list)
    intents: dict[str, Any] | None = None
    page: int = 100

    def __call__(self, path: str, query: Query) -> Reply:
        match path.removeprefix("/xrpc/"):
            case "app.bsky.feed.getAuthorFeed":
                return self._feed(query)
            case "app.bsky.feed.getPosts":
                return 200, {"posts": [each for each in self.posts if each["uri"] in query["uris"]]}, {}
            case "com.atproto.repo.getRecord" if self.intents is not None:
                return 200, {"uri": "at://x", "cid": "bafy", "value": self.intents}, {}
            case "com.atproto.repo.getRecord":
                return 400, {"error": "RecordNotFound", "message": "Could not locate record"}, {}
        return 501, {"error": "MethodNotImplemented"}, {}

    def _feed(self, query: Query) -> Reply:
        actor = query["actor"][0]
        did = DIDS.get(actor, actor)
        if did not in DIDS.values():
            return 400, {"error": "InvalidRequest", "message": "Profile not found"}, {}
        mine = sorted((p for p in self.posts if p["author"]["did"] == did), key=lambda p: p["indexedAt"], reverse=True)
        below = query.get("cursor", ["9"])[0]
        shown = [each for each in mine if each["indexedAt"] < below][: min(self.page, int(query["limit"][0]))]
        told = {"feed": [{"post": each} for each in shown]}
        if shown and shown[-1] is not mine[-1]:
            told["cursor"] = shown[-1]["indexedAt"]
        return 200, told, {"ratelimit-limit": "3000", "ratelimit-remaining": "2999", "ratelimit-reset": "1795700000"}
