"""``wow reconcile``: whether every promise holds; and what to do after an older copy of the database was restored."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import FAILED, AsJson, Who, app, console, database, print_json, settings, show
from wowengine.db.session import Database
from wowengine.errors import BadInput

if TYPE_CHECKING:
    from wowengine.campaigns.restored import Restored


@app.command()
def reconcile(
    restored: Annotated[
        bool, typer.Option("--restored", help="An older copy was restored: say what it lacks, and send nothing.")
    ] = False,
    settled: Annotated[bool, typer.Option("--settled", help="What it lacks is settled: send again.")] = False,
    who: Who = "admin",
    as_json: AsJson = False,
) -> None:
    """Check every promise from the tables alone; the exit code is 1 where one does not hold."""
    from wowengine.db import anchor

    if restored and settled:
        raise BadInput("Either --restored or --settled: first see what is missing, then say that it is settled.")
    given = settings()
    opened, path = database(given), given.home / anchor.FILE
    if settled:
        _settle(opened, path, who)
    found = _stop(opened, path) if restored else None
    told = _told(opened, found)
    if as_json:
        print_json(told)
    else:
        _print(told, found)
    if told["violations"]:
        raise typer.Exit(FAILED)


def _stop(opened: Database, path: Path) -> "Restored":
    from wowengine.campaigns import restored
    from wowengine.db import anchor

    with opened.transaction() as session:
        found = restored.look(session, anchor.read(path))
        restored.stop(session, found)
    return found


def _settle(opened: Database, path: Path, who: str) -> None:
    from wowengine.campaigns import restored
    from wowengine.db import anchor

    with opened.transaction() as session:
        restored.settle(session, who)
    with opened.reading() as session:
        anchor.start_anew(session, path)


def _told(opened: Database, found: "Restored | None") -> dict[str, Any]:
    from wowengine.campaigns import standstill
    from wowengine.campaigns.invariants import check_invariants

    with opened.reading() as session:
        stands = standstill.standing(session, standstill.Cause.RESTORED)
        return {
            "violations": check_invariants(session),
            "standstill": {"since": stands.since, "why": stands.why} if stands else None,
            "restored": asdict(found) if found else None,
        }


def _print(told: dict[str, Any], found: "Restored | None") -> None:
    for sentence in told["violations"]:
        _say(sentence)
    _say(f"{len(told['violations'])} promises are broken." if told["violations"] else "Every promise holds.")
    if found is not None:
        _print_restored(found)
    elif told["standstill"]:
        _say(f"Nothing is sent: {told['standstill']['why']}")


def _print_restored(found: "Restored") -> None:
    _say(f"This copy ends at change {found.head}; the anchor saw {found.anchored}. Nothing is sent from now on.")
    rows = [{"action": action_id, "in this copy": state} for action_id, state in found.younger.items()]
    show(rows, as_json=False, title="Sent or delivered since", empty="The anchor names no action sent since.")
    _say(
        "1. What this copy has as approved and was delivered: wow claim it, and wow deliver it with the proof.\n"
        "2. What it does not know at all was paid for: bring the budget down by it in the policy.\n"
        f"3. {found.waiting} actions here may be sent; any may have gone in the last minute before the loss. Look.\n"
        "4. When all is settled: wow reconcile --settled"
    )


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
