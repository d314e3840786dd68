"""A way of scoring made ready for a catalogue: what it says of one customer is a small matrix (see ``suggest``)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.recommend.bilinear import Bilinear, Floats
from wowengine.recommend.content import voice
from wowengine.recommend.features import IDENTITY, OWN, UNTOLD, Features, family
from wowengine.recommend.model import WORDS
from wowengine.recommend.prior import shared_words

WORDS_KEPT = 1 << 14  # names of features whose words are remembered

Told = Mapping[str, float]
"""What is told of one customer at their moment, by the names of `features`; no weight is 0."""

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """Places of names, and what stands for what is not told: `Features.under` for one row."""

    names: tuple[str, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """Column of each name."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def families(self) -> dict[str, str]:
        """Family of each name."""
        return {name: family(name) for name in self.names}

    @cached_property
    def untold(self) -> dict[str, int]:
        """Column of each family that has one for what is not told."""
        return {of: self.place[name] for name, of in self.families.items() if name == of + UNTOLD}

    def row(self, customer_id: str, told: Told) -> tuple[list[int], Floats]:
        """Return the columns of a customer and their weights."""
        known = {name: weight for name, weight in told.items() if name in self.place}
        own = OWN + customer_id
        if own in self.place and own not in told:
            known[own] = IDENTITY
        columns, weights = [self.place[name] for name in known], list(known.values())
        if self.untold:
            there = {self.families[name] for name in known}
            missing = [column for of, column in self.untold.items() if of not in there]
            columns, weights = columns + missing, weights + [1.0] * len(missing)
        return columns, np.array(weights, dtype=np.float32)


@dataclass(frozen=True)
class Pairs:
    """What a way says of one customer.

    Attributes
    ----------
    names
        The customer's features that it knows: some n of them.
    weights
        float32, shape (n, G + 1): the share of each with each gesture feature of weight 1; the last column is 0.
    bias
        Of the customer, in logits.
    """

    names: Sequence[str]
    weights: Floats
    bias: float


@dataclass(frozen=True)
class Way:
    """A way of scoring made ready.

    Attributes
    ----------
    pairs
        What it says of one customer.
    offered
        Shape (m, G + 1): the gestures under its names.
    level
        Shape (m,): biases of the gestures, and the constant.
    place
        Its column for each feature of the catalogue; the last, which is empty, for those that it does not know.
    weight
        Shape (m,): how much it counts for each gesture; see `content.voice`.
    """

    pairs: Callable[[str, Told], Pairs]
    offered: sp.csr_matrix
    level: Floats
    place: Indices
    weight: Floats

    def logits(self, pairs: Pairs) -> Floats:
        """Return the score of each gesture, shape (m,)."""
        scores = self.offered @ pairs.weights.sum(axis=0) + self.level + np.float32(pairs.bias)
        return np.asarray(scores * self.weight)


def form_way(name: str, form: Bilinear, offered: Features) -> Way:
    """Make a form ready for what is offered."""
    columns = Columns(form.customer_names)
    # A form with a dimension for each gesture feature holds its pairs as they are.
    plain = np.array_equal(form.gesture_vectors, np.eye(len(form.gesture_names)))

    def pairs(customer_id: str, told: Told) -> Pairs:
        at, weights = columns.row(customer_id, told)
        vectors = form.customer_vectors[at] * weights[:, None]
        found = np.zeros((len(at), len(form.gesture_names) + 1), dtype=np.float32)
        found[:, :-1] = vectors if plain else vectors @ form.gesture_vectors.T
        return Pairs([columns.names[one] for one in at], found, float(form.customer_biases[at] @ weights))

    return _made(pairs, form, offered, name)


def words_way(offered: Features) -> Way:
    """Count shared words; those of a customer's feature are looked up once."""

    @lru_cache(WORDS_KEPT)
    def shared(name: str) -> Floats | None:
        form = shared_words((name,), offered.names)
        return np.append(form.customer_vectors @ form.gesture_vectors.T, np.float32(0)) if form.customer_names else None

    def pairs(_customer_id: str, told: Told) -> Pairs:
        found = {name: row * np.float32(weight) for name, weight in told.items() if (row := shared(name)) is not None}
        return Pairs(
            list(found),
            np.array(list(found.values()), dtype=np.float32).reshape(len(found), -1) if found else nothing,
            0.0,
        )

    form = shared_words((), offered.names)
    nothing = np.zeros((0, len(form.gesture_names) + 1), dtype=np.float32)
    return _made(pairs, form, offered, WORDS)


def _made(pairs: Callable[[str, Told], Pairs], form: Bilinear, offered: Features, name: str) -> Way:
    under = offered.under(form.gesture_names)
    wider = sp.csr_matrix((under.data, under.indices, under.indptr), shape=(under.shape[0], under.shape[1] + 1))
    column = {name: at for at, name in enumerate(form.gesture_names)}
    place = np.array([column.get(name, len(column)) for name in (*offered.names, "")], dtype=np.int64)
    weight = np.broadcast_to(voice(name, form, offered).gestures, (len(offered.ids),))
    return Way(pairs, wider, under @ form.gesture_biases + np.float32(form.constant), place, weight)
