from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.recommend.worlds import NOW, hidden_tastes, scored
from wowengine.recommend import linear
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import sigmoid
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.evaluate import auc

WORLD = hidden_tastes(1500)
OFFERS = examples(settle(WORLD.outcomes, NOW), WORLD.profiles, WORLD.gestures).learnable()
STAGES = linear.path(OFFERS)


def logits(form: Bilinear, offers: Examples = OFFERS) -> NDArray[np.float64]:
    return scored(form, offers.people, offers.offered)[np.arange(len(offers)), offers.gesture]


def test_the_constant_is_free_so_that_as_many_are_foretold_as_landed() -> None:
    for form in STAGES:
        assert abs(sigmoid(logits(form)).mean() - OFFERS.landed.mean()) < 0.01


def test_every_weight_is_as_far_from_zero_as_the_answers_pull_it() -> None:
    """Where the search ends, penalty times weight is what was foretold wrong, summed for each pair by itself."""
    weight = np.where(OFFERS.landed, 0.5, 1.0).astype(np.float32)
    weighed = replace(OFFERS, offers=OFFERS.offers.with_columns(weight=pl.Series(weight)))
    form, penalty = linear.path(weighed)[0], linear.PENALTIES[0]
    missed = weight * (OFFERS.landed - sigmoid(logits(form)))
    told = OFFERS.offered.under(form.gesture_names)[OFFERS.gesture]
    pull = (OFFERS.people.matrix.T.multiply(missed) @ told).toarray() / penalty
    np.testing.assert_allclose(form.customer_vectors, pull, atol=0.003)
    np.testing.assert_allclose(form.gesture_biases, told.T @ missed / penalty, atol=0.003)
    assert np.abs(pull).max() > 0.05  # far more than the tolerance


def test_a_lighter_penalty_fits_what_it_saw_better() -> None:
    fits = [auc(logits(form), OFFERS.landed) for form in STAGES]
    assert fits == sorted(fits)
    assert fits[-1] > fits[0] + 0.02


def test_what_every_gesture_has_in_common_is_not_named_twice() -> None:
    """It would be the bias over again, in as many parts as there are such features."""
    named = set(STAGES[0].gesture_names)
    assert {"kind:surprise", "cost:free"} <= set(OFFERS.offered.names)
    assert named.isdisjoint({"kind:surprise", "cost:free"})
    assert {"gesture:g00", "tag:sea"} & named


def test_one_gesture_alone_has_only_the_customers_to_tell_its_answers_apart() -> None:
    alone = OFFERS.where(OFFERS.gesture == 0).learnable()
    form = linear.path(alone)[-1]
    assert form.gesture_names == ()
    assert auc(logits(form, alone), alone.landed) > 0.6
