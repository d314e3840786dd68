import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import NOW, World, checkerboard, hidden_tastes
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.evaluate import evaluate
from wowengine.recommend.side_by_side import ALL, COLD, COLD_GESTURES, LESS_AUTO, WARM, as_json, judge, learned, names
from wowengine.recommend.trial import NEW, Trial, foretell

STRANGERS = [f"c{n:03}" for n in range(0, 300, 5)]


def trial_of(world: World, test: pl.Expr) -> Trial:
    offers = examples(settle(world.outcomes, NOW), world.profiles, world.gestures)
    held = offers.offers.select(test).to_series().to_numpy()
    return Trial(offers.where(~held), offers.where(held), world.profiles, world.gestures)


@pytest.fixture(scope="module")
def tastes() -> Trial:
    """Strangers and the newest offers are held out."""
    world = hidden_tastes(2000)
    late = pl.col("occurred_at") > pl.col("occurred_at").quantile(0.9)
    return trial_of(world, late | pl.col("customer_id").is_in(STRANGERS))


def test_what_is_told_of_answers_is_what_evaluate_says(tastes: Trial) -> None:
    told = judge([tastes], ["linear"])["linear"]
    quality = evaluate(learned("linear", tastes.train), tastes.test)
    assert told[ALL]["auc"].value == pytest.approx(quality.auc)
    assert told[ALL]["log_loss"].value == pytest.approx(quality.log_loss)


def test_whoever_knows_tastes_beats_popularity_and_the_interval_says_how_surely(tastes: Trial) -> None:
    told = judge([tastes], ["popular", "linear"])
    assert told["linear"][ALL]["auc"].low > told["popular"][ALL]["auc"].value


def test_strangers_and_customers_known_before_are_told_apart(tastes: Trial) -> None:
    answers = foretell(learned("popular", tastes.train), tastes, [5]).answers
    assert set(answers.filter(~pl.col("warm"))["customer_id"]) >= set(tastes.test.offers["customer_id"]) & set(
        STRANGERS
    )
    told = judge([tastes], ["popular"])["popular"]
    tried = tastes.test.answers["customer_id"].n_unique()
    assert told[WARM]["auc"].customers + told[COLD]["auc"].customers == tried


def test_a_list_holds_nothing_that_the_customer_had_and_only_what_is_new_can_be_found() -> None:
    world = checkerboard(customers=40, gestures=8)
    trial = trial_of(world, pl.col("gesture_id").is_in(["g6", "g7"]))
    told = foretell(learned("prior", trial.train), trial, [1, 2])
    assert told.chosen == {"g6", "g7"}  # everybody had the popular ones, and the rest was refused
    # Who likes the sea had all of it but g6: shared words put it first.
    assert told.lists["ndcg@1"].to_list() == [1.0] * 40
    assert told.lists[NEW + "ndcg@1"].to_list() == [1.0] * 40


def test_what_was_had_before_is_not_wanted_again() -> None:
    world = checkerboard(customers=40, gestures=8)
    offers = examples(settle(world.outcomes, NOW), world.profiles, world.gestures)
    same = Trial(offers, offers, world.profiles, world.gestures)
    figures = foretell(learned("prior", same.train), same, [5]).lists["ndcg@5"]
    assert figures.is_nan().all()


def test_gestures_never_offered_before_have_figures_of_their_own(tastes: Trial) -> None:
    assert np.isnan(judge([tastes], ["popular"])["popular"][COLD_GESTURES]["ndcg@5"].value)
    new = trial_of(hidden_tastes(2000), pl.col("gesture_id").is_in(["g00", "g01"]))
    told = judge([new], ["popular", "prior"])
    assert told["prior"][COLD_GESTURES]["auc"].value > told["popular"][COLD_GESTURES]["auc"].value + 0.05
    assert told["prior"][COLD_GESTURES]["auc"].value == told["prior"][ALL]["auc"].value


def test_where_nobody_said_no_the_order_of_the_catalogue_is_all_there_is(tastes: Trial) -> None:
    train, test = (part.where(part.landed) for part in (tastes.train, tastes.test))
    yes = Trial(train, test, tastes.profiles, tastes.catalogue)
    told = judge([yes], ["popular"])["popular"][ALL]
    assert {"ece", "log_loss"}.isdisjoint(told)
    assert 0 < told["auc"].value < 1


def test_folds_are_laid_together_before_they_are_measured(tastes: Trial) -> None:
    halves = np.array([int(one[1:]) % 2 == 0 for one in tastes.test.offers["customer_id"]])
    parts = [
        Trial(tastes.train, tastes.test.where(half), tastes.profiles, tastes.catalogue) for half in (halves, ~halves)
    ]
    together, whole = judge(parts, ["popular"])["popular"][ALL], judge([tastes], ["popular"])["popular"][ALL]
    for name in ("auc", "log_loss", "ndcg@5"):
        assert together[name].value == pytest.approx(whole[name].value)


def test_every_model_is_tried_and_its_figures_are_plain_values() -> None:
    trial = trial_of(hidden_tastes(500), pl.col("customer_id").is_in(STRANGERS))
    told = as_json(judge([trial], names(), [3]))
    assert [one["model"] for one in told] == names()
    for one in told:
        assert {"precision@3", "recall@3", "ndcg@3", "map@3", "novelty@3", "coverage", "auc", "ece"} <= set(one)
        assert set(one["by"]) == {WARM, COLD, COLD_GESTURES}
        assert set(one["auc"]) == {"value", "low", "high"}


def test_each_model_stands_beside_auto_on_the_same_customers(tastes: Trial) -> None:
    told = judge([tastes], ["popular", "prior", "auto"])
    less = told["popular"][LESS_AUTO]
    assert set(less) == set(told["popular"][ALL]) - {"coverage"}
    for name, difference in less.items():
        assert difference.value == pytest.approx(told["popular"][ALL][name].value - told["auto"][ALL][name].value)
        assert (
            difference.low <= difference.value <= difference.high or name == "ece"
        )  # a draw's own noise, see resample
    assert less["auc"].high < 0 < less["log_loss"].low
    apart = told["popular"][ALL]["log_loss"].error + told["auto"][ALL]["log_loss"].error
    assert less["log_loss"].error < apart / 2  # what makes a customer hard cancels out
    assert LESS_AUTO not in told["auto"]
    assert LESS_AUTO not in judge([tastes], ["popular"])["popular"]
