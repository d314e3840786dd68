"""The content profile: a gesture is scored by what it shares with what somebody took, so that new ones can be too.

Each gesture is told by its tags, kind, category, place and so on; what few gestures have tells more than what many
have (tf-idf; Spärck Jones 1972, Salton & Buckley 1988). A customer is the sum of what they took, less what they
refused. It learns from the catalogue alone: from answers, only what somebody who took nothing yet would be told as.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import TOOK, Features
from wowengine.recommend.scorer import Weighed
from wowengine.recommend.taken import NOTHING, mean_customer, taken

NAME = "content"
ITSELF = "gesture:"  # shared with no other gesture


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:  # noqa: ARG001 - nothing is random here
    """Return the one form: vectors of unit length for what was taken, rarity (idf) for each word of a gesture."""
    told = _words(examples.offered)
    ids, count = told.ids, len(told.names)
    rarity = np.log(len(ids) / told.matrix.getnnz(axis=0)).astype(np.float32)
    profiles = (told.matrix @ sp.diags_array(rarity)).toarray()
    length = np.linalg.norm(profiles, axis=1, keepdims=True)
    profiles = profiles / np.where(length > 0, length, 1)
    usual = mean_customer(taken(examples)) @ profiles
    return [
        Bilinear(
            customer_names=(*(TOOK + gesture for gesture in ids), NOTHING),
            customer_vectors=np.vstack([profiles, usual]).astype(np.float32),
            customer_biases=np.zeros(len(ids) + 1, dtype=np.float32),
            gesture_names=told.names,
            gesture_vectors=np.diag(rarity),
            gesture_biases=np.zeros(count, dtype=np.float32),
        )
    ]


def voice(name: str, form: Bilinear, offered: Features) -> Weighed:
    """Return a way of scoring, counting alike for everybody; of a content profile every gesture counts at length 1.

    How long a gesture's vector is no sum over its features can tell, so that it is a weight of the gesture.
    """
    one = np.ones(1, dtype=np.float32)
    if name != NAME:
        return Weighed(form, one, one)
    told = offered.under(form.gesture_names) @ form.gesture_vectors
    length = np.maximum(np.linalg.norm(told, axis=1), np.float32(1e-6))
    return Weighed(form, one, np.asarray(1 / length, dtype=np.float32))


def _words(offered: Features) -> Features:
    """Return what is told of gestures but their names."""
    kept = [at for at, name in enumerate(offered.names) if not name.startswith(ITSELF)]
    return Features(offered.ids, tuple(offered.names[at] for at in kept), sp.csr_matrix(offered.matrix[:, kept]))
