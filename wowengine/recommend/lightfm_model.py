"""LightFM, and the only file that imports it: training alone needs it, scores are served from its arrays by numpy.

Where there were refusals it learns by logistic loss on what was offered, accepted as +1 and refused as -1: a ranking
loss such as WARP never sees a refusal, and what was never offered is no refusal either. Where there were choices alone
it learns to rank them above what was not chosen (WARP; Weston et al. 2011), among the gestures on offer then: what is
new stands in no matrix, or it would be buried. The moment stands among the customer's features.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sp

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import IDENTITY, OWN

NAME = "lightfm"
COMPONENTS = 16
LEARNING_RATE = 0.02
EPOCHS = (2, 5, 10, 20)  # where to stop is found by validation: on real offers 5 beat 40
RANKING = {"no_components": 64, "loss": "warp", "learning_rate": 0.02, "max_sampled": 50}
RANKING_EPOCHS = (10, 30, 80)


def is_installed() -> bool:
    """Whether LightFM can be imported here."""
    try:
        import_module("lightfm")
    except ImportError:
        return False
    return True


def path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:
    """Train on these examples, and return the model as it stood after each number of `EPOCHS`.

    One thread and one seed: the same examples give the same bytes.

    Raises
    ------
    ImportError
        Where LightFM is not installed; `train` then falls back to the linear model and says so.
    """
    model = import_module("lightfm").LightFM(
        no_components=COMPONENTS, loss="logistic", learning_rate=LEARNING_RATE, random_state=seed
    )
    shape = (len(examples), len(examples.offered.ids))
    at = (np.arange(len(examples)), examples.gesture.astype(np.int32))
    answers = np.where(examples.landed, 1, -1).astype(np.float32)
    weight = examples.weight.astype(np.float32)  # a copy: LightFM wants to be able to write
    stages, done = [], 0
    for epochs in EPOCHS:
        model.fit_partial(
            sp.coo_matrix((answers, at), shape=shape),
            user_features=examples.people.matrix,
            item_features=examples.offered.matrix,
            sample_weight=sp.coo_matrix((weight, at), shape=shape),
            epochs=epochs - done,
            num_threads=1,
        )
        done = epochs
        stages.append(_arrays_of(model, examples))
    return stages


def warp_path(examples: Examples, seed: int = 0) -> Sequence[Bilinear]:
    """Train on choices alone, one row a customer, and return the model as it stood after each of `RANKING_EPOCHS`.

    One thread and one seed: the same examples give the same bytes.
    """
    model = import_module("lightfm").LightFM(random_state=seed, **RANKING)
    ids, first, row = np.unique(np.array(examples.people.ids, dtype=np.str_), return_index=True, return_inverse=True)
    # LightFM adds a row's vectors up: at the weight that others' features have, a customer's own learns as they do.
    own = np.array([IDENTITY if name.startswith(OWN) else 1.0 for name in examples.people.names], dtype=np.float32)
    people = sp.csr_matrix(examples.people.matrix[first] @ sp.diags(1 / own), dtype=np.float32)
    chosen = sp.coo_matrix(
        (np.ones(len(examples), dtype=np.float32), (row, examples.gesture)), shape=(len(ids), len(examples.offered.ids))
    )
    stages, done = [], 0
    for epochs in RANKING_EPOCHS:
        told = {"user_features": people, "item_features": examples.offered.matrix}
        model.fit_partial(chosen, epochs=epochs - done, num_threads=1, **told)
        done = epochs
        form = _arrays_of(model, examples)
        vectors, biases = form.customer_vectors / own[:, None], form.customer_biases / own
        stages.append(replace(form, customer_vectors=vectors, customer_biases=biases))
    return stages


def _arrays_of(model: Any, examples: Examples) -> Bilinear:
    return Bilinear(
        customer_names=examples.people.names,
        customer_vectors=model.user_embeddings.copy(),
        customer_biases=model.user_biases.copy(),
        gesture_names=examples.offered.names,
        gesture_vectors=model.item_embeddings.copy(),
        gesture_biases=model.item_biases.copy(),
    )
