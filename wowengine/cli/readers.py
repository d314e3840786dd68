"""Readers: ``wow readers list``, ``wow readers train``, and ``wow read``, which shows what they read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, bars, console, print_json, settings, show

if TYPE_CHECKING:
    from wowengine.profiles.reading.teach import Taught

AT_ONCE = 20_000  # texts read together

readers = typer.Typer(
    help="What reads texts: the starter's readers, and those a company trained.", no_args_is_help=True
)
app.add_typer(readers, name="readers")


@readers.command("list")
def list_readers(as_json: AsJson = False) -> None:
    """List the readers in force: what they learned from, and how well they read."""
    from wowengine.profiles.reading.readers import in_force

    settings()
    cards = [reader.card for reader in in_force().by_name.values()]
    rows: list[dict[str, Any]] = [
        {
            "question": card.name,
            "labels": ", ".join(card.labels),
            "learned from": "; ".join(
                f"{told['data']} ({told['texts']}, {told['licence']})" for told in card.learned_from
            ),
            "held out": ", ".join(f"{name} {value:.3f}" for name, value in card.figures.items()),
        }
        for card in cards
    ]
    show(rows, as_json=as_json, title="Readers in force", empty="No readers.")


@readers.command("train")
def train_readers(
    labelled: Annotated[
        Path, typer.Argument(help="NDJSON or CSV: `text`, and `label_NAME` for each question.", exists=True)
    ],
    mapped: Annotated[
        Path | None, typer.Option("--map", help="TOML: a table a question, your label = ours.", exists=True)
    ] = None,
    licence: Annotated[str, typer.Option(help="Licence of the texts; it stands on the card.")] = "the company's own",
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Learn with the multilingual encoder: better, and slower.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed and texts give the same folds.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Train readers from labelled texts; each is used only if it reads held-out texts better than the one in force."""
    from wowengine.profiles.reading.lesson import Origin, read_map
    from wowengine.profiles.reading.readers import in_force
    from wowengine.profiles.reading.teach import teach
    from wowengine.profiles.sources.files import read_rows

    given = settings()
    origin = Origin(labelled.name, licence)
    with bars() as progress:
        rows, words = read_rows(labelled), read_map(mapped)
        taught = teach(rows, origin, words, given.readers, in_force(), encoded=encoder, seed=seed, progress=progress)
    if as_json:
        print_json([vars(one) for one in taught])
        return
    for one in taught:
        _tell(one)


def _tell(one: "Taught") -> None:
    verdict = "in use from now on" if one.used else "not used: no better than before"
    console.print(f"{one.name}: {len(one.labels)} labels, {one.texts} texts; {verdict}")
    for name, value in one.figures.items():
        console.print(f"  {name:<18} {value:.3f}   {one.compared}: {one.before[name]:.3f}")


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="CSV or NDJSON with a `text` column, or signals.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Show what is read from texts, one line a text, in order; nothing is stored."""
    from wowengine.errors import BadInput
    from wowengine.profiles.readout import read_lines
    from wowengine.profiles.sources.files import read_rows

    settings()
    rows = read_rows(file)
    if "text" not in rows.columns:
        raise BadInput(f"{file.name} has no column `text`.")
    with bars() as progress:
        for start in range(0, len(rows), AT_ONCE):
            for line in read_lines(rows[start : start + AT_ONCE]):
                print_json(line) if as_json else console.print(_summary(line), markup=False, highlight=False)
            progress("reading", min(start + AT_ONCE, len(rows)), len(rows))


def _summary(line: dict[str, Any]) -> str:
    """Say in one line what a text says, without its words."""
    felt, why = (line[name] and f"{line[name]['label']} {line[name]['p']:.0%}" for name in ("sentiment", "reason"))
    tastes = [("-" if one["polarity"] == "dislikes" else "+") + one["id"] for one in line["interests"]]
    stated = [f"{one['slot']}: {one['value']}" for one in line["preferences"]]
    dropped = [f"dropped: {', '.join(line['dropped'])}"] if line["dropped"] else []
    flagged = [name for name in ("urgent", "safety", "question") if line[name]]
    named = [one["place"] for one in line["places"]]
    told = [line["language"] or "?", felt, why, *flagged, *tastes, *stated, *named, *dropped]
    return f"{line['source_id']}  {'  '.join(part for part in told if part)}"
