"""Whole tables for analysis elsewhere: as CSV that no spreadsheet takes for formulas, or as Parquet.

Rows are read and written part by part, and the file takes its name when it is complete: a broken export leaves none.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import polars as pl
from polars import selectors
from sqlalchemy import JSON, Boolean, Float, Integer, Table, Text, cast, func, select
from sqlalchemy.orm import Session

from wowengine.campaigns.campaign import Recipient
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.base import Base, UtcDateTime
from wowengine.errors import BadInput
from wowengine.profiles.bulk import FETCH, UTC_TIME

Progress = Callable[[str, int, int], None]

FORMULA = r"^[=+\-@\t\r\n]"  # how a cell begins that a spreadsheet would run
TIME = "%Y-%m-%dT%H:%M:%S%.6f%:z"
SUFFIXES = (".csv", ".parquet")


class Exported(StrEnum):
    """The tables that can be written."""

    ACTIONS = "actions"
    RECIPIENTS = "recipients"
    DECISIONS = "decisions"


TABLES: dict[Exported, type[Base]] = {
    Exported.ACTIONS: Action,
    Exported.RECIPIENTS: Recipient,
    Exported.DECISIONS: DecisionRow,
}


def parts_of(session: Session, name: Exported, progress: Progress | None = None) -> Iterator[pl.DataFrame]:
    """Yield a table in parts, each with all its columns in their types, JSON as text; one part at least."""
    table = TABLES[name].__table__
    assert isinstance(table, Table)  # noqa: S101 - SQLAlchemy types it as any selectable
    schema = {column.name: _type(column.type) for column in table.columns}
    chosen = [cast(one, Text).label(one.name) if isinstance(one.type, JSON) else one for one in table.columns]
    total, done = session.scalar(select(func.count()).select_from(table)) or 0, 0
    rows = select(*chosen).order_by(*table.primary_key.columns)
    yield pl.DataFrame(schema=schema)
    for part in session.execute(rows, execution_options={"yield_per": FETCH}).partitions():
        yield pl.DataFrame([tuple(row) for row in part], schema=schema, orient="row")
        done += len(part)
        if progress:
            progress(f"exporting {name}", done, total)


def write(parts: Iterable[pl.DataFrame], path: Path) -> int:
    """Write parts of one table into a file, which takes its name when it is complete; return how many rows.

    Raises
    ------
    BadInput
        When the file is called neither ``.csv`` nor ``.parquet``, or its folder is not there.
    """
    if path.suffix not in SUFFIXES:
        raise BadInput(f"{path.name} is called neither .csv nor .parquet.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        begun = Path(folder) / path.name
        rows = (_write_csv if path.suffix == ".csv" else _write_parquet)(parts, begun)
        begun.replace(path)
    return rows


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run as a formula."""
    text = selectors.string()
    return frame.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())


def _write_csv(parts: Iterable[pl.DataFrame], path: Path) -> int:
    rows = 0
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            safe(part).write_csv(file, include_header=not number, datetime_format=TIME)
            rows += part.height
    return rows


def _write_parquet(parts: Iterable[pl.DataFrame], path: Path) -> int:
    rows = 0
    for number, part in enumerate(parts):
        part.write_parquet(path.parent / f"{number:06}.part")
        rows += part.height
    pl.scan_parquet(sorted(path.parent.glob("*.part"))).sink_parquet(path)
    return rows


def _type(kind: object) -> pl.DataType | type[pl.DataType]:
    known = ((Boolean, pl.Boolean), (Integer, pl.Int64), (Float, pl.Float64))
    if isinstance(kind, UtcDateTime):
        return UTC_TIME
    return next((ours for theirs, ours in known if isinstance(kind, theirs)), pl.String)
