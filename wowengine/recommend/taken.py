"""What customers took and refused, as a matrix: what the peers that score by past answers learn from."""

import numpy as np
import scipy.sparse as sp

from wowengine.recommend.bilinear import Floats
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import TOOK, UNTOLD

NOTHING = TOOK + UNTOLD  # stands for having taken nothing yet, see `Features.under`


def taken(examples: Examples) -> sp.csr_matrix:
    """Return what each customer answered, float32, shape (customers, gestures), both by id.

    1 where it landed, -1 where it was refused, the mean by weight where both; nothing where they never answered.
    Reviewers' verdicts are no answers.
    """
    answered = examples.answered
    who, row = np.unique(examples.offers["customer_id"].to_numpy()[answered].astype(np.str_), return_inverse=True)
    at, shape = (row, examples.gesture[answered]), (len(who), len(examples.offered.ids))
    weight = examples.weight[answered].astype(np.float64)
    said = sp.csr_matrix((np.where(examples.landed[answered], weight, -weight), at), shape=shape)
    often = sp.csr_matrix((weight, at), shape=shape)  # the same cells in the same order: both sum what comes twice
    return sp.csr_matrix(((said.data / often.data).astype(np.float32), said.indices, said.indptr), shape=shape)


def mean_customer(took: sp.csr_matrix) -> Floats:
    """Return what the mean customer took, shape (1, gestures): the best guess about somebody who took nothing yet."""
    return np.asarray(took.sum(axis=0), dtype=np.float32).reshape(1, -1) / np.float32(max(1, took.shape[0]))
