"""Who works here: ``wow users``, ``wow users put``, ``wow users retire``."""

from typing import Annotated, Any

import typer

from wowengine.access.users import Role, User
from wowengine.cli.app import AsJson, Who, app, console, database, print_json, settings, show

Name = Annotated[str, typer.Argument(help="Their name, as it stands in the life of what they decide.")]

users = typer.Typer(help="Who works here, in which role and team.", invoke_without_command=True)
app.add_typer(users, name="users")


@users.callback()
def listed(context: typer.Context, as_json: AsJson = False) -> None:
    """List who works here. While nobody is written down, whoever comes in has the rights of an admin."""
    if context.invoked_subcommand is not None:
        return
    from wowengine.access import users as staff

    with database(settings()).reading() as session:
        rows = [_row(user) for user in staff.everybody(session)]
    empty = "Nobody is written down yet, so whoever comes in is an admin. `wow users put NAME --role admin` begins."
    show(rows, as_json=as_json, title="Staff", empty=empty)


@users.command()
def put(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they are here for.")],
    team: Annotated[str | None, typer.Option(help="Their team, such as gate or spa.")] = None,
    email: Annotated[str | None, typer.Option(help="Where they are told of what waits for them.")] = None,
    language: Annotated[str | None, typer.Option(help="en or it.")] = None,
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Write somebody down, or change what is written of them."""
    from wowengine.access import users as staff

    with database(settings()).transaction() as session:
        row = _row(staff.put(session, name, role, who, team=team, email=email, language=language))
    _tell(row, f"{name} is {role} now.", as_json=as_json)


@users.command()
def retire(name: Name, who: Who = "admin", as_json: AsJson = False) -> None:
    """Let somebody come in no more; what they did stays under their name."""
    from wowengine.access import users as staff

    with database(settings()).transaction() as session:
        staff.retire(session, name, who)
    _tell({"name": name, "active": False}, f"{name} comes in no more.", as_json=as_json)


def _row(user: User) -> dict[str, Any]:
    return {"name": user.name, "role": user.role, "team": user.team, "email": user.email, "language": user.language}


def _tell(row: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        console.print(sentence)
