import json
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.recommend.curve import SLIGHT, SURE, Curve, softplus

LINE = Curve("platt", 0.5, 0.5, -1.0)
NUMBERS = st.floats(-30, 30)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    slopes = st.floats(SLIGHT, 3.0)
    at = sorted(draw(st.sets(st.integers(-1000, 1000), max_size=8)))
    step = sorted(draw(st.lists(st.floats(-8, 8), min_size=len(at), max_size=len(at))))
    kind = draw(st.sampled_from(["platt", "beta", "isotonic"]))
    return Curve(kind, draw(slopes), draw(slopes), draw(st.floats(-5, 5)), tuple(one / 100 for one in at), tuple(step))


def test_a_line_is_a_line() -> None:
    assert LINE.logits(np.array([-2.0, 0.0, 4.0])) == pytest.approx([-2.0, -1.0, 1.0])
    assert LINE.chances(np.array([2.0])) == pytest.approx([0.5])


def test_a_bent_curve_has_its_own_slope_at_either_end() -> None:
    bend = Curve("beta", 0.2, 0.7, 0.0)
    assert np.diff(bend.logits(np.array([-21.0, -20.0]))) == pytest.approx([0.2], abs=1e-6)
    assert np.diff(bend.logits(np.array([20.0, 21.0]))) == pytest.approx([0.7], abs=1e-6)


def test_a_step_is_straight_between_its_knots_and_slight_beyond() -> None:
    curve = Curve("isotonic", SLIGHT, SLIGHT, 0.0, (0.0, 1.0), (-1.0, 1.0))
    given_scores = np.array([-10.0, 0.0, 0.5, 1.0, 10.0])
    assert curve.logits(given_scores) == pytest.approx([-1.0, -1.0, 0.0, 1.0, 1.0], abs=0.011)


@given(curves(), st.sets(st.integers(-3000, 3000), min_size=2, max_size=30))
def test_ranking_by_chance_is_ranking_by_score(curve: Curve, hundredths: set[int]) -> None:
    logits = curve.logits(np.array(sorted(hundredths), dtype=np.float32) / np.float32(100))
    rise = np.diff(logits)
    assert (rise >= 0).all()
    assert (rise > 0)[(np.abs(logits[1:]) < SURE) & (np.abs(logits[:-1]) < SURE)].all()


@given(curves(), st.floats(-1e6, 1e6))
def test_nothing_is_certain(curve: Curve, score: float) -> None:
    chance = curve.chances(np.array([score]))
    assert ((chance > 0) & (chance < 1)).all()


@given(curves(), st.lists(NUMBERS, max_size=5))
def test_a_curve_comes_back_from_json_text_as_the_very_same(curve: Curve, scores: list[float]) -> None:
    again = Curve.from_json(json.loads(json.dumps(curve.as_json())))
    assert again == curve
    assert (again.chances(np.array(scores)) == curve.chances(np.array(scores))).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "magic"},
        {"low": 0.0},
        {"high": -1.0},
        {"intercept": float("nan")},
        {"at": (0.0, 1.0), "step": (1.0, 0.0)},
        {"at": (0.0, 0.0), "step": (0.0, 1.0)},
        {"at": (0.0,), "step": ()},
    ],
)
def test_what_does_not_rise_is_no_curve(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no curve"):
        replace(LINE, **wrong)


def test_a_million_scores_take_no_time() -> None:
    """About 35 ms at the slowest kind; the bound leaves room for a loaded machine."""
    knots = np.linspace(-3, 3, 50)
    curve = Curve("isotonic", SLIGHT, SLIGHT, 0.0, tuple(knots), tuple(knots / 2))
    scores = np.random.default_rng(0).normal(size=1_000_000).astype(np.float32)
    start = time.process_time()
    curve.chances(scores)
    assert time.process_time() - start < 0.25


def test_evaluation_needs_no_optimiser() -> None:
    code = "import sys, wowengine.recommend.curve; print('scipy.optimize' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@given(NUMBERS)
def test_softplus_is_the_logarithm_of_one_plus_e_to_the_score(score: float) -> None:
    assert softplus(np.array([score]))[0] == pytest.approx(np.logaddexp(0, score), rel=1e-12)
