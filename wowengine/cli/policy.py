"""The manager's numbers: ``wow policy``, with ``show``, ``schema``, ``check``, ``propose``, ``activate``, ``list``."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import FAILED, AsJson, Who, app, console, database, print_json, settings, show
from wowengine.errors import BadInput
from wowengine.settings import Settings

if TYPE_CHECKING:
    from wowengine.decide.ladder_check import Remark
    from wowengine.decide.policy import Policy
    from wowengine.decide.policy_check import Offered
    from wowengine.decide.spending import Raise

File = Annotated[Path, typer.Argument(help="A policy, in TOML.", exists=True, dir_okay=False)]
Version = Annotated[str, typer.Argument(help="A policy's version, or how it begins, as `wow policy list` shows it.")]

policy = typer.Typer(help="The manager's numbers: which are in force, and how others take their place.")
app.add_typer(policy, name="policy")


@policy.callback(invoke_without_command=True)
def shown(context: typer.Context) -> None:
    """Print the policy in force, ready to be saved and edited."""
    if context.invoked_subcommand is None:
        _print_text("")


@policy.command("show")
def show_policy(version: Version = "") -> None:
    """Print the policy in force, or another that was put forward, ready to be saved and edited."""
    _print_text(version)


@policy.command()
def schema() -> None:
    """Print the JSON Schema of a policy. An editor with Taplo reads it by a first line `#:schema ./FILE`."""
    from wowengine.decide import policy_schema

    print_json(policy_schema.schema())


@policy.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Tell what is wrong in a policy, and which of its numbers do nothing. Exit 1 where something is wrong.

    Where there is a database, also how it fits the catalogue.
    """
    try:
        checked, _ = read(file)
    except BadInput as error:
        errors: Any = error.facts.get("faults") or [{"path": "", "said": error.message}]
        remarks: tuple[Remark, ...] = ()
    else:
        errors, remarks = [], _remarks(checked, settings())
    if as_json:
        print_json({"errors": errors, "warnings": [one._asdict() for one in remarks]})
    else:
        _print_places("error", ((one["path"], one["said"]) for one in errors))
        _print_places("warning", remarks)
        say(f"{file.name}: {len(errors)} errors, {len(remarks)} warnings.")
    if errors:
        raise typer.Exit(FAILED)


@policy.command()
def propose(
    file: File,
    who: Who = "admin",
    note: Annotated[str, typer.Option(help="Why; it stands in `wow policy list`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put a policy forward to take the place of the one in force; tell each number that lets more be spent."""
    from wowengine.campaigns import policies

    given = settings()
    proposed, text = read(file)
    remarks = _remarks(proposed, given)
    with database(given).transaction() as session:
        made = policies.propose(session, given.policy, text, by=who, note=note, name=file.name)
    if as_json:
        facts = {"version": made.row.version, "raises": _rows(made.raises)}
        print_json(facts | {"warnings": [one._asdict() for one in remarks]})
        return
    _print_places("warning", remarks)
    _print_raises(made.raises)
    other = f"somebody other than {made.row.proposed_by}" if made.raises else "whoever may"
    short = made.row.version[: policies.SHORT]
    say(f"{short} is proposed. For {other} to run: wow policy activate {short} --as NAME")


@policy.command()
def activate(version: Version, who: Who = "admin", as_json: AsJson = False) -> None:
    """Let a proposed policy be in force. Where it lets more be spent, not by whoever proposed it."""
    from wowengine.campaigns import policies

    given = settings()
    with database(given).transaction() as session:
        made = policies.activate(session, given.policy, version, by=who)
    if as_json:
        print_json({"version": made.row.version, "raises": _rows(made.raises)})
        return
    _print_raises(made.raises)
    say(f"{made.row.version[: policies.SHORT]} is in force from now on.")


@policy.command("list")
def list_policies(as_json: AsJson = False) -> None:
    """List the policies that were put forward, newest first."""
    from wowengine.campaigns import policies

    with database(settings()).reading() as session:
        rows = [
            {
                "version": row.version if as_json else row.version[: policies.SHORT],
                "state": row.state,
                "proposed_by": row.proposed_by,
                "proposed_at": row.proposed_at.isoformat(timespec="minutes"),
                "activated_by": row.activated_by,
                "activated_at": row.activated_at and row.activated_at.isoformat(timespec="minutes"),
                "retired_at": row.retired_at and row.retired_at.isoformat(timespec="minutes"),
                "note": row.note,
            }
            for row in policies.listed(session)
        ]
    empty = "None was ever put forward: the file in WOW_HOME holds, or the packaged policy."
    show(rows, as_json=as_json, title="Policies", empty=empty)


def _print_text(version: str) -> None:
    from wowengine.campaigns import policies

    given = settings()
    with database(given).reading() as session:
        text = policies.get(session, version).toml if version else policies.in_force(session, given.policy).toml
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def read(file: Path) -> "tuple[Policy, str]":
    """Return the policy of a file, and its text."""
    from wowengine.decide.policy import Policy, file_text
    from wowengine.decide.rulebook import parse

    text = file_text(file)
    return parse(Policy, text, file.name), text


def _remarks(checked: "Policy", given: Settings) -> "tuple[Remark, ...]":
    from wowengine.decide import policy_check

    return policy_check.check(checked, _catalogue(given))


def _catalogue(given: Settings) -> "list[Offered] | None":
    """Return the gestures there are; None where there are none yet, or no database, since a check shall make none."""
    if not given.database_url and not (given.home / "wow.db").exists():
        return None
    from wowengine.decide.policy_check import Offered
    from wowengine.recommend.catalog import load_gestures
    from wowengine.rounds.situation import how_many
    from wowengine.terms import GestureKind

    with database(given).reading() as session:
        rows = load_gestures(session).to_dicts()
    return [
        Offered(
            row["gesture_id"],
            GestureKind(row["kind"]),
            row["cost_cents"],
            row["currency"],
            most=how_many(row) if row["stock"] is None else 1,
        )
        for row in rows
    ] or None


def _print_places(what: str, places: "Iterable[tuple[str, str]]") -> None:
    for path, said in places:
        say(f"{what}: {path} {said}" if path else f"{what}: {said}")


def _print_raises(raised: "tuple[Raise, ...]") -> None:
    if raised:
        say("More may be spent than by the policy in force:")
    for one in raised:
        say(f"  {one}")


def _rows(raised: "tuple[Raise, ...]") -> list[dict[str, Any]]:
    return [one._asdict() for one in raised]


def say(text: str) -> None:
    """Print a line as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
