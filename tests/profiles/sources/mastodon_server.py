"""A make-believe Mastodon: accounts, their statuses, and the API v1 methods we and Mastodon.py call."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.profiles.sources.platform import Query, Reply

HOST = "https://mastodon.example"
ACCOUNT_IDS = {"anna@mastodon.example": "109", "berta@mastodon.example": "110"}


def account(acct: str) -> dict[str, Any]:
    name, _, host = acct.partition("@")
    return {
        "id": ACCOUNT_IDS[acct],
        "username": name,
        "acct": name if host == "mastodon.example" else acct,
        "display_name": name.title(),
        "locked": False,
        "bot": False,
        "discoverable": True,
        "group": False,
        "created_at": "2022-11-01T00:00:00.000Z",
        "note": "<p>Likes the sea</p>",
        "url": f"https://{host}/@{name}",
        "uri": f"https://{host}/users/{name}",
        "avatar": f"https://{host}/a.png",
        "avatar_static": f"https://{host}/a.png",
        "header": f"https://{host}/h.png",
        "header_static": f"https://{host}/h.png",
        "followers_count": 3,
        "following_count": 4,
        "statuses_count": 2,
        "last_status_at": "2026-11-20",
        "emojis": [],
        "fields": [],
    }


def status(number: int, at: datetime, acct: str = "anna@mastodon.example", **facts: Any) -> dict[str, Any]:
    """A status as API v1 documents it; `number` tells statuses of one moment apart."""
    status_id = str((int(at.timestamp() * 1000) << 16) + number)
    author = account(acct)
    return {
        "id": status_id,
        "created_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"{author['uri']}/statuses/{status_id}",
        "url": f"{author['url']}/{status_id}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": None,
        "content": "<p>A fine day for hiking</p>",
        "reblog": None,
        "application": {"name": "Web", "website": None},
        "account": author,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    } | facts


@dataclass
class MastodonServer:
    statuses: list[dict[str, Any]] = field(default_factory=list)
    page: int = 40
    remaining: int = 299

    def __call__(self, path: str, query: Query) -> Reply:
        match path.strip("/").split("/"):
            case ["api", "v1", "accounts", "lookup"]:
                return self._lookup(query["acct"][0])
            case ["api", "v1", "accounts", account_id, "statuses"]:
                return self._statuses(account_id, query)
            case ["api", "v1", "statuses"]:
                wanted = query.get("id[]", [])
                return 200, [each for each in self.statuses if each["id"] in wanted], self._rate()
            case ["api", "v1", "statuses", status_id]:
                found = [each for each in self.statuses if each["id"] == status_id]
                return (200, found[0], self._rate()) if found else (404, {"error": "Record not found"}, self._rate())
            case ["api", "v1" | "v2", "instance"]:
                return 200, {"uri": "mastodon.example", "version": "4.5.0", "domain": "mastodon.example"}, {}
        return 404, {"error": "Not found"}, {}

    def _lookup(self, acct: str) -> Reply:
        full = acct if "@" in acct else f"{acct}@mastodon.example"
        if full not in ACCOUNT_IDS:
            return 404, {"error": "Record not found"}, self._rate()
        return 200, account(full), self._rate()

    def _statuses(self, account_id: str, query: Query) -> Reply:
        mine = sorted((s for s in self.statuses if s["account"]["id"] == account_id), key=lambda s: int(s["id"]))
        if query.get("exclude_reblogs") == ["true"]:
            mine = [s for s in mine if not s["reblog"]]
        limit = min(int(query.get("limit", ["20"])[0]), self.page)
        if "min_id" in query:
            mine = [s for s in mine if int(s["id"]) > int(query["min_id"][0])][:limit]
        else:
            since, below = (int(query[name][0]) if name in query else None for name in ("since_id", "max_id"))
            mine = [
                s for s in mine if (since is None or int(s["id"]) > since) and (below is None or int(s["id"]) < below)
            ]
            mine = mine[-limit:]
        return 200, mine[::-1], self._rate() | _links(account_id, mine, limit)

    def _rate(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit": "300",
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": "2026-11-26T12:05:00.000000Z",
        }


def _links(account_id: str, mine: list[dict[str, Any]], limit: int) -> dict[str, str]:
    if not mine:
        return {}
    base = f"{HOST}/api/v1/accounts/{account_id}/statuses"
    older = f'<{base}?{urlencode({"limit": limit, "max_id": mine[0]["id"]})}>; rel="next"'
    newer = f'<{base}?{urlencode({"limit": limit, "min_id": mine[-1]["id"]})}>; rel="prev"'
    return {"link": f"{older}, {newer}"}
