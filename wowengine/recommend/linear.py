"""Logistic regression on crossed features: what training falls back to where LightFM cannot be installed.

Every pair of a customer's and a gesture's feature has a weight of its own, drawn to zero by a penalty. In the shape
of `Bilinear` the weights are the customers' vectors, and each gesture feature is its own dimension.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from scipy.special import expit

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import Doubles
from wowengine.recommend.dataset import Examples

NAME = "linear"
PENALTIES = (100.0, 30.0, 10.0)  # how strongly weights are drawn to zero; which one is found by validation
STEPS = 30  # of the search at each penalty, from where the one before ended


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:  # noqa: ARG001 - nothing is random here
    """Fit on these examples, and return the model at each of `PENALTIES`, each started from the one before."""
    # A column of ones on either side turns biases into pairs: with the gesture's ones, with the customer's, with both.
    people = _with_ones(examples.people.matrix)
    turned = sp.csr_matrix(people.T)
    offered = _with_ones(examples.offered.matrix).toarray()
    shape = (people.shape[1], offered.shape[1])
    sign = np.where(examples.landed, 1.0, -1.0)
    rows = np.arange(len(examples))

    def loss(flat: Doubles, penalty: float) -> tuple[float, Doubles]:
        pairs = flat.reshape(shape)
        margin = sign * (people @ (pairs @ offered.T))[rows, examples.gesture]
        pull = -sign * examples.weight * expit(-margin)
        spread = np.zeros((len(rows), len(offered)))
        spread[rows, examples.gesture] = pull
        drawn = penalty * pairs
        drawn[-1, -1] = 0.0  # the constant is free
        slope = (turned @ spread) @ offered + drawn
        cost = (examples.weight * np.logaddexp(0, -margin)).sum() + 0.5 * float((drawn * pairs).sum())
        return float(cost), slope.ravel()

    stages, found = [], np.zeros(shape[0] * shape[1])
    for penalty in PENALTIES:
        found = minimize(loss, found, args=(penalty,), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
        stages.append(_arrays_of(found.reshape(shape), examples))
    return stages


def _with_ones(matrix: sp.csr_matrix) -> sp.csr_matrix:
    return sp.hstack([matrix, np.ones((matrix.shape[0], 1))], format="csr")


def _arrays_of(pairs: Doubles, examples: Examples) -> Bilinear:
    return Bilinear(
        customer_names=examples.people.names,
        customer_vectors=pairs[:-1, :-1].astype(np.float32),
        customer_biases=pairs[:-1, -1].astype(np.float32),
        gesture_names=examples.offered.names,
        gesture_vectors=np.eye(pairs.shape[1] - 1, dtype=np.float32),
        gesture_biases=pairs[-1, :-1].astype(np.float32),
        constant=float(pairs[-1, -1]),
    )
