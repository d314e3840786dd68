"""One model out of examples: stopped where it generalises best, and calibrated on customers it has not seen."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.recommend import lightfm_model, linear, registry
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import platt, sigmoid
from wowengine.recommend.dataset import Examples, with_untold
from wowengine.recommend.evaluate import log_loss
from wowengine.recommend.prior import shared_words
from wowengine.recommend.registry import Model
from wowengine.recommend.scorer import pair_logits

FOLDS = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Learner:
    """A way to learn: the same model at several stages of training, of which validation picks one."""

    name: str
    path: Callable[[Examples, int], Sequence[Bilinear]]


@dataclass(frozen=True)
class Stage:
    """A stage of training, and the line that turns its scores into chances."""

    loss: float  # at customers it has not seen
    number: int = 0
    slope: float = 0.0  # of the model's score
    words: float = 0.0  # of the shared words
    intercept: float = 0.0


def best_learner() -> Learner:
    """Return LightFM, or where it is not installed the linear model, and say so."""
    if lightfm_model.is_installed():
        return Learner(lightfm_model.NAME, lightfm_model.path)
    log.warning("LightFM is not installed: a linear model is trained instead. Run: pip install 'wowengine[train]'")
    return Learner(linear.NAME, linear.path)


def fit(offers: Examples, learner: Learner, seed: int = 0) -> Model:
    """Learn from all these offers: stop where unseen customers are foretold best, and calibrate on them.

    Each customer's offers are scored by a model that never saw this customer (four folds). The line from scores to
    chances is Platt's, and weighs the model against the words that profile and gesture share, as the answers tell;
    the stage of training with the least log loss is kept.
    """
    told, landed, weight = offers.answered, offers.landed, offers.weight.astype(np.float64)
    shared = _shared(offers)
    best = Stage(math.inf)
    for number, scores in enumerate(_unseen_scores(offers, learner, seed)):
        ways = np.stack([scores, shared], axis=1)
        slopes, intercept = platt(ways[told], landed[told], weight[told])
        loss = log_loss(sigmoid(ways[told] @ slopes + intercept), landed[told])
        if loss < best.loss:
            best = Stage(loss, number, float(slopes[0]), float(slopes[1]), intercept)
    form = _stages(offers, learner, seed)[best.number].calibrated(best.slope, best.intercept)
    learned = offers.offers.group_by("gesture_id").agg(pl.col("weight").sum().cast(pl.Float64))
    return registry.named(learner.name, form, best.words, dict(learned.sort("gesture_id").iter_rows()))


def _unseen_scores(offers: Examples, learner: Learner, seed: int) -> NDArray[np.float64]:
    """Score each offer at every stage by a model that never saw its customer: shape (stages, offers)."""
    _, customer = np.unique(offers.offers["customer_id"].to_numpy().astype(np.str_), return_inverse=True)
    scores: list[NDArray[np.float64]] = []
    for fold in range(FOLDS):
        held = customer % FOLDS == fold
        unseen = offers.where(held)
        every = _every(unseen)
        stages = _stages(offers.where(~held), learner, seed)
        if not scores:
            scores = [np.zeros(len(offers)) for _ in stages]
        for stage, form in zip(scores, stages, strict=True):
            stage[held] = pair_logits([(form, every)], unseen.people, unseen.offered, unseen.gesture)
    return np.array(scores)


def _shared(offers: Examples) -> NDArray[np.float64]:
    """Score each offer by the words that profile and gesture share."""
    form, every = shared_words(offers.people.names, offers.offered.names), _every(offers)
    return pair_logits([(form, every)], offers.people, offers.offered, offers.gesture)


def _every(offers: Examples) -> NDArray[np.float32]:
    return np.ones(len(offers.offered.ids), dtype=np.float32)


def _stages(offers: Examples, learner: Learner, seed: int) -> list[Bilinear]:
    known = offers.learnable()
    return [with_untold(form, known.people) for form in learner.path(known, seed)]
