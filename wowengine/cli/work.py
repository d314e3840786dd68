"""The work of people: ``wow queue``, the verdicts, ``wow tasks``, claim, deliver, outcome."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine import clock
from wowengine.campaigns.lifecycle import Actor, DeclineReason, too_late
from wowengine.campaigns.models import Action
from wowengine.campaigns.ownership import Whose
from wowengine.cli.app import AsJson, Who, app, console, database, money, print_json, settings, show
from wowengine.errors import BadInput
from wowengine.terms import ActorKind, OutcomeType

if TYPE_CHECKING:  # slow to import: a command that needs it not must not wait for it
    from wowengine.campaigns.lookalikes import Group

ActionId = Annotated[str, typer.Argument(help="The action, as `wow queue` names it.")]
Fence = Annotated[int, typer.Option(help="The number that `wow claim` printed.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at the most.")]


@app.command()
def queue(
    limit: Limit = 20,
    alike: Annotated[bool, typer.Option("--alike", help="Only groups of look-alikes.")] = False,
    asked: Annotated[bool, typer.Option("--asked", help="Only what colleagues have asked you about.")] = False,
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """List what waits for approval, earliest deadline first."""
    from wowengine.campaigns import lookalikes, remarks, store

    with database(settings()).reading() as session:
        if alike:
            rows = [_group(group) for group in lookalikes.groups(session)[:limit]]
        else:
            found = remarks.asked_of(session, who)[:limit] if asked else store.queue(session, limit=limit)
            rows = [_row(action) for action in found]
    show(rows, as_json=as_json, title="Waiting for approval", empty="Nothing waits. `wow round` looks for more.")


@app.command()
def tasks(
    limit: Limit = 20,
    who: Annotated[str, typer.Option("--as", help="Who looks: their customers' tasks come first.")] = "",
    whose: Annotated[Whose, typer.Option(help="Whose tasks.")] = Whose.ALL,
    as_json: AsJson = False,
) -> None:
    """List what is approved and waits for somebody to deliver it, in the order in which to look at it.

    After it comes what nobody brought in time: worthless now, and not to be brought any more.
    """
    from wowengine.campaigns import store

    with database(settings()).reading() as session:
        waiting = [_task(action) for action in store.staff_tasks(session, limit=limit, who=who, whose=whose)]
        late = [_task(action) for action in store.too_late(session, limit=limit)]
    if as_json:
        print_json([*waiting, *late])
        return
    show(waiting, as_json=False, title="To deliver", empty="Nothing to deliver.")
    if late:
        show(late, as_json=False, title="Too late", empty="")


@app.command()
def approve(action: ActionId, who: Who = "admin", as_json: AsJson = False) -> None:
    """Say yes; the money is held, and staff may claim it once the time for undoing is over.

    What is dear waits for a second person.
    """
    from wowengine.campaigns import ladder, review

    with database(settings()).transaction() as session:
        done = review.approve(session, action, person(who))
        still = "".join(
            f"; a second person must approve it too: a {need.role} or higher"
            for need in ladder.needs(session, [done])[done.id]
        )
        tell(done, as_json=as_json, then=still)


@app.command()
def decline(
    action: ActionId,
    reason: Annotated[DeclineReason, typer.Option(help="One word for it.")],
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Say no, and why: the model learns from it, but not as if the customer had refused."""
    from wowengine.campaigns import review

    with database(settings()).transaction() as session:
        tell(review.decline(session, action, person(who), reason=reason, note=note), as_json=as_json)


@app.command()
def undo(action: ActionId, who: Who = "admin", as_json: AsJson = False) -> None:
    """Take back your own approval or refusal, within the grace time."""
    from wowengine.campaigns import review

    with database(settings()).transaction() as session:
        tell(review.undo(session, action, person(who)), as_json=as_json)


@app.command()
def claim(action: ActionId, who: Who = "staff", as_json: AsJson = False) -> None:
    """Take a task; it is yours until you deliver, release or fail it, or its lease ends. Prints its fence."""
    from wowengine.campaigns import deliver

    with database(settings()).transaction() as session:
        tell(deliver.claim(session, action, _staff(who)), as_json=as_json)


@app.command("deliver")
def deliver_action(
    action: ActionId,
    fence: Fence,
    proof: Annotated[str, typer.Option(help="How one can tell, in a note.")] = "",
    code: Annotated[str, typer.Option(help="How one can tell: a code, such as of a receipt.")] = "",
    photo: Annotated[str, typer.Option(help="How one can tell: the address or id of a photo.")] = "",
    cost_cents: Annotated[int | None, typer.Option(min=0, help="What it really cost, if less.")] = None,
    who: Who = "staff",
    as_json: AsJson = False,
) -> None:
    """Say that it was done, with proof; the money is spent."""
    from wowengine.campaigns import deliver

    told = {"note": proof, "code": code, "photo": photo}
    proofs = {kind: one for kind, one in told.items() if one}
    with database(settings()).transaction() as session:
        tell(deliver.deliver(session, action, _staff(who), fence, proofs, actual_cents=cost_cents), as_json=as_json)


@app.command()
def tick(
    action: ActionId,
    line: Annotated[int, typer.Argument(min=0, help="Number of the line, the first being 0.")],
    fence: Fence,
    left_out: Annotated[str, typer.Option(help="Why it was not done; left out where it was.")] = "",
    who: Who = "staff",
    as_json: AsJson = False,
) -> None:
    """Say that a line of a task's checklist is done, or why it was left out."""
    from wowengine.campaigns import deliver

    with database(settings()).transaction() as session:
        tell(deliver.tick(session, action, _staff(who), fence, line, left_out=left_out), as_json=as_json)


@app.command()
def hand_over(
    action: ActionId,
    to: Annotated[str, typer.Argument(help="Whose it is to be.")],
    fence: Fence,
    who: Who = "staff",
    as_json: AsJson = False,
) -> None:
    """Give a task into a colleague's hands. Prints their fence; yours can change nothing more."""
    from wowengine.campaigns import deliver

    with database(settings()).transaction() as session:
        tell(deliver.hand_over(session, action, _staff(who), fence, to), as_json=as_json)


@app.command()
def release(
    action: ActionId,
    fence: Fence,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    who: Who = "staff",
    as_json: AsJson = False,
) -> None:
    """Give a task back undone; it waits for somebody else."""
    from wowengine.campaigns import deliver

    with database(settings()).transaction() as session:
        tell(deliver.release(session, action, _staff(who), fence, note=note), as_json=as_json)


@app.command()
def fail(
    action: ActionId,
    fence: Fence,
    reason: Annotated[str, typer.Option(help="Why it could not be done.")],
    who: Who = "staff",
    as_json: AsJson = False,
) -> None:
    """Say that a task cannot be done as it is; a person tries again or calls it off."""
    from wowengine.campaigns import deliver

    with database(settings()).transaction() as session:
        tell(deliver.fail(session, action, _staff(who), fence, reason), as_json=as_json)


@app.command()
def outcome(
    action: ActionId,
    kind: Annotated[OutcomeType, typer.Argument(help="What the customer did.")],
    at: Annotated[str, typer.Option(help="When, ISO 8601; now if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Record what the customer did after a gesture: the next training sees it."""
    from wowengine.campaigns import outcomes

    with database(settings()).transaction() as session:
        new = outcomes.record_for_action(session, action, kind, moment(at))
    if as_json:
        print_json({"recorded": new})
    else:
        console.print("Recorded." if new else "Known already; nothing changed.")


def person(name: str) -> Actor:
    """Return who gives a verdict."""
    return Actor(name, ActorKind.PERSON)


def _staff(name: str) -> Actor:
    return Actor(name, ActorKind.STAFF)


def moment(text: str) -> datetime:
    """Return a time as it was typed; now, where nothing was."""
    if not text:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no time in ISO 8601, such as 2026-11-22T09:30:00+01:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _group(group: "Group") -> dict[str, Any]:
    like = group.like
    return {
        "gesture": group.actions[0].title,
        "waiting": len(group.actions),
        "cost": money(like.amount_cents, like.currency),
        "channel": like.channel,
        "language": like.language,
        "policy": like.policy_version[:12],
        "actions": " ".join(action.id for action in group.actions),
    }


def _row(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "state": action.state,
        "customer": action.customer_id,
        "gesture": action.title,
        "cost": money(action.amount_cents, action.currency),
        "lands": None if action.propensity is None else f"{action.propensity:.0%}",
        "until": action.deadline_at and action.deadline_at.isoformat(timespec="minutes"),
        "why": action.why_text,
    }


def _task(action: Action) -> dict[str, Any]:
    ticked = {tick["line"] for tick in action.ticks}
    lines = [f"[{'x' if number in ticked else ' '}] {line}" for number, line in enumerate(action.checklist)]
    told = {"place": action.place, "checklist": "; ".join(lines), "too late": too_late(action, clock.now())}
    return _row(action) | told


def tell(action: Action, *, as_json: bool, then: str = "") -> None:
    """Say how an action stands now, and what is to come."""
    if as_json:
        print_json({"action": action.id, "state": action.state, "version": action.version, "fence": action.fence})
    else:
        fence = f", fence {action.fence}" if action.state == "claimed" else ""
        console.print(f"{action.title}: {action.state}{fence}{then}", soft_wrap=True)
