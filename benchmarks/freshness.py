"""Is more brought in time in our order? ``python -m benchmarks.freshness [--tasks N] [--load X] [--seeds N] [--json]``.

Twenty people bring tasks, one each at a time, on a clock that only the benchmark turns. Tasks come in waves, as
departures do, and take 3 to 25 minutes each; half of the customers have an agent of record. Whoever is free takes the
first task of their list: as `campaigns.ownership.order` has it, or the oldest of all, or the one due earliest. The same
tasks come to each. A task counts where it was in the customer's hands before its deadline.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import pi, sin
from random import Random
from statistics import fmean

from benchmarks.say import Found, say
from wowengine.campaigns.ownership import NEVER, Viewer, Work, order

BEGIN = datetime(2026, 11, 3, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CREW, TEAMS = 20, 4
QUICKEST, SLOWEST = 3, 25  # minutes from a claim to the customer
NEAREST, FARTHEST = 10, 90  # minutes from the last moment to begin back to when it is asked for
WAVE = 180  # minutes from one rush to the next
KNOWN = 0.5  # share of customers with an agent of record

Choice = Callable[[Iterable[Work], Viewer, datetime], list[Work]]


@dataclass(frozen=True)
class Shift:
    """What came of a day's tasks, as shares."""

    in_time: float
    by_agent: float  # of the tasks brought in time whose customer has an agent of record


def oldest_first(waiting: Iterable[Work], _viewer: Viewer, _now: datetime) -> list[Work]:
    """First in, first out."""
    return sorted(waiting, key=lambda work: (work.proposed_at, work.id))


def oldest_in_time_first(waiting: Iterable[Work], viewer: Viewer, now: datetime) -> list[Work]:
    """First in, first out, of what can still be brought in time."""
    return oldest_first((work for work in waiting if now + work.lead <= (work.deadline_at or NEVER)), viewer, now)


def earliest_first(waiting: Iterable[Work], _viewer: Viewer, _now: datetime) -> list[Work]:
    """Earliest deadline first, whether or not it can still be met."""
    return sorted(waiting, key=lambda work: (work.deadline_at or NEVER, work.id))


WAYS: dict[str, Choice] = {
    "ours": order,
    "first in, first out": oldest_first,
    "first in, first out, the lost left": oldest_in_time_first,
    "earliest deadline, the lost too": earliest_first,
}


def tasks_of(seed: int, count: int, load: float) -> list[Work]:
    """Return tasks in the order in which they come; at a load of 1 they are just as much as everybody can bring."""
    chance = Random(seed)
    a_minute = load * CREW / ((QUICKEST + SLOWEST) / 2)
    tasks: list[Work] = []
    at = 0.0
    while len(tasks) < count:
        at += chance.expovariate(a_minute * (1 + 0.8 * sin(2 * pi * at / WAVE)))
        lead, spare = chance.randint(QUICKEST, SLOWEST), chance.randint(NEAREST, FARTHEST)
        opens = BEGIN + int(at) * MINUTE
        agent = f"staff {chance.randrange(CREW)}" if chance.random() < KNOWN else None
        name = f"act_{len(tasks):05}"
        tasks.append(Work(name, opens, opens, opens + (lead + spare) * MINUTE, lead * MINUTE, agent))
    return tasks


def worked(tasks: list[Work], choice: Choice) -> Shift:
    """Let everybody work until nothing is left, minute by minute, and return what came of it."""
    teams = {f"staff {number}": f"team {number % TEAMS}" for number in range(CREW)}
    viewers = [Viewer(name, team, teams) for name, team in teams.items()]
    free_from = dict.fromkeys(teams, BEGIN)
    coming, waiting, now = list(reversed(tasks)), dict[str, Work](), BEGIN
    brought: list[tuple[Work, str]] = []
    while coming or waiting:
        while coming and coming[-1].opens_at <= now:
            work = coming.pop()
            waiting[work.id] = work
        waiting = {name: work for name, work in waiting.items() if now < (work.deadline_at or NEVER)}
        for viewer in (one for one in viewers if free_from[one.name] <= now):
            listed = choice(waiting.values(), viewer, now) if waiting else []
            if listed:
                work = waiting.pop(listed[0].id)
                free_from[viewer.name] = now + work.lead
                if free_from[viewer.name] <= (work.deadline_at or NEVER):
                    brought.append((work, viewer.name))
        now += MINUTE
    known = [work.agent == who for work, who in brought if work.agent]
    return Shift(len(brought) / len(tasks), fmean(known) if known else 0.0)


def main() -> None:
    """Let the same days be worked in each way, and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=2_000)
    parser.add_argument("--load", type=float, default=1.0, help="1: as much as everybody can just bring")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: Found = {"tasks": given.tasks, "staff": CREW, "load": given.load, "days": given.seeds}
    days = [tasks_of(seed, given.tasks, given.load) for seed in range(given.seeds)]
    for name, choice in WAYS.items():
        shifts = [worked(day, choice) for day in days]
        found[f"{name}: in time"] = round(fmean(shift.in_time for shift in shifts), 4)
        found[f"{name}: in time, worst day"] = round(min(shift.in_time for shift in shifts), 4)
        found[f"{name}: by their agent"] = round(fmean(shift.by_agent for shift in shifts), 4)
    say(found, as_json=given.json)


if __name__ == "__main__":
    main()
