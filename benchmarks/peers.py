"""Ways to recommend that are measured beside ours: each takes what was taken and what is told, and scores every pair.

A customer without a row in ``train``, or an item without a column, is cold: then features alone speak. Implicit's
models run with two threads, LightFM with one, so that it can be repeated; EASE and the rest are a few lines of numpy.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import TFIDFRecommender
from lightfm import LightFM
from numpy.typing import NDArray

from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import Features, history_of, taken
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import lay, represent

Floats = NDArray[np.float32]
Peer = Callable[[sp.csr_matrix, Features, Features], Floats]
"""(train, users, items) -> scores, shape (n, m): higher is better, finite for every pair."""

THREADS = 2


def popularity(train: sp.csr_matrix, _users: Features, _items: Features) -> Floats:
    """Score an item by how many took it."""
    return _for_everybody(_counts(train), train.shape[0])


def item_knn(neighbours: int) -> Peer:
    """Score an item by its likeness (cosine of tf-idf columns) to what was taken, from each one's nearest alone."""

    def score(train: sp.csr_matrix, _users: Features, _items: Features) -> Floats:
        model = TFIDFRecommender(K=neighbours, num_threads=THREADS)
        model.fit(train, show_progress=False)
        return _dense(train @ model.similarity)

    return score


def ease(penalty: float) -> Peer:
    """Score by a linear model of each item on all others, in closed form (Steck 2019, arXiv:1905.03375)."""

    def score(train: sp.csr_matrix, _users: Features, _items: Features) -> Floats:
        gram = (train.T @ train).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += penalty
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return _dense(train @ weights.astype(np.float32))

    return score


def als(factors: int, penalty: float, trust: float) -> Peer:
    """Score by factors found by alternating least squares (Hu, Koren & Volinsky 2008), as implicit does it."""

    def score(train: sp.csr_matrix, _users: Features, _items: Features) -> Floats:
        model = AlternatingLeastSquares(
            factors, regularization=penalty, alpha=trust, num_threads=THREADS, random_state=0
        )
        return _of_factors(model, train)

    return score


def bpr(factors: int, rate: float, penalty: float) -> Peer:
    """Score by factors that put what was taken above the rest (Rendle et al. 2009), as implicit does it."""

    def score(train: sp.csr_matrix, _users: Features, _items: Features) -> Floats:
        model = BayesianPersonalizedRanking(
            factors, learning_rate=rate, regularization=penalty, iterations=100, num_threads=THREADS, random_state=0
        )
        return _of_factors(model, train)

    return score


def warp(rate: float, epochs: int, *, hybrid: bool = False) -> Peer:
    """Score by LightFM with the WARP loss (Kula 2015, arXiv:1507.08439), from identities, or from features as well.

    It learns from items that somebody took: a cold one would be drawn as a negative, and buried. Who is cold has no
    identity, since one that was never trained is noise.
    """

    def score(train: sp.csr_matrix, users: Features, items: Features) -> Floats:
        people = _described(users.matrix if hybrid else None, _counts(train.T))
        things = _described(items.matrix if hybrid else None, _counts(train))
        offered = np.flatnonzero(_counts(train))
        model = LightFM(no_components=64, loss="warp", max_sampled=50, learning_rate=rate, random_state=0)
        taken = sp.coo_matrix(train[:, offered])
        model.fit(taken, user_features=people, item_features=things[offered], epochs=epochs, num_threads=1)
        biases, vectors = model.get_user_representations(people)
        item_biases, item_vectors = model.get_item_representations(things)
        return np.asarray(vectors @ item_vectors.T + item_biases + biases[:, None])

    return score


def segments(strength: float) -> Peer:
    """Score by popularity, lifted by how much oftener an item's takers have each feature (naive Bayes)."""

    def score(train: sp.csr_matrix, users: Features, _items: Features) -> Floats:
        known = _counts(train.T) > 0
        usual = np.asarray(users.matrix[known].mean(axis=0)).ravel()
        counts = _counts(train)
        having = (train.T @ users.matrix).toarray()
        lifts = np.log((having + strength * usual) / ((counts[:, None] + strength) * np.maximum(usual, 1e-9)) + 1e-9)
        return _dense(users.matrix @ lifts.T + np.log(counts + 1))

    return score


def tag_popularity(train: sp.csr_matrix, _users: Features, items: Features) -> Floats:
    """Score an item by how many took the average item of its tags."""
    known = _counts(train) > 0
    sharers = np.asarray(items.matrix[known].sum(axis=0)).ravel()
    worth = (items.matrix.T @ _counts(train)) / np.maximum(sharers, 1)
    tags = np.maximum(np.asarray(items.matrix.sum(axis=1)).ravel(), 1)
    return _for_everybody((items.matrix @ worth) / tags, train.shape[0])


def content(train: sp.csr_matrix, _users: Features, items: Features) -> Floats:
    """Score an item by the cosine of its tf-idf tags to those of all that was taken."""
    sharers = np.asarray((items.matrix > 0).sum(axis=0)).ravel()
    told = _normal(items.matrix @ sp.diags(np.log(items.matrix.shape[0] / np.maximum(sharers, 1)) + 1))
    return _dense(_normal(train @ told) @ told.T)


def ours(train: sp.csr_matrix, users: Features, items: Features) -> Floats:
    """Score as this house does by itself: every way mixed by how it foretold what it had not seen."""
    who, what = train.nonzero()
    itself = tuple(f"gesture:{one}" for one in items.ids)
    things = items.beside(Features(items.ids, itself, sp.eye(len(itself), format="csr", dtype=np.float32)))
    takings = pl.DataFrame(
        {"customer_id": [users.ids[at] for at in who], "gesture_id": [items.ids[at] for at in what]}
    ).with_columns(occurred_at=pl.lit(0), landed=pl.lit(value=True), weight=pl.lit(1.0), answered=pl.lit(value=True))
    people = Features(tuple(takings["customer_id"]), users.names, users.matrix[who])
    offers = Examples(takings, people, things, what.astype(np.int64))
    offers = offers.where(np.ones(len(offers), dtype=np.bool_))  # what nobody took was not offered
    everybody = users.beside(taken(users.ids, history_of(offers.answers)))
    left, right = represent(lay(blended(fit(offers, learners())).forms(everybody, things), everybody, things))
    return np.asarray(left @ right.T)


def _described(features: sp.csr_matrix | None, taken: NDArray[np.float64]) -> sp.csr_matrix:
    """Return identities of what was seen in training, beside features where there are some."""
    identity = sp.csr_matrix(sp.diags((taken > 0).astype(np.float32)))
    return identity if features is None else sp.hstack([identity, features], format="csr", dtype=np.float32)


def _of_factors(model: Any, train: sp.csr_matrix) -> Floats:
    model.fit(train, show_progress=False)
    return np.asarray(model.user_factors @ model.item_factors.T)


def _counts(train: sp.csr_matrix) -> NDArray[np.float64]:
    return np.asarray(train.sum(axis=0), dtype=np.float64).ravel()


def _for_everybody(worth: NDArray[np.float64], customers: int) -> Floats:
    return np.broadcast_to(worth.astype(np.float32), (customers, len(worth)))


def _normal(rows: sp.csr_matrix) -> sp.csr_matrix:
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(length, 1e-12)) @ rows)


def _dense(scores: Any) -> Floats:
    return np.asarray(scores.toarray() if sp.issparse(scores) else scores, dtype=np.float32)
