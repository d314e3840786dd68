"""Models on a company's own files, without a database: ``wow evaluate``."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, bars, console, print_json, show
from wowengine.cli.loop import Seed
from wowengine.errors import BadInput

if TYPE_CHECKING:  # frames are slow to import: a command that needs none must not wait for them
    from wowengine.recommend.trial import Trial
    from wowengine.trials import World

ALWAYS = "popular"  # the model that every other is held against
SHOWN = ("auc", "ece", "log_loss")  # in the table, beside NDCG at the first depth; JSON has all


class Split(StrEnum):
    """How one file of outcomes is parted."""

    TIME = "time"
    CUSTOMERS = "customers"


@app.command("evaluate")
def evaluate(
    customers: Annotated[Path, typer.Option(help="CSV, NDJSON or Parquet, as for wow import.")],
    gestures: Annotated[Path, typer.Option(help="Likewise; all that could be suggested.")],
    train: Annotated[Path | None, typer.Option(help="Outcomes to learn from.")] = None,
    test: Annotated[Path | None, typer.Option(help="Outcomes to be tried on.")] = None,
    outcomes: Annotated[Path | None, typer.Option(help="In place of both: outcomes to be split.")] = None,
    split: Annotated[Split, typer.Option(help="The newest fifth, or folds of customers.")] = Split.TIME,
    folds: Annotated[int, typer.Option(min=2, help="How many folds of customers.")] = 5,
    model: Annotated[str, typer.Option(help=f"Only this one, such as auto, beside {ALWAYS}.")] = "",
    k: Annotated[str, typer.Option("--k", help="How much of each list to look at.")] = "5,10",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Try every model on outcomes that it has not seen, side by side. Nothing is stored."""
    from wowengine import trials
    from wowengine.recommend import side_by_side

    models, depths = _models(model), _depths(k)
    world = trials.read_world(customers, gestures)
    tried = _trials(world, train, test, outcomes, folds=folds if split is Split.CUSTOMERS else None, seed=seed)
    rows = trials.account(world, tried)
    with bars() as progress:
        judged = side_by_side.as_json(side_by_side.judge(tried, models, depths, seed, progress))
    if as_json:
        print_json({"models": judged, "rows": rows})
    else:
        _tell(judged, rows)


def _trials(
    world: "World", train: Path | None, test: Path | None, outcomes: Path | None, *, folds: int | None, seed: int
) -> "list[Trial]":
    from wowengine import trials

    if train and test and not outcomes:
        return [trials.held_out(world, train, test)]
    if outcomes and not train and not test:
        return (
            trials.folds_of_customers(world, outcomes, folds, seed) if folds else [trials.newest_fifth(world, outcomes)]
        )
    raise BadInput("Give --train and --test, or --outcomes alone.")


def _models(asked: str) -> list[str]:
    from wowengine.recommend import side_by_side

    known = side_by_side.names()
    if asked and asked not in known:
        raise BadInput(f"There is no model {asked!r} here; there are {', '.join(known)}.")
    return [name for name in known if not asked or name in {asked, ALWAYS}]


def _depths(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) for part in parts):
        raise BadInput(f"--k takes whole numbers from 1 on, such as 5,10, and not {text!r}.")
    return sorted({int(part) for part in parts})


def _tell(judged: Sequence[dict[str, Any]], rows: dict[str, Any]) -> None:
    """Print a table for the whole test and one for each part of it that anybody is in."""
    for part in ("all", *judged[0]["by"]):
        lines = [_line(one, part) for one in judged]
        if any(value for line in lines for name, value in line.items() if name != "model"):
            show(lines, as_json=False, title=part.replace("_", " ").capitalize(), empty="")
    who = rows["test_customers"]
    console.print(
        f"Learned from {rows['train']} offers, tried on {rows['test']} answers of {who['warm']} customers known before "
        f"and {who['cold']} strangers. In brackets: the 95 % interval."
    )
    for file, rules in rows["set_aside"].items():
        for rule, count in rules.items():
            console.print(f"  {file}: {count} x {rule}")


def _line(one: dict[str, Any], part: str) -> dict[str, str]:
    figures = one if part == "all" else one["by"][part]
    ranked = next(name for name in figures if name.startswith("ndcg@"))
    line = {"model": one["model"]} | {name: _figure(figures[name]) for name in (ranked, *SHOWN) if name in figures}
    if part != "all":
        return line
    return line | {"auc less auto's": _figure(one["less_auto"]["auc"]) if "less_auto" in one else ""}


def _figure(figure: dict[str, float | None]) -> str:
    value, low, high = (figure[name] for name in ("value", "low", "high"))
    if value is None:
        return ""
    return f"{value:.3f}" + (f" ({low:.3f} to {high:.3f})" if low is not None else "")
