"""The lines of a task: ticked by whoever did it, or left out for a reason, before it counts as delivered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.campaigns.channels.conftest import PAYLOAD
from tests.campaigns.making import ANNA, BUDGET, NOW, STAFF, customer, now_is, proposed
from wowengine.campaigns import deliver, ledger, review, store
from wowengine.campaigns.handling import Handling
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.canonical import digest
from wowengine.errors import BadInput, Conflict
from wowengine.terms import ActorKind

LINES = ("warm the cup", "write the card")
DEADLINE = NOW + timedelta(hours=2)
PROOF = {"code": "B12-77"}
OTHER = Actor("gate 14", ActorKind.STAFF)


@pytest.fixture
def task(database: Database) -> str:
    """Two lines, an hour's window, ten minutes' lead; approved."""
    handling = Handling(LINES, lead_minutes=10, window_minutes=60)
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        action = proposed(session, handling=handling, deadline_at=DEADLINE)
        return review.approve(session, action.id, ANNA).id


OPEN = DEADLINE - timedelta(minutes=70)  # the window's beginning, less the lead


def test_nothing_is_delivered_before_each_line_is_ticked_or_left_out_for_a_reason(
    database: Database, task: str
) -> None:
    with frozen(OPEN), database.transaction() as session:
        fence = deliver.claim(session, task, STAFF).fence
        with pytest.raises(BadInput, match="warm the cup; write the card"):
            deliver.deliver(session, task, STAFF, fence, PROOF)
        deliver.tick(session, task, STAFF, fence, 0)
        with pytest.raises(BadInput, match="why not: write the card"):
            deliver.deliver(session, task, STAFF, fence, PROOF)
        deliver.tick(session, task, STAFF, fence, 1, left_out="no pen")
        deliver.deliver(session, task, STAFF, fence, PROOF)
    with database.reading() as session:
        told = store.events(session, task)[-1].data["checklist"]
    at = OPEN.isoformat()
    assert told == [
        {"line": 0, "by": "gate 12", "at": at, "left_out": ""},
        {"line": 1, "by": "gate 12", "at": at, "left_out": "no pen"},
    ]


def test_who_takes_over_goes_on_where_the_last_one_stopped(database: Database, task: str) -> None:
    with frozen(OPEN), database.transaction() as session:
        old = deliver.claim(session, task, STAFF).fence
        deliver.tick(session, task, STAFF, old, 0)
        deliver.release(session, task, STAFF, old)
        new = deliver.claim(session, task, OTHER).fence
        with pytest.raises(Conflict, match="claimed again since"):
            deliver.tick(session, task, STAFF, old, 1)
        deliver.tick(session, task, OTHER, new, 1)
        assert deliver.deliver(session, task, OTHER, new, PROOF).state == ActionState.DELIVERED
    assert [one["by"] for one in now_is(database, task).ticks] == ["gate 12", "gate 14"]


def test_another_attempt_begins_with_no_line_ticked(database: Database, task: str) -> None:
    with frozen(OPEN), database.transaction() as session:
        fence = deliver.claim(session, task, STAFF).fence
        deliver.tick(session, task, STAFF, fence, 0)
        deliver.fail(session, task, STAFF, fence, "she had left")
        assert review.retry(session, task, ANNA).ticks == []


def test_the_first_word_of_a_line_stands_but_what_was_left_out_may_be_done_after_all(
    database: Database, task: str
) -> None:
    with frozen(OPEN), database.transaction() as session:
        fence = deliver.claim(session, task, STAFF).fence
        said = [(0, ""), (0, "no cup"), (1, "no pen"), (1, "no card"), (1, ""), (1, "no pen")]
        seen = []
        for line, left_out in said:
            action = deliver.tick(session, task, OTHER if left_out else STAFF, fence, line, left_out=left_out)
            seen.append([one["left_out"] for one in action.ticks])
        assert seen == [[""], [""], ["", "no pen"], ["", "no pen"], ["", ""], ["", ""]]


def test_only_lines_that_are_there_are_ticked_by_who_holds_it(database: Database, task: str) -> None:
    with frozen(OPEN), database.transaction() as session:
        with pytest.raises(Conflict, match="only who has claimed it"):
            deliver.tick(session, task, STAFF, 0, 0)
        fence = deliver.claim(session, task, STAFF).fence
        for line in (-1, 2):
            with pytest.raises(BadInput, match="no line"):
                deliver.tick(session, task, STAFF, fence, line)


def test_it_cannot_be_claimed_before_its_window_opens_less_the_time_to_bring_it(database: Database, task: str) -> None:
    with frozen(OPEN - timedelta(seconds=1)), database.transaction() as session:
        assert store.staff_tasks(session) == []
        with pytest.raises(Conflict, match="can be claimed from 2026-11-03 09:50 UTC on"):
            deliver.claim(session, task, STAFF)
    with frozen(OPEN), database.transaction() as session:
        assert [one.id for one in store.staff_tasks(session)] == [task]
        assert deliver.claim(session, task, STAFF).not_before == DEADLINE - timedelta(hours=1)


def test_after_the_deadline_it_is_worthless_and_stays_in_sight_for_a_while(database: Database, task: str) -> None:
    with frozen(DEADLINE), database.reading() as session:
        assert store.staff_tasks(session) == []
        assert [one.id for one in store.too_late(session)] == [task]
    with frozen(DEADLINE + store.TOLD_OF), database.reading() as session:
        assert store.too_late(session) == []


def test_the_approval_is_of_the_checklist_too_and_where_there_is_none_as_it_was_before_there_were_any() -> None:
    before = {name: value for name, value in vars(PAYLOAD).items() if name != "checklist"}
    assert PAYLOAD.sha256 == digest(before)
    assert replace(PAYLOAD, checklist=LINES).sha256 not in {
        PAYLOAD.sha256,
        replace(PAYLOAD, checklist=LINES[:1]).sha256,
    }
