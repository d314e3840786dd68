"""A reviewer's other words: ``wow amend``, ``wow defer``, ``wow note``, ``wow ask``, ``wow answer``."""

from typing import Annotated, Any

import typer

from wowengine.cli.app import AsJson, Who, app, console, database, money, print_json, settings
from wowengine.cli.work import ActionId, moment, person, tell
from wowengine.errors import BadInput

Text = Annotated[str, typer.Argument(help="In your own words.")]
Note = Annotated[str, typer.Option(help="Why, in your own words.")]


@app.command()
def amend(
    action: ActionId,
    draft: Annotated[str | None, typer.Option(help="Other words to the customer.")] = None,
    amount_cents: Annotated[int | None, typer.Option(min=0, help="Another amount.")] = None,
    channel: Annotated[str | None, typer.Option(help="Another way to bring it.")] = None,
    note: Note = "",
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Put another action in its place, with other words, amount or channel. Prints the new one: approve that."""
    from wowengine.campaigns import review

    changes = {"draft": draft, "amount_cents": amount_cents, "channel": channel}
    with database(settings()).transaction() as session:
        fresh = review.amend(session, action, person(who), note=note or None, **changes)  # type: ignore[arg-type]
        if as_json:
            tell(fresh, as_json=True)
        else:
            cost = money(fresh.amount_cents, fresh.currency)
            console.print(f"{fresh.title}, {cost}: waits for approval as {fresh.id}", soft_wrap=True)


@app.command()
def defer(
    action: ActionId,
    until: Annotated[str, typer.Option(help="When it comes back by itself, ISO 8601.")],
    note: Note = "",
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Put it off until a time, before its deadline."""
    from wowengine.campaigns import review

    if not until:
        raise BadInput("Say until when, such as --until 2026-11-22T09:30:00+01:00.")
    with database(settings()).transaction() as session:
        tell(review.defer(session, action, person(who), moment(until), note=note or None), as_json=as_json)


@app.command()
def note(action: ActionId, text: Text, who: Who = "admin", as_json: AsJson = False) -> None:
    """Write a note for colleagues; it stands in the action's life and changes nothing."""
    from wowengine.campaigns import remarks

    with database(settings()).transaction() as session:
        remark = remarks.note(session, action, person(who), text)
        _said({"action": action, "remark": remark.id, "kind": remark.kind}, "Noted.", as_json=as_json)


@app.command()
def ask(
    action: ActionId,
    colleague: Annotated[str, typer.Argument(help="Whom to ask: the card stands in their list until they answer.")],
    text: Text,
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Ask a colleague about an action; `wow queue --asked --as NAME` shows them what they were asked about."""
    from wowengine.campaigns import remarks

    with database(settings()).transaction() as session:
        remark = remarks.ask(session, action, person(who), colleague, text)
        told = {"action": action, "remark": remark.id, "kind": remark.kind, "to": remark.to}
        _said(told, f"{colleague} is asked.", as_json=as_json)


@app.command()
def answer(action: ActionId, text: Text, who: Who = "admin", as_json: AsJson = False) -> None:
    """Answer the oldest open question to you about an action."""
    from wowengine.campaigns import remarks

    with database(settings()).transaction() as session:
        remark = remarks.answer(session, action, person(who), text)
        told = {"action": action, "remark": remark.id, "kind": remark.kind, "to": remark.to}
        _said(told, f"{remark.to} has your answer.", as_json=as_json)


def _said(told: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    else:
        console.print(sentence)
