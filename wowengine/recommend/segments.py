"""Popularity by segment: how often a gesture lands with everybody, and how much more often with people like this.

Naive Bayes: each feature of a customer or moment lifts a gesture by itself, as if the features told nothing of one
another. A lift is the log odds of what came of it over what was to be expected, drawn to none where few were asked.
The peer to beat where nothing is known of customers but their profile. Of a gesture that nobody was offered it knows
only that some customers are easier to please than others.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import ASSUMED_WEIGHT, Doubles, logit, sigmoid
from wowengine.recommend.dataset import Examples

NAME = "segments"
STRENGTHS = (100.0, 30.0, 10.0, 3.0)  # landings, and refusals, as expected, that a lift is drawn to none by
NO_SEGMENT = ("took:", "customer:")  # families that tell one person from all others


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:  # noqa: ARG001 - nothing is random here
    """Count these examples, and return the lifts at each of `STRENGTHS`."""
    segments = [at for at, name in enumerate(examples.people.names) if not name.startswith(NO_SEGMENT)]
    names = tuple(examples.people.names[at] for at in segments)
    asked, landed = _counts(examples, examples.people.matrix[:, segments])
    return [_form(names, examples.offered.ids, asked, landed, strength) for strength in STRENGTHS]


def _counts(examples: Examples, told: sp.csr_matrix) -> tuple[Doubles, Doubles]:
    """Count how often each gesture was offered and how often it landed: with everybody (row 0), with each feature.

    Where nothing was refused nobody tells what was offered: each answer is then a choice among all gestures, and the
    log odds are those of being chosen. A dislike (a weight below 0) is not counted; it lowers what a liking lifts.
    """
    everybody = np.ones((len(examples), 1))
    groups = sp.hstack([everybody, told.maximum(0)], format="csr", dtype=np.float64).T
    shape = (len(examples), len(examples.offered.ids))
    at, weight = (np.arange(len(examples)), examples.gesture), examples.weight.astype(np.float64)
    landed = (groups @ sp.csr_matrix((weight * examples.landed, at), shape=shape)).toarray()
    if examples.landed.all():
        return np.broadcast_to((groups @ weight)[:, None], landed.shape), landed
    return (groups @ sp.csr_matrix((weight, at), shape=shape)).toarray(), landed


def _form(
    names: tuple[str, ...], gestures: tuple[str, ...], asked: Doubles, landed: Doubles, strength: float
) -> Bilinear:
    """Lift step by step: each gesture over the mean, each feature over that, and both together over those two."""
    mean = logit((landed[0].sum() + 1) / (asked[0].sum() + 2))
    liked = _lift(landed[0], asked[0], asked[0] * sigmoid(np.array(mean)), ASSUMED_WEIGHT)
    expected = asked[1:] * sigmoid(mean + liked)
    easy = _lift(landed[1:].sum(axis=1), asked[1:].sum(axis=1), expected.sum(axis=1), strength)
    expected = asked[1:] * sigmoid(mean + liked + easy[:, None])
    together = _lift(landed[1:], asked[1:], expected, strength)
    return Bilinear(
        customer_names=names,
        customer_vectors=together.astype(np.float32),
        customer_biases=easy.astype(np.float32),
        gesture_names=tuple(f"gesture:{gesture}" for gesture in gestures),
        gesture_vectors=np.eye(len(gestures), dtype=np.float32),
        gesture_biases=liked.astype(np.float32),
        constant=mean,
    )


def _lift(landed: Doubles, asked: Doubles, expected: Doubles, strength: float) -> Doubles:
    """Return the log odds of landing over the expected ones; 0 where nobody was asked."""
    more = (landed + strength) / (expected + strength)
    fewer = (asked - landed + strength) / (asked - expected + strength)
    return np.asarray(np.log(more / fewer))
