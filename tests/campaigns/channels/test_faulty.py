"""T9: many deliveries while 30 % of all calls go wrong. Nothing is lost, and nothing is doubled."""

import os
import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.campaigns.channels import servers
from tests.campaigns.channels.servers import (
    HANGS_UP,
    LATER,
    TAKEN_THEN_ERROR,
    TAKEN_THEN_SILENCE,
    Chatwoot,
    Hooks,
    PostOffice,
    Receiver,
)
from tests.campaigns.channels.test_reach import handle, ticket
from tests.campaigns.making import ANNA, BUDGET, NOW, WORKER, customer, proposed
from tests.campaigns.making import LATER as MORNING
from wowengine.campaigns import courier, ledger, review
from wowengine.campaigns.channels.base import Channel
from wowengine.campaigns.channels.desk_note import DeskNote
from wowengine.campaigns.channels.mail import Mail
from wowengine.campaigns.channels.webhook import Webhook
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action
from wowengine.campaigns.sweep import sweep
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.session import Database
from wowengine.errors import Retriable

DELIVERIES = int(os.environ.get("WOW_TEST_DELIVERIES", "150"))  # 1,000 take half a minute on quiet cores
FAULTY = 0.3
FAULTS = (HANGS_UP, LATER, TAKEN_THEN_ERROR, TAKEN_THEN_SILENCE)
IMPATIENT = 0.25  # seconds
ROUNDS = 12  # 0.3 ** 12 is one in two millions


def faults(seed: int) -> list[str]:
    """What befalls each call, of as many as may be made."""
    dice = random.Random(seed)
    weights = (0.3, 0.3, 0.3, 0.1)  # silence is the dear one to wait for
    return [dice.choices(FAULTS, weights)[0] if dice.random() < FAULTY else "" for _ in range(3 * DELIVERIES)]


def all_approved(database: Database, names: list[str]) -> None:
    """One customer and one approved action a delivery, the channels by turns."""
    with frozen(NOW), database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 600 * DELIVERIES)
        for number in range(DELIVERIES):
            who = f"c{number}"
            customer(session, who)
            handle(session, who, f"{who}@example.org", days_ago=1)
            ticket(session, who, f"{number}", days_ago=1)
            review.approve(session, proposed(session, who, channel=names[number % len(names)]).id, ANNA)


def work(database: Database, channels: Mapping[str, Channel], at: datetime) -> None:
    """Do all that is due, as a worker does; then let every lease run out, as when a worker died."""
    with frozen(at):
        with database.transaction() as session:
            due = outbox.claim(session, 2 * DELIVERIES, timedelta(hours=1))
        for row in due:
            try:
                courier.carry(database.transaction, channels, row.args["action_id"], WORKER)
            except Retriable as later:
                with database.transaction() as session:
                    outbox.put_back(session, row, later.message, later.after)
        with database.transaction() as session:
            for row in due:
                outbox.finish(session, row)
            stale = update(Action).where(Action.lease_until.is_not(None))
            session.execute(stale.values(lease_until=NOW - timedelta(days=1)))
            session.flush()
            sweep(session, DELIVERIES)


def states(database: Database) -> dict[str, tuple[str, str]]:
    """Return by action its channel and state."""
    with database.reading() as session:
        rows = session.execute(select(Action.id, Action.channel, Action.state))
        return {action_id: (channel, state) for action_id, channel, state in rows}


def test_deliveries_through_faults_are_neither_lost_nor_doubled(
    sqlite: Database, hooks: Hooks, chatwoot: Chatwoot, office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    receivers: dict[str, Receiver] = {"webhook": hooks, "desk_note": chatwoot, "email": office}
    channels: dict[str, Channel] = {
        "webhook": Webhook(hooks.url, servers.SECRET, IMPATIENT),
        "desk_note": DeskNote(chatwoot.url, "3", servers.TOKEN, IMPATIENT),
        "email": Mail(office.url, "care@volare.example", IMPATIENT),
    }
    chatwoot.messages = {f"{number}": [] for number in range(DELIVERIES)}
    for seed, receiver in enumerate(receivers.values()):
        receiver.faults = faults(seed)
    all_approved(sqlite, list(channels))
    for turn in range(ROUNDS):
        work(sqlite, channels, MORNING + turn * timedelta(minutes=10))

    found = states(sqlite)
    for name, receiver in receivers.items():
        mine = {action_id: state for action_id, (channel, state) in found.items() if channel == name}
        arrived = Counter(key.partition("-")[0] for key in receiver.taken.elements())
        assert max(arrived.values()) == 1, f"{name} doubled"
        assert set(mine.values()) <= {ActionState.DELIVERED, ActionState.UNCERTAIN}
        assert {action_id for action_id, state in mine.items() if state == ActionState.DELIVERED} <= arrived.keys()
        if name == "email":
            assert ActionState.UNCERTAIN in mine.values()
        else:
            assert arrived.keys() == mine.keys(), f"{name} lost"
            assert set(mine.values()) == {ActionState.DELIVERED}
        with capsys.disabled():
            told = dict(Counter(mine.values()))
            print(f"\n{name}: {len(receiver.calls)} calls, {arrived.total()} effects, {told}")  # noqa: T201
