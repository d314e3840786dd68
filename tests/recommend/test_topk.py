import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wowengine.recommend import topk
from wowengine.recommend.topk import top_k

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 12), st.integers(1, 15), st.integers(0, 2**31 - 1))


def plainly(scores: NDArray[np.float32], k: int) -> list[list[int]]:
    """The same choice by sorting in Python: greatest score first, lower index first among equals."""
    return [sorted(range(len(row)), key=lambda j: (-row[j], j))[:k] for row in scores.tolist()]


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


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = np.random.default_rng(0)
    left, right = chooser.normal(size=(50, 4)).astype(np.float32), chooser.normal(size=(20, 4)).astype(np.float32)
    allowed = chooser.random((50, 20)) < 0.7
    whole, _ = top_k(left, right, 5, allowed)
    monkeypatch.setattr(topk, "BLOCK_BYTES", 4 * 20 * 3)  # three customers at a time
    pieces, _ = top_k(left, right, 5, allowed)
    assert (whole == pieces).all()


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
