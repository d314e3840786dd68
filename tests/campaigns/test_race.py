"""T1: many processes approve the same actions from the same budget at once, and it is never overspent."""

import random
import time
from collections import Counter

import pytest

from tests.campaigns import racing
from tests.campaigns.crowd import crowd
from tests.campaigns.making import BUDGET
from tests.campaigns.trials import figure
from tests.forks import all_at_once
from wowengine.campaigns import ledger
from wowengine.campaigns.models import Account
from wowengine.db.session import Database

CENTS = 600  # of each action
ENOUGH_FOR = 0.18  # of the actions
TRIES = 2  # for each action, by two processes in orders of their own


def shares(action_ids: list[str], processes: int) -> list[list[str]]:
    """Every action twice, in an order that is no order, dealt out to the processes."""
    dice, tries = random.Random(1), list[str]()
    for _ in range(TRIES):
        tries += dice.sample(action_ids, len(action_ids))
    return [tries[start::processes] for start in range(processes)]


@pytest.mark.parametrize(
    ("processes", "attempts"),
    [
        (16, 800),
        (64, 640),
        pytest.param(16, 8_000, marks=pytest.mark.long),
        pytest.param(64, 8_000, marks=pytest.mark.long),
    ],
)
def test_processes_that_approve_at_once_never_overspend(database: Database, processes: int, attempts: int) -> None:
    actions = attempts // TRIES
    enough_for = int(actions * ENOUGH_FOR)
    action_ids, begun = crowd(database, actions, budget=CENTS * enough_for + 1), time.monotonic()
    each = all_at_once(racing.warmed_up, (database.url, action_ids[0]), racing.approve, shares(action_ids, processes))
    told = sum(each, Counter[str]())
    took = time.monotonic() - begun
    with database.reading() as session:
        account = session.get_one(Account, BUDGET)
        assert (account.held, account.committed) == (CENTS * enough_for, 0)
        assert ledger.check_ledger(session) == []
    assert told["approved"] == enough_for
    assert told.total() == attempts
    figure(f"{database.engine.dialect.name}, {processes} processes: {dict(told)} in {took:.1f} s, 0 overspent")
