"""Many rows at once, in the words that both databases share."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import Select, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from wowengine.db.base import Base

CHUNK = 5_000  # values in one IN; SQLite takes 32,766 in a statement, PostgreSQL 65,535
PAIRS = 1_000
FETCH = 20_000  # rows turned into a frame at once

Value = TypeVar("Value")
UTC_TIME = pl.Datetime("us", "UTC")
Query = Select[*tuple[Any, ...]]
Pair = tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]
Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def chunks(values: Iterable[Value], size: int = CHUNK) -> Iterator[list[Value]]:
    """Yield values in parts that fit in one statement."""
    kept = list(values)
    for start in range(0, len(kept), size):
        yield kept[start : start + size]


def paired(statement: Query, columns: Pair, pairs: Iterable[tuple[str, str]]) -> Iterator[Query]:
    """Yield the statement narrowed to rows that have one of these pairs of values, and few others.

    Two IN lists use an index on both columns, where a list of pairs does not; the caller joins to be exact. Pairs
    are taken in order, so that a part seldom holds more than one first value.
    """
    first, second = columns
    for part in chunks(sorted(pairs), PAIRS):
        yield statement.where(first.in_({pair[0] for pair in part}), second.in_({pair[1] for pair in part}))


def fetch(session: Session, statement: Query, schema: Schema) -> pl.DataFrame:
    """Run a query into a frame, part by part, so that a million rows never stand in memory as Python objects."""
    streamed = session.execute(statement, execution_options={"yield_per": FETCH})
    parts = [
        pl.DataFrame([tuple(row) for row in rows], schema=dict(schema), orient="row") for rows in streamed.partitions()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict(schema))


def upsert(
    session: Session, table: Table, rows: Sequence[dict[str, Any]], key: Sequence[str], keep: Sequence[str]
) -> None:
    """Insert rows; where one of the same key stands, overwrite all of it but `keep`.

    Rows are written in the order of their keys, so that two imports at once wait for one another and never in a ring.
    """
    if not rows:
        return
    statement = _insert_of(session)(table)
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in {*key, *keep}}
    ordered = sorted(rows, key=lambda row: [row[name] for name in key])
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh), ordered)


def add_up(session: Session, table: type[Base], rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    """Insert rows of counts; where one of the same key stands, add to it, whoever else adds at the same time."""
    if not rows:
        return
    statement = _insert_of(session)(table)
    sums = {name: getattr(table, name) + statement.excluded[name] for name in rows[0] if name not in key}
    ordered = sorted(rows, key=lambda row: [row[name] for name in key])
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=sums), ordered)


def insert_chosen(session: Session, table: type[Base], names: Sequence[str], rows: Query) -> None:
    """Insert the rows that a query gives and whose key does not stand yet; the query says in which order."""
    session.execute(_insert_of(session)(table).from_select(names, rows).on_conflict_do_nothing())


def insert_all(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in one statement: given the class, the ORM would begin another wherever other cells are empty."""
    if rows:
        plain = table.__table__
        assert isinstance(plain, Table)  # noqa: S101 - SQLAlchemy types it as any selectable
        session.execute(insert(plain), rows)


def _insert_of(session: Session) -> Callable[..., Any]:
    """Return the INSERT of this database that knows ON CONFLICT."""
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
