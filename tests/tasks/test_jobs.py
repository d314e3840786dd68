"""The jobs themselves, on the real rooms: a moment becomes a proposal, an approval a delivery, and a night goes by."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import Platform, serving
from tests.tasks.errands import config_in, eventually, put, rows
from wowengine import clock
from wowengine.campaigns import ledger, review, standstill
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.campaigns.models import Action, Round
from wowengine.db import anchor, idempotency
from wowengine.db.audit import AuditRow
from wowengine.db.session import Database
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.models import Profile, Signal
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures
from wowengine.rounds import Config
from wowengine.tasks import jobs
from wowengine.tasks.jobs import JOBS
from wowengine.tasks.work import Workbench
from wowengine.tasks.worker import EmbeddedWorker
from wowengine.terms import ActorKind

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
BOARDING = timedelta(hours=2)
REVIEWER = Actor("anna", ActorKind.PERSON)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(config_in(tmp_path), holdout_share=0)


def told(**signal: Any) -> dict[str, Any]:
    """A signal of Ann's, such as a file or a request brings it."""
    return {
        "source": "x",
        "source_id": "1",
        "kind": "checkin",
        "channel": "x",
        "author": "x:ann",
        "occurred_at": clock.now().isoformat(),
        "text": "At the gate, and I would love a coffee.",
        "place": "Gate B12",
        "departs_at": (clock.now() + BOARDING).isoformat(),
    } | signal


def say(database: Database, **signal: Any) -> int:
    """Take a signal in, and return its id."""
    with database.transaction() as session:
        take_signals(session, from_mappings([told(**signal)]))
        return session.scalars(select(Signal.id).order_by(Signal.id.desc())).first() or 0


@pytest.fixture
def ann(database: Database) -> str:
    """A customer who agreed to be surprised and loves coffee, and a catalogue with a coffee in it."""
    with clock.frozen(NOW):
        offer_coffee(database)
        join(database, "ann")
    return "ann"


def offer_coffee(database: Database) -> None:
    espresso = {
        "gesture_id": "espresso",
        "kind": "surprise",
        "title": "Espresso voucher",
        "tags": "coffee;food",
        "cost_cents": "300",
        "currency": "EUR",
        "value_cents": "900",
        "channels": "spool",
    }
    with database.transaction() as session:
        store_gestures(session, check(from_mappings([espresso]), GESTURES).good)


def join(database: Database, who: str) -> None:
    """Become a customer, and say that you love coffee."""
    person = {"customer_id": who, "name": who.title(), "handles": f"x:{who}", "language": "en"}
    with database.transaction() as session:
        take_customers(session, from_mappings([person | {"consents": "care;interests;offers"}]))
    praise = "I love coffee. A good espresso makes my day! #coffee"
    say(database, source_id=f"{who}-0", kind="post", author=f"x:{who}", text=praise)


def actions(database: Database) -> list[Action]:
    with database.reading() as session:
        found = list(session.scalars(select(Action).order_by(Action.id)))
        session.expunge_all()
    return found


def do_all(database: Database, config: Config) -> None:
    """Do everything that is due, with the real jobs; nothing may fail."""
    while Workbench(database, config, JOBS).do_one():
        pass
    assert [row.last_error for task in JOBS for row in rows(database, task) if row.last_error] == []


def test_a_checkin_becomes_a_proposal_for_that_place_and_hour(database: Database, config: Config, ann: str) -> None:
    with clock.frozen(NOW):
        put(database, "moment", {"signal_id": say(database)})
        do_all(database, config)
    (action,) = actions(database)
    assert (action.customer_id, action.gesture_id, action.state) == (ann, "espresso", "proposed")
    assert action.deadline_at == NOW + BOARDING
    assert action.place == "Gate B12"


def test_the_same_moment_twice_proposes_once(database: Database, config: Config, ann: str) -> None:
    with clock.frozen(NOW):
        signal_id = say(database)
        for _ in range(2):
            put(database, "moment", {"signal_id": signal_id})
            do_all(database, config)
    assert len(actions(database)) == 1


def test_a_moment_can_be_asked_for_by_customer_alone(database: Database, config: Config, ann: str) -> None:
    with clock.frozen(NOW):
        put(database, "moment", {"customer_ids": [ann]})
        do_all(database, config)
    assert [action.gesture_id for action in actions(database)] == ["espresso"]


def test_an_incident_is_decided_about_with_all_that_the_round_knows_of_it(
    database: Database, config: Config, ann: str
) -> None:
    delay = {
        "mode": "air",
        "type": "delay",
        "arrival_delay_minutes": "240",
        "distance_km": "1200",
        "from_country": "IT",
        "to_country": "FR",
        "carrier_country": "IT",
        "cause": "carrier",
        "price_cents": "9900",
        "currency": "EUR",
    }
    incident = delay | {"source_id": "2", "kind": "incident", "text": None, "customer_id": ann, "author": None}
    with clock.frozen(NOW):
        put(database, "moment", {"signal_id": say(database, **incident)})
        do_all(database, config)
    owed = [action for action in actions(database) if action.floor_cents]
    assert [(action.floor_cents, action.currency, action.subject) for action in owed] == [(25_000, "EUR", "2")]


@pytest.mark.parametrize("args", [{"signal_id": 4711}, {"customer_ids": []}, {}])
def test_a_moment_of_somebody_who_is_gone_is_not_a_round_for_everybody(
    database: Database, config: Config, ann: str, args: dict[str, Any]
) -> None:
    with clock.frozen(NOW):
        put(database, "moment", args)
        do_all(database, config)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0


def proposed(database: Database, config: Config, at: datetime = NOW) -> str:
    with clock.frozen(at):
        for task in ("profile", "round"):
            put(database, task, {})
            do_all(database, config)
    return actions(database)[0].id


def approve(database: Database, action_id: str) -> None:
    with clock.frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, REVIEWER)


def test_an_approval_is_delivered_once_the_grace_time_is_over_and_only_once(
    database: Database, config: Config, ann: str
) -> None:
    action_id = proposed(database, config)
    approve(database, action_id)
    with clock.frozen(NOW + GRACE / 2):
        do_all(database, config)
    assert actions(database)[0].state == "approved"
    with clock.frozen(NOW + GRACE):
        do_all(database, config)
        put(database, "deliver", {"action_id": action_id})
        do_all(database, config)
    assert actions(database)[0].state == "delivered"
    (message,) = config.spool.glob("*.json")
    assert json.loads(message.read_text())["action_id"] == action_id


def test_the_clock_ends_what_nobody_answered_however_much_it_is(
    database: Database, config: Config, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEPT_AT_ONCE", 1)
    with clock.frozen(NOW):
        join(database, "ben")
        join(database, "cleo")
    proposed(database, config)
    assert len(actions(database)) == 3
    with clock.frozen(NOW + timedelta(days=60)):
        put(database, "sweep", {})
        do_all(database, config)
    assert [action.state for action in actions(database)] == ["expired"] * 3


def test_a_night_goes_by(database: Database, config: Config, ann: str) -> None:
    with clock.frozen(NOW), database.transaction() as session:
        idempotency.remember(session, "key", "route", b"body", idempotency.Answer(200, "{}"))
    with clock.frozen(NOW + timedelta(days=40)):
        for task in ("purge", "profile", "train", "round"):
            put(database, task, {})
            do_all(database, config)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Signal)) == 0  # posts are held for 30 days
        assert session.scalar(select(func.count()).select_from(Profile)) == 1
        assert idempotency.recall(session, "key", "route", b"another body") is None
        assert session.scalar(select(func.count()).select_from(Round)) == 1


def test_everybody_gets_a_profile_however_few_are_built_at_once(
    database: Database, config: Config, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BUILT_AT_ONCE", 2)
    with clock.frozen(NOW):
        for who in ("ben", "cleo", "dan", "eva"):
            join(database, who)
        put(database, "profile", {})
        do_all(database, config)
    with database.reading() as session:
        built = session.scalars(select(Profile.customer_id).order_by(Profile.customer_id)).all()
    assert built == ["ann", "ben", "cleo", "dan", "eva"]


def test_every_job_has_nothing_to_do_on_an_empty_database(database: Database, config: Config) -> None:
    needs: dict[str, dict[str, Any]] = {
        "deliver": {"action_id": "act_gone"},
        "collect": {"source": "mastodon"},
        "notify": {"notice_id": 1},
        "look": {"campaign_id": "cmp_gone"},
    }
    for task in JOBS:
        put(database, task, needs.get(task, {}))
    do_all(database, config)
    assert all(row.done_at and row.attempts == 1 for task in JOBS for row in rows(database, task))


def test_approving_wakes_the_embedded_worker_which_delivers(
    database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "GRACE", timedelta(seconds=1))
    this_morning = clock.now().replace(hour=10)  # nobody is surprised by night
    with clock.frozen(this_morning):
        offer_coffee(database)
        join(database, "ann")
    action_id = proposed(database, config, this_morning)
    worker = EmbeddedWorker(database, config)
    worker.start()
    try:
        with database.transaction() as session:
            review.approve(session, action_id, REVIEWER)
        eventually(lambda: actions(database)[0].state == "delivered")
    finally:
        worker.stop()
    assert len(list(config.spool.glob("*.json"))) == 1


@pytest.fixture
def platform(database: Database, config: Config) -> Iterator[Platform]:
    """A platform on which Cleo said something, and of which the company told us."""
    with clock.frozen(NOW), database.transaction() as session:
        cleo = {"customer_id": "cleo", "handles": "mastodon:anna@mastodon.example", "consents": "interests"}
        take_customers(session, from_mappings([cleo]))
    with serving(MastodonServer([status(1, NOW - timedelta(days=1))])) as made:
        (config.home / "sources.toml").write_text(f'[mastodon]\nbase_url = "{made.url}"\n[mail]\nown = ["a.example"]\n')
        yield made


def said(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Signal)) or 0


def test_what_is_new_at_a_source_is_collected_by_the_clock(
    database: Database, config: Config, platform: Platform
) -> None:
    with clock.frozen(NOW):
        put(database, "collect_due", {})
        do_all(database, config)
        assert said(database) == 1
        asked = len(platform.calls)
        put(database, "collect_due", {})
        do_all(database, config)
    assert len(platform.calls) == asked
    assert [row.args for row in rows(database, "collect")] == [{"source": "mastodon"}]
    with clock.frozen(NOW + timedelta(hours=1)):
        put(database, "collect_due", {})
        do_all(database, config)
    assert len(platform.calls) > asked


def test_a_source_that_waits_to_be_read_is_asked_for_once(
    database: Database, config: Config, platform: Platform
) -> None:
    with clock.frozen(NOW):
        for _ in range(3):
            JOBS["collect_due"](database, config)
    assert len(rows(database, "collect")) == 1


def test_a_source_that_is_told_of_no_more_is_read_no_more(
    database: Database, config: Config, platform: Platform
) -> None:
    with clock.frozen(NOW):
        put(database, "collect", {"source": "mastodon"})
        (config.home / "sources.toml").write_text("")
        do_all(database, config)
    assert platform.calls == []


def test_what_fails_at_a_source_is_tried_in_its_own_time_and_fails_no_row(
    database: Database, config: Config, platform: Platform
) -> None:
    platform.handler = lambda _path, _query: (401, {}, {})
    with clock.frozen(NOW):
        for _ in range(3):
            put(database, "collect_due", {})
            do_all(database, config)
    assert len(platform.calls) == 1


def test_a_file_of_sources_that_cannot_be_read_stops_no_other_work(database: Database, config: Config) -> None:
    (config.home / "sources.toml").write_text("[gossip]\n")
    for task in ("collect_due", "collect"):
        put(database, task, {"source": "mastodon"} if task == "collect" else {})
    do_all(database, config)


def test_the_embedded_worker_collects_by_itself(database: Database, config: Config, platform: Platform) -> None:
    put(database, "collect_due", {})
    worker = EmbeddedWorker(database, config)
    worker.start()
    try:
        eventually(lambda: said(database) == 1)
    finally:
        worker.stop()


def test_the_audit_is_anchored_and_one_that_lost_its_tail_stops_all_sending(sqlite: Database, config: Config) -> None:
    with sqlite.transaction() as session:
        ledger.open_account(session, "budget:test", "EUR", 600)
    JOBS["anchor"](sqlite, config)
    seen = anchor.read(config.home / anchor.FILE)
    assert [one.number for one in seen] == [1]
    with sqlite.transaction() as session:
        session.execute(delete(AuditRow))
        assert standstill.standing(session, standstill.Cause.RESTORED) is None
    JOBS["anchor"](sqlite, config)
    with sqlite.reading() as session:
        assert standstill.standing(session, standstill.Cause.RESTORED)
    assert anchor.read(config.home / anchor.FILE) == seen
