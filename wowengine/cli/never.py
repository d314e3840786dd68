"""Never again: ``wow never``, ``wow never say``, ``wow never take-back``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, Who, app, console, database, print_json, settings, show
from wowengine.cli.work import person
from wowengine.decide.never import Never, Scope
from wowengine.errors import BadInput

if TYPE_CHECKING:  # slow to import
    from wowengine.campaigns.never import NeverAgain

Customer = Annotated[str, typer.Option(help="For this customer.")]

never = typer.Typer(help="What is never to be done again, for a customer or for anybody.", invoke_without_command=True)
app.add_typer(never, name="never")


@never.callback()
def listed(context: typer.Context, customer: Customer = "", as_json: AsJson = False) -> None:
    """List what was said, newest first; what was taken back too."""
    if context.invoked_subcommand is not None:
        return
    from wowengine.campaigns import never as words

    with database(settings()).reading() as session:
        rows = [_row(said) for said in words.listed(session, customer or None)]
    show(rows, as_json=as_json, title="Never again", empty="Nobody has said never again of anything.")


@never.command()
def say(
    scope: Annotated[Scope, typer.Argument(help="What: a gesture, a kind, a topic, or all surprises.")],
    value: Annotated[
        str, typer.Argument(help="The gesture's id, the kind or the topic; left out for all surprises.")
    ] = "",
    customer: Customer = "",
    everybody: Annotated[bool, typer.Option("--everybody", help="For everybody; a gesture alone.")] = False,
    why: Annotated[str, typer.Option(help="Why, in your own words.")] = "",
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Let it never be done again; what waits is withdrawn. What is owed and making good are never touched."""
    from wowengine.campaigns import review

    if bool(customer) == everybody:
        raise BadInput("Say for whom: --customer ID, or --everybody.")
    with database(settings()).transaction() as session:
        said = review.never_again(session, customer or None, Never(scope, value), person(who), why)
        _tell(said, f"Never again, for {customer or 'everybody'}: {Never(scope, value)}.", as_json=as_json)


@never.command("take-back")
def take_back(
    number: Annotated[int, typer.Argument(help="Its number, as `wow never` lists it.")],
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Let it be done again; what was said, and who took it back, stays written down."""
    from wowengine.campaigns import never as words

    with database(settings()).transaction() as session:
        said = words.take_back(session, number, person(who))
        _tell(said, "Taken back: it may be done again.", as_json=as_json)


def _row(said: "NeverAgain") -> dict[str, Any]:
    return {
        "number": said.id,
        "customer": said.customer_id or "everybody",
        "scope": said.scope,
        "value": said.value,
        "by": said.by,
        "at": said.at.isoformat(timespec="minutes"),
        "why": said.why,
        "taken back by": said.ended_by,
    }


def _tell(said: "NeverAgain", sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_row(said))
    else:
        console.print(sentence)
