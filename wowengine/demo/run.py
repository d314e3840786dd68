"""The whole loop once, over the make-believe world: seed, profile, train, decide, propose."""

from sqlalchemy import select

from wowengine import clock, rounds
from wowengine.db.session import Database
from wowengine.decide.candidate import Moment
from wowengine.demo.files import ABOUT
from wowengine.demo.seed import seed
from wowengine.profiles import store
from wowengine.profiles.models import Signal
from wowengine.rounds.round import Progress
from wowengine.rounds.situation import moment_of
from wowengine.terms import SignalKind


def run(
    database: Database, config: rounds.Config, *, customers: int = 240, progress: Progress | None = None
) -> list[str]:
    """Do everything that leads to a full review queue, and tell in sentences what was done."""
    seeded = seed(database, config, customers=customers, progress=progress)
    with database.transaction() as session:
        profiles = store.rebuild(session, clock.now(), progress=progress)
    if progress:
        progress("learning", 0, 1)
    trained = rounds.train_model(database, config)
    if progress:
        progress("learning", 1, 1)
    report = rounds.run_round(database, config, moments=_at_the_airport(database), progress=progress)
    return [
        ABOUT,
        f"{seeded['customers']} customers, {seeded['signals']} signals and {seeded['outcomes']} past answers came in.",
        f"{profiles} profiles were built. {trained.said}",
        f"{report.considered} customers were considered: {report.proposed} gestures wait for a person's word.",
        f"On {report.held_out} occasions nothing was proposed on purpose, so that we can tell whether it helps.",
    ]


def _at_the_airport(database: Database) -> dict[str, Moment]:
    """Return the occasion of each customer who has just checked in: a gate, and a departure as deadline."""
    now = clock.now()
    with database.reading() as session:
        checkins = session.scalars(select(Signal).where(Signal.kind == SignalKind.CHECKIN)).all()
        moments = {str(one.customer_id): moment_of(one, now) for one in checkins}
    return {who: moment for who, moment in moments.items() if moment.deadline and moment.deadline > now}
