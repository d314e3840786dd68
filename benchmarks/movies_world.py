"""Data of MovieLens' kind: what was taken, when, and what is told of customers and items. Here a make-believe one.

Tastes are low-rank and come in clusters; a customer's age and occupation tell a little of them. An item is its genres'
mean and something of its own. Exposure has a long tail (it falls exponentially with the rank, as in MovieLens, where
Zipf's law would leave the tail too heavy), and what is in fashion moves. Each customer takes some twenty items or
many, without taking one twice, by taste, exposure and chance.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.recommend.features import Features

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

GENRES, AGES, OCCUPATIONS, CLUSTERS, TASTES = 18, 7, 21, 12, 50
FEWEST = 20  # items a customer takes, as in MovieLens
SPREAD_OF_ACTIVITY = 1.2  # of its logarithm
EXPOSURE = 9.0  # how steeply exposure falls with an item's rank
BUSIEST = 15.0  # times what the middle customer takes beyond the fewest: none takes more
KNOWN_BY_GENRE = 0.3  # how much the genres of an item tell of how well known it is, beside what they do not
FASHION = 1.5  # how much an item's exposure moves over the whole time
PICKY = 1.0  # how much taste weighs beside chance
OWN_TASTE, TOLD_TASTE = 1.2, 0.4  # of a customer, beside their cluster's
OWN_KIND = 0.8  # of an item, beside its genres'
STAY = 0.2  # of the whole time that a customer comes for, on average
WHOLE_TIME = 220 * 86_400  # seconds


@dataclass(frozen=True)
class Movies:
    """Who took what, and what is told of both.

    Attributes
    ----------
    user, item, at
        Of each taking: row in `users`, row in `items`, and seconds since some moment; no pair comes twice.
    users, items
        What is told of them.
    """

    user: Integers
    item: Integers
    at: Integers
    users: Features
    items: Features

    def matrix(self, keep: NDArray[np.bool_]) -> sp.csr_matrix:
        """Return the takings where `keep` is true as ones, float32, shape (users, items)."""
        cells = (np.ones(int(keep.sum()), dtype=np.float32), (self.user[keep], self.item[keep]))
        return sp.csr_matrix(cells, shape=(len(self.users.ids), len(self.items.ids)))


def make_believe(users: int = 943, items: int = 1682, taken: int = 100_000, seed: int = 0) -> Movies:
    """Make a world of this size; the same seed makes the same world."""
    chooser = np.random.default_rng(seed)
    genres = _genres(chooser, items)
    told = np.stack([chooser.integers(0, AGES, users), chooser.integers(0, OCCUPATIONS, users)], axis=1)
    start = chooser.random(users)
    exposure = _exposure(chooser, genres)
    fashion = chooser.normal(0, FASHION, items)
    fits = _tastes(chooser, told) @ _kinds(chooser, genres).T
    keys = PICKY * fits + exposure + np.outer(start, fashion) + chooser.gumbel(size=(users, items))
    place = np.argsort(np.argsort(-keys, axis=1), axis=1)
    user, item = np.nonzero(place < _activity(chooser, users, items, taken)[:, None])
    at = (start + STAY * chooser.exponential(size=users))[user] * chooser.random(len(user))
    return Movies(user, item, (at * WHOLE_TIME).astype(np.int64), _people(told), _things(genres))


def _exposure(chooser: np.random.Generator, genres: NDArray[np.bool_]) -> Doubles:
    """Draw how well known each item is, in logarithms: its genres tell a little of it."""
    liked = genres @ chooser.normal(0, 1, GENRES) / np.sqrt(genres.sum(axis=1))
    rank = np.argsort(np.argsort(-(KNOWN_BY_GENRE * liked + chooser.normal(0, 1, len(genres)))))
    return np.asarray(-EXPOSURE * rank / max(len(genres) - 1, 1))


def _activity(chooser: np.random.Generator, users: int, items: int, taken: int) -> Integers:
    """Draw how much each customer takes: log-normal, at least `FEWEST`, at most half of everything, `taken` in all."""
    drawn = np.minimum(chooser.lognormal(0, SPREAD_OF_ACTIVITY, users), BUSIEST)
    more = drawn / drawn.sum() * max(taken - FEWEST * users, 0)
    return np.asarray(np.minimum(FEWEST + np.rint(more), items // 2), dtype=np.int64)


def _genres(chooser: np.random.Generator, items: int) -> NDArray[np.bool_]:
    """Draw one to three genres for each item; some genres are far commoner than others."""
    common = 1 / np.arange(1, GENRES + 1)
    keys = np.log(common) + chooser.gumbel(size=(items, GENRES))
    place = np.argsort(np.argsort(-keys, axis=1), axis=1)
    return np.asarray(place < chooser.integers(1, 4, items)[:, None])


def _kinds(chooser: np.random.Generator, genres: NDArray[np.bool_]) -> Doubles:
    """Draw item factors around the mean of their genres', of length about one."""
    means = chooser.normal(size=(GENRES, TASTES))
    own = chooser.normal(size=(len(genres), TASTES))
    shared = genres @ means / np.sqrt(genres.sum(axis=1, keepdims=True))
    return np.asarray((shared + OWN_KIND * own) / np.sqrt(TASTES))


def _tastes(chooser: np.random.Generator, told: Integers) -> Doubles:
    """Draw customer factors around their cluster's, moved by what is told of them."""
    clusters = chooser.normal(size=(CLUSTERS, TASTES))[chooser.integers(0, CLUSTERS, len(told))]
    ages = chooser.normal(size=(AGES, TASTES))[told[:, 0]]
    occupations = chooser.normal(size=(OCCUPATIONS, TASTES))[told[:, 1]]
    own = chooser.normal(size=clusters.shape)
    return np.asarray(clusters + OWN_TASTE * own + TOLD_TASTE * (ages + occupations))


def _people(told: Integers) -> Features:
    ages, occupations = np.eye(AGES, dtype=np.float32)[told[:, 0]], np.eye(OCCUPATIONS, dtype=np.float32)[told[:, 1]]
    names = [f"age:{n}" for n in range(AGES)] + [f"occupation:{n}" for n in range(OCCUPATIONS)]
    return features([f"u{n}" for n in range(len(told))], names, sp.csr_matrix(np.hstack([ages, occupations])))


def _things(genres: NDArray[np.bool_]) -> Features:
    names = [f"tag:{n}" for n in range(GENRES)]
    return features([f"i{n}" for n in range(len(genres))], names, sp.csr_matrix(genres.astype(np.float32)))


def features(ids: list[str], names: list[str], matrix: sp.csr_matrix) -> Features:
    """Return named features with their columns sorted by name."""
    order = np.argsort(names)
    return Features(tuple(ids), tuple(names[at] for at in order), sp.csr_matrix(matrix[:, order]))
