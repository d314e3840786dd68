from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tests.recommend.worlds import GESTURES, NOW, World, frame, gesture, hidden_tastes, profiles
from wowengine.recommend import registry
from wowengine.recommend.base import Scores
from wowengine.recommend.dataset import count_answers, settle
from wowengine.recommend.score import recommender
from wowengine.recommend.train import train

WORLD = hidden_tastes(3000)
RAIN = {f"c{n:03}": {"weather": "rain"} for n in range(300)}
SUN = {f"c{n:03}": {"weather": "sun"} for n in range(300)}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    assert train(WORLD.profiles, WORLD.gestures, WORLD.outcomes, folder, now=NOW).registered
    return folder


def truth(world: World, scores: pl.DataFrame, rain: float) -> NDArray[np.float64]:
    """The chance of each row, where it rains (1) or not (0)."""
    who = scores["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    what = scores["gesture_id"].str.slice(1).cast(pl.Int64).to_numpy()
    chance = world.chance[who, what]
    return np.asarray(1 / (1 + np.exp(-(np.log(chance / (1 - chance)) + 0.8 * rain * (what % 2)))))


def test_before_a_model_the_prior_serves_and_afterwards_the_model(tmp_path: Path, models: Path) -> None:
    assert recommender(tmp_path, 0.3).version == "prior"
    card = registry.active_card(models)
    assert card is not None
    assert recommender(models, 0.3).version == card["version"]


def test_the_model_is_nearer_to_the_truth_than_the_prior(tmp_path: Path, models: Path) -> None:
    counts = count_answers(settle(WORLD.outcomes, NOW))
    errors = []
    for folder in (models, tmp_path):
        scores = recommender(folder, 0.3, lambda: counts).score(WORLD.profiles, WORLD.gestures, RAIN).frame
        errors.append(float(np.abs(scores["propensity"].to_numpy() - truth(WORLD, scores, 1)).mean()))
    assert errors[0] < 0.8 * errors[1]


def test_the_interval_holds_the_true_chance_about_as_often_as_it_says(models: Path) -> None:
    scores = recommender(models, 0.3).score(WORLD.profiles, WORLD.gestures, RAIN).frame
    real = truth(WORLD, scores, 1)
    held = (scores["propensity_low"].to_numpy() <= real) & (real <= scores["propensity_high"].to_numpy())
    assert 0.8 < held.mean() <= 1
    assert scores["propensity_basis"].unique().to_list() == ["calibrated"]


def test_the_moment_counts(models: Path) -> None:
    """In this world every second gesture lands more often in the rain."""
    serving = recommender(models, 0.3)
    wet, dry = (serving.score(WORLD.profiles, WORLD.gestures, moment).frame for moment in (RAIN, SUN))
    both = wet.join(dry, on=["customer_id", "gesture_id"], suffix="_dry")
    gain = both.with_columns(
        gain=pl.col("propensity") - pl.col("propensity_dry"),
        odd=pl.col("gesture_id").str.slice(1).cast(pl.Int64) % 2 == 1,
    )
    of_odd, of_even = (gain.filter(pl.col("odd") == odd)["gain"].mean() for odd in (True, False))
    assert isinstance(of_odd, float)
    assert isinstance(of_even, float)
    assert of_odd > of_even + 0.05


def test_a_moment_that_is_not_told_is_scored_as_the_mean_of_moments(models: Path) -> None:
    serving = recommender(models, 0.3)
    mean = [
        serving.score(WORLD.profiles, WORLD.gestures, moment).frame["propensity"].mean() for moment in (RAIN, SUN, None)
    ]
    assert mean[2] == pytest.approx((mean[0] + mean[1]) / 2, abs=0.01)  # type: ignore[operator]  # means of numbers


def test_a_new_gesture_stands_at_the_usual_rate_and_its_words_and_is_called_assumed(models: Path) -> None:
    fresh = frame([gesture("new", "violins"), gesture("new_sea", "sea")], GESTURES)
    scored = recommender(models, 0.3).score(WORLD.profiles, pl.concat([WORLD.gestures, fresh])).frame
    new = scored.filter(pl.col("gesture_id") == "new")
    assert new["propensity"].n_unique() == 1
    assert new["propensity"][0] == pytest.approx(WORLD.chance.mean(), abs=0.1)
    assert new["propensity_basis"].unique().to_list() == ["assumed"]
    by_sea = scored.filter(pl.col("gesture_id") == "new_sea").join(
        WORLD.profiles.interests.filter(topic="sea"), on="customer_id", how="left"
    )
    fond = by_sea["topic"].is_not_null()
    assert by_sea.filter(fond)["score"].min() > by_sea.filter(~fond)["score"].max() + 0.5  # type: ignore[operator]


def test_a_stranger_is_expected_to_answer_as_those_of_whom_no_interest_is_known(models: Path) -> None:
    quiet = ~WORLD.profiles.customers["customer_id"].is_in(WORLD.profiles.interests["customer_id"].to_list()).to_numpy()
    stranger = recommender(models, 0.3).score(profiles([{"customer_id": "new"}]), WORLD.gestures).frame
    assert stranger["propensity"].mean() == pytest.approx(WORLD.chance[quiet].mean(), abs=0.06)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (pl.lit(2.0).alias("propensity"), "outside its interval"),
        (pl.lit(float("nan"), dtype=pl.Float32).alias("score"), "no number"),
        (pl.lit(7, dtype=pl.UInt32).alias("rank"), "not its place"),
        (pl.lit(None, dtype=pl.String).alias("model_version"), "a null"),
        (pl.lit(1).alias("more"), "columns"),
    ],
)
def test_scores_that_break_their_contract_cannot_be_made(models: Path, change: pl.Expr, said: str) -> None:
    good = recommender(models, 0.3).score(WORLD.profiles, WORLD.gestures, k=2)
    with pytest.raises(ValueError, match=said):
        Scores(good.frame.with_columns(change), good.parts)
