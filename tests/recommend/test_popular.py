import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, frame, gesture, profiles
from wowengine.recommend.popular import popular


def test_popularity_is_the_share_that_landed_drawn_to_the_base_rate() -> None:
    counts = pl.DataFrame({"gesture_id": ["a", "b"], "landed": [9.0, 0.0], "answered": [10.0, 1000.0]})
    catalogue = frame([gesture(name) for name in ("a", "b", "new")], GESTURES)
    scores = popular(0.2, counts).score(profiles([{"customer_id": "c"}]), catalogue).frame
    rows = {row["gesture_id"]: row for row in scores.iter_rows(named=True)}
    assert rows["a"]["propensity"] == pytest.approx((9 + 2) / 20, abs=1e-4)
    assert rows["b"]["propensity"] == pytest.approx(2 / 1010, abs=1e-4)
    assert rows["new"]["propensity"] == pytest.approx(0.2, abs=1e-4)
    assert [rows[name]["propensity_basis"] for name in ("a", "b", "new")] == ["calibrated", "calibrated", "assumed"]
