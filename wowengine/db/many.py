"""Many values or rows as one parameter: a JSON document, which both databases take apart themselves.

With a parameter a value, a statement of 500 ids is written, sent, parsed and planned anew each time; and PostgreSQL,
seeing a long list, would rather read everything of one source than look 500 rows up, until its statistics are fresh.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import polars as pl
from polars import selectors
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Executable,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

TextColumn = SQLColumnExpression[str] | SQLColumnExpression[str | None]

AT_ONCE = 5_000  # rows in one document
DOCUMENT = bindparam("document", type_=String)
TIME = "%Y-%m-%d %H:%M:%S.%6f"  # as SQLAlchemy spells it in SQLite


class _Among(FunctionElement[bool]):
    """One column or two, and a JSON list of the values, or pairs of values, that they may have."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> "_Among":  # noqa: ARG002
        """Stand as it is: `... = 1`, which SQLite's conditions else get, would keep it from using an index."""
        return self


def among(looked_at: SQLColumnExpression[Any], values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a column of texts or whole numbers has one of these values, however many."""
    return _Among(looked_at, literal(json.dumps(list(values)), String))


def among_pairs(one: TextColumn, other: TextColumn, pairs: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    """Return the condition that two columns of texts have one of these pairs of values, however many."""
    return _Among(one, other, literal(json.dumps(list(pairs)), String))


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    *columns, told = (compiler.process(part, **given) for part in element.clauses)
    cells = ["value"] if len(columns) == 1 else ["json_extract(value, '$[0]')", "json_extract(value, '$[1]')"]
    return f"(({', '.join(columns)}) IN (SELECT {', '.join(cells)} FROM json_each({told})))"


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    *columns, told = (compiler.process(part, **given) for part in element.clauses)
    kind = "integer" if isinstance(element.clauses.clauses[0].type, Integer) else "text"
    cells = [f"(value #>> '{{}}')::{kind}"] if len(columns) == 1 else ["value ->> 0", "value ->> 1"]
    return f"(({', '.join(columns)}) IN (SELECT {', '.join(cells)} FROM json_array_elements(CAST({told} AS json))))"


def insert_new(session: Session, table: Table, rows: pl.DataFrame, told: Sequence[str]) -> list[tuple[Any, ...]]:
    """Insert rows whose key does not stand yet, in the order given; return some columns of those inserted.

    Give them in the order of their keys, so that two who insert at once wait for one another and never in a ring.

    Parameters
    ----------
    session
        Where to.
    table
        What into.
    rows
        Named as the table's columns, in their types; JSON as text, and times in UTC.
    told
        Names of the columns to return.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = _inserted(table, tuple(rows.columns), tuple(told), is_sqlite)
    spelt = rows.with_columns(selectors.datetime().dt.strftime(TIME if is_sqlite else f"{TIME}+00"))
    parts = ({"document": part.write_json()} for part in spelt.iter_slices(AT_ONCE))
    return [tuple(row) for document in parts for row in session.execute(statement, document)]


@cache
def _inserted(table: Table, names: Sequence[str], told: Sequence[str], is_sqlite: bool) -> Executable:
    """Return the statement; writing it takes as long as running it."""
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(table)
    chosen = (_of_sqlite if is_sqlite else _of_postgresql)([table.c[name] for name in names])
    return insert.from_select(names, chosen).on_conflict_do_nothing().returning(*(table.c[name] for name in told))


def _of_sqlite(columns: Sequence[Column[Any]]) -> Select[*tuple[Any, ...]]:
    row = func.json_each(DOCUMENT).table_valued("value").c.value
    cells = (func.json_extract(row, f"$.{each.name}") for each in columns)
    return select(*cells).where(true())  # without a condition it takes ON CONFLICT for one of a join


def _of_postgresql(columns: Sequence[Column[Any]]) -> Select[*tuple[Any, ...]]:
    told = func.json_to_recordset(cast(DOCUMENT, JSON)).table_valued(
        *(column(each.name, Text() if isinstance(each.type, JSON) else each.type) for each in columns)
    )
    cells = told.render_derived(name="told", with_types=True).c
    return select(
        *(cast(cells[each.name], JSON) if isinstance(each.type, JSON) else cells[each.name] for each in columns)
    )
