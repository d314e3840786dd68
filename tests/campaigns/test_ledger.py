"""Budgets and stock: never overspent, and always what the entries say."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.campaigns.making import (
    ANNA,
    BUDGET,
    LATER,
    NOW,
    STAFF,
    claimed,
    customer,
    decision,
    proposed,
    suggestion,
    world,
)
from wowengine.campaigns import deliver, ledger, propose, review
from wowengine.campaigns.ledger import PIECE, Hold
from wowengine.campaigns.models import Account, LedgerEntry
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict, NotFound

WHY = {"actor": "anna", "reason": "test"}


def counters(session: Session, account_id: str = BUDGET) -> tuple[int | None, int, int]:
    account = session.get_one(Account, account_id, populate_existing=True)
    return account.granted, account.held, account.committed


def test_opening_an_account_twice_is_as_once_and_another_total_is_granted(database: Database) -> None:
    with database.transaction() as session:
        for total in (600, 600, 900, 500):
            ledger.open_account(session, BUDGET, "EUR", total)
        assert counters(session) == (500, 0, 0)
        granted = session.scalars(select(LedgerEntry.amount).order_by(LedgerEntry.id)).all()
        assert granted == [600, 300, -400]
        assert ledger.check_ledger(session) == []


def test_a_total_below_what_is_spent_leaves_nothing_rather_than_a_debt(database: Database) -> None:
    with database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 600)
        ledger.hold(session, BUDGET, 400, "act_1", 1, **WHY)
        ledger.open_account(session, BUDGET, "EUR", 100)
        assert counters(session) == (400, 400, 0)
        with pytest.raises(Conflict, match="used up"):
            ledger.hold(session, BUDGET, 1, "act_2", 1, **WHY)
        ledger.release(session, "act_1", Hold(BUDGET, 400, 1), **WHY)
        assert counters(session) == (400, 0, 0)


def test_there_is_no_spending_from_an_account_that_is_not_there(sqlite: Database) -> None:
    with pytest.raises(NotFound, match="named in the policy"), sqlite.transaction() as session:
        ledger.hold(session, "budget:nobody", 1, "act_1", 1, **WHY)


def test_a_delivery_that_cost_less_frees_the_rest_and_one_that_cost_more_is_refused(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        with pytest.raises(BadInput, match=r"cannot have cost 6\.01"), session.begin_nested():
            deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"}, actual_cents=601)
        deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"}, actual_cents=450)
        assert counters(session) == (10_000, 0, 450)


def test_a_delivery_may_have_cost_nothing_after_all(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"}, actual_cents=0)
        assert counters(session) == (10_000, 0, 0)


def test_what_was_spent_can_be_given_back_once_and_never_more(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"})
        with pytest.raises(BadInput, match="cannot be given back"):
            ledger.reverse(session, BUDGET, 601, action_id, 1, **WHY)
        ledger.reverse(session, BUDGET, 200, action_id, 1, **WHY)
        assert counters(session) == (10_000, 0, 400)
        with pytest.raises(IntegrityError), session.begin_nested():
            ledger.reverse(session, BUDGET, 200, action_id, 1, **WHY)


def test_stock_is_held_like_money(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        ledger.open_account(session, "stock:espresso", PIECE, 1)
        first, second = proposed(session), proposed(session, subject="another time")
        assert ledger.stock_left(session) == {"espresso": 1}
        review.approve(session, first.id, ANNA)
        assert ledger.stock_left(session) == {"espresso": 0}
        with pytest.raises(Conflict, match="1 pieces of 1 pieces are held"), session.begin_nested():
            review.approve(session, second.id, ANNA)
        assert counters(session) == (10_000, 600, 0)


def test_a_scarce_gesture_holds_its_stock_while_it_waits(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        customer(session, "c2")
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        ledger.open_account(session, "stock:lamborghini", PIECE, 1)
        scarce = proposed(session, gesture_id="lamborghini", scarce=True)
        assert ledger.stock_left(session) == {"lamborghini": 0}
        for_another = decision(suggestion(gesture_id="lamborghini", scarce=True), customer_id="c2")
        assert propose.propose(session, for_another) == []  # the last one is spoken for
        review.approve(session, scarce.id, ANNA)
        review.undo(session, scarce.id, ANNA)
        assert ledger.stock_left(session) == {"lamborghini": 0}
        review.decline(session, scarce.id, ANNA, "not_fitting")
        assert ledger.stock_left(session) == {"lamborghini": 1}
        review.undo(session, scarce.id, ANNA)
        review.approve(session, scarce.id, ANNA)
        assert (ledger.stock_left(session), counters(session)) == ({"lamborghini": 0}, (10_000, 600, 0))


def test_threads_cannot_overspend_one_budget_together(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 3_000)
        actions = []
        for number in range(24):
            customer(session, f"c{number}")
            actions.append(proposed(session, f"c{number}").id)
    refused: list[str] = []

    def approve(mine: list[str]) -> None:
        for action_id in mine:
            try:
                with frozen(NOW), database.transaction() as session:
                    review.approve(session, action_id, ANNA)
            except Conflict as error:
                refused.append(error.message)

    # Each action is tried by two threads, in opposite orders: two races at once, for the action and for the money.
    threads = [threading.Thread(target=approve, args=(actions[:: way or -1],)) for way in (1, 0, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert counters(session) == (3_000, 3_000, 0)
        assert ledger.check_ledger(session) == []
    assert len(refused) == 4 * 24 - 5


def test_the_database_itself_refuses_an_overspent_account(database: Database) -> None:
    with pytest.raises(IntegrityError, match="never_overspent"), database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 100)
        session.execute(update(Account).values(held=101))


AMOUNTS = st.integers(1, 60)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), AMOUNTS),
        st.tuples(st.just("commit"), st.integers(0, 100)),  # per cent of what was held
        st.tuples(st.just("release"), AMOUNTS),
        st.tuples(st.just("grant"), st.integers(-80, 80)),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_after_any_movements_the_counters_are_what_a_child_would_reckon(
    sqlite: Database, moves: list[tuple[str, int]]
) -> None:
    granted, spent = 100, 0
    held: dict[str, Hold] = {}
    with sqlite.reading() as session:  # thrown away at the end, so that each example begins with nothing
        ledger.open_account(session, BUDGET, "EUR", granted)
        for number, (move, amount) in enumerate(moves):
            taken, name = sum(hold.amount for hold in held.values()) + spent, f"act_{number}"
            if move == "hold" and taken + amount <= granted:
                ledger.hold(session, BUDGET, amount, name, 1, **WHY)
                held[name] = Hold(BUDGET, amount, 1)
            elif move == "hold":
                with pytest.raises(Conflict):
                    ledger.hold(session, BUDGET, amount, name, 1, **WHY)
            elif move == "grant" and granted + amount >= taken:
                ledger.grant(session, BUDGET, amount, **WHY)
                granted += amount
            elif move == "grant":
                with pytest.raises(Conflict):
                    ledger.grant(session, BUDGET, amount, **WHY)
            elif held:
                name, hold = held.popitem()
                if move == "commit":
                    spent += (cost := hold.amount * amount // 100)
                    ledger.commit(session, name, hold, cost, **WHY)
                else:
                    ledger.release(session, name, hold, **WHY)
        assert counters(session) == (granted, sum(hold.amount for hold in held.values()), spent)
        assert ledger.check_ledger(session) == []
        assert [ledger.open_holds(session, name) for name in held] == [[hold] for hold in held.values()]
