import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.recommend import evaluate
from wowengine.recommend.resample import auc, calibration_error, difference, estimate, log_loss

ANSWERS = st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.integers(1, 3)), min_size=1, max_size=30)


@given(ANSWERS)
def test_a_weight_counts_as_so_many_answers(answers: list[tuple[int, bool, int]]) -> None:
    scores, landed, often = (np.array(part) for part in zip(*answers, strict=True))
    again = np.repeat(np.arange(len(answers)), often)
    found = auc(scores.astype(float), landed)(often.astype(float))
    assert found == pytest.approx(evaluate.auc(scores[again].astype(float), landed[again]), nan_ok=True)
    chance = 1 / (1 + np.exp(-scores.astype(float)))
    surprise = log_loss(chance, landed)(often.astype(float))
    assert surprise == pytest.approx(evaluate.log_loss(chance[again], landed[again]))


@given(ANSWERS)
def test_where_each_answer_counts_once_the_calibration_error_is_that_of_evaluate(
    answers: list[tuple[int, bool, int]],
) -> None:
    scores, landed, _ = (np.array(part) for part in zip(*answers, strict=True))
    chance = 1 / (1 + np.exp(-scores.astype(float)))
    found = calibration_error(chance, landed)(np.ones(len(landed)))
    assert found == pytest.approx(evaluate.calibration_error(chance, landed))


def test_the_same_answers_of_fewer_customers_are_less_sure() -> None:
    chooser = np.random.default_rng(0)
    taste = np.repeat(chooser.random(100) < 0.5, 20)  # each customer says the same twenty times
    chance = np.full(len(taste), 0.6)
    few = estimate(log_loss(chance, taste), [f"c{n // 20}" for n in range(len(taste))])
    many = estimate(log_loss(chance, taste), [f"c{n}" for n in range(len(taste))])
    assert few.value == many.value
    assert few.error > 3 * many.error
    assert few.low < few.value < few.high


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chooser = np.random.default_rng(1)
    held = 0
    for world in range(60):
        landed = chooser.random(200) < 0.5
        scores = chooser.normal(size=200)  # which say nothing: the truth is 0.5
        found = estimate(auc(scores, landed), [f"c{n}" for n in range(200)], seed=world)
        held += found.low <= 0.5 <= found.high
    assert held >= 52


def test_one_customer_or_none_has_no_interval() -> None:
    alone = estimate(log_loss(np.array([0.5]), np.array([True])), ["c"])
    assert alone.value == pytest.approx(math.log(2))
    assert math.isnan(alone.low)
    assert alone.customers == 1
    nobody = estimate(auc(np.zeros(0), np.zeros(0, dtype=bool)), [])
    assert math.isnan(nobody.value)


def test_a_figure_less_itself_is_surely_nothing() -> None:
    chooser = np.random.default_rng(2)
    scores, landed = chooser.normal(size=50), chooser.random(50) < 0.5
    found = estimate(difference(auc(scores, landed), auc(2 * scores, landed)), [f"c{n % 20}" for n in range(50)])
    assert (found.value, found.low, found.high) == (0, 0, 0)
