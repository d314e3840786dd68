"""Who is told of what waits for them, and when: with half, a quarter and an eighth of the time left."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.campaigns.making import BUDGET, LATER, NOW, STAFF, WORKER, customer, proposed
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import deliver, ledger, notices, review, store
from wowengine.campaigns.lifecycle import CLOCK, Actor, Step
from wowengine.campaigns.models import Action
from wowengine.campaigns.notices import Kind, Notice, Way
from wowengine.clock import frozen
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database
from wowengine.terms import ActorKind

BOSS = Actor("max", ActorKind.PERSON)
LENGTH = timedelta(hours=8)
DEADLINE = NOW + LENGTH
MAIL = frozenset({Way.EMAIL})
CREW = {
    "theo": (Role.AGENT, "red"),
    "danni": (Role.AGENT, "red"),
    "gus": (Role.STAFF, "blue"),
    "rita": (Role.REVIEWER, "red"),
    "ruth": (Role.REVIEWER, "blue"),
    "max": (Role.MANAGER, ""),
    "ada": (Role.ADMIN, ""),
}


@pytest.fixture
def company(database: Database) -> Database:
    with frozen(NOW), database.transaction() as session:
        for name, (role, team) in CREW.items():
            users.put(session, name, role, "test", team=team, email=f"{name}@volare.example")
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
    return database


def card(database: Database, *, approve: bool = False, agent: str | None = "theo", channel: str = "staff_task") -> str:
    with frozen(NOW), database.transaction() as session:
        action = proposed(session, deadline_at=DEADLINE, channel=channel)
        action.agent_of_record = agent
        if approve:
            review.approve(session, action.id, BOSS)
        return action.id


def told(database: Database, at: datetime, ways: frozenset[Way] = MAIL) -> list[tuple[str, str]]:
    """Who is newly told then, and why."""
    with frozen(at), database.transaction() as session:
        known = set(session.scalars(select(Notice.id)))
        notices.look(session, ways)
        fresh = select(Notice).where(Notice.id.not_in(known)).order_by(Notice.kind, Notice.to_name)
        return [(one.kind, one.to_name) for one in session.scalars(fresh)]


def left(share: float) -> datetime:
    return DEADLINE - LENGTH * share


def test_a_task_is_told_to_the_agent_then_to_their_team_then_to_the_managers_each_once(company: Database) -> None:
    card(company, approve=True)
    assert told(company, left(0.51)) == []
    assert told(company, left(0.5)) == [("needs_hands", "theo")]
    assert told(company, left(0.5)) == []
    assert told(company, left(0.26)) == []
    assert told(company, left(0.25)) == [("needs_hands", "danni")]
    assert told(company, left(0.13)) == []
    assert told(company, left(0.125)) == [("escalated", "max")]
    assert told(company, left(0.01)) == []


def test_where_nobody_knows_the_customer_everybody_whose_work_it_is_is_told_at_first(company: Database) -> None:
    card(company, approve=True, agent=None)
    assert told(company, left(0.5)) == [("needs_hands", name) for name in ("danni", "gus", "theo")]
    assert told(company, left(0.25)) == [("escalated", "max")]


def test_a_suggestion_is_told_to_those_who_may_say_yes(company: Database) -> None:
    card(company)
    assert told(company, left(0.5)) == [("needs_word", "rita")], "of the agent's team; the agent may not approve"
    assert told(company, left(0.25)) == [("escalated", "max")]


def test_of_what_was_overslept_all_are_told_at_once(company: Database) -> None:
    card(company, approve=True)
    assert told(company, left(0.1)) == [("escalated", "max"), ("needs_hands", "danni"), ("needs_hands", "theo")]


def test_nobody_is_told_of_what_is_in_hands_or_goes_by_itself(company: Database) -> None:
    taken = card(company, approve=True)
    with frozen(LATER), company.transaction() as session:
        deliver.claim(session, taken, STAFF)
    assert told(company, left(0.1)) == []
    with frozen(LATER), company.transaction() as session:
        review.approve(session, proposed(session, gesture_id="g2", channel="spool", deadline_at=DEADLINE).id, BOSS)
    assert told(company, left(0.1)) == []


def test_what_nobody_brought_in_time_is_told_to_the_agent_and_the_managers(company: Database) -> None:
    action_id = card(company, approve=True)
    with frozen(DEADLINE), company.transaction() as session:
        store.step(session, action_id, Step.EXPIRE, CLOCK)
    assert told(company, DEADLINE) == [("too_late", "max"), ("too_late", "theo")]
    assert told(company, DEADLINE + timedelta(hours=1)) == []


def test_a_suggestion_that_nobody_answered_is_nobodys_delivery_that_failed(company: Database) -> None:
    card(company)
    assert told(company, DEADLINE) == []


def test_a_doubt_is_told_to_the_managers_at_once(company: Database) -> None:
    action_id = card(company, approve=True, channel="spool")
    with frozen(LATER), company.transaction() as session:
        fence = deliver.claim(session, action_id, WORKER).fence
        deliver.start(session, action_id, WORKER, fence)
        store.step(session, action_id, Step.DOUBT, CLOCK)
    assert told(company, LATER) == [("in_doubt", "max")]


def test_the_company_is_told_once_of_each_matter_and_who_has_no_address_not_at_all(company: Database) -> None:
    card(company, approve=True)
    with company.transaction() as session:
        users.put(session, "danni", Role.AGENT, "test", email="")
    ways = frozenset(Way)
    assert told(company, left(0.25), ways) == [("needs_hands", ""), ("needs_hands", "theo")]
    assert told(company, left(0.125), ways) == [("escalated", ""), ("escalated", "max")]


def test_without_a_way_nobody_is_promised_a_word(company: Database) -> None:
    card(company, approve=True)
    assert told(company, left(0.1), frozenset()) == []


def test_where_there_is_no_manager_an_admin_is_told(company: Database) -> None:
    card(company, approve=True)
    with company.transaction() as session:
        users.retire(session, "max", "ada")
    assert ("escalated", "ada") in told(company, left(0.1))


def test_each_notice_is_asked_for_in_the_same_transaction(company: Database) -> None:
    card(company, approve=True)
    told(company, left(0.25))
    with company.reading() as session:
        ids = sorted(session.scalars(select(Notice.id)))
        rows = session.scalars(select(OutboxRow.args).where(OutboxRow.task == notices.NOTIFY))
        assert sorted(row["notice_id"] for row in rows) == ids


def test_the_first_word_of_a_taken_up_task_begins_at_its_approval(company: Database) -> None:
    with frozen(NOW), company.transaction() as session:
        action = proposed(session, deadline_at=DEADLINE)
    with frozen(left(0.25)), company.transaction() as session:
        review.approve(session, action.id, BOSS)
        staff = users.everybody(session)
        assert list(notices.whom(session.get_one(Action, action.id), staff, left(0.25))) == []
        assert list(notices.whom(session.get_one(Action, action.id), staff, left(0.125))) == [
            (Kind.NEEDS_HANDS, "theo")
        ]
