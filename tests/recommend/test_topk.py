from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wowengine.recommend import topk
from wowengine.recommend.topk import top_k

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 12), st.integers(1, 15), st.integers(0, 2**31 - 1))


COMPILED = pytest.param(
    True, id="compiled", marks=pytest.mark.skipif(find_spec("numba") is None, reason="needs the extra `fast`")
)


@pytest.fixture(autouse=True, params=[pytest.param(False, id="numpy"), COMPILED], scope="module")
def compiled(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Both ways to choose, each of which must pass every test here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topk, "COMPILED", request.param)
        patch.setattr(topk, "SOME", 0)  # however few the gestures
        yield request.param


def plainly(scores: NDArray[np.float32], k: int) -> list[list[int]]:
    """The same choice by sorting in Python: greatest score first, lower index first among equals."""
    return [sorted(range(len(row)), key=lambda j: (-row[j], j))[:k] for row in scores.tolist()]


def listed(best: tuple[NDArray[np.int64], NDArray[np.float32]]) -> list[list[list[float]]]:
    return [rows.tolist() for rows in best]


@given(SHAPES, st.booleans())
def test_the_choice_is_that_of_a_full_sort_with_ties_by_index(shape: tuple[int, int, int, int], masked: bool) -> None:
    n, m, k, seed = shape
    chooser = np.random.default_rng(seed)
    left = chooser.integers(-2, 3, (n, 2)).astype(np.float32)  # few values: ties are common
    right = chooser.integers(-2, 3, (m, 2)).astype(np.float32)
    allowed = chooser.random((n, m)) < 0.6 if masked else None
    scores = left @ right.T
    if allowed is not None:
        scores[~allowed] = -np.inf
    index, score = top_k(left, right, k, allowed)
    for row, expected in enumerate(plainly(scores, k)):
        reachable = [j for j in expected if np.isfinite(scores[row, j])]
        assert [j for j in index[row] if j >= 0] == reachable
        assert score[row, : len(reachable)].tolist() == scores[row, reachable].tolist()


@given(st.integers(0, 2**31 - 1), st.integers(1, 3), st.sampled_from([0.0, 0.3, 0.97]))
def test_contenders_are_chosen_as_all_are(seed: int, k: int, masked: float) -> None:
    chooser = np.random.default_rng(seed)
    left, right = chooser.normal(size=(99, 8)).astype(np.float32), chooser.normal(size=(200, 8)).astype(np.float32)
    right[50:90] = right[7]  # alike, and perhaps at the edge
    left[1] = 0  # to whom all are alike
    allowed = chooser.random((99, 200)) >= masked
    index, score = top_k(left, right, k, allowed)
    every, scores = top_k(left, right, 200, allowed)
    assert index.tolist() == every[:, :k].tolist()
    assert score.tolist() == scores[:, :k].tolist()


def test_all_are_compared_in_grains_of_the_product() -> None:
    chooser = np.random.default_rng(0)
    left, right = chooser.normal(size=(9, 64)).astype(np.float32), chooser.normal(size=(70, 64)).astype(np.float32)
    exact = np.rint(left.astype(np.float64) @ right.T.astype(np.float64) * 2**16) / 2**16
    index, score = top_k(left, right, 70)
    assert index.tolist() == np.argsort(-exact, axis=1, kind="stable").tolist()
    assert score.tolist() == np.take_along_axis(exact, index, axis=1).tolist()


@pytest.mark.parametrize("gestures", [20, 700])
def test_blocks_threads_and_company_do_not_show(monkeypatch: pytest.MonkeyPatch, gestures: int) -> None:
    chooser = np.random.default_rng(0)
    left, right = chooser.normal(size=(50, 4)).astype(np.float32), chooser.normal(size=(gestures, 4)).astype(np.float32)
    allowed = chooser.random((50, gestures)) < 0.7
    whole = top_k(left, right, 5, allowed)
    alone = top_k(left[7:8], right, 5, allowed[7:8])
    monkeypatch.setattr(topk, "CELLS", gestures * 3)
    monkeypatch.setattr(topk, "ROWS", 3)
    monkeypatch.setattr(topk, "TILE", 3 * 100)  # columns in several tiles
    monkeypatch.setattr(topk, "WIDE", 100)
    for pieces in (top_k(left, right, 5, allowed), top_k(left, right, 5, allowed, threads=2)):
        assert listed(pieces) == listed(whole)
    assert listed(alone) == [rows[7:8] for rows in listed(whole)]


def test_where_each_gesture_beats_all_before_it_none_is_missed() -> None:
    rising = np.linspace(0, 1, 9_000, dtype=np.float32)[:, None]
    index, _ = top_k(np.ones((2, 1), dtype=np.float32), rising, 3)
    assert index.tolist() == [[8999, 8998, 8997]] * 2


def test_a_rival_that_float32_misjudges_is_a_contender_still() -> None:
    chooser = np.random.default_rng(3)
    left, right = chooser.normal(size=(400, 64)).astype(np.float32), chooser.normal(size=64).astype(np.float32)
    rivals = np.tile(right, (64, 1))
    rivals[1::2, -1] += 2.0**-20  # of the same length but for a hair: float32 orders them as it likes
    index, _ = top_k(left, rivals, 1)
    every, _ = top_k(left, rivals, 64)
    assert index.tolist() == every[:, :1].tolist()


def test_scores_that_come_out_alike_are_equal() -> None:
    customer = np.array([[1000.0, 2.0**-16]], dtype=np.float32)  # a grain apart, which float32 cannot hold at 1,000
    index, score = top_k(customer, np.array([[1, 0], [1, 1]], dtype=np.float32), 2)
    assert index.tolist() == [[0, 1]]
    assert score.tolist() == [[1000.0, 1000.0]]


@pytest.mark.parametrize("number", [np.nan, np.inf, 3e18])
def test_what_cannot_be_told_apart_is_refused(number: float) -> None:
    ones = np.ones((2, 3), dtype=np.float32)
    with pytest.raises(ValueError, match="too great"):
        top_k(ones, ones * np.float32(number), 1)


def test_nobody_and_nothing_are_answered() -> None:
    some, none = np.ones((3, 2), dtype=np.float32), np.empty((0, 2), dtype=np.float32)
    assert top_k(none, some, 2)[0].shape == (0, 2)
    assert top_k(some, none, 2)[0].shape == (3, 0)
    assert top_k(some, some, 0)[0].shape == (3, 0)


def test_where_all_is_forbidden_nothing_is_chosen() -> None:
    ones = np.ones((1, 1), dtype=np.float32)
    index, score = top_k(ones, ones, 1, np.array([[False]]))
    assert index.tolist() == [[-1]]
    assert np.isneginf(score).all()


def test_a_sum_in_another_order_is_the_same_score() -> None:
    chooser = np.random.default_rng(0)
    left = np.ones((1, 40), dtype=np.float32)
    addends = 0.2 * chooser.normal(size=40).astype(np.float32)
    right = np.stack([chooser.permutation(addends) for _ in range(30)])
    assert len(set((left @ right.T)[0].tolist())) > 1  # as the processor adds them up
    index, score = top_k(left, right, 30)
    assert index[0].tolist() == list(range(30))
    assert len(set(score[0].tolist())) == 1
