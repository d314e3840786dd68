"""What every recommender must do, told what customers took, on a checkerboard whose right answer the eye can see."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, NOW, World, checkerboard, frame, gesture, profiles
from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend import content, ease, lightfm_model, linear, segments
from wowengine.recommend.base import Recommender, Scores
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples, count_answers, examples, settle
from wowengine.recommend.features import Contexts, history_of
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.popular import popular
from wowengine.recommend.prior import prior
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended

BASE_RATE = 0.3
WORLD = checkerboard()
HISTORY = history_of(examples(settle(WORLD.outcomes, NOW), WORLD.profiles, WORLD.gestures).answers)
POPULAR_ONES = ["g0", "g1"]


def learned(*ways: Learner) -> Callable[[World], Recommender]:
    def build(world: World) -> Recommender:
        return blended(fit(examples(settle(world.outcomes, NOW), world.profiles, world.gestures), ways))

    return build


def alone(name: str, path: Callable[[Examples, int], Sequence[Bilinear]]) -> Callable[[World], Recommender]:
    return learned(Learner(name, path))


BUILDERS: dict[str, Callable[[World], Recommender]] = {
    "popular": lambda world: popular(BASE_RATE, count_answers(settle(world.outcomes, NOW))),
    "prior": lambda world: prior(BASE_RATE, count_answers(settle(world.outcomes, NOW))),
    **{way.NAME: alone(way.NAME, way.path) for way in (lightfm_model, linear, segments, ease, content)},
    "auto": learned(*learners()),
}
PERSONAL = [name for name in BUILDERS if name != "popular"]


@pytest.fixture(scope="module")
def built() -> dict[str, Recommender]:
    return {name: build(WORLD) for name, build in BUILDERS.items()}


@pytest.fixture(params=list(BUILDERS))
def anyone(request: pytest.FixtureRequest, built: dict[str, Recommender]) -> Recommender:
    return built[request.param]


@pytest.fixture(params=PERSONAL)
def personal(request: pytest.FixtureRequest, built: dict[str, Recommender]) -> Recommender:
    return built[request.param]


def score(
    recommender: Recommender,
    people: ProfileFrames = WORLD.profiles,
    gestures: pl.DataFrame = WORLD.gestures,
    *,
    contexts: Contexts | None = None,
    k: int | None = None,
    leave_out: pl.DataFrame | None = None,
    history: pl.DataFrame = HISTORY,
) -> Scores:
    return recommender.score(people, gestures, contexts, k=k, leave_out=leave_out, history=history)


def ranked(recommender: Recommender, customer_id: str) -> list[str]:
    scores = score(recommender).frame
    return scores.filter(pl.col("customer_id") == customer_id).sort("rank")["gesture_id"].to_list()


@pytest.mark.parametrize(("customer_id", "fitting"), [("c000", ["g2", "g4", "g6"]), ("c001", ["g3", "g5", "g7"])])
def test_what_fits_stands_above_what_does_not(personal: Recommender, customer_id: str, fitting: list[str]) -> None:
    order = [one for one in ranked(personal, customer_id) if one not in POPULAR_ONES]
    assert sorted(order[:3]) == fitting


def test_popularity_puts_what_everybody_took_first(built: dict[str, Recommender]) -> None:
    assert ranked(built["popular"], "c000")[:2] == POPULAR_ONES
    assert ranked(built["popular"], "c001")[:2] == POPULAR_ONES


def test_every_customer_and_gesture_is_scored_once(anyone: Recommender) -> None:
    scores = score(anyone).frame
    assert scores.height == 40 * 8
    assert scores.select("customer_id", "gesture_id").n_unique() == scores.height
    assert scores["model_version"].unique().to_list() == [anyone.version]


def test_rank_follows_score(anyone: Recommender) -> None:
    scores = score(anyone).frame
    again = scores.sort("customer_id", pl.col("score").neg(), "gesture_id")
    assert again["gesture_id"].to_list() == scores["gesture_id"].to_list()


def test_the_best_k_are_the_first_k_of_all(anyone: Recommender) -> None:
    whole = score(anyone).frame
    best = score(anyone, k=3).frame
    assert best.equals(whole.filter(pl.col("rank") <= 3))


def test_what_is_left_out_makes_room_for_others(anyone: Recommender) -> None:
    first = ranked(anyone, "c000")
    had = pl.DataFrame({"customer_id": ["c000", "nobody"], "gesture_id": [first[0], "nothing"]})
    scores = score(anyone, k=2, leave_out=had).frame
    assert scores.filter(pl.col("customer_id") == "c000")["gesture_id"].to_list() == first[1:3]


def test_who_has_everything_left_out_gets_nothing(anyone: Recommender) -> None:
    had = WORLD.gestures.select("gesture_id").with_columns(customer_id=pl.lit("c000"))
    scores = score(anyone, leave_out=had).frame
    assert scores["customer_id"].n_unique() == 39


def test_one_alone_is_scored_as_among_many(anyone: Recommender) -> None:
    alone = profiles(
        [{"customer_id": "c001", "attributes": "{}"}], [{"customer_id": "c001", "topic": "hills", "affinity": 0.9}]
    )
    among = score(anyone).frame.filter(pl.col("customer_id") == "c001")
    scores = score(anyone, alone, WORLD.gestures).frame
    assert scores["gesture_id"].to_list() == among["gesture_id"].to_list()
    np.testing.assert_allclose(scores["score"], among["score"], rtol=1e-5, atol=1e-6)


def test_the_order_of_rows_changes_nothing(anyone: Recommender) -> None:
    people = WORLD.profiles
    shuffled = type(people)(people.customers.reverse(), people.interests.reverse(), people.preferences, people.care)
    scores = score(anyone, shuffled, WORLD.gestures.reverse()).frame
    assert scores.equals(score(anyone, people, WORLD.gestures).frame)


def test_a_stranger_is_scored_all_the_same(anyone: Recommender) -> None:
    stranger = profiles([{"customer_id": "new", "attributes": "{}"}])
    scores = score(anyone, stranger, WORLD.gestures).frame
    assert scores.height == 8
    assert sorted(scores["gesture_id"].to_list()[:2]) == POPULAR_ONES


def test_a_gesture_nobody_was_ever_offered_is_scored_by_what_is_told_of_it(personal: Recommender) -> None:
    new = frame([gesture("new_sea", "sea"), gesture("new_hills", "hills")], GESTURES)
    first = score(personal, gestures=new).frame.filter(pl.col("rank") == 1)
    by_customer = dict(first.select("customer_id", "gesture_id").iter_rows())
    assert by_customer["c000"] == "new_sea"
    assert by_customer["c001"] == "new_hills"


def test_the_parts_of_a_score_sum_to_it(anyone: Recommender) -> None:
    scores = score(anyone)
    for row in scores.frame.sample(40, seed=1).iter_rows(named=True):
        parts = scores.parts(row["customer_id"], row["gesture_id"])
        assert sum(part.weight for part in parts) == pytest.approx(row["score"], abs=1e-5)


def test_the_reason_is_what_they_share(personal: Recommender) -> None:
    scores = score(personal)
    reasons = scores.reasons("c000", "g2", k=2)
    assert "sea × sea" in [reason.text for reason in reasons]
    assert all(reason.weight > 0 for reason in reasons)


def test_a_bias_is_no_reason(built: dict[str, Recommender]) -> None:
    scores = score(built["popular"])
    assert scores.reasons("c000", "g0") == ()


def test_nobody_gets_nothing(anyone: Recommender) -> None:
    assert score(anyone, profiles([]), WORLD.gestures).frame.is_empty()


def test_an_empty_catalogue_gives_no_scores(anyone: Recommender) -> None:
    assert score(anyone, gestures=WORLD.gestures.clear()).frame.is_empty()


def test_made_again_it_says_the_same_to_the_bit(anyone: Recommender, request: pytest.FixtureRequest) -> None:
    again = BUILDERS[request.node.callspec.params["anyone"]](WORLD)
    assert again.version == anyone.version
    assert score(again).frame.equals(score(anyone).frame)


def test_what_it_never_learned_of_is_passed_over(anyone: Recommender) -> None:
    odd = profiles(
        [{"customer_id": "c000", "tier": "platinum", "attributes": '{"shoe": 44}'}],
        [
            {"customer_id": "c000", "topic": "sea", "affinity": 0.9},
            {"customer_id": "c000", "topic": "zymurgy", "affinity": 1},
        ],
    )
    gone = pl.DataFrame({"customer_id": ["c000"], "gesture_id": ["withdrawn"], "value": [1.0]})
    scores = score(anyone, odd, contexts={"c000": {"weather": "hail"}}, history=pl.concat([HISTORY, gone])).frame
    assert sorted(scores["gesture_id"]) == sorted(WORLD.gestures["gesture_id"])


def test_what_others_took_is_nothing_to_one(anyone: Recommender) -> None:
    of_one = HISTORY.filter(pl.col("customer_id") == "c000")
    told, alone = (score(anyone, history=history).frame for history in (HISTORY, of_one))
    mine = pl.col("customer_id") == "c000"
    assert told.filter(mine).equals(alone.filter(mine))


def test_what_one_took_lifts_what_goes_with_it_where_profiles_say_nothing() -> None:
    people = WORLD.profiles
    untold = replace(WORLD, profiles=replace(people, interests=people.interests.clear()))
    stranger = profiles([{"customer_id": "new", "attributes": "{}"}])
    took = pl.DataFrame({"customer_id": ["new", "new"], "gesture_id": ["g3", "g2"], "value": [1.0, -1.0]})
    order = score(BUILDERS["ease"](untold), stranger, history=took).frame["gesture_id"].to_list()
    assert max(order.index("g5"), order.index("g7")) < min(order.index("g4"), order.index("g6"))
