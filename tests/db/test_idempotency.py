"""The same request is answered once, and the answer given again byte for byte."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from wowengine import clock
from wowengine.campaigns.models import Account
from wowengine.db import idempotency
from wowengine.db.idempotency import KEPT, Answer
from wowengine.db.session import Database
from wowengine.errors import BadInput

FIRST = Answer(201, '{"id": "a"}')


def answer(database: Database, key: str = "k", route: str = "POST /v1/outcomes", asked: bytes = b"{}") -> None:
    with database.transaction() as session:
        idempotency.remember(session, key, route, asked, FIRST)


def recalled(
    database: Database, key: str = "k", route: str = "POST /v1/outcomes", asked: bytes = b"{}"
) -> Answer | None:
    with database.reading() as session:
        return idempotency.recall(session, key, route, asked)


def test_a_new_key_has_no_answer_and_a_known_one_its_first(database: Database) -> None:
    assert recalled(database) is None
    answer(database)
    assert recalled(database) == FIRST


def test_the_same_key_with_another_request_is_refused(database: Database) -> None:
    answer(database)
    with pytest.raises(BadInput, match="another request") as refused:
        recalled(database, asked=b'{"other": 1}')
    assert refused.value.facts == {"key": "k"}


def test_the_same_key_on_another_route_is_another_key(database: Database) -> None:
    answer(database)
    assert recalled(database, route="POST /v1/decisions") is None


def test_an_answer_of_work_that_failed_is_not_kept(database: Database) -> None:
    with pytest.raises(ValueError, match="on purpose"), database.transaction() as session:
        idempotency.remember(session, "k", "POST /v1/outcomes", b"{}", FIRST)
        raise ValueError("on purpose")
    assert recalled(database) is None


def test_an_answer_is_kept_for_days_and_then_forgotten(database: Database) -> None:
    answer(database)
    for later, kept in ((KEPT - timedelta(minutes=1), True), (KEPT + timedelta(minutes=1), False)):
        with clock.frozen(clock.now() + later), database.transaction() as session:
            idempotency.forget_old(session)
        assert (recalled(database) is not None) == kept


def test_of_many_at_once_under_one_key_one_has_its_effect_and_gives_the_answer(database: Database) -> None:
    """The others fail on the key, with all they did; asking again, they get the answer of the one."""
    together = threading.Barrier(16)
    won: list[str] = []

    def ask(name: str) -> None:
        together.wait(10)
        try:
            with database.transaction() as session:
                if idempotency.recall(session, "k", "route", b"{}") is None:
                    session.add(Account(id=f"budget:{name}", unit="EUR", granted=1))
                    session.flush()
                    idempotency.remember(session, "k", "route", b"{}", Answer(201, name))
                    won.append(name)
        except IntegrityError:
            pass

    askers = [threading.Thread(target=ask, args=(str(number),)) for number in range(16)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    with database.reading() as session:
        effects = [account.id for account in session.query(Account)]
    assert len(won) == 1
    assert effects == [f"budget:{won[0]}"]
    assert recalled(database, route="route") == Answer(201, won[0])


@given(body=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), status=st.integers(100, 599))
def test_an_answer_comes_back_as_it_was_whatever_it_says(sqlite_once: Database, body: str, status: int) -> None:
    with sqlite_once.transaction() as session:
        idempotency.remember(session, "k", "r", body.encode(), Answer(status, body))
        assert idempotency.recall(session, "k", "r", body.encode()) == Answer(status, body)
        session.rollback()


@pytest.fixture(scope="module")
def sqlite_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    from wowengine import migrations

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('once') / 'wow.db'}")
    migrations.upgrade(database)
    yield database
    database.close()
