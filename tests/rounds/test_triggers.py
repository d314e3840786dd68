"""What happens sets off the campaigns that wait for it, and no others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from wowengine import clock
from wowengine.campaigns import launch, look
from wowengine.campaigns.campaign import RecipientState as S
from wowengine.campaigns.plan import Plan
from wowengine.db.session import Database
from wowengine.profiles.intake import take_signals
from wowengine.profiles.models import Signal
from wowengine.profiles.sources.rows import from_mappings
from wowengine.rounds import Config
from wowengine.rounds.triggers import on_signal
from wowengine.terms import SignalKind

PLAN = Plan("Jazz", "EUR", 0, gestures=("jazz",), triggers=(SignalKind.CHECKIN, SignalKind.PURCHASE))


def running(database: Database, plan: Plan) -> str:
    with database.transaction() as session:
        made = launch.create(session, plan, "mara")
        launch.submit(session, made.id, "mara")
        launch.approve(session, made.id, "bruno")
        launch.turn(session)
        return made.id


def happened(database: Database, kind: str, **more: Any) -> int:
    row = {"source": "x", "source_id": kind, "kind": kind, "channel": "x", "author": "x:anna", "text": ""} | more
    with database.transaction() as session:
        take_signals(session, from_mappings([row | {"occurred_at": clock.now().isoformat()}]))
        return session.scalars(select(Signal.id).where(Signal.source_id == kind)).one()


@pytest.fixture
def jazz(company: Callable[..., Database]) -> Database:
    return company(("anna", "I love jazz, a jazz concert is the best"))


def test_a_checkin_sets_off_the_campaigns_that_wait_for_one(jazz: Database, config: Config) -> None:
    waiting = running(jazz, PLAN)
    running(jazz, replace(PLAN, triggers=(SignalKind.MESSAGE,)))
    paused = running(jazz, PLAN)
    other = running(jazz, replace(PLAN, audience="tier = gold"))
    with jazz.transaction() as session:
        launch.pause(session, paused, "mara")
        assert look.awaited(session) == {"checkin", "purchase", "message"}
    signal = happened(jazz, "checkin", place="gate 12")
    assert on_signal(jazz, config, signal) == [waiting]
    with jazz.reading() as session:
        assert look.counts(session, waiting) == {S.QUEUED: 1}
        assert look.counts(session, other) == {}
    assert on_signal(jazz, config, signal) == [waiting]
    with jazz.reading() as session:
        assert look.counts(session, waiting) == {S.QUEUED: 1, S.DUPLICATE: 1}
    assert on_signal(jazz, config, -1) == []


def test_who_is_held_out_is_held_out_of_triggers_too(jazz: Database, config: Config) -> None:
    waiting = running(jazz, PLAN)
    assert on_signal(jazz, replace(config, holdout_share=1.0), happened(jazz, "checkin", place="gate 12")) == [waiting]
    with jazz.reading() as session:
        assert look.counts(session, waiting) == {S.HELD_OUT: 1}
