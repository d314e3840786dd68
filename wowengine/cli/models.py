"""Models by hand: ``wow models``, ``wow models show``, ``wow models activate``, ``wow models rollback``."""

from typing import Annotated, Any

import typer

from wowengine.cli.app import AsJson, app, console, print_json, settings, show
from wowengine.errors import NotFound

Version = Annotated[str, typer.Argument(help="The model's version, as `wow models` lists it.")]

models = typer.Typer(help="The trained models: which there are, how good they are, and which one serves.")
app.add_typer(models, name="models")


@models.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: AsJson = False) -> None:
    """List the trained models, oldest first."""
    if context.invoked_subcommand:
        return
    from wowengine.recommend import registry

    folder = settings().models
    serving = registry.activated(folder)[-1:]
    rows = [_row(card, active=card["version"] in serving) for card in registry.cards(folder)]
    show(rows, as_json=as_json, title="Models", empty="No model yet: the content prior scores. Run: wow train")


@models.command("show")
def show_card(version: Version, as_json: AsJson = False) -> None:
    """Show what a model was made of and how good it was."""
    from wowengine.recommend import registry

    folder = settings().models
    card = next((card for card in registry.cards(folder) if card["version"] == version), None)
    if card is None:
        raise NotFound(f"There is no model {version} in {folder}. `wow models` lists those there are.")
    if as_json:
        print_json(card)
        return
    for name, fact in sorted(card.items()):
        if not isinstance(fact, dict):
            console.print(f"{name}: {fact}", markup=False, highlight=False, soft_wrap=True)
    print_quality(card.get("quality", {}), card.get("weights", {}))


@models.command()
def activate(version: Version) -> None:
    """Let a model serve from now on; it is read first, and one that cannot be read is refused."""
    from wowengine.recommend import registry

    registry.activate(settings().models, version)
    console.print(f"{version} serves from now on.", markup=False, highlight=False, soft_wrap=True)


@models.command()
def rollback() -> None:
    """Go back to what served before: the model activated before it, or the content prior."""
    from wowengine.recommend import registry

    before = registry.rollback(settings().models)
    said = f"{before or 'The content prior'} serves again."
    console.print(said, markup=False, highlight=False, soft_wrap=True)


def print_quality(quality: dict[str, dict[str, Any]], weights: dict[str, dict[str, float]]) -> None:
    """Print for people how well each recommender foretold the newest answers, and how much each way counts."""
    if quality:
        rows = [{"scored by": name, **figures} for name, figures in quality.items()]
        show(rows, as_json=False, title="On the newest answers", empty="")
    if weights:
        ways = dict.fromkeys(way for counts in weights.values() for way in counts)
        rows = [{"way": way} | {whom: counts.get(way, 0.0) for whom, counts in weights.items()} for way in ways]
        show(rows, as_json=False, title="How much each way counts, and for whom", empty="")


def _row(card: dict[str, Any], *, active: bool) -> dict[str, Any]:
    quality = card.get("quality", {}).get("auto", {})
    return {
        "version": card["version"],
        "trained_at": str(card.get("trained_at", ""))[:19],
        "answers": card.get("answers"),
        "auc": quality.get("auc"),
        "active": active,
    }
