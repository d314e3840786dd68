from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wowengine.recommend.calibrate import (
    ASSUMED_WEIGHT,
    FITS,
    KNOTS,
    bent,
    fit_curve,
    platt,
    rates,
    sigmoid,
    stepped,
    straight,
)
from wowengine.recommend.evaluate import log_loss


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


def test_a_rate_moves_from_the_policys_guess_to_what_was_seen() -> None:
    seen = [0.0, ASSUMED_WEIGHT, 10_000.0]
    counts = pl.DataFrame({"gesture_id": ["a", "b", "c"], "landed": seen, "answered": seen})
    assert [rate for rate, _ in rates(counts, 0.2).values()] == pytest.approx([0.2, 0.6, 0.9992], abs=1e-4)


Truth = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def answers(truth: Truth, count: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores, and answers whose logits are this truth of them."""
    chooser = np.random.default_rng(seed)
    scores = chooser.normal(0, 1.5, count)
    return scores, chooser.random(count) < sigmoid(truth(scores))


def line(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.6 * scores - 1.0


def bend(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2.0 * np.logaddexp(0, scores) - 0.2 * np.logaddexp(0, -scores) - 1.8


def plateaus(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(scores < -1, -3.0, np.where(scores < 1, -0.5, 2.5))


@pytest.mark.parametrize(("truth", "kind"), [(line, "platt"), (bend, "beta"), (plateaus, "isotonic")])
def test_the_curve_is_as_bent_as_the_answers_are(truth: Truth, kind: str) -> None:
    scores, landed = answers(truth, 5000)
    curve = fit_curve(scores, landed, np.ones(5000), np.arange(5000) // 5)
    assert curve.kind == kind
    unseen, happened = answers(truth, 20_000, seed=1)
    best = log_loss(sigmoid(truth(unseen)), happened)
    assert log_loss(curve.chances(unseen), happened) == pytest.approx(best, abs=0.006)


def test_a_bend_that_is_no_better_than_noise_is_not_taken() -> None:
    tried = [answers(line, 400, seed) for seed in range(30)]
    kinds = [fit_curve(*one, np.ones(400), np.arange(400) // 2).kind for one in tried]
    assert kinds.count("platt") >= 24


def test_what_is_learned_by_heart_of_a_customer_does_not_bend_the_curve() -> None:
    """Forty customers say the same thirty times: a bend learns that by heart, and knows nothing of other customers."""
    each, lines = np.arange(1200), {"by customer": 0, "by answer": 0}
    for seed in range(20):
        scores, landed = answers(line, 40, seed)
        scores, landed = np.repeat(scores, 30), np.repeat(landed, 30)
        lines["by customer"] += fit_curve(scores, landed, np.ones(1200), each // 30).kind == "platt"
        lines["by answer"] += fit_curve(scores, landed, np.ones(1200), each).kind == "platt"
    assert lines["by customer"] >= 13
    assert lines["by answer"] <= 8


def test_few_answers_of_one_kind_make_a_line() -> None:
    scores, landed = answers(plateaus, 5000)
    worth = min(landed.sum(), (~landed).sum())
    kinds = [fit_curve(scores, landed, np.full(5000, one / worth), np.arange(5000)).kind for one in (49.9, 50.1, worth)]
    assert kinds[0] == "platt"
    assert kinds[1] != "platt"
    assert kinds[2] == "isotonic"


def test_the_same_seed_gives_the_same_curve_whatever_customers_are_called() -> None:
    scores, landed = answers(bend, 1000)
    who = np.arange(1000) // 4
    named = np.array([f"c{one:04}" for one in who])
    curve = fit_curve(scores, landed, np.ones(1000), who, seed=3)
    assert curve == fit_curve(scores, landed, np.ones(1000), named, seed=3)


def test_the_bent_curve_finds_both_slopes() -> None:
    scores, landed = answers(bend, 50_000)
    curve = bent(scores, landed, np.ones(50_000))
    assert curve.low == pytest.approx(0.2, abs=0.05)
    assert curve.high == pytest.approx(2.0, abs=0.1)


def test_a_step_is_the_rate_of_what_was_seen_and_never_falls() -> None:
    scores = np.repeat([0.0, 1.0, 2.0, 3.0], 1000)
    landed = np.concatenate([np.arange(1000) < share for share in (100, 500, 300, 900)])
    curve = stepped(scores, landed, np.ones(4000))
    assert curve.at == pytest.approx([0.0, 1.5, 3.0])  # the middle two do not rise, so they are one
    assert sigmoid(np.array(curve.step)) == pytest.approx([0.1, 0.4, 0.9], abs=0.002)


@given(st.lists(st.tuples(st.integers(-50, 50), st.booleans(), st.floats(0.25, 5)), min_size=1, max_size=60))
@pytest.mark.parametrize("kind", list(FITS))
def test_any_answers_make_a_curve(kind: str, rows: list[tuple[int, bool, float]]) -> None:
    scores, landed, weight = (np.array(column) for column in zip(*rows, strict=True))
    curve = FITS[kind](scores / 10, landed, weight)  # a curve that does not rise would be refused
    assert curve.kind == kind
    assert len(curve.at) <= KNOTS


def test_a_line_keeps_the_order_of_scores_that_order_the_wrong_way_round() -> None:
    scores = np.linspace(-1, 1, 100)
    chances = straight(scores, scores < 0, np.ones(100)).chances(scores)
    assert (np.diff(chances) > 0).all()
    assert chances == pytest.approx(0.5, abs=0.01)
