"""The loop by hand: ``wow profile``, ``wow train``, ``wow score``, ``wow round``."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from wowengine import clock
from wowengine.cli.app import AsJson, app, bars, config, console, database, print_json, settings
from wowengine.cli.models import print_quality
from wowengine.errors import BadInput

Seed = Annotated[int, typer.Option(help="The same seed and outcomes give the same model, byte for byte.")]


@app.command()
def profile(
    as_of: Annotated[str, typer.Option("--as-of", help="Build as of a date, such as 2017-11-30.")] = "",
    changed: Annotated[
        bool, typer.Option("--changed", help="Build only the profiles whose signals or consents changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build profiles from the signals of customers who consent."""
    from wowengine.profiles import store

    opened, at = database(settings()), _as_of(as_of)
    with bars() as progress, opened.transaction() as session:
        built = (store.refresh if changed else store.rebuild)(session, at, progress=progress)
        summary = store.care_summary(session)
    told = {"profiles": built, **summary}
    if as_json:
        print_json(told)
        return
    console.print(f"{built} profiles built as of {at:%Y-%m-%d %H:%M} UTC")
    median = summary["median_first_answer_seconds"]
    if median is not None:
        console.print(
            f"{summary['threads']} threads, {summary['answered']} answered; median time to first answer {median:,.0f} s"
        )


@app.command()
def train(seed: Seed = 0, as_json: AsJson = False) -> None:
    """Learn from outcomes and verdicts; the model is used only if it is no worse than the baseline."""
    from wowengine import rounds

    given = settings()
    opened = database(given)
    with bars() as progress:
        progress("learning", 0, 1)
        report = rounds.train_model(opened, config(given), seed=seed)
        progress("learning", 1, 1)
    if as_json:
        print_json(report.as_json())
    else:
        console.print(report.said)
        told = report.as_json()
        print_quality(told["quality"], told["weights"])


@app.command()
def score(
    out: Annotated[Path, typer.Option(help="Folder for the Parquet file of this shard.")],
    shard: Annotated[str, typer.Option(help="Which part of the customers, such as 2/8.")] = "1/1",
    k: Annotated[int, typer.Option(min=1, help="Keep the best k gestures of each customer.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Score the catalogue for all customers of a shard into a Parquet file."""
    from wowengine import rounds

    given = settings()
    with bars() as progress:
        report = rounds.score_shard(database(given), config(given), out, shard, k=k, progress=progress)
    if as_json:
        print_json(report.as_json())
    else:
        said = f"{report.customers} customers scored by {report.version}: {report.path}"
        console.print(said, markup=False, highlight=False, soft_wrap=True)


@app.command("round")
def run_round(as_json: AsJson = False) -> None:
    """Look at everybody, decide, and propose what passed for approval."""
    from wowengine import rounds

    given = settings()
    with bars() as progress:
        report = rounds.run_round(database(given), config(given), progress=progress)
    if as_json:
        print_json(report.as_json())
        return
    console.print(f"{report.considered} considered, {report.proposed} proposed, {report.held_out} held out")
    for rule, count in report.refused.most_common(8):
        console.print(f"  {count:>6} refused by {rule}")
    for account, cents in report.shadow_prices.items():
        console.print(f"  one more of {account} would have been worth {cents:.2f} cents", highlight=False)
    if report.drawn:
        console.print(f"  {report.drawn} put first by a lot or an arm, so that we can tell what helps")


def _as_of(text: str) -> datetime:
    if not text:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no date, such as 2017-11-30.") from None
    if at.time() == time.min and at.tzinfo is None:
        return datetime.combine(at.date(), time.max, UTC)  # a day is meant to its end
    return at if at.tzinfo else at.replace(tzinfo=UTC)
