"""How fast money moves: ``python -m benchmarks.queue [--actions N] [--approvals N] [--json]``.

On a PostgreSQL with fsync on, each beside what others do on the same server in the same run:

- deliveries: four processes claim, send and confirm actions (ledger, audit and events included), through a channel that
  does nothing; beside four of Procrastinate that do empty jobs;
- approvals on one hot budget, by one client and by four; beside as many that run a bare ``update ... where``.
"""

import argparse
import asyncio
import importlib
import importlib.util
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any, ClassVar

import psycopg

from benchmarks.audit import on_postgres
from benchmarks.say import Found, say
from tests.campaigns import racing
from tests.campaigns.crowd import crowd
from tests.campaigns.making import LATER, WORKER
from tests.forks import all_at_once
from wowengine.campaigns import courier
from wowengine.campaigns.channels.base import Message, Reach
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.base import Json
from wowengine.db.session import Database

WORKERS = 4
AT_ONCE = 10  # rows that a worker claims together
CENTS = 600


class Nowhere:
    """A channel that takes whatever it is given."""

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = True
    looks_up: ClassVar[bool] = False
    reach: ClassVar[Reach] = Reach.NOTHING

    def send(self, message: Message) -> Json:
        """Do nothing."""
        return {"receipt": message.key}

    def find(self, message: Message) -> Json | None:  # noqa: ARG002
        """Nobody asks."""
        return None


def main() -> None:
    """Measure both, and say how many a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=2_000)
    parser.add_argument("--approvals", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if importlib.util.find_spec("procrastinate") is None:
        parser.error("the peer is not installed: pip install procrastinate")
    found: Found = {}
    for clients in (1, WORKERS):
        found[f"approvals, {clients} at once"] = on_postgres(partial(_approvals, given.approvals, clients))
    found["deliveries"] = on_postgres(partial(_deliveries, given.actions))
    say(found, as_json=given.json)


def _approvals(count: int, clients: int, database: Database) -> dict[str, float]:
    action_ids = crowd(database, count, budget=CENTS * count)
    ours = _rate(all_at_once(racing.warmed_up, (database.url, action_ids[0]), _approve, _dealt(action_ids, clients)))
    _plain(database, "create table bare (id int primary key, held int not null, granted int not null)")
    _plain(database, f"insert into bare values (1, 0, {CENTS * count})")
    bare = _rate(all_at_once(_address, (database.url,), _update, [count // clients] * clients))
    return {"per_second": round(ours), "bare_update": round(bare), "ratio": round(ours / bare, 3)}


def _deliveries(count: int, database: Database) -> dict[str, float]:
    action_ids = crowd(database, count, budget=CENTS * count, channel="spool")
    all_at_once(racing.warmed_up, (database.url, action_ids[0]), racing.approve, _dealt(action_ids, WORKERS))
    ours = _rate(all_at_once(Database, (database.url,), _deliver, [None] * WORKERS))
    empty = _rate(all_at_once(_with_jobs, (database.url, count), _empty_jobs, [None] * WORKERS))
    return {"per_second": round(ours), "procrastinate": round(empty), "ratio": round(ours / empty, 3)}


Lap = tuple[int, float, float]  # how many were done, from when to when


def _rate(laps: Sequence[Lap]) -> float:
    done = sum(count for count, _, _ in laps)
    return done / (max(end for _, _, end in laps) - min(begun for _, begun, _ in laps))


def _approve(database: Database, action_ids: Sequence[str]) -> Lap:
    begun = perf_counter()
    return racing.approve(database, action_ids)["approved"], begun, perf_counter()


def _deliver(database: Database, _share: None) -> Lap:
    """Do as a worker does, until nothing is due."""
    begun, done = perf_counter(), 0
    with frozen(LATER):
        while True:
            with database.transaction() as session:
                claimed = outbox.claim(session, AT_ONCE)
            if not claimed:
                return done, begun, perf_counter()
            for work in claimed:
                courier.carry(database.transaction, {"spool": Nowhere()}, work.args["action_id"], WORKER)
                with database.transaction() as session:
                    done += outbox.finish(session, work)


def _address(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _update(address: str, count: int) -> Lap:
    begun = perf_counter()
    with psycopg.connect(address) as connection:
        for _ in range(count):
            connection.execute("update bare set held = held + 600 where id = 1 and held + 600 <= granted")
            connection.commit()
    return count, begun, perf_counter()


def _with_jobs(url: str, count: int) -> str:
    app = _app(_address(url), lambda: None)

    async def put() -> None:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await app.tasks["empty"].batch_defer_async(*({} for _ in range(count)))

    asyncio.run(put())
    return _address(url)


def _empty_jobs(address: str, _share: None) -> Lap:
    done: list[float] = []
    app = _app(address, lambda: done.append(perf_counter()))

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    begun = perf_counter()
    asyncio.run(work())
    return len(done), begun, max(done, default=begun)


def _app(address: str, job: Callable[[], None]) -> Any:
    procrastinate = importlib.import_module("procrastinate")  # the benchmark's own need, so only here
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
    app.task(name="empty")(job)
    return app


def _plain(database: Database, statement: str) -> None:
    with psycopg.connect(_address(database.url), autocommit=True) as connection:
        connection.execute(statement.encode())


def _dealt(action_ids: list[str], among: int) -> list[list[str]]:
    return [action_ids[start::among] for start in range(among)]


if __name__ == "__main__":
    main()
