"""The reviewer's verbs, named as reviewers say them. Each does all of its consequences and returns the action.

Every verb takes the `version` that the person saw; where another was quicker it raises `Conflict`, and nothing is
changed. No verb moves money: the ledger follows the state (`ledger.follow`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import hours, ladder, never, store, sweep
from wowengine.campaigns.campaign import Recipient
from wowengine.campaigns.heir import heir
from wowengine.campaigns.lifecycle import GRACE, ActionState, Actor, DeclineReason, Step, take_step
from wowengine.campaigns.models import Action
from wowengine.campaigns.never import NeverAgain
from wowengine.decide.never import Never
from wowengine.errors import BadInput, Conflict
from wowengine.profiles import merging


def approve(
    session: Session,
    action_id: str,
    actor: Actor,
    *,
    version: int | None = None,
    payload_hash: str | None = None,
    note: str | None = None,
) -> Action:
    """Say yes: money and stock are held, and after the grace time it goes to staff or a worker.

    Where the policy asks for two people, the first yes is kept with the action, which waits for the second.
    `payload_hash` is of what the person saw: what is delivered is that and nothing else. None trusts `version`.

    Raises
    ------
    Conflict
        When it changed since, its deadline passed, or the budget or stock is used up.
    Refused
        When this person may not approve it, or somebody else must.
    """
    action = _as_it_stands(session, action_id)
    if payload_hash not in (None, action.payload_hash):
        raise Conflict("It was changed after you looked at it. Look at it again.", action=action_id)
    now, seen = clock.now(), action.version if version is None else version
    take_step(action, Step.APPROVE, actor, now)  # what cannot be approved at all is said before who may
    people = ladder.admit(session, action, actor)
    approvals = [*action.approvals, {"by": actor.name, "at": now.isoformat()}]
    told: dict[str, Any] = {
        "expect_version": seen,
        "note": note,
        "data": {"payload_hash": action.payload_hash, "people": people},
        "approvals": approvals,
    }
    if len(approvals) < people:
        return store.step(session, action_id, Step.ENDORSE, actor, **told)
    free = hours.not_before(session, action, now + GRACE)
    said_yes: dict[str, Any] = {"approved_by": actor.name, "approved_at": now, "claimable_at": free}
    return store.step(session, action_id, Step.APPROVE, actor, **told, **said_yes)


def decline(
    session: Session,
    action_id: str,
    actor: Actor,
    reason: DeclineReason | str,
    *,
    version: int | None = None,
    note: str | None = None,
) -> Action:
    """Say no, for one of five reasons; "other" wants a note."""
    why = _reason(reason)
    if why is DeclineReason.OTHER and not note:
        raise BadInput("Say in a few words why not.")
    return store.step(
        session,
        action_id,
        Step.DECLINE,
        actor,
        expect_version=version,
        note=note,
        data={"reason": str(why)},
        declined_by=actor.name,
        declined_at=clock.now(),
        decline_reason=why,
    )


def defer(
    session: Session,
    action_id: str,
    actor: Actor,
    until: datetime,
    *,
    version: int | None = None,
    note: str | None = None,
) -> Action:
    """Put it off until a time, before its deadline, at which it comes back by itself."""
    action = store.get(session, action_id)
    if until <= clock.now():
        raise BadInput("It can be put off only until a time to come.")
    if action.deadline_at is not None and until >= action.deadline_at:
        raise BadInput(f"It is worthless after {action.deadline_at:%Y-%m-%d %H:%M} UTC: choose an earlier time.")
    return store.step(
        session,
        action_id,
        Step.DEFER,
        actor,
        expect_version=action.version if version is None else version,
        note=note,
        data={"until": until.isoformat()},
        deferred_until=until,
    )


def resume(session: Session, action_id: str, actor: Actor, *, version: int | None = None) -> Action:
    """Take up again, before its time, what was put off."""
    return store.step(session, action_id, Step.RESUME, actor, expect_version=version)


def amend(
    session: Session,
    action_id: str,
    actor: Actor,
    *,
    version: int | None = None,
    draft: str | None = None,
    amount_cents: int | None = None,
    channel: str | None = None,
    note: str | None = None,
) -> Action:
    """Put another action in its place, with other words, amount or channel; return the new one.

    The person is its author, and it waits for approval anew; an approval of the old one is revoked. Stock that was set
    aside for the old one passes to the new one: its account is not let go in between. A campaign goes on with the new.

    Raises
    ------
    BadInput
        When nothing is changed, or the amount would be less than the law owes.
    """
    action = _as_it_stands(session, action_id)
    asked = {"draft": draft, "amount_cents": amount_cents, "channel": channel}
    changes: dict[str, Any] = {
        name: value for name, value in asked.items() if value not in (None, getattr(action, name))
    }
    _refuse_change(action, changes)
    seen = action.version if version is None else version
    if action.state == ActionState.APPROVED:
        seen = revoke(session, action_id, actor, version=seen, note=note).version
    before = {name: getattr(action, name) for name in changes}
    fresh = heir(action, changes, actor)
    told = {"before": before, "after": changes, "by": fresh.id}
    store.step(session, action_id, Step.AMEND, actor, expect_version=seen, note=note, data=told)
    session.add(fresh)
    session.flush()
    session.execute(update(Recipient).where(Recipient.action_id == action_id).values(action_id=fresh.id))
    store.born(session, fresh, actor, {"payload_hash": fresh.payload_hash, "amends": action_id}, note)
    return fresh


def undo(session: Session, action_id: str, actor: Actor, *, version: int | None = None) -> Action:
    """Take back one's own approval or refusal within the grace time."""
    return store.step(session, action_id, Step.UNDO, actor, expect_version=version)


def revoke(
    session: Session, action_id: str, actor: Actor, *, version: int | None = None, note: str | None = None
) -> Action:
    """Take an approval back that nobody has acted on yet; it waits for a person again."""
    return store.step(session, action_id, Step.REVOKE, actor, expect_version=version, note=note)


def cancel(
    session: Session, action_id: str, actor: Actor, *, version: int | None = None, note: str | None = None
) -> Action:
    """Call it off for good, after approval or after it failed."""
    return store.step(session, action_id, Step.CANCEL, actor, expect_version=version, note=note)


def retry(
    session: Session, action_id: str, actor: Actor, *, version: int | None = None, note: str | None = None
) -> Action:
    """Try again what failed: a new attempt, with money held anew."""
    return store.step(
        session, action_id, Step.RETRY, actor, expect_version=version, note=note, claimable_at=clock.now()
    )


def never_again(session: Session, customer_id: str | None, what: Never, actor: Actor, why: str) -> NeverAgain:
    """Say never again, for a customer or (of a gesture) for everybody; what waits and falls under it is withdrawn."""
    said = never.say(session, customer_id, what, actor, why)
    whom = sweep.waiting_with(session, what.value) if customer_id is None else merging.records_of(session, customer_id)
    sweep.withdraw_of(session, whom)
    return said


def _as_it_stands(session: Session, action_id: str) -> Action:
    action = store.get(session, action_id)
    newer = store.latest(session, action)
    if newer is not action:
        said = f"It was changed after you looked at it: it is {newer.id} now. Look at it again."
        raise Conflict(said, action=action_id, successor=newer.id)
    return action


def _refuse_change(action: Action, changes: Mapping[str, Any]) -> None:
    if not changes:
        raise BadInput("Nothing was changed.")
    if changes.get("amount_cents", action.amount_cents) < action.floor_cents:
        raise BadInput("It cannot be less than what the law owes.", floor_cents=action.floor_cents)
    if changes.get("amount_cents") and not action.account_id:
        raise BadInput("It was to cost nothing: the policy names no budget that could pay for it.")


def _reason(word: str) -> DeclineReason:
    try:
        return DeclineReason(word)
    except ValueError:
        words = ", ".join(DeclineReason)
        raise BadInput(f"{word!r} is not a reason to decline. Reasons: {words}.") from None
