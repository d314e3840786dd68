"""Which recommender serves now: the trained model where there is one, the content prior before."""

from pathlib import Path

import numpy as np
import polars as pl

from wowengine.recommend import registry
from wowengine.recommend.base import Recommender
from wowengine.recommend.calibrate import ASSUMED_WEIGHT
from wowengine.recommend.features import Features
from wowengine.recommend.popular import NO_COUNTS, popular_form
from wowengine.recommend.prior import prior, shared_words
from wowengine.recommend.scorer import Forms, Scorer


def recommender(models: Path, base_rate: float, counts: pl.DataFrame = NO_COUNTS) -> Recommender:
    """Return the recommender to use.

    Parameters
    ----------
    models
        Folder of trained models.
    base_rate
        The policy's guess of how often a gesture lands, between 0 and 1.
    counts
        Customers' answers so far: columns gesture_id, landed, answered (see `dataset.count_answers`).

    Raises
    ------
    Misconfigured
        When the active model on disk is not what was trained.
    """
    model = registry.active(models)
    return prior(base_rate, counts) if model is None else blended(model, base_rate, counts)


def blended(model: registry.Model, base_rate: float, counts: pl.DataFrame = NO_COUNTS) -> Scorer:
    """Return the model, leaning on the content prior where it has seen little.

    A gesture with n answers learned from is scored n / (n + `ASSUMED_WEIGHT`) by the model and the rest by the prior:
    one that is new in the catalogue stands at the prior alone.
    """
    often = popular_form(base_rate, counts)

    def forms(people: Features, offered: Features) -> Forms:
        answers = np.array([model.evidence.get(gesture, 0.0) for gesture in offered.ids], dtype=np.float32)
        trust = answers / (answers + np.float32(ASSUMED_WEIGHT))
        words = np.float32(model.words) * trust + (1 - trust)
        return [(model.form, trust), (often, 1 - trust), (shared_words(people.names, offered.names), words)]

    return Scorer(model.version, forms, model.evidence, max(1, len(model.form.customer_names)))
