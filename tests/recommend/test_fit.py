from dataclasses import replace

import numpy as np
import polars as pl

from tests.recommend.worlds import NOW, World, hidden_tastes
from wowengine.recommend.dataset import Examples, count_answers, examples, settle
from wowengine.recommend.evaluate import evaluate
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.popular import popular
from wowengine.recommend.score import blended


def offers_of(world: World) -> Examples:
    return examples(settle(world.outcomes, NOW), world.profiles, world.gestures)


def test_where_shared_words_tell_they_weigh_and_where_they_mislead_they_do_not() -> None:
    world = hidden_tastes(1500)
    truthful = fit(offers_of(world), learners())
    # The catalogue's tags are moved on by one gesture: they now say nothing of who will like it.
    moved = world.gestures.with_columns(tags=pl.col("tags").shift(1).fill_null(value=[]))
    misleading = fit(offers_of(replace(world, gestures=moved)), learners())
    assert truthful.stranger.slopes["words"] > 1
    assert misleading.stranger.slopes["words"] < 0.5


def test_what_a_gesture_was_learned_from_is_kept_by_weight() -> None:
    world = hidden_tastes(400)
    offers = offers_of(world)
    evidence = fit(offers, learners()).evidence
    assert sum(evidence.values()) == 400
    assert evidence == dict(offers.offers["gesture_id"].value_counts().iter_rows())


def test_the_chances_are_honest() -> None:
    """Learned from one part of the customers, foretold for the others."""
    offers = offers_of(hidden_tastes(6000))
    strangers = (offers.offers["customer_id"] >= "c200").to_numpy()
    known, unseen = offers.where(~strangers), offers.where(strangers)
    quality = evaluate(blended(fit(known, learners())), unseen)
    assert quality.ece < 0.05


def test_reviewers_verdicts_are_no_answers_to_be_measured_on() -> None:
    offers = offers_of(hidden_tastes(300))
    half = np.arange(300) % 2 == 0
    # A reviewer said of the other half the very opposite of what happened.
    mixed = offers.offers.with_columns(
        answered=pl.Series(half), landed=pl.when(pl.Series(half)).then("landed").otherwise(~pl.col("landed"))
    )
    counts = count_answers(offers.offers)
    measured = evaluate(popular(0.3, counts), replace(offers, offers=mixed))
    assert measured == evaluate(popular(0.3, counts), offers.where(half))
