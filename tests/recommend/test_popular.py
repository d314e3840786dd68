from typing import Any

import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, frame, gesture, profiles
from wowengine.recommend.popular import ALIKE, NO_COUNTS, popular


def landing(**counts: tuple[float, float]) -> dict[str, dict[str, Any]]:
    """Score gestures by (landed, answered), and one that is new, at a base rate of 0.2."""
    rows = [(name, *count) for name, count in counts.items()]
    told = pl.DataFrame(rows, schema=NO_COUNTS.schema, orient="row")
    catalogue = frame([gesture(name) for name in (*counts, "new")], GESTURES)
    scores = popular(0.2, told).score(profiles([{"customer_id": "c"}]), catalogue).frame
    return {row["gesture_id"]: row for row in scores.iter_rows(named=True)}


def test_before_any_answer_everything_stands_at_the_base_rate() -> None:
    assert landing()["new"]["propensity"] == pytest.approx(0.2, abs=1e-4)


def test_a_new_gesture_stands_at_the_mean_of_the_gestures_and_the_policys_guess() -> None:
    scored = landing(a=(9, 10), b=(0, 1000))
    assert scored["new"]["propensity"] == pytest.approx(((9 + 2) / 20 + 2 / 1010 + 0.2) / 3, abs=1e-4)


def test_popularity_is_the_share_that_landed_drawn_to_what_is_usual() -> None:
    scored = landing(a=(9, 10), b=(0, 1000))
    usual = scored["new"]["propensity"]
    assert scored["a"]["propensity"] == pytest.approx((9 + ALIKE * usual) / (10 + ALIKE), abs=1e-4)
    assert scored["b"]["propensity"] == pytest.approx(ALIKE * usual / (1000 + ALIKE), abs=1e-4)


def test_only_what_was_answered_often_is_called_calibrated() -> None:
    scored = landing(a=(9, 10), b=(0, 1000))
    assert [scored[name]["propensity_basis"] for name in ("a", "b", "new")] == ["calibrated", "calibrated", "assumed"]
