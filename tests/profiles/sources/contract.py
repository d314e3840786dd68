"""What the contract suite knows of each source: its golden document, and a real place to ask it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.profiles.sources.bluesky_server import BlueskyServer, post
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import Handler, Reply, serving
from tests.profiles.sources.x_server import XServer, tweet
from wowengine.profiles.sources import registry
from wowengine.profiles.sources.base import Account, Source

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SAID = datetime(2026, 11, 20, 12, tzinfo=UTC)


def feed_server() -> Handler:
    told = {"etag": '"1"', "content-type": "application/atom+xml"}
    feed: Reply = (200, (GOLDEN / "feeds.xml").read_bytes(), told)
    return lambda path, _query: feed if path == "/feed" else (404, b"", {})


@dataclass(frozen=True)
class Kit:
    """A source under contract: its golden file, and where it is asked."""

    name: str
    golden: str
    told: dict[str, Any]
    server: Callable[[], Handler] | None = None
    address: str = ""

    @property
    def content(self) -> bytes:
        return (GOLDEN / self.golden).read_bytes()

    @contextmanager
    def parser(self) -> Iterator[Source]:
        """The source, for its parser alone: nobody listens at its address."""
        with registry.opened(self.name, {"base_url": "http://127.0.0.1:9"} | self.told) as source:
            yield source

    @contextmanager
    def asked(self, folder: Path) -> Iterator[tuple[Source, Account]]:
        """The source with something to be had at the account."""
        if self.server is None:
            path = folder / self.golden
            path.write_bytes(self.content)
            with registry.opened(self.name, self.told) as source:
                yield source, Account(str(path))
            return
        with (
            serving(self.server()) as platform,
            registry.opened(self.name, {"base_url": platform.url} | self.told) as source,
        ):
            yield source, Account(self.address.format(url=platform.url))


KITS = (
    Kit(
        "mastodon",
        "mastodon.json",
        {"own": "support@air.example"},
        lambda: MastodonServer([status(1, SAID)]),
        "anna@mastodon.example",
    ),
    Kit("bluesky", "bluesky.json", {"own": "did:plc:air"}, lambda: BlueskyServer([post(1, SAID)]), "anna.bsky.example"),
    Kit("x", "x.json", {"own": "air"}, lambda: XServer([tweet(7, SAID)]), "anna"),
    Kit("x-mentions", "x.json", {"own": "air"}, lambda: XServer([tweet(7, SAID, text="@air hello")]), "air"),
    Kit("feeds", "feeds.xml", {}, feed_server, "{url}/feed"),
    Kit("activitystreams", "activitystreams.json", {"own": "https://air.example/users/support"}),
    Kit("reviews", "reviews.csv", {}),
    Kit("mail", "mail.mbox", {"own": ["air.example"]}),
    Kit("zendesk", "zendesk.json", {}),
    Kit("chatwoot", "chatwoot.json", {}),
    Kit("cloudevents", "cloudevents.json", {}),
)
