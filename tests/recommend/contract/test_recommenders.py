"""What every recommender must do, on a checkerboard whose right answer the eye can see."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, NOW, World, checkerboard, frame, gesture, profiles
from wowengine.recommend import lightfm_model, linear
from wowengine.recommend.base import Recommender
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples, count_answers, examples, settle
from wowengine.recommend.fit import fit
from wowengine.recommend.popular import popular
from wowengine.recommend.prior import prior
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended

BASE_RATE = 0.3
WORLD = checkerboard()
POPULAR_ONES = ["g0", "g1"]


def learned(path: Callable[[Examples, int], Sequence[Bilinear]]) -> Callable[[World], Recommender]:
    def build(world: World) -> Recommender:
        offers = settle(world.outcomes, NOW)
        model = fit(examples(offers, world.profiles, world.gestures), [Learner("learned", path)])
        return blended(model)

    return build


BUILDERS: dict[str, Callable[[World], Recommender]] = {
    "popular": lambda world: popular(BASE_RATE, count_answers(settle(world.outcomes, NOW))),
    "prior": lambda world: prior(BASE_RATE, count_answers(settle(world.outcomes, NOW))),
    "lightfm": learned(lightfm_model.path),
    "linear": learned(linear.path),
}
PERSONAL = ["prior", "lightfm", "linear"]


@pytest.fixture(scope="module")
def built() -> dict[str, Recommender]:
    return {name: build(WORLD) for name, build in BUILDERS.items()}


@pytest.fixture(params=list(BUILDERS))
def anyone(request: pytest.FixtureRequest, built: dict[str, Recommender]) -> Recommender:
    return built[request.param]


@pytest.fixture(params=PERSONAL)
def personal(request: pytest.FixtureRequest, built: dict[str, Recommender]) -> Recommender:
    return built[request.param]


def ranked(recommender: Recommender, customer_id: str) -> list[str]:
    scores = recommender.score(WORLD.profiles, WORLD.gestures).frame
    return scores.filter(pl.col("customer_id") == customer_id).sort("rank")["gesture_id"].to_list()


@pytest.mark.parametrize(("customer_id", "fitting"), [("c000", ["g2", "g4", "g6"]), ("c001", ["g3", "g5", "g7"])])
def test_what_fits_stands_above_what_does_not(personal: Recommender, customer_id: str, fitting: list[str]) -> None:
    order = [one for one in ranked(personal, customer_id) if one not in POPULAR_ONES]
    assert sorted(order[:3]) == fitting


def test_popularity_puts_what_everybody_took_first(built: dict[str, Recommender]) -> None:
    assert ranked(built["popular"], "c000")[:2] == POPULAR_ONES
    assert ranked(built["popular"], "c001")[:2] == POPULAR_ONES


def test_every_customer_and_gesture_is_scored_once(anyone: Recommender) -> None:
    scores = anyone.score(WORLD.profiles, WORLD.gestures).frame
    assert scores.height == 40 * 8
    assert scores.select("customer_id", "gesture_id").n_unique() == scores.height
    assert scores["model_version"].unique().to_list() == [anyone.version]


def test_rank_follows_score(anyone: Recommender) -> None:
    scores = anyone.score(WORLD.profiles, WORLD.gestures).frame
    again = scores.sort("customer_id", pl.col("score").neg(), "gesture_id")
    assert again["gesture_id"].to_list() == scores["gesture_id"].to_list()


def test_the_best_k_are_the_first_k_of_all(anyone: Recommender) -> None:
    whole = anyone.score(WORLD.profiles, WORLD.gestures).frame
    best = anyone.score(WORLD.profiles, WORLD.gestures, k=3).frame
    assert best.equals(whole.filter(pl.col("rank") <= 3))


def test_what_is_left_out_makes_room_for_others(anyone: Recommender) -> None:
    first = ranked(anyone, "c000")
    had = pl.DataFrame({"customer_id": ["c000", "nobody"], "gesture_id": [first[0], "nothing"]})
    scores = anyone.score(WORLD.profiles, WORLD.gestures, k=2, leave_out=had).frame
    assert scores.filter(pl.col("customer_id") == "c000")["gesture_id"].to_list() == first[1:3]


def test_who_has_everything_left_out_gets_nothing(anyone: Recommender) -> None:
    had = WORLD.gestures.select("gesture_id").with_columns(customer_id=pl.lit("c000"))
    scores = anyone.score(WORLD.profiles, WORLD.gestures, leave_out=had).frame
    assert scores["customer_id"].n_unique() == 39


def test_one_alone_is_scored_as_among_many(anyone: Recommender) -> None:
    alone = profiles(
        [{"customer_id": "c001", "attributes": "{}"}], [{"customer_id": "c001", "topic": "hills", "affinity": 0.9}]
    )
    among = anyone.score(WORLD.profiles, WORLD.gestures).frame.filter(pl.col("customer_id") == "c001")
    scores = anyone.score(alone, WORLD.gestures).frame
    assert scores["gesture_id"].to_list() == among["gesture_id"].to_list()
    np.testing.assert_allclose(scores["score"], among["score"], rtol=1e-5, atol=1e-6)


def test_the_order_of_rows_changes_nothing(anyone: Recommender) -> None:
    people = WORLD.profiles
    shuffled = type(people)(people.customers.reverse(), people.interests.reverse(), people.preferences, people.care)
    scores = anyone.score(shuffled, WORLD.gestures.reverse()).frame
    assert scores.equals(anyone.score(people, WORLD.gestures).frame)


def test_a_stranger_is_scored_all_the_same(anyone: Recommender) -> None:
    stranger = profiles([{"customer_id": "new", "attributes": "{}"}])
    scores = anyone.score(stranger, WORLD.gestures).frame
    assert scores.height == 8
    assert sorted(scores["gesture_id"].to_list()[:2]) == POPULAR_ONES


def test_a_gesture_nobody_was_ever_offered_is_scored_by_what_is_told_of_it(personal: Recommender) -> None:
    new = frame([gesture("new_sea", "sea"), gesture("new_hills", "hills")], GESTURES)
    first = personal.score(WORLD.profiles, new).frame.filter(pl.col("rank") == 1)
    by_customer = dict(first.select("customer_id", "gesture_id").iter_rows())
    assert by_customer["c000"] == "new_sea"
    assert by_customer["c001"] == "new_hills"


def test_the_parts_of_a_score_sum_to_it(anyone: Recommender) -> None:
    scores = anyone.score(WORLD.profiles, WORLD.gestures)
    for row in scores.frame.sample(40, seed=1).iter_rows(named=True):
        parts = scores.parts(row["customer_id"], row["gesture_id"])
        assert sum(part.weight for part in parts) == pytest.approx(row["score"], abs=1e-5)


def test_the_reason_is_what_they_share(personal: Recommender) -> None:
    scores = personal.score(WORLD.profiles, WORLD.gestures)
    reasons = scores.reasons("c000", "g2", k=2)
    assert "sea × sea" in [reason.text for reason in reasons]
    assert all(reason.weight > 0 for reason in reasons)


def test_a_bias_is_no_reason(built: dict[str, Recommender]) -> None:
    scores = built["popular"].score(WORLD.profiles, WORLD.gestures)
    assert scores.reasons("c000", "g0") == ()


def test_nobody_gets_nothing(anyone: Recommender) -> None:
    assert anyone.score(profiles([]), WORLD.gestures).frame.is_empty()


def test_an_empty_catalogue_gives_no_scores(anyone: Recommender) -> None:
    assert anyone.score(WORLD.profiles, WORLD.gestures.clear()).frame.is_empty()
