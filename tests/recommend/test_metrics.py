import math
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wowengine.recommend import metrics
from wowengine.recommend.metrics import auc, coverage, hits, interval, novelty, paired, ranking

GESTURES = 6
WORTH = [1 / math.log2(place + 2) for place in range(GESTURES)]

Case = tuple[list[int], set[int]]
LISTS = st.permutations(range(GESTURES)).flatmap(lambda order: st.integers(0, GESTURES).map(lambda k: list(order[:k])))
CASES = st.lists(st.tuples(LISTS, st.sets(st.integers(0, GESTURES - 1))), min_size=1, max_size=8)


def laid_out(cases: list[Case], places: int = GESTURES) -> tuple[NDArray[np.int64], sp.csr_matrix]:
    best = np.array([(chosen + [-1] * places)[:places] for chosen, _ in cases], dtype=np.int64)
    return best, sp.csr_matrix([[float(gesture in wanted) for gesture in range(GESTURES)] for _, wanted in cases])


def by_hand(chosen: list[int], wanted: set[int], depth: int) -> dict[str, float]:
    head = chosen[:depth]
    found = [gesture in wanted for gesture in head]
    so_far = [sum(found[: place + 1]) / (place + 1) for place in range(len(head))]
    most = min(len(wanted), depth)
    return {
        "precision": sum(found) / depth,
        "recall": sum(found) / len(wanted),
        "ndcg": sum(worth for worth, hit in zip(WORTH, found, strict=False) if hit) / sum(WORTH[:most]),
        "map": sum(share for share, hit in zip(so_far, found, strict=True) if hit) / most,
    }


@given(CASES, st.integers(1, GESTURES))
def test_each_figure_is_what_a_hand_would_reckon(cases: list[Case], depth: int) -> None:
    best, wanted = laid_out(cases)
    figures = ranking(best, wanted, np.ones(GESTURES), 10, (depth,))
    for row, (chosen, liked) in enumerate(cases):
        for name in ("precision", "recall", "ndcg", "map"):
            found = figures[f"{name}@{depth}"][row]
            if liked:
                assert found == pytest.approx(by_hand(chosen, liked, depth)[name])
                assert 0 <= found <= 1
            else:
                assert math.isnan(found)


@given(CASES)
def test_what_was_wanted_put_first_is_perfect(cases: list[Case]) -> None:
    perfect = [([*sorted(wanted), *(g for g in range(GESTURES) if g not in wanted)], wanted) for _, wanted in cases]
    figures = ranking(*laid_out(perfect), np.ones(GESTURES), 10, (1, 3, GESTURES))
    for depth in (1, 3, GESTURES):
        for name in ("ndcg", "map"):
            assert np.nanmin(figures[f"{name}@{depth}"], initial=1.0) == pytest.approx(1)


def test_a_list_shorter_than_the_depth_counts_as_filled_with_misses() -> None:
    best, wanted = laid_out([([0, 1], {0, 1, 2, 3})], places=2)
    figures = ranking(best, wanted, np.ones(GESTURES), 10, (4,))
    assert figures["precision@4"] == figures["recall@4"] == figures["map@4"] == 0.5
    assert figures["ndcg@4"] == pytest.approx(sum(WORTH[:2]) / sum(WORTH[:4]))


def test_an_empty_place_hits_nothing_though_the_last_gesture_was_wanted() -> None:
    best, wanted = laid_out([([], {0, GESTURES - 1})])
    assert not hits(best, wanted).any()


def test_a_stored_zero_was_not_wanted() -> None:
    wanted = sp.csr_matrix((np.array([0.0, 1.0]), ([0, 0], [0, 1])), shape=(1, GESTURES))
    assert ranking(np.array([[0, 1]]), wanted, np.ones(GESTURES), 10, (2,))["recall@2"] == 1


def test_novelty_is_counted_in_bits_and_nobody_has_taken_is_newest() -> None:
    counts = np.array([7.0, 3.0, 0.0])
    assert novelty(np.array([[0], [1], [2]]), counts, 7).tolist() == [0.0, 1.0, 3.0]
    assert novelty(np.array([[0, 2, -1]]), counts, 7) == 1.5
    assert np.isnan(novelty(np.array([[-1, -1]]), counts, 7)).all()


def test_coverage_is_the_share_of_the_catalogue_that_anybody_gets() -> None:
    assert coverage(np.array([[0, 1], [1, -1]]), 4) == 0.5
    assert coverage(np.zeros((0, 2), dtype=np.int64), 0) == 0


@st.composite
def scored(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    shape = draw(st.tuples(st.integers(0, 4), st.integers(1, 6)))
    cells = math.prod(shape)

    def drawn(what: st.SearchStrategy[Any]) -> Any:
        return np.array(draw(st.lists(what, min_size=cells, max_size=cells))).reshape(shape)

    scores = drawn(st.integers(-2, 2)).astype(float)
    return scores, drawn(st.booleans()).astype(bool), drawn(st.booleans()).astype(bool)


@given(scored())
def test_auc_is_the_share_of_pairs_in_the_right_order_among_what_was_allowed(
    case: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]],
) -> None:
    scores, wanted, allowed = case
    found = auc(scores, sp.csr_matrix(wanted.astype(float)), allowed)
    assert found.shape == (len(scores),)
    for row, value in enumerate(found):
        yes, no = scores[row][wanted[row] & allowed[row]], scores[row][~wanted[row] & allowed[row]]
        if len(yes) and len(no):
            right = (yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean()
            assert value == pytest.approx(right)
        else:
            assert math.isnan(value)


def test_blocks_change_no_auc_and_no_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = np.random.default_rng(0)
    scores, values = chooser.normal(size=(30, 8)), chooser.random(40)
    wanted, allowed = sp.csr_matrix(chooser.random((30, 8)) < 0.3), chooser.random((30, 8)) < 0.9
    whole, mean = auc(scores, wanted, allowed), interval(values)
    monkeypatch.setattr(metrics, "BLOCK_CELLS", 50)
    np.testing.assert_array_equal(auc(scores, wanted, allowed), whole)
    assert interval(values) == mean


@pytest.mark.parametrize("customers", [60, metrics.MANY])
def test_an_interval_holds_the_truth_in_about_nineteen_of_twenty_worlds(customers: int) -> None:
    worlds = 200
    held = 0
    for seed in range(worlds):
        found = interval(np.random.default_rng(seed).beta(2, 3, customers), seed)
        held += found.low <= 0.4 <= found.high
    assert 0.90 <= held / worlds <= 0.99


def test_bootstrap_and_normal_interval_meet() -> None:
    values = np.random.default_rng(0).random(metrics.MANY)
    drawn, normal = interval(values[1:]), interval(values)
    assert (drawn.low, drawn.high) == pytest.approx((normal.low, normal.high), abs=normal.error / 4)


def test_who_has_no_figure_is_passed_over() -> None:
    values = np.array([0.2, np.nan, 0.4, np.nan, 0.9])
    assert interval(values) == interval(np.array([0.2, 0.4, 0.9]))
    assert interval(values).customers == 3


def test_one_customer_tells_a_value_and_no_interval() -> None:
    assert interval(np.array([0.5])).as_json() == {"value": 0.5, "low": None, "high": None}
    assert interval(np.zeros(0)).as_json() == {"value": None, "low": None, "high": None}


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(0).random(50)
    assert interval(values, 1) == interval(values, 1) != interval(values, 2)


def test_a_small_gain_shows_in_pairs_that_is_lost_between_strangers() -> None:
    chooser = np.random.default_rng(0)
    theirs = chooser.random(200)
    ours = theirs + chooser.normal(0.02, 0.02, 200)
    gain = paired(ours, theirs)
    assert 0 < gain.low < 0.02 < gain.high
    assert interval(ours).low < interval(theirs).high
    assert paired(theirs, theirs).high == 0
