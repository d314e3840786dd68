"""Reading a source in its turn: the whole of it or single files by hand, and bit by bit by the clock.

By the clock a run is short and waits little, since other work waits for the same worker: where it breaks off, the next
one goes on.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from wowengine.db.session import Database
from wowengine.errors import Conflict, WowError
from wowengine.profiles.sources import registry, turns
from wowengine.profiles.sources.collect import Progress, collect
from wowengine.profiles.sources.collected import Collected
from wowengine.profiles.sources.registry import Told

SPAN = 20.0  # seconds, after which a run by the clock begins with no other account
IMPATIENT = 5.0  # seconds a run by the clock waits for a platform; after a longer wait it comes back

Environment = Mapping[str, str]


def _silent(_label: str, _done: int, _total: int) -> None:
    """Show no progress."""


def by_hand(
    database: Database,
    name: str,
    told: Told,
    environment: Environment,
    given: Sequence[str] = (),
    *,
    progress: Progress = _silent,
) -> Collected:
    """Read a source now, whether due or not.

    Parameters
    ----------
    database, name
        Where to store, and whom to ask.
    told, environment
        What ``sources.toml`` says of it, and where its token is.
    given
        Files or feeds to be read instead of those told; such a run says nothing of the source.
    progress
        Told how far it is.

    Raises
    ------
    Conflict
        While somebody else reads it.
    Misconfigured, BadInput
        When the source is not told enough, or its terms card is too old.
    """
    places = registry.places_of(name, told, given)
    with registry.opened(name, told, registry.token_of(told, environment)) as source:
        turn = _taken(database, name, only_if_due=False)
        if turn is None:
            raise Conflict(f"{name} is being read at this moment. Try again when that is done.", source=name)
        with _ended(database, turn, None if given else registry.rhythm(name, told)) as end:
            end.told = collect(database, source, places, hold=turn.hold, progress=progress)
    return end.told


def dry(
    database: Database,
    name: str,
    told: Told,
    environment: Environment,
    given: Sequence[str] = (),
    *,
    progress: Progress = _silent,
) -> Collected:
    """Ask and tell as `by_hand` would, and change nothing: nobody's turn is taken either."""
    places = registry.places_of(name, told, given)
    with registry.opened(name, told, registry.token_of(told, environment)) as source:
        return collect(database, source, places, dry_run=True, progress=progress)


def by_clock(
    database: Database, name: str, told: Told, environment: Environment, *, span: float = SPAN
) -> Collected | None:
    """Read on at a source, if that is due and nobody does; None if not. What goes wrong is kept with the source."""
    every = registry.rhythm(name, told)
    turn = _taken(database, name, only_if_due=True) if every else None
    if turn is None:
        return None
    until = time.monotonic() + span
    with suppress(WowError), _ended(database, turn, every) as end:
        places, token = registry.places_of(name, told), registry.token_of(told, environment)
        with registry.asking(name, told, token, patience=IMPATIENT) as (source, api):
            read = collect(
                database,
                source,
                places,
                begin=turn.place,
                patience=IMPATIENT,
                enough=lambda: time.monotonic() > until,
                hold=turn.hold,
            )
            # The next run counts its calls anew: the platform is left alone until both keep its rate.
            pause = api.pause if api else 0.0
            end.told = replace(read, wait_seconds=max(read.wait_seconds, pause))
    return end.told


@dataclass
class _End:
    """How a turn ended; unless somebody says otherwise, badly."""

    told: Collected = field(default_factory=lambda: _failed("it broke off, and the worker's log says why"))


@contextmanager
def _ended(database: Database, turn: turns.Turn, every: timedelta | None) -> Iterator[_End]:
    """End the turn, whatever happens within; without a rhythm nothing is noted."""
    end = _End()
    try:
        yield end
    except WowError as error:
        end.told = _failed(error.message)
        raise
    finally:
        with database.transaction() as session:
            if every is None:
                turns.give_back(session, turn)
            else:
                turns.settle(session, turn, end.told, every)


def _failed(why: str) -> Collected:
    return Collected(gave_up=Counter([why]), hopeless=True)


def _taken(database: Database, name: str, *, only_if_due: bool) -> turns.Turn | None:
    with database.transaction() as session:
        return turns.take(session, name, only_if_due=only_if_due)
