"""A way of scoring made ready for a catalogue: what it says of one customer is a small matrix (see ``suggest``)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
"""What is told of one customer at their moment, by the names of `features`, numbers laid in bins; no weight is 0."""

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """Places of names, and what stands for what is not told: `Features.under` for one row, once numbers are in bins."""

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

    def row(self, customer_id: str, told: Told) -> tuple[list[str], list[int], Floats]:
        """Return what is known of what was told, and the columns and weights of that and, after it, of what was not."""
        known = [name for name in told if name in self.place]
        columns, weights = [self.place[name] for name in known], [told[name] for name in known]
        own = OWN + customer_id
        if own in self.place and own not in told:
            columns, weights = [*columns, self.place[own]], [*weights, IDENTITY]
        if self.untold:
            there = {self.families[self.names[column]] for column in columns}
            missing = [column for of, column in self.untold.items() if of not in there]
            columns, weights = columns + missing, weights + [1.0] * len(missing)
        return known, columns, np.array(weights, dtype=np.float32)


@dataclass(frozen=True)
class Spoken:
    """What a way knows of one customer.

    Attributes
    ----------
    names
        The features told of the customer that it knows.
    vectors
        float32, shape (n, d): each of them times its weight; then those of who they are and of what is not told.
    bias
        Of the customer, in logits.
    """

    names: Sequence[str]
    vectors: Floats
    bias: float


@dataclass(frozen=True)
class Way:
    """A way of scoring made ready for m gestures and their G features.

    Attributes
    ----------
    of
        What it knows of one customer.
    gestures
        Shape (m, d), dense or sparse: each gesture under its features.
    level
        Shape (m,): biases of the gestures, and the constant.
    features
        Shape (g, d): the features of gestures that it knows; None where each is a dimension of its own.
    place
        Shape (G + 1,): the row in `features` of each feature of the catalogue; -1 for those that it does not know, and
        in the last place.
    weight
        Shape (m,): how much it counts for each gesture; see `content.voice`.
    """

    of: Callable[[str, Told], Spoken]
    gestures: Floats | sp.csr_matrix
    level: Floats
    features: Floats | None
    place: Indices
    weight: Floats

    def beyond_level(self, spoken: Spoken) -> Floats:
        """Return what is said of each gesture beside its `level`, in logits, shape (m,)."""
        return np.asarray(self.gestures @ spoken.vectors.sum(axis=0) + np.float32(spoken.bias))

    def pairs(self, spoken: Spoken, columns: Indices, weights: Floats) -> Floats:
        """Return the share of each named feature of the customer with these features of gestures, at these weights.

        Shapes (...) in, (names, ...) out.
        """
        row = self.place[columns]
        told = spoken.vectors[: len(spoken.names)]
        shares = told[:, row] if self.features is None else np.inner(told, self.features[row])
        return np.asarray(shares * (weights * (row >= 0)))


def form_way(name: str, form: Bilinear, offered: Features) -> Way:
    """Make a form ready for what is offered."""
    columns = Columns(form.customer_names)

    def of(customer_id: str, told: Told) -> Spoken:
        known, at, weights = columns.row(customer_id, told)
        vectors = form.customer_vectors[at] * weights[:, None]
        return Spoken(known, vectors, float(form.customer_biases[at] @ weights))

    return _made(of, form, offered, name)


def words_way(offered: Features) -> Way:
    """Count shared words; those of a customer's feature are looked up once."""
    form = shared_words((), offered.names)
    width, nothing = len(form.gesture_names), np.empty(0, dtype=np.float32)

    @lru_cache(WORDS_KEPT)
    def shared(name: str) -> Floats | None:
        form = shared_words((name,), offered.names)
        return np.asarray(form.customer_vectors @ form.gesture_vectors.T)[0] if form.customer_names else None

    def of(_customer_id: str, told: Told) -> Spoken:
        found = {name: row for name in told if (row := shared(name)) is not None}
        weights = np.array([told[name] for name in found], dtype=np.float32)
        rows = np.concatenate([nothing, *found.values()]).reshape(len(found), width)
        return Spoken(list(found), rows * weights[:, None], 0.0)

    return _made(of, replace(form, gesture_vectors=np.eye(width, dtype=np.float32)), offered, WORDS)


def _made(of: Callable[[str, Told], Spoken], form: Bilinear, offered: Features, name: str) -> Way:
    under = offered.under(form.gesture_names)
    column = {name: at for at, name in enumerate(form.gesture_names)}
    place = np.array([column.get(name, -1) for name in (*offered.names, "")], dtype=np.int64)
    plain = np.array_equal(form.gesture_vectors, np.eye(len(column)))
    weight = np.broadcast_to(voice(name, form, offered).gestures, (len(offered.ids),))
    level = under @ form.gesture_biases + np.float32(form.constant)
    if plain:
        return Way(of, under, level, None, place, weight)
    return Way(of, under @ form.gesture_vectors, level, form.gesture_vectors, place, weight)
