"""Where the audit's chain ended, remembered in a file outside the database: who cuts the tail off cannot reach it.

One line each time: when, the last number, its hash, and the subjects that an outside world heard of since the line
before, so that a restored older copy can be told what it has lost. Lines are only ever appended. A line that says
`restored` makes those before it void: a person has settled what the older copy lacked, and the chain goes on from
there; its hash still pins all that the chain held then.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db.audit import AuditRow, head

FILE = "audit.anchor"  # under home
RESTORED = "restored"
HASH, HASH_LENGTH = 2, 64  # which word of a line it is, and its characters


@dataclass(frozen=True)
class Anchor:
    """One line: the chain ended with this number and hash then, and these subjects were heard of since before."""

    at: datetime
    number: int
    hash: str
    subjects: tuple[str, ...]


def read(path: Path) -> list[Anchor]:
    """Return the lines that count, oldest first; a line torn by a crash does not."""
    anchors: list[Anchor] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        words = line.split(" ")
        if len(words) <= HASH or len(words[HASH]) != HASH_LENGTH:
            continue
        at, number, hashed, *more = words
        if more == [RESTORED]:
            anchors, more = [], []
        anchors.append(Anchor(datetime.fromisoformat(at), int(number), hashed, tuple(more)))
    return anchors


def hashes(anchors: Sequence[Anchor]) -> Mapping[int, str]:
    """Return what `audit.verify` compares the chain with."""
    return {anchor.number: anchor.hash for anchor in anchors}


def is_behind(session: Session, anchors: Sequence[Anchor]) -> bool:
    """Whether the chain lacks what the last line saw: its tail was cut, or an older copy was restored."""
    if not anchors:
        return False
    last = select(AuditRow.hash).where(AuditRow.number == anchors[-1].number)
    return session.scalar(last) != anchors[-1].hash


def append(session: Session, path: Path, heard: Collection[str]) -> bool:
    """Write down where the chain ends now, unless the last line says so already; whether a line was written.

    `heard` are the words (`AuditRow.what`) of changes that the outside world heard of: their subjects are named.
    """
    anchors, end = read(path), head(session)
    since = anchors[-1].number if anchors else 0
    if end.number == since:
        return False
    told = select(AuditRow.subject).where(
        AuditRow.number > since, AuditRow.number <= end.number, AuditRow.what.in_(heard)
    )
    _write(path, end.number, end.hash, sorted(set(session.scalars(told))))
    return True


def start_anew(session: Session, path: Path) -> None:
    """Let the chain as it stands count from now on, and no line before: an older copy was restored and settled."""
    end = head(session)
    _write(path, end.number, end.hash, [RESTORED])


def _write(path: Path, number: int, hashed: str, more: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        line = " ".join([clock.now().isoformat(), str(number), hashed, *more])
        file.write(("\n" if torn else "") + line + "\n")
        file.flush()
        os.fsync(file.fileno())
