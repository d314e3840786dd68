"""What is said of the brand, in numbers: ``wow listen``."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wowengine import clock
from wowengine.cli.app import AsJson, app, console, database, print_json, settings, show

if TYPE_CHECKING:
    import polars as pl

SHOWN = ("time", "channel", "subject", "topic", "posts", "authors", "negative_share")


@app.command()
def listen(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files of posts to count instead; nothing of them is stored.", exists=True, dir_okay=False),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back to look.")] = 7,
    by: Annotated[Literal["hour", "day"], typer.Option(help="How long a span each row sums up.")] = "day",
    subject: Annotated[str | None, typer.Option(help="all, complaint or interest.")] = None,
    channel: Annotated[str | None, typer.Option(help="Of this channel alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is said of the brand: posts, people and mood, by time, channel and subject; never a word or a name."""
    from wowengine.profiles import alarm, listening

    if files:
        found, told = _counted(files), None
        for name, wanted in (("subject", subject), ("channel", channel)):
            found = found if wanted is None else found.filter(found[name] == wanted)
    else:
        with database(settings()).reading() as session:
            now = clock.now()
            found = listening.heard(session, now - timedelta(days=days), now, subject=subject, channel=channel)
            _, told = alarm.now(session, now)
    rows = listening.by_time(found, by).to_dicts()
    if as_json:
        print_json({"alarm": vars(told) if told else None, "items": rows})
        return
    if told:
        console.print(f"{told.state.replace('_', ' ')}: {told.why}")
    short = [{name: row[name] for name in SHOWN} for row in rows]
    show(
        short,
        as_json=False,
        title="Heard",
        empty="Nothing was heard. `wow collect` brings in what feeds and mentions say.",
    )


def _counted(files: list[Path]) -> "pl.DataFrame":
    import polars as pl

    from wowengine.profiles import listening
    from wowengine.profiles.sources.files import read_rows

    parts = [listening.subjects(listening.said(read_rows(path))) for path in files]
    return listening.counts(pl.concat(parts))
