"""A make-believe X: the methods of API v2 that we call, over posts in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.profiles.sources.platform import Query, Reply

USERS = {"anna": "11", "berta": "12", "air": "13"}


def tweet(tweet_id: int, at: datetime, username: str = "anna", **facts: Any) -> dict[str, Any]:
    return {
        "id": str(tweet_id),
        "author_id": USERS[username],
        "created_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": "en",
        "text": "A fine day for hiking",
        "edit_history_tweet_ids": [str(tweet_id)],
    } | facts


@dataclass
class XServer:
    tweets: list[dict[str, Any]] = field(default_factory=list)
    usernames: dict[str, str] = field(default_factory=lambda: {user_id: name for name, user_id in USERS.items()})
    page: int = 100
    old_tokens: bool = False

    def __call__(self, path: str, query: Query) -> Reply:
        match path.strip("/").split("/"):
            case ["2", "users", "by", "username", name]:
                found = next((each for each, named in self.usernames.items() if named == name), None)
                if found is None:
                    return 200, {"errors": [{"title": "Not Found Error", "value": name}]}, {}
                return 200, {"data": {"id": found, "name": name, "username": name}}, {}
            case ["2", "users", user_id, "tweets"]:
                return self._timeline([each for each in self.tweets if each["author_id"] == user_id], query)
            case ["2", "users", user_id, "mentions"]:
                name = self.usernames[user_id]
                return self._timeline([each for each in self.tweets if f"@{name}" in each["text"]], query)
            case ["2", "tweets"]:
                return self._by_id(query["ids"][0].split(","))
        return 404, {"title": "Not Found"}, {}

    def _timeline(self, mine: list[dict[str, Any]], query: Query) -> Reply:
        since, top = int(query.get("since_id", ["0"])[0]), int(query.get("pagination_token", ["9" * 20])[0])
        if "pagination_token" in query and self.old_tokens:
            return 400, {"errors": [{"message": "Invalid 'pagination_token'"}]}, {}
        above = sorted((t for t in mine if since < int(t["id"]) < top), key=lambda t: int(t["id"]), reverse=True)
        shown = above[: min(self.page, int(query["max_results"][0]))]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        if len(above) > len(shown):
            meta["next_token"] = shown[-1]["id"]
        told = {"meta": meta} | ({"data": shown, "includes": self._users(shown)} if shown else {})
        return (
            200,
            told,
            {"x-rate-limit-limit": "900", "x-rate-limit-remaining": "899", "x-rate-limit-reset": "1795700000"},
        )

    def _by_id(self, ids: list[str]) -> Reply:
        there = [each for each in self.tweets if each["id"] in ids]
        lost = [{"value": each, "title": "Not Found Error", "resource_type": "tweet"} for each in ids]
        lost = [each for each in lost if each["value"] not in {one["id"] for one in there}]
        told = ({"data": there, "includes": self._users(there)} if there else {}) | ({"errors": lost} if lost else {})
        return 200, told, {}

    def _users(self, shown: list[dict[str, Any]]) -> dict[str, Any]:
        ids = sorted({each["author_id"] for each in shown})
        return {"users": [{"id": each, "username": self.usernames[each], "name": each} for each in ids]}
