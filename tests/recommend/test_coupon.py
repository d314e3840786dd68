"""Real offers to real people (UCI in-vehicle coupons), split by customer: everybody in the test is a stranger."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.coupons import coupons
from wowengine.recommend import content, ease
from wowengine.recommend.dataset import Examples, count_answers
from wowengine.recommend.evaluate import Quality, evaluate
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.popular import popular
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended

pytestmark = pytest.mark.real_data
BASE_RATE = 0.5


@dataclass(frozen=True)
class Split:
    train: Examples
    test: Examples

    def quality(self, *ways: Learner) -> Quality:
        return evaluate(blended(fit(self.train, ways)), self.test)


@pytest.fixture(scope="module")
def split(shared_data: Path) -> Split:
    """A fifth of the respondents held out whole."""
    offers = coupons(shared_data / "coupon")
    assert len(offers) == 9351
    who = offers.offers["customer_id"].unique().sort().to_list()
    strangers = np.random.default_rng(0).permutation(who)[: len(who) // 5].tolist()
    held = offers.offers["customer_id"].is_in(strangers).to_numpy()
    return Split(offers.where(~held), offers.where(held))


def test_the_mix_with_the_moment_foretells_strangers_far_better_than_popularity(
    split: Split, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.perf_counter()
    model = split.quality(*learners())
    seconds = time.perf_counter() - start
    base = evaluate(popular(BASE_RATE, count_answers(split.train.offers)), split.test)
    with capsys.disabled():
        print(f"\ncoupon, strangers: mix {model.as_json()} in {seconds:.1f} s; popular {base.as_json()}")  # noqa: T201 - a figure to be read
    assert model.auc > 0.75
    assert model.auc > base.auc + 0.05
    assert model.log_loss < base.log_loss
    assert model.ece < 0.05


@pytest.mark.parametrize(
    "way", [way for way in learners() if way.name not in {content.NAME, ease.NAME}], ids=lambda way: way.name
)
def test_each_way_is_a_fair_stand_in_for_the_others(split: Split, way: Learner) -> None:
    assert split.quality(way).auc > 0.74
