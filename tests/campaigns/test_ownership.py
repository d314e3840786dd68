"""Whose a task is, and which comes first."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns.making import BUDGET, LATER, NOW, customer, proposed
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import deliver, ledger, review, store
from wowengine.campaigns.lifecycle import Actor
from wowengine.campaigns.ownership import ALONE, PRESSING, Circle, Viewer, Whose, Work, offered_from, order
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.terms import ActorKind

BOSS = Actor("theo", ActorKind.PERSON)
TEAMS = {"theo": "red", "danni": "red", "gus": "blue", "solo": ""}
MINUTE = timedelta(minutes=1)


def viewer(name: str) -> Viewer:
    return Viewer(name, TEAMS.get(name, ""), TEAMS)


def work(name: str = "t", due: int | None = None, *, agent: str | None = None, lead: int = 0) -> Work:
    deadline = None if due is None else NOW + due * MINUTE
    return Work(name, NOW, NOW, deadline, lead * MINUTE, agent)


works = st.builds(
    work,
    st.uuids().map(str),
    st.none() | st.integers(1, 300),
    agent=st.none() | st.sampled_from(["theo", "gus", "solo", "gone"]),
    lead=st.integers(0, 60),
)


def test_a_task_is_the_agents_then_their_teams_then_everybodys() -> None:
    task = work(agent="theo")
    seen = {
        minutes: [name for name in TEAMS if order([task], viewer(name), NOW + minutes * MINUTE)]
        for minutes in (0, 14, 15, 29, 30)
    }
    assert seen == {
        0: ["theo"],
        14: ["theo"],
        15: ["theo", "danni"],
        29: ["theo", "danni"],
        30: ["theo", "danni", "gus", "solo"],
    }


def test_without_an_agent_who_works_here_it_is_everybodys_at_once() -> None:
    for agent in (None, "gone"):
        assert all(order([work(agent=agent)], viewer(name), NOW) for name in TEAMS)


def test_an_agent_without_a_team_makes_nobody_wait_for_one() -> None:
    assert offered_from(work(agent="solo"), Circle.ALL, TEAMS) == NOW + ALONE


@given(works)
def test_offering_it_to_few_never_endangers_its_deadline(task: Work) -> None:
    everybodys = offered_from(task, Circle.ALL, TEAMS)
    assert NOW <= offered_from(task, Circle.TEAM, TEAMS) <= everybodys <= NOW + 2 * ALONE
    assert everybodys == NOW or everybodys <= task.begin_by - PRESSING


@given(st.lists(works, max_size=12), st.sampled_from(sorted(TEAMS)), st.integers(0, 120))
def test_the_order_is_whole_and_goes_on_behind_any_of_it(tasks: list[Work], name: str, minutes: int) -> None:
    now = NOW + minutes * MINUTE
    listed = order(tasks, viewer(name), now)
    assert order(reversed(tasks), viewer(name), now) == listed
    for number, last in enumerate(listed):
        assert order(tasks, viewer(name), now, after=last) == listed[number + 1 :]


@given(st.lists(works, max_size=12), st.integers(0, 120))
def test_what_presses_comes_first_then_what_is_nearest_and_what_is_lost_last(tasks: list[Work], minutes: int) -> None:
    now, theo = NOW + minutes * MINUTE, viewer("theo")

    def group(one: Work) -> int:
        if now > one.begin_by:
            return 9
        return -1 if now >= one.begin_by - PRESSING else theo.circle(one)

    listed = order(tasks, theo, now)
    groups = [group(one) for one in listed]
    assert groups == sorted(groups)
    for wanted in set(groups):
        due = [one.deadline_at for one in listed if group(one) == wanted and one.deadline_at]
        assert due == sorted(due)


def test_what_presses_is_everybodys_whoever_knows_the_customer() -> None:
    mine, theirs = work("mine", 90, agent="gus"), work("theirs", 30, agent="theo", lead=20)
    assert [one.id for one in order([mine, theirs], viewer("gus"), NOW)] == ["theirs", "mine"]


@pytest.fixture
def crowd(database: Database) -> Database:
    """Four of the staff, and three tasks approved: Theo's, Gus's, nobody's."""
    with frozen(NOW), database.transaction() as session:
        for name, team in TEAMS.items():
            users.put(session, name, Role.ADMIN, "test", team=team)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        for number, agent in enumerate(["gus", None, "theo"]):
            customer(session, f"c{number}", agent=agent)
            due = NOW + (number + 3) * 60 * MINUTE
            action = proposed(session, f"c{number}", gesture_id=f"of {agent}", deadline_at=due)
            review.approve(session, action.id, BOSS)
    return database


def listed(database: Database, who: str, after: int, whose: Whose = Whose.ALL) -> list[str]:
    with frozen(LATER + after * MINUTE), database.reading() as session:
        return [one.gesture_id for one in store.staff_tasks(session, who=who, whose=whose)]


def test_the_list_of_tasks_begins_with_ones_own_and_grows_as_time_goes_by(crowd: Database) -> None:
    assert listed(crowd, "theo", 0) == ["of theo", "of None"]
    assert listed(crowd, "danni", 0) == ["of None"]
    assert listed(crowd, "danni", 15) == ["of theo", "of None"]
    assert listed(crowd, "danni", 30) == ["of theo", "of gus", "of None"]
    assert listed(crowd, "", 0) == ["of gus", "of None", "of theo"], "without a name all is seen, earliest first"


def test_mine_and_my_teams_can_be_asked_for(crowd: Database) -> None:
    assert listed(crowd, "theo", 30, Whose.MINE) == ["of theo"]
    assert listed(crowd, "danni", 30, Whose.MINE) == []
    assert listed(crowd, "danni", 30, Whose.TEAM) == ["of theo"]
    with frozen(LATER), crowd.transaction() as session:
        (free,) = (one for one in store.staff_tasks(session) if one.agent_of_record is None)
        deliver.claim(session, free.id, Actor("danni", ActorKind.STAFF))
    assert listed(crowd, "danni", 0, Whose.MINE) == ["of None"]
    assert listed(crowd, "theo", 0, Whose.TEAM) == ["of theo", "of None"]


def test_an_offer_is_no_lock(crowd: Database) -> None:
    with frozen(LATER), crowd.transaction() as session:
        (mine,) = (one for one in store.staff_tasks(session) if one.agent_of_record == "theo")
        assert deliver.claim(session, mine.id, Actor("gus", ActorKind.STAFF)).claimed_by == "gus"


def test_a_page_goes_on_behind_the_last_one_even_when_that_was_claimed(crowd: Database) -> None:
    with frozen(LATER), crowd.transaction() as session:
        first = store.staff_tasks(session, 1)
        fence = deliver.claim(session, first[0].id, Actor("gus", ActorKind.STAFF)).fence
        deliver.deliver(session, first[0].id, Actor("gus", ActorKind.STAFF), fence, {"note": "given"})
        rest = store.staff_tasks(session, after=first[0].id)
    assert [one.gesture_id for one in [*first, *rest]] == ["of gus", "of None", "of theo"]
