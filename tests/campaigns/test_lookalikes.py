"""Many of the same, approved at a look."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.campaigns.making import ANNA, BRUNO, BUDGET, LATER, NOW, customer, now_is, owed, proposed, suggestion
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import ledger, lookalikes, review, store
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.campaigns.lookalikes import MOST, Came, Seen
from wowengine.campaigns.models import Action
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput
from wowengine.terms import ActorKind

PLAIN: dict[str, Any] = {"slots": {}}


def crowd(database: Database, many: int = 4, budget: int = 100_000, **changes: Any) -> list[Seen]:
    """So many customers, each with the same small surprise waiting."""
    with frozen(NOW), database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", budget)
        made = []
        for number in range(many):
            customer(session, f"guest-{number}")
            made.append(seen(proposed(session, f"guest-{number}", **PLAIN | changes)))
    return sorted(made, key=lambda one: one.action_id)


def seen(action: Action) -> Seen:
    return Seen(action.id, action.version, action.payload_hash)


def came(results: list[lookalikes.Result]) -> dict[str, Came]:
    return {one.action_id: one.came for one in results}


def test_what_is_the_same_stands_in_one_group_and_what_is_not_in_none(database: Database) -> None:
    alike = crowd(database)
    with frozen(NOW), database.transaction() as session:
        others: list[dict[str, Any]] = [
            {"amount_cents": 700},
            {"channel": "spool"},
            {"language": "it"},
            {"scarce": True},
            {"slots": {"coffee": "long"}},
            {"evidence": suggestion().evidence * 2},
            {"amount_cents": 15_000},
        ]
        for number, changes in enumerate(others):
            customer(session, f"other-{number}")
            proposed(session, f"other-{number}", **PLAIN | changes)
        customer(session, "reworded")
        review.amend(session, proposed(session, "reworded", **PLAIN).id, ANNA, draft="Cara,")
        (group,) = lookalikes.groups(session)
    assert [seen(action) for action in group.actions] == alike
    assert (group.like.gesture_id, group.like.amount_cents, group.like.language) == ("espresso", 600, "en")


def test_all_are_approved_but_those_that_are_vetoed_with_a_reason(database: Database) -> None:
    first, second, third, fourth = crowd(database)
    with frozen(NOW), database.transaction() as session:
        done = lookalikes.approve_all(
            session, [first, second, third], ANNA, {second.action_id: "on leave", fourth.action_id: "moved"}
        )
    assert came(done) == {
        first.action_id: Came.APPROVED,
        second.action_id: Came.VETOED,
        third.action_id: Came.APPROVED,
        fourth.action_id: Came.VETOED,
    }
    with database.reading() as session:
        assert store.counts(session) == {"approved": 2, "declined": 2}
        assert [event.note for event in store.events(session, second.action_id)][-1] == "on leave"
        assert {left.id: left.held for left in ledger.accounts(session)}[BUDGET] == 1_200


def test_what_moved_or_has_no_money_left_is_passed_by_and_the_others_stand(database: Database) -> None:
    first, second, third, fourth = crowd(database, budget=1_300)
    with frozen(NOW), database.transaction() as session:
        review.decline(session, first.action_id, BRUNO, "wrong_moment")
        gone = Seen("act_nowhere", 1, "")
        done = lookalikes.approve_all(session, [first, second, third, fourth, gone], ANNA)
    assert came(done) == {
        first.action_id: Came.MOVED,
        second.action_id: Came.APPROVED,
        third.action_id: Came.APPROVED,
        fourth.action_id: Came.NO_MONEY,
        "act_nowhere": Came.MOVED,
    }
    assert "used up" in done[-2].why or "used up" in done[-1].why
    assert now_is(database, fourth.action_id).state == "proposed"


def test_what_was_seen_otherwise_is_not_approved(sqlite: Database) -> None:
    first, second, *_ = crowd(sqlite)
    with frozen(NOW), sqlite.transaction() as session:
        other = Seen(second.action_id, second.version, "another hash")
        done = lookalikes.approve_all(session, [first, other], ANNA)
    assert came(done) == {first.action_id: Came.APPROVED, second.action_id: Came.MOVED}


def test_what_wants_its_card_is_not_approved_from_a_list(sqlite: Database) -> None:
    dear = crowd(sqlite, 2, amount_cents=15_000)
    with frozen(NOW), sqlite.transaction() as session:
        done = lookalikes.approve_all(session, dear, ANNA)
    assert {one.why for one in done} == {"It takes two people: look at its card."}
    assert set(came(done).values()) == {Came.REFUSED}


def test_a_list_gives_nobody_a_right_that_they_have_not(database: Database) -> None:
    many = crowd(database)
    with frozen(NOW), database.transaction() as session:
        users.put(session, "anna", Role.STAFF, "admin")
        done = lookalikes.approve_all(session, many, ANNA)
    assert set(came(done).values()) == {Came.REFUSED}
    assert "anna is staff here" in done[0].why


def test_a_whole_batch_is_undone_within_the_grace_time_and_not_after(database: Database) -> None:
    many = crowd(database)
    ids = [one.action_id for one in many]
    with frozen(NOW), database.transaction() as session:
        lookalikes.approve_all(session, many[1:], ANNA, {ids[0]: "on leave"})
    with frozen(NOW + GRACE / 2), database.transaction() as session:
        assert set(came(lookalikes.undo_all(session, ids, BRUNO)).values()) == {Came.MOVED}, "they are not Bruno's"
        assert set(came(lookalikes.undo_all(session, ids, ANNA)).values()) == {Came.UNDONE}
        assert store.counts(session) == {"proposed": 4}
        again = [seen(store.get(session, one)) for one in ids]
        lookalikes.approve_all(session, again, ANNA)
    with frozen(LATER + GRACE), database.transaction() as session:
        assert set(came(lookalikes.undo_all(session, ids, ANNA)).values()) == {Came.MOVED}


def test_a_list_that_cannot_be_meant_is_refused(sqlite: Database) -> None:
    first, second, *_ = crowd(sqlite)
    with frozen(NOW), sqlite.transaction() as session:
        with pytest.raises(BadInput, match="1 to 200"):
            lookalikes.approve_all(session, [], ANNA)
        with pytest.raises(BadInput, match="1 to 200"):
            lookalikes.approve_all(session, [Seen(f"act_{number}", 1, "") for number in range(MOST + 1)], ANNA)
        with pytest.raises(BadInput, match="twice"):
            lookalikes.approve_all(session, [first, first], ANNA)
        with pytest.raises(BadInput, match=f"why not {second.action_id}"):
            lookalikes.approve_all(session, [first], ANNA, {second.action_id: " "})


def test_what_the_law_owes_to_a_planeful_is_approved_together(sqlite: Database) -> None:
    law = vars(owed())
    many = crowd(sqlite, 3, **{name: law[name] for name in law if name not in {"slots", "evidence"}})
    with frozen(NOW), sqlite.transaction() as session:
        (group,) = lookalikes.groups(session)
        assert set(came(lookalikes.approve_all(session, many, ANNA)).values()) == {Came.APPROVED}
    assert group.like.floor_cents == 25_000


def test_two_who_approve_the_same_at_once_approve_each_once(database: Database) -> None:
    many = crowd(database, 12)

    def approves(name: str) -> list[Came]:
        with frozen(NOW), database.transaction() as session:
            listed = many if name == "anna" else many[::-1]
            return [one.came for one in lookalikes.approve_all(session, listed, Actor(name, ActorKind.PERSON))]

    with ThreadPoolExecutor(2) as together:
        both = list(together.map(approves, ["anna", "bruno"]))
    assert sorted(set(each).pop() for each in both) == [Came.APPROVED, Came.MOVED]
    with database.reading() as session:
        assert {left.id: left.held for left in ledger.accounts(session)}[BUDGET] == 12 * 600
