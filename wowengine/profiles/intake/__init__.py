"""Checked rows into the database: linked to a customer, freed of what must not be known, counted.

``report`` (what became of each row), ``customers``, ``signals``. Each has three doors of one shape, here for customers:

- ``import_customers(session, path)``   a file; gives a ``Report``
- ``take_customers(session, raw)``      raw rows, such as a request's items; gives a result a row
- ``store_customers(session, good)``    rows that were checked already; the same results, of good rows alone

``events`` takes both and words on consent from one stream, as marketing's tools send them.

Nothing commits: a dry run is the same call in a session that is rolled back.
"""

from pathlib import Path

import polars as pl
from sqlalchemy.orm import Session

from wowengine.profiles.frames import CUSTOMERS, SIGNALS, check
from wowengine.profiles.intake.customers import store_customers
from wowengine.profiles.intake.events import take_events
from wowengine.profiles.intake.report import (
    KEPT_AS,
    Report,
    Result,
    as_results,
    list_set_aside,
    report_of,
    store_set_aside,
)
from wowengine.profiles.intake.signals import store_signals
from wowengine.profiles.sources.files import read_rows

__all__ = [
    "KEPT_AS",
    "Report",
    "Result",
    "import_customers",
    "import_signals",
    "list_set_aside",
    "report_of",
    "store_customers",
    "store_set_aside",
    "store_signals",
    "take_customers",
    "take_events",
    "take_signals",
]


def import_customers(session: Session, path: Path) -> Report:
    """Bring in a file of customers, their handles and consents."""
    return report_of(take_customers(session, read_rows(path), file=path.name))


def import_signals(session: Session, path: Path) -> Report:
    """Bring in a file of signals."""
    return report_of(take_signals(session, read_rows(path), file=path.name))


def take_customers(session: Session, raw: pl.DataFrame, *, file: str | None = None) -> pl.DataFrame:
    """Check and store raw rows; give ``line``, ``result``, ``column``, ``rule`` for each, in their order.

    With the name of a file, rows set aside are kept for ``list_set_aside``; a request gets its answer at once.
    """
    checked = check(raw, CUSTOMERS)
    results = pl.concat([store_customers(session, checked.good), as_results(checked.set_aside)])
    return _told(session, CUSTOMERS.name, file, results)


def take_signals(session: Session, raw: pl.DataFrame, *, file: str | None = None) -> pl.DataFrame:
    """Check and store raw rows, as `take_customers` does; give `KEPT_AS` too."""
    checked = check(raw, SIGNALS)
    results = pl.concat([store_signals(session, checked.good), as_results(checked.set_aside)], how="diagonal")
    return _told(session, SIGNALS.name, file, results)


def _told(session: Session, kind: str, file: str | None, results: pl.DataFrame) -> pl.DataFrame:
    if file is not None:
        store_set_aside(session, kind, file[:300], results.filter(pl.col("result") == Result.SET_ASIDE))
    return results.sort("line", maintain_order=True)
