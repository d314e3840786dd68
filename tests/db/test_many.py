"""Many values and rows in one parameter: nothing is lost, changed or let in twice on the way, in either database."""

from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from wowengine.db.base import Base
from wowengine.db.idempotency import Answered
from wowengine.db.many import among, among_pairs, insert_new
from wowengine.db.outbox import OutboxRow
from wowengine.db.session import Database

NASTY = ["", "a'b", 'say "no"', "back\\slash", "%s :name $1", "è 🎷", "x" * 255, "[1, 2]", "null", "  spaced  ", "\n\t"]
AT = datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)


def put_in(session: Session, keys: list[str], route: str = "r") -> list[str]:
    common = {"route": route, "request_sha256": "", "status": 200, "body": "{}", "created_at": AT}
    rows = pl.DataFrame({"key": pl.Series(keys, dtype=pl.String)}).with_columns(
        pl.lit(cell).alias(name) for name, cell in common.items()
    )
    told = insert_new(session, Base.metadata.tables["idempotency"], rows, told=("key",))
    return [key for (key,) in told]


def found(session: Session, *conditions: object) -> set[str]:
    return set(session.scalars(select(Answered.key).where(*conditions)))  # type: ignore[arg-type]


def test_whatever_a_text_holds_it_goes_in_and_is_found(database: Database) -> None:
    with database.transaction() as session:
        assert sorted(put_in(session, NASTY)) == sorted(NASTY)
        assert found(session, among(Answered.key, NASTY)) == set(NASTY)
        for text in NASTY:
            assert found(session, among(Answered.key, [text])) == {text}
            assert found(session, among_pairs(Answered.route, Answered.key, [("r", text)])) == {text}


def test_only_what_is_listed_is_found(database: Database) -> None:
    with database.transaction() as session:
        put_in(session, ["a", "b"])
        put_in(session, ["a"], route="other")
        assert found(session, among(Answered.key, [])) == set()
        assert found(session, among_pairs(Answered.route, Answered.key, [])) == set()
        assert found(session, not_(among(Answered.key, ["a"]))) == {"b"}
        assert found(session, and_(among(Answered.key, ["a", "b"]), Answered.route == "other")) == {"a"}
        assert found(session, among_pairs(Answered.route, Answered.key, [("other", "b"), ("r", "a")])) == {"a"}


def test_whole_numbers_are_found_as_numbers(database: Database) -> None:
    with database.transaction() as session:
        put_in(session, ["a"])
        assert found(session, among(Answered.status, [200, 404])) == {"a"}
        assert found(session, among(Answered.status, [20])) == set()


def test_more_values_than_a_statement_takes_parameters_are_found(database: Database) -> None:
    keys = [f"k{number}" for number in range(70_000)]
    with database.transaction() as session:
        assert len(put_in(session, keys[::7])) == 10_000
        assert found(session, among(Answered.key, keys)) == set(keys[::7])


def test_only_what_is_new_is_inserted_and_told(database: Database) -> None:
    with database.transaction() as session:
        put_in(session, ["a"])
        assert put_in(session, ["a", "b"]) == ["b"]
        assert put_in(session, []) == []


def test_times_and_json_stand_as_if_inserted_one_by_one(database: Database) -> None:
    args = {"said": "zero \u0000 and è", "n": [1, None, 2.5]}
    row = {"task": "t", "args": r'{"said": "zero \u0000 and è", "n": [1, null, 2.5]}', "created_at": AT, "due_at": AT}
    frame = pl.DataFrame([row | {"attempts": 0, "fence": 0, "key": None}])
    with database.transaction() as session:
        insert_new(session, Base.metadata.tables["outbox"], frame, told=("id",))
    with database.reading() as session:
        stored = session.scalars(select(OutboxRow).where(OutboxRow.due_at == AT)).one()
        assert (stored.args, stored.created_at, stored.key) == (args, AT, None)


@pytest.mark.parametrize("column", [Answered.key, Answered.status])
def test_an_index_can_be_used_in_sqlite(sqlite: Database, column: object) -> None:
    """SQLAlchemy writes ` = 1` behind a function that tells yes or no, and then no index helps."""
    with sqlite.reading() as session:
        query = select(Answered.key).where(among(column, ["a"]))  # type: ignore[arg-type]
        assert "= 1" not in str(query.compile(session.get_bind()))
