"""What is told today and a model never learned: it says nothing of it, and people should know how much that is."""

from collections.abc import Collection
from dataclasses import dataclass

from wowengine.recommend.dataset import shared_features
from wowengine.recommend.features import UNTOLD, Features
from wowengine.recommend.model import Model

OF_MOMENTS = "at:"  # begins the name of a feature that tells of a moment


@dataclass(frozen=True)
class Unseen:
    """Features that are told and were never learned.

    Attributes
    ----------
    told
        How many features are told in all.
    names
        Those of them that no way of the model knows, sorted.
    """

    told: int
    names: tuple[str, ...]


def unseen(model: Model, people: Features, offered: Features) -> dict[str, Unseen]:
    """Return what the model never learned of customers, of moments and of gestures, under these three words.

    Parameters
    ----------
    model
        That serves.
    people
        What is told of customers and their moments (see `features.occasions`). Only features that several customers
        share count: others are never learned, on purpose.
    offered
        What is told of gestures (see `features.gestures_told`).
    """
    forms = model.forms.values()
    taught = {name for form in forms for name in form.customer_names}
    shared = shared_features(people.laid_in_bins_of(taught)).names
    told = [name for name in shared if not name.endswith(UNTOLD)]
    return {
        "customers": _among([name for name in told if not name.startswith(OF_MOMENTS)], taught),
        "moments": _among([name for name in told if name.startswith(OF_MOMENTS)], taught),
        "gestures": _among(offered.names, {name for form in forms for name in form.gesture_names}),
    }


def _among(told: Collection[str], taught: Collection[str]) -> Unseen:
    return Unseen(len(told), tuple(sorted(set(told).difference(taught))))
