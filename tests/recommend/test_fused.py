"""Compiled or not, the same is chosen: `test_topk.py` asks both ways, and here they are asked beside one another."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wowengine
from wowengine.recommend import topk
from wowengine.recommend.contenders import CROWD
from wowengine.recommend.topk import top_k

fused = pytest.importorskip("wowengine.recommend.fused", reason="needs the extra `fast`")

SHAPES = st.tuples(
    st.sampled_from([1, 2, 10, 63, 64, 65]),  # wanted
    st.sampled_from([1, 5, 63, 64, 65, 130, 700]),  # gestures
    st.sampled_from([50, 64, 4096]),  # weighed together
)


def chosen(compiled: bool, wide: int, *asked: Any) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topk, "COMPILED", compiled)
        patch.setattr(topk, "SOME", 0)
        patch.setattr(topk, "WIDE", wide)
        return [rows.tolist() for rows in top_k(*asked)]


@given(st.integers(0, 2**31 - 1), SHAPES, st.sampled_from([0.0, 0.5, 0.99, 1.0]), st.sampled_from([0, 1, 40]))
def test_the_choice_is_that_of_numpy(seed: int, shape: tuple[int, int, int], masked: float, coarse: int) -> None:
    k, gestures, wide = shape
    chooser = np.random.default_rng(seed)
    left, right = chooser.normal(size=(12, 16)), chooser.normal(size=(gestures, 16))
    if coarse:  # ties, and crowds at the edge
        left, right = np.round(left * coarse) / coarse, np.round(right * coarse) / coarse
    left[0] = 0  # to whom all are alike
    left[1] *= 1_000  # whose scores are coarser than a grain
    allowed = chooser.random((12, gestures)) >= masked
    asked = left.astype(np.float32), right.astype(np.float32), k, allowed
    assert chosen(True, wide, *asked) == chosen(False, wide, *asked)


def test_of_many_close_rivals_the_same_are_chosen() -> None:
    chooser = np.random.default_rng(0)
    right = np.tile(chooser.normal(size=64), (900, 1)) + 2e-6 * chooser.normal(size=(900, 64))  # within a few grains
    asked = chooser.normal(size=(40, 64)).astype(np.float32), right.astype(np.float32), 10
    assert chosen(True, 300, *asked) == chosen(False, 300, *asked)


def test_whom_a_crowd_stands_before_is_told() -> None:
    customer, margin = np.ones((1, 2), dtype=np.float32), np.zeros(1, dtype=np.float32)
    for alike, told in ((2 * CROWD, False), (2 * CROWD + 1, True)):
        rivals = np.ones((alike, 2), dtype=np.float32)
        assert fused.choose(customer, rivals, 2, margin, None, grain=1.0, width=99)[2].tolist() == [told]


def test_only_this_file_imports_numba() -> None:
    house = Path(wowengine.__file__).parent
    importing = re.compile(r"^\s*(?:from|import) numba", re.MULTILINE)
    assert {path.name for path in house.rglob("*.py") if importing.search(path.read_text("utf-8"))} == {"fused.py"}


def test_nothing_is_compiled_before_something_is_chosen() -> None:
    code = "import sys, wowengine.recommend.score; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
