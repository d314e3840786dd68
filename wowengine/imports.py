"""Files in: a file of any kind to whichever package owns its kind, and an account of every row.

Beside `rounds`, since it knows more than one package.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
from sqlalchemy.orm import Session

from wowengine.campaigns.outcomes import import_outcomes
from wowengine.db.session import Database
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import Report, import_customers, import_signals, store_set_aside
from wowengine.profiles.sources.files import read_rows
from wowengine.recommend.catalog import store_gestures
from wowengine.terms import ImportKind


def import_file(database: Database, kind: ImportKind, path: Path, *, dry_run: bool = False) -> Report:
    """Bring one file in, whole or not at all; a dry run does the same and takes it back.

    Raises
    ------
    BadInput
        When the file is not what it says it is; one sentence tells how.
    """
    with database.reading() if dry_run else database.transaction() as session:
        return IMPORTERS[kind](session, path)


def import_gestures(session: Session, path: Path) -> Report:
    """Bring in a file of gestures; bad rows are set aside like any other's."""
    checked = check(read_rows(path), GESTURES)
    stored = store_gestures(session, checked.good)
    store_set_aside(session, GESTURES.name, path.name[:300], checked.set_aside)
    broken = dict(checked.set_aside.group_by("rule").agg(pl.len()).iter_rows())
    return Report(stored.accepted, stored.duplicate, 0, broken)


IMPORTERS: dict[ImportKind, Callable[[Session, Path], Report]] = {
    ImportKind.CUSTOMERS: import_customers,
    ImportKind.SIGNALS: import_signals,
    ImportKind.GESTURES: import_gestures,
    ImportKind.OUTCOMES: import_outcomes,
}
