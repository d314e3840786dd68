"""Do kept decisions come out the same again? ``python -m benchmarks.replays [--database URL] [--json]``.

Takes decisions of many people over ten gestures each, a third of them after a late flight, keeps them in a database
(a new SQLite file, or an empty one that is named), and then takes every one again from its receipt. What would have put
another gesture first is counted for the first thousand: each was tried by deciding again before it is said.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.decide import NOW, candidates_of, somebody
from benchmarks.say import Found, say
from wowengine import migrations
from wowengine.campaigns import receipts
from wowengine.campaigns.propose import propose
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Incident, Moment, Propensity
from wowengine.decide.counterfactual import flips
from wowengine.decide.decide import decide
from wowengine.decide.decision import Decision
from wowengine.decide.policy import load_policy
from wowengine.decide.regime import load_regimes
from wowengine.profiles.models import Customer

BATCH = 200
EXPLAINED = 1000  # decisions whose explanations are tried


def main() -> None:
    """Keep, replay and explain, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--database", default="", metavar="URL", help="an empty database; left out: a new SQLite file")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        database = Database(given.database or f"sqlite:///{Path(folder) / 'wow.db'}")
        migrations.upgrade(database)
        say(_measured(database, given.decisions), as_json=given.json)


def _measured(database: Database, count: int) -> Found:
    start = perf_counter()
    tried = sum(_kept(database, count))
    kept = perf_counter()
    with database.reading() as session:
        troubles = [trouble for _, trouble in receipts.replay_all(session)]
    return {
        "database": database.engine.dialect.name,
        "decisions": len(troubles),
        "the same": troubles.count(""),
        "changes that flip the winner": tried,
        "seconds to keep": round(kept - start, 1),
        "seconds to replay": round(perf_counter() - kept, 1),
    }


def _kept(database: Database, count: int) -> Iterator[int]:
    """Keep so many decisions; yield for the first ones how many changes would have flipped the winner."""
    chance = Random(0)
    for start in range(0, count, BATCH):
        with frozen(NOW), database.transaction() as session:
            for number in range(start, min(start + BATCH, count)):
                decision = _decision(chance, f"c{number:06}")
                session.add(_customer(decision.customer_id))
                session.flush()
                propose(session, decision)
                if number < EXPLAINED:
                    yield len(flips(decision))


def _customer(customer_id: str) -> Customer:
    return Customer(id=customer_id, attributes={}, content_hash="", created_at=NOW, updated_at=NOW)


def _decision(chance: Random, customer_id: str) -> Decision:
    gestures = [_anew(one, chance) for one in candidates_of(10)]
    moment = Moment(at=NOW, incident=_late(chance) if chance.random() < 1 / 3 else None)
    person = replace(somebody(), customer_id=customer_id)
    return decide(person, moment, gestures, load_policy(), load_regimes(), Arm.FULL, model_version="m-1", company="V")


def _anew(gesture: Candidate, chance: Random) -> Candidate:
    value = chance.random()
    chances = Propensity(value, value / 2, (1 + value) / 2, "calibrated")
    return replace(gesture, propensity=chances, value_cents=chance.randint(0, 2000), cost_cents=chance.randint(0, 900))


def _late(chance: Random) -> Incident:
    return Incident(
        source_id=f"late-{chance.random()}",
        at=NOW,
        mode="air",
        type="delay",
        from_country="IT",
        to_country="DE",
        carrier_country="IT",
        distance_km=chance.randint(200, 3000),
        arrival_delay_minutes=chance.randint(0, 600),
        cause="carrier",
    )


if __name__ == "__main__":
    main()
