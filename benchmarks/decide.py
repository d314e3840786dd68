"""What a whole decision costs beside a plain loop: ``python -m benchmarks.decide [--candidates N] [--json]``.

The loop multiplies the four factors of each candidate, takes off the cost and sorts: what a script would do. The
decision asks every rule about every candidate, keeps each word, says why, writes the draft and seals a receipt.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from time import perf_counter

from benchmarks.say import Found, say
from wowengine.decide.arbitration import FACTORS
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Evidence, Moment, Person, Propensity
from wowengine.decide.decide import decide
from wowengine.decide.policy import load_policy
from wowengine.decide.receipt import seal
from wowengine.decide.regime import load_regimes
from wowengine.decide.replay import replay
from wowengine.terms import GestureKind, Purpose

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ROUNDS = 300
TOPICS = ("hiking", "coffee", "cinema", "football", "cooking")


def main() -> None:
    """Time both on the same candidates, in turns, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    say(_measured(candidates_of(given.candidates)), as_json=given.json)


def _measured(candidates: Sequence[Candidate]) -> Found:
    person, moment, policy, regimes = somebody(), Moment(at=NOW, channel="chat"), load_policy(), load_regimes()
    rows = [dict(zip(FACTORS, (one.propensity.value, 1.0, 3700.0, 1.0, 600.0), strict=True)) for one in candidates]

    def whole() -> object:
        return decide(person, moment, candidates, policy, regimes, Arm.FULL, model_version="m-1", company="Volare")

    def loop() -> object:
        for row in rows:
            row["priority"] = row["propensity"] * row["context"] * row["value"] * row["lever"] - row["cost"]
        return sorted(rows, key=itemgetter("priority"), reverse=True)

    decision = decide(person, moment, candidates, policy, regimes, Arm.FULL, model_version="m-1", company="Volare")
    receipt = seal(decision)
    times = _best({"decision": whole, "loop": loop, "seal": lambda: seal(decision), "replay": lambda: replay(receipt)})
    return {
        "candidates": len(candidates),
        "verdicts": len(decision.verdicts),
        **{f"{name}_us": round(seconds * 1e6, 1) for name, seconds in times.items()},
        "times_the_loop": round(times["decision"] / times["loop"], 1),
    }


def _best(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the quickest of many calls of each, taken in turns."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = perf_counter()
            call()
            best[name] = min(best[name], perf_counter() - start)
    return best


def somebody() -> Person:
    """Return a customer who agreed to offers, and of whom nothing else is known."""
    consents = frozenset({Purpose.CARE, Purpose.OFFERS})
    return Person("c-1", "Anna Rossi", "en", "gold", "IT", "Europe/Rome", consents)


def _chance(number: int) -> Propensity:
    """Return some chance or other, in no order."""
    value = 0.1 + (number * 37 % 50) / 100
    return Propensity(value, value - 0.1, value + 0.1, "calibrated")


def candidates_of(count: int) -> list[Candidate]:
    """Return so many gestures that pass every rule, with one remark of theirs for each."""
    said = {
        topic: Evidence(number, topic, f"A whole morning of {topic} today", "mastodon", NOW - timedelta(days=12))
        for number, topic in enumerate(TOPICS)
    }
    first = Candidate(
        gesture_id="g0",
        kind=GestureKind.SURPRISE,
        title="Something for a morning",
        tags=(),
        cost_cents=600,
        currency="EUR",
        value_cents=900,
        channels=("staff_task",),
        stock_left=None,
        lead_minutes=0,
        place=None,
        valid_from=None,
        valid_until=None,
        tiers=(),
        slots=(),
        category="outdoor",
        score=0.5,
        propensity=Propensity(0.4, 0.2, 0.6, "calibrated"),
    )
    return [
        replace(first, gesture_id=f"g{number}", tags=(topic,), evidence=(said[topic],), propensity=_chance(number))
        for number in range(count)
        for topic in [TOPICS[number % len(TOPICS)]]
    ]


if __name__ == "__main__":
    main()
