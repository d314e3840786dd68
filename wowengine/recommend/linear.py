"""Logistic regression on crossed features: what training falls back to where LightFM cannot be installed.

Every pair of a customer's and a gesture's feature has a weight of its own, drawn to zero by a penalty. In the shape
of `Bilinear` the weights are the customers' vectors, and each gesture feature is its own dimension. The search holds
some twenty numbers a pair, so that it is for hundreds of features on either side, not for thousands.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import Doubles
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import Features

NAME = "linear"
PENALTIES = (100.0, 50.0, 20.0, 8.0, 3.0)  # how strongly weights are drawn to zero; which one, validation finds
STEPS = 30  # of the search at each penalty, from where the one before ended


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:  # noqa: ARG001 - nothing is random here
    """Fit on these examples, and return the model at each of `PENALTIES`, each started from the one before."""
    telling = _telling(examples.offered)
    # A column of ones on either side turns biases into pairs: with the gesture's ones, with the customer's, with both.
    people, offered = _with_ones(examples.people.matrix), _with_ones(telling.matrix)
    cells = _cells(people, examples.gesture, len(telling.ids))
    turned = sp.csr_matrix(cells.T)
    sign = np.where(examples.landed, 1.0, -1.0)
    shape = (people.shape[1], offered.shape[1])

    def loss(flat: Doubles, penalty: float) -> tuple[float, Doubles]:
        pairs = flat.reshape(shape)
        margin = sign * (cells @ (pairs @ offered.T).ravel())
        pull = -sign * examples.weight * expit(-margin)
        drawn = penalty * pairs
        drawn[-1, -1] = 0.0  # the constant is free
        slope = (turned @ pull).reshape(shape[0], -1) @ offered + drawn
        cost = (examples.weight * np.logaddexp(0, -margin)).sum() + 0.5 * float((drawn * pairs).sum())
        return float(cost), slope.ravel()

    stages, found = [], np.zeros(shape[0] * shape[1])
    for penalty in PENALTIES:
        found = minimize(loss, found, args=(penalty,), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
        stages.append(_form(examples.people.names, telling.names, found.reshape(shape)))
    return stages


def _telling(offered: Features) -> Features:
    """Drop what is told of every gesture: it is the bias over again, and would be penalised in parts."""
    kept = np.flatnonzero(offered.matrix.getnnz(axis=0) < len(offered.ids))
    return Features(offered.ids, tuple(offered.names[at] for at in kept), sp.csr_matrix(offered.matrix[:, kept]))


def _with_ones(matrix: sp.csr_matrix) -> sp.csr_matrix:
    return sp.hstack([matrix, np.ones((matrix.shape[0], 1))], format="csr")


def _cells(people: sp.csr_matrix, gesture: NDArray[np.int64], gestures: int) -> sp.csr_matrix:
    """Lay each row out under (customer feature, gesture): what it meets, were the weights of all gestures laid flat."""
    columns = people.indices.astype(np.int64) * gestures + np.repeat(gesture, np.diff(people.indptr))
    return sp.csr_matrix((people.data, columns, people.indptr), shape=(people.shape[0], people.shape[1] * gestures))


def _form(customer_names: tuple[str, ...], gesture_names: tuple[str, ...], pairs: Doubles) -> Bilinear:
    return Bilinear(
        customer_names=customer_names,
        customer_vectors=pairs[:-1, :-1].astype(np.float32),
        customer_biases=pairs[:-1, -1].astype(np.float32),
        gesture_names=gesture_names,
        gesture_vectors=np.eye(len(gesture_names), dtype=np.float32),
        gesture_biases=pairs[-1, :-1].astype(np.float32),
        constant=float(pairs[-1, -1]),
    )
