"""What every command shares: settings, a database with today's tables, output for people or machines, clear errors."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wowengine import __version__
from wowengine.db.session import Database
from wowengine.errors import BadInput, WowError
from wowengine.profiles.reading.shelf import shelf
from wowengine.settings import Settings

if TYPE_CHECKING:  # frames are slow to import: a command that needs none must not wait for them
    from wowengine.campaigns.channels.outlets import Outlets
    from wowengine.rounds import Config

USAGE, FAILED = 2, 1

app = typer.Typer(
    name="wow",
    help="Small wonders for customers, chosen with care, approved by people, delivered once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
stderr = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Who = Annotated[str, typer.Option("--as", help="Who takes the step; it stands in the action's life.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Answer ``wow --version``."""
    if version:
        console.print(__version__)
        raise typer.Exit


def settings() -> Settings:
    """Read ``WOW_*``; a value that cannot be used is one clear line."""
    try:
        given = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "WOW_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"{name} cannot be used: {first['msg']}.") from error
    shelf.use(given.readers, encoded=given.encoder, taxonomy=given.taxonomy)
    return given


def config(given: Settings) -> "Config":
    """Return the plain values that a round needs."""
    from wowengine.rounds import Config

    return Config(
        home=given.home,
        models=given.models,
        policy=given.policy,
        spool=given.spool,
        holdout_salt=given.holdout_salt.get_secret_value(),
        holdout_share=given.holdout_share,
        company=given.company,
        outlets=outlets(given),
    )


def outlets(given: Settings) -> "Outlets":
    """Return what is known of the systems outside that messages are handed to."""
    from wowengine.campaigns.channels.outlets import Outlets

    return Outlets(
        smtp_url=given.smtp_url.get_secret_value(),
        mail_from=given.mail_from,
        webhook_url=given.webhook_url.get_secret_value(),
        webhook_secret=given.webhook_secret.get_secret_value(),
        chatwoot_url=given.chatwoot_url,
        chatwoot_account=given.chatwoot_account,
        chatwoot_token=given.chatwoot_token.get_secret_value(),
    )


def database(given: Settings) -> Database:
    """Open the database with today's tables: SQLite is brought there, PostgreSQL's operator is told how."""
    opened = connect(given)
    from wowengine import migrations

    migrations.prepare(opened)
    return opened


def connect(given: Settings) -> Database:
    """Open the database as it is."""
    if not given.database_url:
        given.home.mkdir(parents=True, exist_ok=True)
    return Database(given.database)


def show(rows: Iterable[Mapping[str, Any]], *, as_json: bool, title: str, empty: str) -> None:
    """Print rows as a table for people, or as one JSON list for machines."""
    listed = list(rows)
    if as_json:
        print_json(listed)
        return
    if not listed:
        console.print(empty)
        return
    console.print(_table(listed, title))


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a callback ``(label, done, total)`` that draws one progress bar a label, on stderr."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    known: dict[str, TaskID] = {}
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as shown:

        def advance(label: str, done: int, total: int) -> None:
            if label not in known:
                known[label] = shown.add_task(label, total=total)
            shown.update(known[label], completed=done, total=total)

        yield advance


def print_json(value: object) -> None:
    """Print one line of JSON, times and all."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False) + "\n")


def _table(rows: Sequence[Mapping[str, Any]], title: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for place, (name, value) in enumerate(rows[0].items()):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # The first column is what one copies into the next command: never broken over two lines.
        table.add_column(name, justify="right" if number else "left", overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(escape("" if value is None else str(value)) for value in row.values()))
    return table


def money(cents: int, currency: str) -> str:
    """Return an amount as people write it: ``EUR 6.00``."""
    return f"{currency} {cents / 100:,.2f}"


def run() -> None:
    """Run a command; what a person can be told about is one line, and exit 1, or 2 for bad input."""
    try:
        app()
    except WowError as error:
        stderr.print(f"wow: {error.message}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(USAGE if isinstance(error, BadInput) else FAILED)
