"""People's rights: ``wow export``, ``wow object``, ``wow forget``."""

from pathlib import Path
from typing import Annotated

import typer

from wowengine.cli.app import AsJson, app, console, database, print_json, settings
from wowengine.cli.tables import write_table
from wowengine.errors import BadInput
from wowengine.terms import Purpose


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="A customer's id; with FILE: results, actions, recipients or decisions.")],
    file: Annotated[Path | None, typer.Argument(help="A .csv or .parquet to write; none for a customer.")] = None,
    page: Annotated[bool, typer.Option("--html", help="A page to read in a browser instead of JSON.")] = False,
    by: Annotated[str, typer.Option("--by", help="Of results: campaign, kind or gesture.")] = "campaign",
) -> None:
    """Print everything held about a customer: what, why, and for how long; or write a table into FILE for analysis."""
    from wowengine import exporting

    if file is not None:
        rows = write_table(what, file, by)
        console.print(f"{rows:,} rows of {what} in {file}", markup=False, highlight=False, soft_wrap=True)
        return

    with database(settings()).reading() as session:
        exported = exporting.export(session, what)
    written = exporting.as_html(exported) if page else exporting.as_json(exported)
    typer.echo(written)


@app.command("object")
def object_to(
    customer_id: Annotated[str, typer.Argument(help="The customer's id.")],
    purpose: Annotated[list[Purpose] | None, typer.Option(help="What they object to; all purposes if none.")] = None,
) -> None:
    """Write down that a customer objects; it holds at once, and no later import undoes it."""
    from wowengine import objecting

    purposes = purpose or list(Purpose)
    with database(settings()).transaction() as session:
        withdrawn = objecting.object_to(session, customer_id, purposes)
    console.print(f"{customer_id} objects to {', '.join(purposes)}. {withdrawn} waited and needed a yes: withdrawn.")


@app.command()
def forget(
    customer_id: Annotated[str | None, typer.Argument(help="The customer's id.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="After a restore: forget those again whom it brought back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a customer everywhere, for good. Amounts stay in the ledger, without a person."""
    from wowengine import forgetting

    given = settings()
    opened = database(given)
    if again:
        back = forgetting.forget_again(opened, given.home, given.spool)
        console.print(f"{len(back)} forgotten again")
        return
    if customer_id is None:
        raise BadInput("Whom? Give the customer's id, or --again after a restore.")
    if not yes:
        typer.confirm(f"Forget {customer_id} everywhere? It cannot be undone.", abort=True)
    gone = forgetting.forget(opened, customer_id, given.home, given.spool)
    if as_json:
        print_json({"rows": gone.rows, "files": gone.files, "models": gone.models})
        return
    console.print(f"forgotten: {sum(gone.rows.values())} rows, {gone.files} files")
    for table, count in gone.rows.items():
        console.print(f"  {count:>6} {table}")
    if gone.models:
        console.print(
            f"{gone.models} trained models knew them, and do no longer. Train again (wow train): "
            "what was learned from them and others together goes only then."
        )
