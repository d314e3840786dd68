"""EASE: who took this, takes that. A shallow autoencoder in closed form (Steck 2019, arXiv:1905.03375).

Each gesture is foretold from all others that the customer took, by ridge regression, all at once: with X the answers
of customers (rows) to gestures, P = (X'X + λI)^-1 and B = I - P diag(1 / diag P), the scores are XB. It is hard to
beat where customers took many of some thousand things. It knows no features: whoever took nothing yet gets what
the mean customer took, and of a gesture that nobody was offered it knows nothing. It keeps how gestures go together
and no customer's row: there is nobody to be cut out of it, and retraining takes whoever is forgotten out of the sums.
"""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import inv

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import Doubles
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import TOOK
from wowengine.recommend.taken import NOTHING, mean_customer, taken

NAME = "ease"
RIDGES = (10.0, 3.0, 1.0, 0.3)  # λ, in answers to the mean gesture: which one, validation finds


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:  # noqa: ARG001 - nothing is random here
    """Solve for these examples, and return the model at each of `RIDGES`.

    Takes memory for a few square matrices of the gestures, and time by their cube: four thousand take seconds.
    """
    took = taken(examples)
    together = (took.T @ took).toarray().astype(np.float64)
    mean = max(float(np.trace(together)) / len(together), 1.0)
    ids, usual = examples.offered.ids, mean_customer(took)
    return [
        Bilinear(
            customer_names=(*(TOOK + gesture for gesture in ids), NOTHING),
            customer_vectors=np.vstack([_weights(together, ridge * mean), usual]).astype(np.float32),
            customer_biases=np.zeros(len(ids) + 1, dtype=np.float32),
            gesture_names=tuple(f"gesture:{gesture}" for gesture in ids),
            gesture_vectors=np.eye(len(ids), dtype=np.float32),
            gesture_biases=np.zeros(len(ids), dtype=np.float32),
        )
        for ridge in RIDGES
    ]


def _weights(together: Doubles, ridge: float) -> Doubles:
    """Return B, float64; its diagonal is 0: nothing foretells itself."""
    inverse = inv(together + ridge * np.eye(len(together)), assume_a="pos", check_finite=False)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)
