"""Popularity: what landed most often lands again, whoever is asked. The baseline, and the floor of cold start."""

import numpy as np
import polars as pl

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import logit, rates
from wowengine.recommend.features import Features
from wowengine.recommend.scorer import Forms, Scorer, plainly

ALIKE = 30.0  # answers of one gesture until it is believed to differ from the others by half of what it seems to
NO_COUNTS = pl.DataFrame(schema={"gesture_id": pl.String, "landed": pl.Float64, "answered": pl.Float64})
"""Before anybody has answered anything."""


def popular(base_rate: float, counts: pl.DataFrame = NO_COUNTS) -> Scorer:
    """Return the recommender that scores a gesture by how often it landed, drawn to how often all of them do.

    Parameters
    ----------
    base_rate
        The policy's guess of how often a gesture lands, between 0 and 1.
    counts
        Columns gesture_id, landed, answered (see `dataset.count_answers`).
    """
    form = popular_form(base_rate, counts)

    def forms(_people: Features, _offered: Features) -> Forms:
        return plainly(form)

    return Scorer("popular", forms, dict(counts.select("gesture_id", "answered").iter_rows()))


def popular_form(base_rate: float, counts: pl.DataFrame = NO_COUNTS) -> Bilinear:
    """Return popularity as a bilinear form: a constant for the usual rate and a bias for each gesture with answers.

    A handful of answers makes a gesture look far better or worse than it is, and would outshout what is told of the
    customer: each is drawn to the usual rate as if `ALIKE` answers had been just usual.
    """
    usual = usual_rate(base_rate, counts)
    known = counts.sort("gesture_id")
    drawn = known.select((pl.col("landed") + usual * ALIKE) / (pl.col("answered") + ALIKE)).to_series()
    biases = [logit(rate) - logit(usual) for rate in drawn]
    return Bilinear(
        customer_names=(),
        customer_vectors=np.zeros((0, 0), dtype=np.float32),
        customer_biases=np.zeros(0, dtype=np.float32),
        gesture_names=tuple(f"gesture:{gesture}" for gesture in known["gesture_id"]),
        gesture_vectors=np.zeros((len(known), 0), dtype=np.float32),
        gesture_biases=np.array(biases, dtype=np.float32),
        constant=logit(usual),
    )


def usual_rate(base_rate: float, counts: pl.DataFrame) -> float:
    """Return the mean of the gestures' rates, each drawn to the policy's guess, which counts as one gesture more.

    A gesture offered to everybody says no more of the others than one offered to few, so each counts once.
    """
    return float(np.mean([base_rate, *(rate for rate, _ in rates(counts, base_rate).values())]))
