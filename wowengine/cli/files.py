"""Files in: ``wow import``, ``wow set-aside``, ``wow migrate``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wowengine.cli.app import AsJson, app, bars, connect, console, database, print_json, settings, show, stderr
from wowengine.terms import ImportKind

if TYPE_CHECKING:
    from wowengine.profiles.intake import Report

UNLINKED_WARNING = 0.2


@app.command("import")
def import_files(
    kind: Annotated[ImportKind, typer.Argument(help="What the files hold.")],
    files: Annotated[list[Path], typer.Argument(help="CSV, NDJSON or Parquet; gestures also TOML.", exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring files in. The same import twice changes nothing; bad rows are set aside and never stop the rest."""
    from wowengine.imports import import_file

    opened = database(settings())
    total: Report | None = None
    with bars() as progress:
        for done, path in enumerate(files, 1):
            progress(f"importing {kind}", done - 1, len(files))
            report = import_file(opened, kind, path, dry_run=dry_run)
            total = report if total is None else total + report
            progress(f"importing {kind}", done, len(files))
    assert total is not None  # noqa: S101 - the command line asks for one file at least
    _tell(total, dry_run=dry_run, as_json=as_json)


def _tell(report: "Report", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
    else:
        would = "would be " if dry_run else ""
        console.print(
            f"{report.accepted} {would}accepted, {report.duplicate} duplicate, "
            f"{report.unlinked} unlinked, {sum(report.set_aside.values())} {would}set aside"
        )
        for rule, count in sorted(report.set_aside.items()):
            console.print(f"  {count} x {rule}")
        if report.set_aside and not dry_run:
            console.print("  Where they stood: wow set-aside")
    if report.unlinked > UNLINKED_WARNING * report.rows:
        stderr.print(
            f"warning: {report.unlinked} of {report.rows} rows come from people who are no customers of yours, or "
            "have not consented. They were counted and not kept. Import customers with their handles and consents "
            "first.",
            style="yellow",
        )


@app.command("set-aside")
def set_aside(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50, as_json: AsJson = False
) -> None:
    """List rows that were set aside: file, line, column and the rule they broke; never what they said."""
    from wowengine.profiles.intake import list_set_aside

    with database(settings()).reading() as session:
        rows = [
            {"kind": row.kind, "file": row.file, "line": row.line, "column": row.column, "rule": row.rule, "at": row.at}
            for row in list_set_aside(session, limit)
        ]
    show(rows, as_json=as_json, title="Set aside", empty="Nothing is set aside.")


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from wowengine import migrations

    opened = connect(settings())
    before = migrations.current(opened)
    migrations.upgrade(opened)
    console.print(f"{before or 'empty'} -> {migrations.current(opened)}")
