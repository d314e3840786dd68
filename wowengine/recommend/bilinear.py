"""The one form that every score of this house has, served by numpy alone.

For a customer (at a moment) with features x and a gesture with features y:

    score(x, y) = Σ_f Σ_g x_f y_g <u_f, v_g>  +  Σ_f x_f b_f  +  Σ_g y_g c_g  +  constant

LightFM's hybrid model is this (Kula 2015, arXiv:1507.08439), so are a linear model on crossed features, a count of
shared words and plain popularity. Scores are logits: once calibrated, ``1 / (1 + exp(-score))`` is a propensity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.recommend.explain import Part

Floats = NDArray[np.float32]
Row = tuple[NDArray[np.int32], Floats]
"""One row of a sparse matrix: its columns and their weights."""


@dataclass(frozen=True)
class Bilinear:
    """Vectors and biases of named features.

    Attributes
    ----------
    customer_names, gesture_names
        Names of the features on either side: F and G of them.
    customer_vectors, gesture_vectors
        float32, shapes (F, d) and (G, d).
    customer_biases, gesture_biases
        float32, shapes (F,) and (G,).
    constant
        Added to every score.
    """

    customer_names: tuple[str, ...]
    customer_vectors: Floats
    customer_biases: Floats
    gesture_names: tuple[str, ...]
    gesture_vectors: Floats
    gesture_biases: Floats
    constant: float = 0.0

    def customers(self, known: sp.csr_matrix) -> Floats:
        """Return a row of d + 2 numbers for each customer: shapes (n, F) in, (n, d + 2) out."""
        ones = np.ones((known.shape[0], 1), dtype=np.float32)
        return np.hstack([known @ self.customer_vectors, (known @ self.customer_biases)[:, None], ones])

    def gestures(self, known: sp.csr_matrix) -> Floats:
        """Return a row of d + 2 numbers for each gesture; its product with a customer's row is the score."""
        ones = np.ones((known.shape[0], 1), dtype=np.float32)
        biases = (known @ self.gesture_biases)[:, None] + np.float32(self.constant)
        return np.hstack([known @ self.gesture_vectors, ones, biases])

    def calibrated(self, slope: float, intercept: float) -> "Bilinear":
        """Return the form whose score is ``slope * score + intercept``."""
        by = np.float32(slope)
        return replace(
            self,
            customer_vectors=self.customer_vectors * by,
            customer_biases=self.customer_biases * by,
            gesture_biases=self.gesture_biases * by,
            constant=self.constant * slope + intercept,
        )

    def parts(self, customer: Row, gesture: Row, weight: float = 1.0) -> list[Part]:
        """Split `weight` times the score of one row of each side, without remainder."""
        (ours, told), (theirs, said) = customer, gesture
        pairs = (
            (self.customer_vectors[ours] * told[:, None]) @ (self.gesture_vectors[theirs] * said[:, None]).T * weight
        )
        our_names, their_names = _picked(self.customer_names, ours), _picked(self.gesture_names, theirs)
        found = [Part("", "", self.constant * weight)]
        found += map(Part, our_names, repeat(""), (self.customer_biases[ours] * told * weight).tolist())
        found += map(Part, repeat(""), their_names, (self.gesture_biases[theirs] * said * weight).tolist())
        for name, row in zip(our_names, pairs.tolist(), strict=True):
            found += map(Part, repeat(name), their_names, row)
        return [part for part in found if part.weight]


def constant_form(score: float) -> Bilinear:
    """Return the form that scores every pair alike."""
    none, nothing = np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32)
    return Bilinear((), none, nothing, (), none, nothing, score)


def row_of(matrix: sp.csr_matrix, row: int) -> Row:
    """Return the columns and weights of one row; slicing the matrix itself is forty times slower."""
    cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[cells], matrix.data[cells]


def _picked(names: Sequence[str], at: NDArray[np.int32]) -> list[str]:
    return [names[one] for one in at]
