"""What was decided can be taken again, bit for bit, and explained, without a line being written."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from tests.campaigns.making import NOW, customer
from tests.decide.make import candidate, decided, incident, moment, person, voucher
from wowengine.campaigns import propose, receipts
from wowengine.campaigns.models import DecisionRow
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.candidate import Propensity
from wowengine.decide.decision import Decision
from wowengine.errors import Conflict, NotFound


def likely(chance: float) -> Propensity:
    return Propensity(chance, chance / 2, (1 + chance) / 2, "calibrated")


def some_decision(chance: Random, customer_id: str) -> Decision:
    """One among many: several gestures, now and then after a failure."""
    gestures = [
        candidate(f"g{number}", propensity=likely(chance.random()), value_cents=chance.randint(0, 2000))
        for number in range(chance.randint(1, 6))
    ]
    wrong = incident(source_id=f"inc-{chance.random()}", unanswered_minutes=chance.randint(0, 5000))
    when = moment(incident=wrong) if chance.random() < 0.4 else moment()
    return decided(*gestures, voucher(), who=person(customer_id=customer_id), when=when)


def kept(database: Database, *decisions: Decision) -> list[str]:
    """Keep decisions; return the ids of the actions they led to."""
    with frozen(NOW), database.transaction() as session:
        for who in {one.customer_id for one in decisions}:
            customer(session, who)
        return [action.id for one in decisions for action in propose.propose(session, one)]


@contextmanager
def nothing_written() -> Iterator[None]:
    said: list[str] = []

    def listen(*statement: Any) -> None:
        said.append(statement[2])

    event.listen(Engine, "before_cursor_execute", listen)
    yield
    event.remove(Engine, "before_cursor_execute", listen)
    assert said
    assert [line for line in said if line.split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}] == []


def test_every_decision_that_is_kept_comes_out_the_same_again(database: Database) -> None:
    chance = Random(1)
    kept(database, *(some_decision(chance, f"c{number}") for number in range(250)))
    with nothing_written(), database.reading() as session:
        assert receipts.count(session) == 250
        assert [trouble for _, trouble in receipts.replay_all(session)] == [""] * 250


def test_a_decision_is_explained_by_its_own_id_or_by_its_actions(database: Database) -> None:
    decision = decided(
        candidate(), candidate("book", value_cents=700), candidate("gold", tiers=("gold",)), who=person(tier=None)
    )
    [action_id] = kept(database, decision)
    with nothing_written(), database.reading() as session:
        explained = receipts.explain(session, action_id)
        again = receipts.explain(session, explained.decision_id)
    assert again == explained
    assert explained.decision == decision
    assert (explained.stages[0].name, explained.stages[0].came) == ("eligibility", 3)
    assert {flip.gesture_id for flip in explained.flips} == {"book"}


def test_a_receipt_that_somebody_has_touched_is_told_of_and_the_rest_goes_on(database: Database) -> None:
    chance = Random(2)
    kept(database, *(some_decision(chance, f"c{number}") for number in range(3)))
    with database.transaction() as session:
        first = min(one.id for one in session.query(DecisionRow))
        session.execute(update(DecisionRow).where(DecisionRow.id == first).values(receipt={"inputs": {}}))
    with database.reading() as session:
        troubles = dict(receipts.replay_all(session))
        assert "not what was sealed" in troubles.pop(first)
        assert list(troubles.values()) == ["", ""]
        with pytest.raises(Conflict, match="not what was sealed"):
            receipts.explain(session, first)


def test_what_was_never_decided_cannot_be_explained(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound, match="no decision dec_0"):
        receipts.explain(session, "dec_0")
