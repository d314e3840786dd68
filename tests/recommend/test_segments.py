from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, frame, gesture, hidden_tastes, outcome, profiles
from wowengine.recommend import segments
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import Examples, examples, settle

counts = st.integers(0, 60)


def of_tiers(*words: tuple[str, str, str, int]) -> Examples:
    """Offers as (tier, gesture, word, how often), each to somebody else."""
    told = [(tier, what, word) for tier, what, word, often in words for _ in range(often)]
    people = [{"customer_id": f"c{n:04}", "tier": tier, "attributes": "{}"} for n, (tier, _, _) in enumerate(told)]
    rows = [outcome(f"c{n:04}", what, word) for n, (_, what, word) in enumerate(told)]
    catalogue = frame([gesture(name) for name in ("a", "b")], GESTURES)
    return examples(settle(frame(rows, OUTCOMES), NOW), profiles(people), catalogue)


def score(form: Bilinear, tier: str, what: str) -> float:
    """The score of a gesture for somebody of this tier."""
    who, which = form.customer_names.index(f"tier:{tier}"), form.gesture_names.index(f"gesture:{what}")
    pair = float(form.customer_vectors[who] @ form.gesture_vectors[which])
    return pair + float(form.customer_biases[who] + form.gesture_biases[which]) + form.constant


def test_with_many_answers_a_segment_stands_at_its_own_log_odds() -> None:
    offers = of_tiers(
        ("gold", "a", "accepted", 900), ("gold", "a", "rejected", 100), ("blue", "a", "accepted", 200),
        ("blue", "a", "rejected", 800), ("gold", "b", "rejected", 500), ("gold", "b", "accepted", 500),
        ("blue", "b", "rejected", 500), ("blue", "b", "accepted", 500),
    )  # fmt: skip
    form = segments.path(offers)[-1]
    assert abs(score(form, "gold", "a") - np.log(900 / 100)) < 0.15
    assert abs(score(form, "blue", "a") - np.log(200 / 800)) < 0.15
    assert abs(score(form, "blue", "b")) < 0.15


def test_a_segment_that_was_asked_once_hardly_differs_from_everybody() -> None:
    offers = of_tiers(("gold", "a", "accepted", 1), ("blue", "a", "accepted", 100), ("blue", "a", "rejected", 100))
    form = segments.path(offers)[0]
    assert 0 < score(form, "gold", "a") - score(form, "blue", "a") < 0.05


def test_a_segment_that_was_never_asked_is_lifted_by_nothing() -> None:
    offers = of_tiers(("gold", "b", "accepted", 5), ("blue", "a", "accepted", 90), ("blue", "a", "rejected", 10))
    form = segments.path(offers)[-1]
    assert form.customer_vectors[form.customer_names.index("tier:gold"), form.gesture_names.index("gesture:a")] == 0


def test_the_lifts_grow_as_they_are_drawn_to_none_less() -> None:
    world = hidden_tastes(1500)
    stages = segments.path(examples(settle(world.outcomes, NOW), world.profiles, world.gestures).learnable())
    sizes = [float(np.abs(form.customer_vectors).sum()) for form in stages]
    assert sizes == sorted(sizes)


def test_with_landings_alone_the_score_is_popularity_and_lift_among_the_takers() -> None:
    offers = of_tiers(("gold", "a", "accepted", 600), ("gold", "b", "accepted", 200), ("blue", "b", "accepted", 800))
    form = segments.path(offers)[-1]
    assert form.gesture_biases[1] > form.gesture_biases[0]
    assert abs(score(form, "gold", "a") - np.log(600 / 200)) < 0.15
    assert score(form, "blue", "b") > score(form, "blue", "a") + 3


def test_who_somebody_is_and_what_they_took_is_no_segment() -> None:
    offers = of_tiers(("gold", "a", "accepted", 3), ("blue", "a", "rejected", 3))
    names = ("customer:c0000", "took:b")
    known = replace(offers, people=replace(offers.people, names=names))
    assert segments.path(known)[0].customer_names == ()


def test_a_dislike_takes_away_what_a_liking_gives_and_is_not_counted_as_one() -> None:
    likes = [(f"c{n:03}", 0.8 if n < 40 else -0.8) for n in range(80)]
    people = [{"customer_id": who, "attributes": "{}"} for who, _ in likes]
    topics = [{"customer_id": who, "topic": "sea", "affinity": affinity} for who, affinity in likes]
    rows = [outcome(who, "a", "accepted" if affinity > 0 else "rejected") for who, affinity in likes]
    catalogue = frame([gesture("a")], GESTURES)
    both = examples(settle(frame(rows, OUTCOMES), NOW), profiles(people, topics), catalogue)
    strangers = examples(settle(frame(rows, OUTCOMES), NOW), profiles(people, topics[:40]), catalogue)
    assert segments.path(both)[-1].customer_biases == segments.path(strangers)[-1].customer_biases > 0


def test_a_fainter_word_counts_less() -> None:
    offers = of_tiers(("gold", "a", "accepted", 50), ("blue", "a", "rejected", 50))
    faint = offers.offers.with_columns(weight=pl.when(pl.col("landed")).then(0.1).otherwise(1.0).cast(pl.Float32))
    whole, pulled = (segments.path(replace(offers, offers=told))[-1] for told in (offers.offers, faint))
    assert score(pulled, "gold", "a") < score(whole, "gold", "a")


@given(counts, counts, counts, counts)
def test_more_landings_never_lower_and_more_refusals_never_raise(yes: int, no: int, more: int, others: int) -> None:
    if not yes + no + others:
        return
    every = [("blue", "a", "accepted", others + 1), ("blue", "a", "rejected", others + 1)]
    told = [("gold", "a", "accepted", yes + 1), ("gold", "a", "rejected", no + 1)]
    before = segments.path(of_tiers(*told, *every))
    raised = segments.path(of_tiers(*told, *every, ("gold", "a", "accepted", more)))
    lowered = segments.path(of_tiers(*told, *every, ("gold", "a", "rejected", more)))
    for was, up, down in zip(before, raised, lowered, strict=True):
        assert score(down, "gold", "a") - 1e-5 <= score(was, "gold", "a") <= score(up, "gold", "a") + 1e-5
