"""After an older copy of the database was restored: what it lacks, and nothing sent until a person has settled it.

The copy knows nothing of what was sent since it was made, and would send it again. The audit's anchor, outside the
database, knows: it saw numbers that the copy does not have, and it names the actions that were on their way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine.campaigns import standstill
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import Action
from wowengine.campaigns.standstill import Cause
from wowengine.db import anchor, audit
from wowengine.db.anchor import Anchor
from wowengine.db.audit import Change, ChangeKind
from wowengine.errors import Conflict

HEARD = (Step.START, Step.DELIVER, Step.CONFIRM, Step.FOUND)  # steps of which the outside world heard
MAY_HAVE_GONE = (ActionState.APPROVED, ActionState.CLAIMED, ActionState.SENDING)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Restored:
    """What an older copy lacks.

    Attributes
    ----------
    head
        The last change that the copy knows.
    anchored
        The last change that the anchor saw; no more than `head` where nothing is missing.
    younger
        Actions that were sent or delivered after the copy was made, with the state that the copy has them in:
        `unknown` where they were proposed later still.
    waiting
        How many actions the copy would go on to send. Of the last minute before the database was lost the anchor may
        know nothing, so any of them may have gone.
    """

    head: int
    anchored: int
    younger: dict[str, str]
    waiting: int


def look(session: Session, anchors: Sequence[Anchor]) -> Restored:
    """Compare the copy with what the anchor saw."""
    missing = list(takewhile(lambda seen: anchor.is_behind(session, [seen]), reversed(anchors)))
    heard = sorted({subject for seen in missing for subject in seen.subjects})
    known = session.execute(select(Action.id, Action.state).where(Action.id.in_(heard)))
    states = {row.id: row.state for row in known}
    waiting = select(func.count()).select_from(Action).where(Action.state.in_(MAY_HAVE_GONE))
    return Restored(
        head=audit.head(session).number,
        anchored=anchors[-1].number if anchors else 0,
        younger={action_id: states.get(action_id, UNKNOWN) for action_id in heard},
        waiting=session.scalar(waiting) or 0,
    )


def stop(session: Session, found: Restored) -> None:
    """Let nothing be sent until `settle`."""
    why = (
        f"an older copy of the database was restored; it ends at change {found.head}, and the anchor saw "
        f"{found.anchored}. See `wow reconcile --restored`, and when all is settled run `wow reconcile --settled`."
    )
    standstill.begin(session, Cause.RESTORED, why)


def settle(session: Session, by: str) -> None:
    """Let things be sent again, because somebody says that all is settled. Then `anchor.start_anew`, after the commit.

    Raises
    ------
    Conflict
        When the chain does not hold in itself: that is no matter of an older copy.
    """
    if broken := audit.verify(session, {}).broken:
        raise Conflict(f"The audit is broken at {broken.number}: {broken.why}", number=broken.number)
    standstill.end(session, Cause.RESTORED)
    audit.note(session, Change(ChangeKind.RESTORE, "database", "settle", by, {}))


def keep_watch(session: Session, path: Path) -> bool:
    """Anchor the audit; or, where it lacks what the anchor saw, let nothing be sent. Whether all is well."""
    anchors = anchor.read(path)
    if anchor.is_behind(session, anchors):
        stop(session, look(session, anchors))
        return False
    anchor.append(session, path, HEARD)
    return True
