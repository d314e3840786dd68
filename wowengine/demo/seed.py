"""The make-believe world into an empty database, by the same door as any company's files."""

import shutil
from pathlib import Path

from wowengine import clock
from wowengine.db.session import Database
from wowengine.demo.files import write_files
from wowengine.imports import import_file
from wowengine.rounds import Config
from wowengine.rounds.round import Progress

SEED = 1
FILES = "files"  # the folder in which the import files stay, to be looked at


def seed(
    database: Database, config: Config, *, customers: int = 240, progress: Progress | None = None
) -> dict[str, int]:
    """Write the world as import files beside the database's other files, import them, and count what was accepted.

    Returns
    -------
    dict
        Accepted rows, by kind of file.
    """
    told = progress or (lambda _label, _done, _total: None)
    told("making it up", 0, 1)
    paths = write_files(config.spool.parent / FILES, clock.now(), SEED, customers)
    told("making it up", 1, 1)
    accepted: dict[str, int] = {}
    for done, (kind, path) in enumerate(paths.items(), 1):
        accepted[kind.value] = import_file(database, kind, path).accepted
        told("importing", done, len(paths))
    return accepted


def forget(home: Path) -> None:
    """Remove what an earlier demo left in its folder, and nothing else."""
    for name in ("wow.db", "wow.db-wal", "wow.db-shm"):
        (home / name).unlink(missing_ok=True)
    for name in ("models", "spool", FILES):
        shutil.rmtree(home / name, ignore_errors=True)
