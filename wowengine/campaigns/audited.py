"""What the audit is told of this package's changes, and whether what stands in the tables is still what it was told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.campaign import CampaignEvent
from wowengine.campaigns.models import ActionEvent, LedgerEntry, PolicyRow, PolicyState
from wowengine.db import audit
from wowengine.db.audit import AuditRow, Change, ChangeKind

ACTIVATE = "activate"
COMPARED = (ChangeKind.STEP, ChangeKind.ENTRY, ChangeKind.CAMPAIGN)


def stepped(event: ActionEvent) -> Change:
    """Return what the audit is told of a step; words and proof are about a person."""
    details = {
        "version": event.version,
        "from": event.from_state,
        "to": event.to_state,
        "actor_kind": event.actor_kind,
        "at": event.at.isoformat(),
        "note": event.note,
        "data": event.data,
    }
    return Change(ChangeKind.STEP, event.action_id, event.step, event.actor, details, private=True)


def moved(entry: LedgerEntry) -> Change:
    """Return what the audit is told of a ledger entry."""
    details = {
        "account": entry.account_id,
        "amount": entry.amount,
        "attempt": entry.attempt,
        "reason": entry.reason,
        "at": entry.at.isoformat(),
    }
    return Change(ChangeKind.ENTRY, entry.action_id or entry.account_id, entry.kind, entry.actor, details)


def proposed(row: PolicyRow) -> Change:
    """Return what the audit is told of a policy that somebody puts forward."""
    return Change(ChangeKind.POLICY, row.version, "propose", row.proposed_by, {"against": row.against})


def activated(row: PolicyRow, by: str) -> Change:
    """Return what the audit is told of a policy that somebody puts in force."""
    return Change(ChangeKind.POLICY, row.version, ACTIVATE, by, {"against": row.against})


def campaigned(event: CampaignEvent) -> Change:
    """Return what the audit is told of a step in the life of a campaign."""
    details = {"version": event.version, "to": event.to_state, "at": event.at.isoformat(), "data": event.data}
    return Change(ChangeKind.CAMPAIGN, event.campaign_id, event.step, event.actor, details | {"note": event.note})


def check_audit(session: Session) -> Iterator[str]:
    """Yield a sentence for every change of an action, a campaign, the ledger or the policy that it tells otherwise."""
    since = audit.head(session).since
    told = _told(session)
    events = session.scalars(select(ActionEvent).order_by(ActionEvent.action_id, ActionEvent.version))
    entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    yield from _compared(ChangeKind.STEP, (stepped(event) for event in events), told, since)
    yield from _compared(ChangeKind.ENTRY, (moved(entry) for entry in entries), told, since)
    yield from _policy(session, since)
    steps = session.scalars(select(CampaignEvent).order_by(CampaignEvent.campaign_id, CampaignEvent.version))
    yield from _compared(ChangeKind.CAMPAIGN, (campaigned(event) for event in steps), told, since)


def _told(session: Session) -> dict[tuple[str, str], list[AuditRow]]:
    """Return what was written down, by kind and subject, oldest first."""
    told: dict[tuple[str, str], list[AuditRow]] = defaultdict(list)
    rows = select(AuditRow).where(AuditRow.kind.in_(COMPARED)).order_by(AuditRow.number)
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        told[row.kind, row.subject].append(row)
    return told


def _compared(
    kind: ChangeKind,
    changes: Iterable[Change],
    told: Mapping[tuple[str, str], Sequence[AuditRow]],
    since: datetime | None,
) -> Iterator[str]:
    standing: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        standing[change.subject].append(change)
    for subject, its in standing.items():
        yield from _differences(subject, its, told.get((kind, subject), ()), since)
    for _, subject in (one for one in told if one[0] == kind and one[1] not in standing):
        # Nothing else loses its keys than what is forgotten; and forgetting leaves the ledger.
        if kind is not ChangeKind.STEP or any(row.key for row in told[kind, subject]):
            yield f"{subject} is gone, and nobody was forgotten: the audit tells of {len(told[kind, subject])} changes"


def _differences(
    subject: str, changes: Sequence[Change], rows: Sequence[AuditRow], since: datetime | None
) -> Iterator[str]:
    """Compare from the newest backwards: what is older than the audit was never written down."""
    must = [change for change in changes if since is None or change.details["at"] >= since.isoformat()]
    if not len(must) <= len(rows) <= len(changes):
        yield f"{subject} has {len(changes)} changes, the audit tells of {len(rows)}"
        return
    for change, row in zip(reversed(changes), reversed(rows), strict=False):
        same = (change.what, change.actor, audit.digest_of(change, row.key)) == (row.what, row.actor, row.digest)
        if not same:
            yield f"{subject} has a {change.what} that is not as the audit wrote it down under {row.number}"


def _policy(session: Session, since: datetime | None) -> Iterator[str]:
    activations = select(AuditRow.subject).where(AuditRow.kind == ChangeKind.POLICY, AuditRow.what == ACTIVATE)
    last = session.scalars(activations.order_by(AuditRow.number.desc()).limit(1)).one_or_none()
    active = session.scalars(select(PolicyRow.version).where(PolicyRow.state == PolicyState.ACTIVE)).one_or_none()
    if active != last and (last or since is None):
        yield f"policy {str(active)[:12]} is in force, the last that the audit saw activated is {str(last)[:12]}"
