"""Real offers to real people (UCI in-vehicle coupons), split by customer: everybody in the test is a stranger."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import CUSTOMERS, GESTURES, NOW, frame, profiles
from wowengine.recommend import lightfm_model, linear
from wowengine.recommend.dataset import Examples, count_answers, examples, settle
from wowengine.recommend.evaluate import Quality, evaluate
from wowengine.recommend.fit import Learner, fit
from wowengine.recommend.popular import popular
from wowengine.recommend.score import blended

pytestmark = pytest.mark.real_data
BASE_RATE = 0.5


@dataclass(frozen=True)
class Split:
    train: Examples
    test: Examples

    def quality(self, learner: Learner) -> Quality:
        counts = count_answers(self.train.offers)
        return evaluate(blended(fit(self.train, learner), BASE_RATE, counts), self.test)


@pytest.fixture(scope="module")
def split(shared_data: Path) -> Split:
    """A fifth of the respondents held out whole."""
    read = {
        name: pl.read_csv(shared_data / "coupon" / f"{name}.csv", infer_schema=False)
        for name in ("customers", "gestures", "outcomes")
    }
    people = [
        {
            "customer_id": row["customer_id"],
            "attributes": json.dumps({k: v for k, v in row.items() if v and k not in {"customer_id", "consents"}}),
        }
        for row in read["customers"].iter_rows(named=True)
    ]
    offered = read["gestures"].with_columns(
        pl.col("tags", "channels").str.split(";"), pl.col("cost_cents").cast(pl.Int64), attributes=pl.lit("{}")
    )
    outcomes = read["outcomes"].with_columns(
        pl.col("occurred_at").str.to_datetime(time_zone="UTC", time_unit="us"), decision_id=pl.lit("")
    )
    assert set(CUSTOMERS) > {"customer_id", "attributes"}
    offers = examples(
        settle(outcomes, NOW), profiles(people), frame([row | {"slots": []} for row in offered.to_dicts()], GESTURES)
    )
    assert len(offers) == 9351
    who = offers.offers["customer_id"].unique().sort().to_list()
    strangers = np.random.default_rng(0).permutation(who)[: len(who) // 5].tolist()
    held = offers.offers["customer_id"].is_in(strangers).to_numpy()
    return Split(offers.where(~held), offers.where(held))


def test_lightfm_with_the_moment_foretells_strangers_far_better_than_popularity(
    split: Split, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.perf_counter()
    model = split.quality(Learner("lightfm", lightfm_model.path))
    seconds = time.perf_counter() - start
    base = evaluate(popular(BASE_RATE, count_answers(split.train.offers)), split.test)
    with capsys.disabled():
        print(f"\ncoupon, strangers: lightfm {model.as_json()} in {seconds:.1f} s; popular {base.as_json()}")  # noqa: T201 - a figure to be read
    assert model.auc > 0.74
    assert model.auc > base.auc + 0.05
    assert model.log_loss < base.log_loss
    assert model.ece < 0.06


def test_the_linear_model_is_a_fair_stand_in(split: Split) -> None:
    assert split.quality(Learner("linear", linear.path)).auc > 0.74
