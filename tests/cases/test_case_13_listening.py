"""Case 13: watch what is said of the brand, and see bad periods coming. A feed becomes numbers, and nobody's words."""

import threading
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cases.world import World
from wowengine import clock

ITEM = "<item><guid>{0}</guid><title>{1}</title><link>https://blog.example/{0}</link><pubDate>{2}</pubDate></item>"
SAID = (
    "Ala Azzurra was three hours late again, terrible, the worst airline canaryword",
    "Ala Azzurra lost my suitcase, awful service and no answer",
    "Lovely crew on Ala Azzurra today, thank you, great flight",
)


@pytest.fixture
def feed() -> Iterator[str]:
    """A blog search's feed, on this machine."""

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            day: datetime = clock.now()
            items = "".join(ITEM.format(at, text, format_datetime(day)) for at, text in enumerate(SAID))
            body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_feed_becomes_numbers_in_terminal_and_api_and_no_word_stays(tmp_path: Path, feed: str) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    world.wow("migrate")
    assert "Nothing was heard" in world.wow("listen")
    assert world.json("collect", "feeds", feed)["heard"] == len(SAID)
    world.wow("collect", "feeds", feed)  # read again, and counted once

    told = world.json("listen", "--subject", "all")
    assert sum(row["posts"] for row in told["items"]) == len(SAID)
    assert sum(row["negative"] for row in told["items"]) == 2
    assert told["alarm"]["state"] == "cannot_tell"  # honest: we began to listen today

    with world.serving() as api:
        rows = api.get("/v1/listening", params={"subject": "complaint", "by": "hour"}).json()["items"]
        assert {"late", "lost_bag"} & {row["topic"] for row in rows}
        backwards = {"since": "2026-01-01T00:00:00Z", "until": "2025-01-01T00:00:00Z"}
        assert api.get("/v1/listening", params=backwards).status_code == 422
    held = b"".join(path.read_bytes() for path in tmp_path.glob("wow.db*"))
    assert b"canaryword" not in held
    assert b"blog.example/0" not in held


def test_a_file_can_be_counted_without_keeping_anything(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    common = {"source": "x", "channel": "x", "author": "x:eve", "occurred_at": "2026-03-01T10:20:00Z", "language": "en"}
    posts = [common | {"source_id": str(at), "text": text} for at, text in enumerate(SAID)]
    [row] = world.json("listen", str(world.write("posts.ndjson", posts)), "--subject", "all")["items"]
    assert (row["posts"], row["authors"]) == (len(SAID), 1)
