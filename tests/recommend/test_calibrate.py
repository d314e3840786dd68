import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from wowengine.recommend.calibrate import ASSUMED_WEIGHT, interval, platt, rates, sigmoid

CHANCES = st.floats(0.0, 1.0)
STRENGTHS = st.floats(1.0, 1e5)


def test_the_line_that_made_the_answers_is_found_again() -> None:
    chooser = np.random.default_rng(0)
    scores = chooser.normal(size=20_000)
    landed = chooser.random(20_000) < sigmoid(0.6 * scores - 1.2)
    idle = np.zeros(20_000)
    slopes, intercept = platt(np.stack([scores, idle], axis=1), landed, np.ones(20_000))
    assert slopes == pytest.approx([0.6, 1.0], abs=0.06)
    assert intercept == pytest.approx(-1.2, abs=0.06)


def test_two_ways_of_scoring_are_weighed_against_each_other() -> None:
    chooser = np.random.default_rng(0)
    scores = chooser.normal(size=(20_000, 2))
    landed = chooser.random(20_000) < sigmoid(1.5 * scores[:, 0] + 0.3 * scores[:, 1])
    slopes, _ = platt(scores, landed, np.ones(20_000))
    assert slopes == pytest.approx([1.5, 0.3], abs=0.06)


def test_a_score_that_orders_the_wrong_way_round_counts_nothing() -> None:
    scores = np.linspace(-1, 1, 100)
    slopes, intercept = platt(scores[:, None], scores < 0, np.ones(100))
    assert slopes.tolist() == [0]
    assert sigmoid(np.array([intercept]))[0] == pytest.approx(0.5, abs=0.01)


def test_few_answers_give_no_certainty() -> None:
    slopes, intercept = platt(np.array([[-1.0], [1.0]]), np.array([False, True]), np.ones(2))
    assert 0.2 < sigmoid(slopes + intercept)[0] < 0.8


def test_half_an_answer_counts_half() -> None:
    scores, landed = np.zeros((3, 1)), np.array([True, True, False])
    whole = platt(scores, landed, np.array([1.0, 1.0, 1.0]))
    same = platt(scores[1:], landed[1:], np.array([2.0, 1.0]))
    assert whole[1] == pytest.approx(same[1], abs=1e-4)


@given(CHANCES, STRENGTHS)
def test_the_chance_lies_in_its_interval(chance: float, strength: float) -> None:
    low, high = interval(np.array([chance]), np.array([strength]))
    assert 0 <= low[0] <= chance <= high[0] <= 1


@given(st.floats(0.05, 0.95), st.floats(2.0, 1000.0))
def test_more_answers_narrow_the_interval(chance: float, strength: float) -> None:
    low, high = interval(np.array([chance, chance]), np.array([strength, 4 * strength]))
    assert high[1] - low[1] <= high[0] - low[0] + 0.004  # as exact as the table


@pytest.mark.parametrize("chance", [0.013, 0.2, 0.5, 0.987])
@pytest.mark.parametrize("strength", [5.0, 15.0, 200.0])
def test_the_table_is_the_beta_distribution(chance: float, strength: float) -> None:
    low, high = interval(np.array([chance]), np.array([strength]))
    exact = beta(chance * strength, (1 - chance) * strength)
    assert low[0] == pytest.approx(min(exact.ppf(0.05), chance), abs=0.004)
    assert high[0] == pytest.approx(max(exact.ppf(0.95), chance), abs=0.004)


def test_a_rate_moves_from_the_policys_guess_to_what_was_seen() -> None:
    seen = [0.0, ASSUMED_WEIGHT, 10_000.0]
    counts = pl.DataFrame({"gesture_id": ["a", "b", "c"], "landed": seen, "answered": seen})
    assert [rate for rate, _ in rates(counts, 0.2).values()] == pytest.approx([0.2, 0.6, 0.9992], abs=1e-4)
