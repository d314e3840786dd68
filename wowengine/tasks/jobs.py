"""What can be asked for through the outbox: each job by its name, with the ids it works on.

Bodies are thin: open a transaction, make one call. Every job may run twice, late, or after its ids are gone.
"""

import logging
import os
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock, rounds
from wowengine.campaigns import answers, courier, heard, launch, notices, restored, telling
from wowengine.campaigns import look as look_
from wowengine.campaigns import sweep as clockwork
from wowengine.campaigns.channels import open_channels
from wowengine.campaigns.lifecycle import Actor
from wowengine.db import anchor, idempotency, outbox
from wowengine.db.session import Database
from wowengine.decide.candidate import Moment
from wowengine.errors import Conflict, Misconfigured, NotFound
from wowengine.profiles import listening, store
from wowengine.profiles.models import Customer, Signal
from wowengine.profiles.sources import registry, run, turns
from wowengine.rounds import Config, triggers
from wowengine.rounds.campaign import LOOK, run_look
from wowengine.rounds.situation import moment_of
from wowengine.tasks.work import Job
from wowengine.terms import ActorKind, SignalKind

WORKER = Actor("worker", ActorKind.WORKER)
SWEPT_AT_ONCE = 100
BUILT_AT_ONCE = 500

logger = logging.getLogger("wowengine.tasks")


def moment(
    database: Database, config: Config, *, signal_id: int | None = None, customer_ids: Sequence[str] = ()
) -> None:
    """Something just happened: bring these customers' profiles up to date, and decide for them in that moment."""
    with database.transaction() as session:
        who, moments = _occasion(session, signal_id, customer_ids)
        if who:
            store.rebuild(session, clock.now(), customer_ids=who)
            answers.take(session, who)
    if who:
        if signal_id is not None:
            triggers.on_signal(database, config, signal_id)
        rounds.run_round(database, config, customer_ids=who, moments=moments)


def deliver(database: Database, config: Config, *, action_id: str) -> None:
    """Bring an approved action to the customer where a machine may; a person's work is left to people."""
    courier.carry(database.transaction, open_channels(config.spool, config.outlets), action_id, WORKER)


def sweep(database: Database, _config: Config) -> None:
    """Take every step whose time has come: expire, release, resume, doubt, withdraw, close."""
    more = True
    while more:
        with database.transaction() as session:
            more = SWEPT_AT_ONCE in clockwork.sweep(session, SWEPT_AT_ONCE).values()


def remind(database: Database, config: Config) -> None:
    """Look who must be told of what waits, and ask for the telling."""
    with database.transaction() as session:
        notices.look(session, telling.Ways.of(config.outlets).open)


def notify(database: Database, config: Config, *, notice_id: int) -> None:
    """Tell one of the staff, or the company's own system, what waits."""
    telling.tell(database.transaction, telling.Ways.of(config.outlets), notice_id)


def profile(database: Database, _config: Config) -> None:
    """Build every profile anew: interests fade with time even where nothing is said.

    Some at a time, so that reviewers and imports get their turn in between.
    """
    now = clock.now()
    with database.reading() as session:
        everybody = list(session.scalars(select(Customer.id).order_by(Customer.id)))
    for start in range(0, len(everybody), BUILT_AT_ONCE):
        with database.transaction() as session:
            some = everybody[start : start + BUILT_AT_ONCE]
            store.rebuild(session, now, some)
            answers.take(session, some)


def collect_due(database: Database, config: Config) -> None:
    """Ask for every source of ``sources.toml`` whose time has come."""
    told = _told(config)
    timed = [name for name in told if registry.rhythm(name, told[name])]
    # In one breath: what is collected between a look and the asking would be asked for a second time.
    with database.transaction() as session:
        for name in turns.due(session, timed):
            outbox.put(session, "collect", {"source": name}, key=f"collect:{name}")


def collect(database: Database, config: Config, *, source: str) -> None:
    """Read on at a source; what cannot be read is tried again in its own time, and ``wow doctor`` tells of it."""
    told = _told(config)
    if source in told:
        run.by_clock(database, source, told[source], os.environ)


def hear(database: Database, _config: Config) -> None:
    """Read what customers said of us in public after a delivery as what they made of it."""
    with database.transaction() as session:
        heard.hear(session)


def train(database: Database, config: Config) -> None:
    """Learn from outcomes and verdicts; a model that is no better than the baseline is not used."""
    rounds.train_model(database, config)


def round_(database: Database, config: Config, *, customer_ids: Sequence[str] | None = None) -> None:
    """Look at these customers, or at everybody, and propose what passes."""
    rounds.run_round(database, config, customer_ids=customer_ids)


def campaigns(database: Database, _config: Config) -> None:
    """Start the campaigns that are due, finish those that are over, and ask for the looks whose time has come."""
    with database.transaction() as session:
        launch.turn(session)
        for campaign_id in look_.due(session):
            outbox.put(session, LOOK, {"campaign_id": campaign_id}, key=f"{LOOK}:{campaign_id}")


def look(database: Database, config: Config, *, campaign_id: str, audience: str = "") -> None:
    """Look for a campaign's audience; one that was paused or ended meanwhile looks no more."""
    try:
        run_look(database, config, campaign_id, audience=audience)
    except (Conflict, NotFound) as stopped:
        logger.info("%s looks no further: %s", campaign_id, stopped.message)


def purge(database: Database, _config: Config) -> None:
    """Drop what has outlived its purpose: signals, set-aside rows, hashes of past days, kept answers, done work."""
    with database.transaction() as session:
        now = clock.now()
        heard.outlive(session, now)
        store.purge_expired(session, now)
        listening.forget_marks(session, now)
        idempotency.forget_old(session)
        outbox.forget_old(session)


def keep_anchor(database: Database, config: Config) -> None:
    """Write down outside the database where its audit ends; where that is short of the anchor, nothing is sent."""
    with database.transaction() as session:
        if not restored.keep_watch(session, config.home / anchor.FILE):
            logger.warning("the audit lacks what its anchor saw, so nothing is sent: see wow reconcile --restored")


JOBS: Mapping[str, Job] = {
    "moment": moment,
    "deliver": deliver,
    "sweep": sweep,
    "remind": remind,
    "notify": notify,
    "collect_due": collect_due,
    "collect": collect,
    "profile": profile,
    "hear": hear,
    "train": train,
    "round": round_,
    launch.TURN: campaigns,
    LOOK: look,
    "purge": purge,
    "anchor": keep_anchor,
}


def _told(config: Config) -> Mapping[str, registry.Told]:
    """Read ``sources.toml``; one that cannot be read stops no other work, and ``wow doctor`` names its mend."""
    try:
        return registry.read_told(config.home / registry.FILE)
    except Misconfigured as error:
        logger.warning("no source is read: %s", error.message)
        return {}


def _occasion(
    session: Session, signal_id: int | None, customer_ids: Sequence[str]
) -> tuple[list[str], dict[str, Moment]]:
    """Say for whom to decide, and in which moment.

    An incident gives no moment of its own: the round knows it as unanswered, with all it must know beside it.
    """
    signal = session.get(Signal, signal_id) if signal_id is not None else None
    if signal is None or signal.customer_id is None:
        return sorted(set(customer_ids)), {}
    who = sorted({*customer_ids, signal.customer_id})
    if signal.kind == SignalKind.INCIDENT:
        return who, {}
    return who, {signal.customer_id: moment_of(signal, clock.now())}
