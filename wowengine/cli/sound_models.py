"""`wow doctor` on models: whether they can be trained, and whether the one that serves still fits."""

from typing import Any

from wowengine.cli.app import connect
from wowengine.cli.finding import Finding
from wowengine.settings import Settings

NAMED = 5  # features that a model never learned; the others are counted


def lightfm(_given: Settings) -> Finding:
    """Look whether models can be trained as they should be."""
    from wowengine.recommend.lightfm_model import is_installed

    if is_installed():
        return Finding("LightFM", "ok", "installed")
    said = "not installed: scores are served, but training falls back to a linear model"
    return Finding("LightFM", "broken", said, "Run: pip install 'wowengine[train]' (Python 3.11: with a C compiler).")


def model(given: Settings) -> Finding:
    """Look at the model that serves: whether it fits what is told of customers now."""
    from wowengine.recommend import registry

    card = registry.active_card(given.models)
    if card is None:
        return Finding("model", "hint", "none yet: the content prior is used", "Run: wow train, once outcomes are in.")
    far = _drifted(given, card)
    if far:
        said = f"{card['version']}; customers are told of otherwise than at training: {', '.join(far)}"
        return Finding("model", "hint", said, "Run: wow train, so that it learns of them as they are.")
    return Finding("model", "ok", f"{card['version']}; never learned {_unseen(given)}")


def _drifted(given: Settings, card: dict[str, Any]) -> list[str]:
    """Name what is told of a sample of customers far otherwise than the model was taught; moments are not looked at."""
    if "baseline" not in card:
        return []
    from wowengine import rounds

    with connect(given).reading() as session:
        return rounds.drifted(session, card["baseline"])


def _unseen(given: Settings) -> str:
    """Say how much of what is told today the model never learned, and name the first of it."""
    from wowengine import rounds
    from wowengine.recommend.serving import serving

    served = serving(given.models)
    if served is None:
        return "nothing"
    with connect(given).reading() as session:
        found = rounds.unseen(session, served)
    named = [name for one in found.values() for name in one.names]
    such_as = f" ({', '.join(named[:NAMED])}{', ...' if len(named) > NAMED else ''})" if named else ""
    return ", ".join(f"{len(one.names)} of {one.told} features of {whose}" for whose, one in found.items()) + such_as
