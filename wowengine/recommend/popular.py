"""Popularity: what landed most often lands again, whoever is asked. The baseline, and the floor of cold start."""

import numpy as np
import polars as pl

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import logit, rates
from wowengine.recommend.features import Features
from wowengine.recommend.scorer import Forms, Scorer

NO_COUNTS = pl.DataFrame(schema={"gesture_id": pl.String, "landed": pl.Float64, "answered": pl.Float64})
"""Before anybody has answered anything."""


def popular(base_rate: float, counts: pl.DataFrame = NO_COUNTS) -> Scorer:
    """Return the recommender that scores a gesture by how often it landed, drawn to the base rate.

    Parameters
    ----------
    base_rate
        The policy's guess of how often a gesture lands, between 0 and 1.
    counts
        Columns gesture_id, landed, answered (see `dataset.count_answers`).
    """
    form = popular_form(base_rate, counts)

    def forms(_people: Features, offered: Features) -> Forms:
        return [(form, np.ones(len(offered.ids), dtype=np.float32))]

    return Scorer("popular", forms, {gesture: answered for gesture, (_, answered) in rates(counts, base_rate).items()})


def popular_form(base_rate: float, counts: pl.DataFrame) -> Bilinear:
    """Return popularity as a bilinear form: a constant for the base rate and a bias for each gesture with answers."""
    known = rates(counts, base_rate)
    biases = [logit(rate) - logit(base_rate) for rate, _ in known.values()]
    return Bilinear(
        customer_names=(),
        customer_vectors=np.zeros((0, 0), dtype=np.float32),
        customer_biases=np.zeros(0, dtype=np.float32),
        gesture_names=tuple(f"gesture:{gesture}" for gesture in known),
        gesture_vectors=np.zeros((len(known), 0), dtype=np.float32),
        gesture_biases=np.array(biases, dtype=np.float32),
        constant=logit(base_rate),
    )
