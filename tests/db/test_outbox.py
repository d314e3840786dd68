"""The row is the queue: nothing put is lost, nothing is in two hands, an old fence changes nothing."""

import threading
from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, update

from wowengine import clock
from wowengine.db import outbox
from wowengine.db.outbox import Claimed, OutboxRow
from wowengine.db.session import Database

PAST = timedelta(seconds=-1)  # a lease that has run out already


def put(database: Database, task: str = "sweep", *, after: timedelta = timedelta(), key: str = "") -> None:
    with database.transaction() as session:
        outbox.put(session, task, {}, due_at=clock.now() + after, key=key)


def claim_one(database: Database, lease: timedelta = outbox.LEASE, only: int | None = None) -> Claimed | None:
    with database.transaction() as session:
        claimed = outbox.claim(session, lease=lease, only=only)
    return claimed[0] if claimed else None


def taken(database: Database, lease: timedelta = outbox.LEASE) -> Claimed:
    work = claim_one(database, lease)
    assert work is not None
    return work


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        found = list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
        session.expunge_all()
    return found


def test_work_put_in_a_transaction_that_fails_was_never_asked_for(database: Database) -> None:
    with pytest.raises(ValueError, match="on purpose"), database.transaction() as session:
        outbox.put(session, "sweep", {})
        raise ValueError("on purpose")
    assert rows(database) == []


def test_asking_twice_under_one_key_is_asking_once_and_at_the_sooner_time(database: Database) -> None:
    put(database, key="sweep", after=timedelta(hours=1))
    put(database, key="sweep")
    put(database, key="sweep", after=timedelta(hours=2))
    assert len(rows(database)) == 1
    assert claim_one(database) is not None


def test_work_asked_for_while_the_same_is_being_done_is_done_once_more(database: Database) -> None:
    put(database, key="profile:ann")
    first = taken(database)
    put(database, key="profile:ann")
    second = taken(database)
    assert second.id != first.id


def test_a_row_put_back_does_not_stand_in_the_way_of_its_own_key(database: Database) -> None:
    put(database, key="profile:ann")
    work = taken(database)
    put(database, key="profile:ann")
    with database.transaction() as session:
        assert outbox.put_back(session, work, "the line was busy", timedelta())
    assert {taken(database).id, taken(database).id} == {row.id for row in rows(database)}


@pytest.mark.postgres
def test_a_row_is_not_taken_while_another_ask_for_it_is_not_yet_committed(postgres: Database) -> None:
    """Else its work could be done before what the second asker is about to commit can be seen."""
    put(postgres, key="profile:ann")
    asked, go_on = threading.Event(), threading.Event()

    def ask_again() -> None:
        with postgres.transaction() as session:
            outbox.put(session, "profile", {}, key="profile:ann")
            asked.set()
            go_on.wait(10)

    second = threading.Thread(target=ask_again)
    second.start()
    assert asked.wait(10)
    assert claim_one(postgres) is None
    go_on.set()
    second.join()
    assert claim_one(postgres) is not None


def test_work_is_not_taken_before_it_is_due(database: Database) -> None:
    put(database, after=timedelta(hours=1))
    assert claim_one(database) is None
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert claim_one(database) is not None


def test_what_has_been_due_longest_is_taken_first(database: Database) -> None:
    put(database, "young", after=timedelta(seconds=-1))
    put(database, "old", after=timedelta(minutes=-1))
    assert [taken(database).task, taken(database).task] == ["old", "young"]


def test_a_message_takes_its_own_row_or_none(database: Database) -> None:
    put(database, "other")
    put(database, "named")
    named = rows(database)[1].id
    work = claim_one(database, only=named)
    assert work is not None
    assert work.task == "named"
    assert claim_one(database, only=named) is None


def test_only_what_waits_long_is_taken_by_one_who_asks_for_that(database: Database) -> None:
    put(database, "young")
    with database.transaction() as session:
        assert outbox.claim(session, late=timedelta(minutes=1)) == []
        assert not outbox.any_due(session, late=timedelta(minutes=1))
        assert outbox.any_due(session)


def test_when_a_lease_runs_out_another_takes_over_and_the_first_can_change_nothing(database: Database) -> None:
    put(database)
    zombie = taken(database, lease=PAST)
    heir = taken(database)
    assert heir.id == zombie.id
    assert heir.attempts == 2
    with database.transaction() as session:
        assert not outbox.extend(session, zombie)
        assert not outbox.put_back(session, zombie, "too late")
        assert not outbox.give_up(session, zombie, "too late")
        assert not outbox.finish(session, zombie)
        assert outbox.finish(session, heir)
    (row,) = rows(database)
    assert row.done_at is not None
    assert row.last_error is None


def test_work_kept_in_hand_is_not_taken_by_another(database: Database) -> None:
    put(database)
    work = taken(database, lease=PAST)
    with database.transaction() as session:
        assert outbox.extend(session, work)
    assert claim_one(database) is None


def test_a_lease_is_on_the_databases_clock_whatever_a_workers_own_says(database: Database) -> None:
    put(database)
    taken(database)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert claim_one(database) is None


def test_done_work_cannot_be_settled_or_taken_again(database: Database) -> None:
    put(database)
    work = taken(database)
    with database.transaction() as session:
        assert outbox.finish(session, work)
        assert not outbox.finish(session, work)
        assert not outbox.put_back(session, work, "no")
        assert not outbox.extend(session, work)
    assert claim_one(database) is None


def test_the_wait_doubles_with_each_attempt_up_to_ten_minutes(database: Database) -> None:
    put(database)
    waits = []
    with clock.frozen(clock.now()):
        for _ in range(12):
            with database.transaction() as session:
                session.execute(update(OutboxRow).values(due_at=clock.now()))
            work = taken(database)
            with database.transaction() as session:
                outbox.put_back(session, work, "no answer")
            waits.append((rows(database)[0].due_at - clock.now()).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


def test_a_wait_that_was_named_is_kept_even_if_it_is_none(database: Database) -> None:
    put(database)
    with database.transaction() as session:
        outbox.put_back(session, outbox.claim(session)[0], "try at once", timedelta())
    assert claim_one(database) is not None


def test_a_row_is_rung_once_and_again_only_after_a_while(database: Database) -> None:
    put(database)
    with database.transaction() as session:
        assert [ring.task for ring in outbox.ring(session, 10, again=timedelta(minutes=1))] == ["sweep"]
    with database.transaction() as session:
        assert outbox.ring(session, 10, again=timedelta(minutes=1)) == []
    with database.transaction() as session:
        assert len(outbox.ring(session, 10, again=PAST)) == 1


def test_a_row_in_hand_is_not_rung_but_one_put_back_is(database: Database) -> None:
    put(database)
    work = taken(database)
    with database.transaction() as session:
        assert outbox.ring(session, 10, again=PAST) == []
        outbox.put_back(session, work, "busy", timedelta())
    with database.transaction() as session:
        assert len(outbox.ring(session, 10, again=timedelta(minutes=1))) == 1


def test_the_backlog_tells_what_waits_fails_and_was_given_up(database: Database) -> None:
    for task in ("later", "waits", "fails", "hopeless", "in hand"):
        put(database, task, after=timedelta(hours=1 if task == "later" else 0) - timedelta(seconds=30))
    with database.transaction() as session:
        by_task = {work.task: work for work in outbox.claim(session, limit=10)}
        outbox.put_back(session, by_task["waits"], "", timedelta())
        outbox.put_back(session, by_task["fails"], "no answer", timedelta(hours=1))
        outbox.give_up(session, by_task["hopeless"], "the address is empty")
        session.execute(update(OutboxRow).where(OutboxRow.task == "waits").values(last_error=None))
    with database.reading() as session:
        told = outbox.backlog(session)
    assert (told.waiting, told.failing, told.given_up) == (1, 1, 1)
    assert 0 <= told.oldest_seconds < 60


def test_the_oldest_waiting_is_none_when_all_is_in_hand(database: Database) -> None:
    put(database)
    with database.reading() as session:
        assert outbox.oldest_waiting(session) is not None
    taken(database)
    with database.reading() as session:
        assert outbox.oldest_waiting(session) is None


def test_old_rows_go_and_what_was_given_up_stays_in_sight_for_longer(database: Database) -> None:
    put(database, "done")
    put(database, "given up")
    put(database, "waiting")
    with database.transaction() as session:
        done, given_up = outbox.claim(session, limit=2)
        outbox.finish(session, done)
        outbox.give_up(session, given_up, "nobody to deliver to")
    left: list[set[str]] = []
    for days in (0, 2, 31):
        with clock.frozen(clock.now() + timedelta(days=days)), database.transaction() as session:
            outbox.forget_old(session)
        left.append({row.task for row in rows(database)})
    assert left == [{"done", "given up", "waiting"}, {"given up", "waiting"}, {"waiting"}]


def test_eight_workers_take_each_row_once(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(120):
            outbox.put(session, "sweep", {})
    hands: list[int] = []

    def work() -> None:
        while (claimed := claim_one(database)) is not None:
            hands.append(claimed.id)
            with database.transaction() as session:
                assert outbox.finish(session, claimed)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(hands) == sorted(row.id for row in rows(database))
    assert len(set(hands)) == 120


def test_eight_askers_of_one_key_at_once_leave_one_row(database: Database) -> None:
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait(10)
        put(database, key="sweep:noon")

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(rows(database)) == 1


def _rules(database: Database) -> type[RuleBasedStateMachine]:
    """Return a machine of askers and workers, some slow and some dead, over one database."""

    class Queue(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.hands: list[Claimed] = []  # everything ever claimed, newest last
            with database.transaction() as session:
                session.execute(OutboxRow.__table__.delete())  # type: ignore[attr-defined]  # a Table, typed wider

        @rule(key=st.sampled_from(["", "a", "b"]))
        def ask(self, key: str) -> None:
            put(database, key=key)

        @rule(lease=st.sampled_from([PAST, outbox.LEASE]))
        def take(self, lease: timedelta) -> None:
            work = claim_one(database, lease)
            if work is not None:
                self.hands.append(work)

        @precondition(lambda self: self.hands)
        @rule(data=st.data(), settle=st.sampled_from(["finish", "put back", "give up", "extend"]))
        def settle(self, data: st.DataObject, settle: str) -> None:
            work = data.draw(st.sampled_from(self.hands))
            newest = max(held.fence for held in self.hands if held.id == work.id)
            before = {row.id: row.done_at for row in rows(database)}[work.id]
            with database.transaction() as session:
                changed = {
                    "finish": lambda: outbox.finish(session, work),
                    "put back": lambda: outbox.put_back(session, work, "busy", timedelta()),
                    "give up": lambda: outbox.give_up(session, work, "hopeless"),
                    "extend": lambda: outbox.extend(session, work),
                }[settle]()
            assert changed == (work.fence == newest and before is None)

        @invariant()
        def no_key_waits_twice(self) -> None:
            with database.reading() as session:
                waiting = select(OutboxRow.key, func.count()).where(
                    OutboxRow.key.is_not(None), OutboxRow.done_at.is_(None), OutboxRow.lease_until.is_(None)
                )
                assert all(count == 1 for _, count in session.execute(waiting.group_by(OutboxRow.key)))

        @invariant()
        def every_fence_was_given_out_once(self) -> None:
            given = [(work.id, work.fence) for work in self.hands]
            assert len(given) == len(set(given))

        def teardown(self) -> None:
            """However it went: a worker that stays alive gets everything done."""
            with database.transaction() as session:
                session.execute(update(OutboxRow).values(lease_until=None, key=None))
            while (work := claim_one(database)) is not None:
                with database.transaction() as session:
                    assert outbox.finish(session, work)
            assert all(row.done_at for row in rows(database))

    return Queue


def test_whatever_askers_and_workers_do_in_whatever_order_the_promises_hold(sqlite: Database) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        _rules(sqlite), settings=hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None)
    )
