"""Rows to try things with, and short ways to bring them in and to look at what is there."""

from collections.abc import Iterable
from typing import Any

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.db.base import Base
from wowengine.profiles.intake import report_of, take_customers, take_signals
from wowengine.profiles.intake.report import Report
from wowengine.profiles.models import Signal
from wowengine.profiles.sources.rows import from_mappings

Row = dict[str, Any]


def customer(customer_id: str = "c1", **cells: Any) -> Row:
    return {"customer_id": customer_id, "handles": f"x:{customer_id}", "consents": "care;interests;offers"} | cells


def signal(source_id: str = "s1", **cells: Any) -> Row:
    return {
        "source": "x",
        "source_id": source_id,
        "kind": "post",
        "occurred_at": "2026-03-01T10:00:00Z",
        "channel": "x",
        "author": "x:c1",
        "text": "hello",
    } | cells


def customers_in(session: Session, *rows: Row) -> Report:
    return report_of(take_customers(session, from_mappings(rows)))


def signals_in(session: Session, *rows: Row) -> Report:
    return report_of(take_signals(session, from_mappings(rows)))


def results(session: Session, rows: Iterable[Row]) -> list[str]:
    return take_signals(session, from_mappings(rows))["result"].to_list()


def stored(session: Session, source_id: str = "s1") -> Signal:
    return session.scalars(select(Signal).where(Signal.source_id == source_id)).one()


def dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to compare two moments by."""
    tables = Base.metadata.sorted_tables
    return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)
