"""Why a score is what it is: a bilinear score splits without remainder into pairs of features and biases."""

from collections.abc import Iterable
from typing import NamedTuple

from wowengine.recommend.features import OWN, UNTOLD


class Part(NamedTuple):
    """One share of a score. The parts of a score sum to it.

    Attributes
    ----------
    customer, gesture
        Feature on either side, or '' where only the other side counts (a bias); both '' for the constant.
    weight
        Its share, in logits.
    """

    customer: str
    gesture: str
    weight: float

    @property
    def text(self) -> str:
        """The pair in plain words, such as ``hiking × outdoor``."""
        return " × ".join(plain(name) for name in (self.customer, self.gesture) if name)


def merged(parts: Iterable[Part]) -> list[Part]:
    """Add up parts of the same pair (two forms may speak of it), greatest share first."""
    total: dict[tuple[str, str], float] = {}
    for part in parts:
        pair = (part.customer, part.gesture)
        total[pair] = total.get(pair, 0.0) + part.weight
    return sorted(
        (Part(*pair, weight) for pair, weight in total.items()), key=lambda p: (-p.weight, p.customer, p.gesture)
    )


def reasons(parts: Iterable[Part], k: int) -> tuple[Part, ...]:
    """Return the `k` pairs that speak most for a gesture.

    A bias is about everybody, and what is not told about nobody: neither is a reason for this person. Nor is their
    name: that they answered as they did is known, and not why.
    """
    told = (one for one in parts if one.customer and not one.customer.endswith(UNTOLD) and OWN not in one.customer)
    pairs = [part for part in told if part.gesture and part.weight > 0]
    return tuple(sorted(pairs, key=lambda p: (-p.weight, p.customer, p.gesture))[:k])


def plain(name: str) -> str:
    """Say a feature's name as a person would: ``interest:trail_running`` is "trail running"."""
    family, _, word = name.partition(":")
    word = word.replace("_", " ").replace("=", " ")
    return word if family in {"interest", "tag", "at", "is", "place", "category"} else f"{family} {word}"
