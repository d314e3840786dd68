"""Reviews close the loop: ``wow hear``."""

from datetime import timedelta
from typing import Annotated

import typer

from wowengine.cli.app import AsJson, app, console, database, print_json, settings


@app.command()
def hear(
    days: Annotated[int, typer.Option(min=1, max=90, help="How long after a delivery a review answers it.")] = 14,
    as_json: AsJson = False,
) -> None:
    """Read reviews and mentions after deliveries as outcomes; each counts once, and goes when it is deleted."""
    from wowengine.campaigns import heard

    with database(settings()).transaction() as session:
        new = heard.hear(session, timedelta(days=days))
    if as_json:
        print_json({"heard": new})
    else:
        console.print(f"{new} heard: thanks or complaints after a delivery.")
