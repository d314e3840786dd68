"""What an import did, row by row and in sum, and where rows were set aside."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.profiles.bulk import Schema, fetch
from wowengine.profiles.models import SetAside

KEPT = timedelta(days=30)

STOOD: Schema = {"line": pl.Int64, "column": pl.String, "rule": pl.String}
RESULTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "result": pl.String,
    "column": pl.String,
    "rule": pl.String,
}
KEPT_AS: dict[str, pl.DataType | type[pl.DataType]] = {  # how a signal is kept; null where nothing is kept of a row
    "signal_id": pl.Int64,
    "person": pl.String,
    "kind": pl.String,
    "direction": pl.String,
    "occurred_at": pl.Datetime("us", "UTC"),
}


class Result(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"  # new, or an edit of what was there
    DUPLICATE = "duplicate"  # there already, the same; nothing changed
    UNLINKED = "unlinked"  # of somebody who is no customer or has not consented: counted, not kept
    SET_ASIDE = "set_aside"  # broke a rule


@dataclass(frozen=True)
class Report:
    """Rows of an import, counted by what became of them."""

    accepted: int = 0
    duplicate: int = 0
    unlinked: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)  # by rule

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self.accepted + self.duplicate + self.unlinked + sum(self.set_aside.values())

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.accepted + other.accepted,
            self.duplicate + other.duplicate,
            self.unlinked + other.unlinked,
            dict(Counter(self.set_aside) + Counter(other.set_aside)),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object."""
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "unlinked": self.unlinked,
            "set_aside": dict(sorted(self.set_aside.items())),
        }


def report_of(results: pl.DataFrame) -> Report:
    """Count results (a frame of ``line``, ``result``, ``column``, ``rule``)."""
    counts = Counter(results["result"])
    rules = Counter(results.filter(pl.col("result") == Result.SET_ASIDE)["rule"])
    return Report(counts[Result.ACCEPTED], counts[Result.DUPLICATE], counts[Result.UNLINKED], dict(rules))


def as_results(set_aside: pl.DataFrame) -> pl.DataFrame:
    """Give set-aside rows (``line``, ``column``, ``rule``) the shape of results."""
    return set_aside.select("line", pl.lit(Result.SET_ASIDE.value).alias("result"), "column", "rule")


def store_set_aside(session: Session, kind: str, file: str, set_aside: pl.DataFrame) -> None:
    """Keep where rows stood and what they broke, in place of what was kept of this file before.

    The same again changes nothing, not even the time.
    """
    mine = (SetAside.kind == kind, SetAside.file == file)
    query = select(SetAside.line, SetAside.column, SetAside.rule).where(*mine)
    before = fetch(session, query, STOOD)
    now = set_aside.select(list(STOOD))
    if sorted(before.rows(), key=repr) == sorted(now.rows(), key=repr):
        return
    session.execute(delete(SetAside).where(*mine))
    at = clock.now()
    common = {"kind": kind, "file": file, "at": at, "expires_at": at + KEPT}
    if not now.is_empty():
        session.execute(insert(SetAside), [common | row for row in now.iter_rows(named=True)])


def list_set_aside(session: Session, limit: int) -> Sequence[SetAside]:
    """Return rows that were set aside, newest import first, then as they stand in the file."""
    return session.scalars(
        select(SetAside).order_by(SetAside.at.desc(), SetAside.file, SetAside.line).limit(limit)
    ).all()
