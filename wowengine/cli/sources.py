"""Signals from where they are said: ``wow sources``, ``wow collect``."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from wowengine import clock
from wowengine.cli.app import FAILED, AsJson, app, bars, console, database, print_json, settings, show, stderr
from wowengine.errors import NotFound

if TYPE_CHECKING:
    from wowengine.profiles.sources.collected import Collected


@app.command()
def sources(as_json: AsJson = False) -> None:
    """List the sources and their terms cards: what each permits, and when somebody last read its terms."""
    from wowengine.profiles.sources.registry import cards

    today = clock.now().date()
    rows = [
        {
            "source": name,
            "reads": kind.value,
            "reviewed": terms.reviewed_on,
            "card": "too old" if terms.too_old(today) else "ok",
            "delete within": f"{terms.deletion_hours} h",
            "rate": str(terms.rate or "-"),
            "permitted use": terms.permitted_use,
            "terms": terms.url,
        }
        for name, (kind, terms) in cards().items()
    ]
    if not as_json:
        rows = [{name: row[name] for name in ("source", "reviewed", "card", "permitted use")} for row in rows]
    show(rows, as_json=as_json, title="Sources", empty="There is no source.")


@app.command()
def collect(
    source: Annotated[str, typer.Argument(help="Which source; `wow sources` lists them.")],
    places: Annotated[list[str] | None, typer.Argument(help="Files or folders to read, or addresses of feeds.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring in what is new at a source, for linked and consenting customers alone; what was deleted there goes."""
    from wowengine.profiles.sources import registry, run

    given = settings()
    told = registry.read_told(given.home / registry.FILE).get(source, {})
    if source not in registry.cards():
        raise NotFound(f"There is no source called {source}. There are {', '.join(registry.cards())}.")
    with bars() as progress:
        how = run.dry if dry_run else run.by_hand
        collected = how(database(given), source, told, os.environ, places or [], progress=progress)
    _tell(collected, dry_run=dry_run, as_json=as_json)
    if collected.failed:
        raise typer.Exit(FAILED)


def _tell(told: "Collected", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(told.as_json())
    else:
        report, would = told.report, "would be " if dry_run else ""
        console.print(
            f"{told.accounts} read: {report.accepted} {would}accepted, {report.duplicate} duplicate, "
            f"{report.unlinked} unlinked, {sum(report.set_aside.values())} {would}set aside, "
            f"{told.deleted} {would}deleted, {told.heard} heard and not kept"
        )
        for reason, count in [*sorted(report.set_aside.items()), *sorted(told.skipped.items())]:
            console.print(f"  {count} x {reason}")
    for reason, count in sorted(told.gave_up.items()):
        stderr.print(f"warning: given up {count} x: {reason}", style="yellow", markup=False, soft_wrap=True)
    if told.wait_seconds:
        stderr.print(f"It asks to be left alone for {told.wait_seconds:.0f} seconds; the next run goes on from here.")
