import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.recommend.evaluate import auc, calibration_error, log_loss, ndcg

ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=40)


@given(ANSWERS)
def test_auc_is_the_share_of_pairs_in_the_right_order(answers: list[tuple[int, bool]]) -> None:
    yes = [score for score, landed in answers if landed]
    no = [score for score, landed in answers if not landed]
    found = auc(np.array([score for score, _ in answers], dtype=float), np.array([landed for _, landed in answers]))
    if not yes or not no:
        assert math.isnan(found)
    else:
        right = sum((y > n) + 0.5 * (y == n) for y in yes for n in no)
        assert found == pytest.approx(right / (len(yes) * len(no)))


def test_log_loss_of_a_coin_is_a_bit() -> None:
    assert log_loss(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(math.log(2))


def test_an_honest_chance_has_little_calibration_error_and_a_boast_has_much() -> None:
    chooser = np.random.default_rng(0)
    chance = chooser.random(50_000)
    landed = chooser.random(50_000) < chance
    assert calibration_error(chance, landed) < 0.01
    assert calibration_error(np.clip(chance + 0.2, 0, 1), landed) == pytest.approx(0.18, abs=0.02)


def test_ndcg_is_one_for_the_best_order_and_less_for_the_worst() -> None:
    customer = np.array([0, 0, 0, 1, 1])
    landed = np.array([True, False, False, False, True])
    assert ndcg(customer, np.array([3.0, 2, 1, 1, 2]), landed, 5) == 1
    worst = ndcg(customer, np.array([1.0, 2, 3, 2, 1]), landed, 5)
    assert worst == pytest.approx((1 / math.log2(4) + 1 / math.log2(3)) / 2)


def test_ndcg_stops_at_its_depth() -> None:
    assert ndcg(np.zeros(3, dtype=int), np.array([3.0, 2, 1]), np.array([False, False, True]), 2) == 0
