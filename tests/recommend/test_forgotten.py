"""Whoever is forgotten is named nowhere, others are scored as before, and a model trained again never met them.

What stays until then is made of several people's answers: weights, how many answers each shared feature was learned
from, how often a gesture landed. No person can be told from it (GDPR recital 26), and it is under no person's name.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recommend.worlds import NOW, World, hidden_tastes
from wowengine.recommend import content, ease, linear, registry, segments
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.features import history_of
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.model import Mix, Model
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended
from wowengine.recommend.serving import serving

WORLD = hidden_tastes(600, customers=80)
QUICK = [
    *(Learner(way.NAME, way.path) for way in (content, ease, segments)),
    Learner("linear_personal", linear.path, personal=True),
]
ENCODINGS = ("utf-8", "utf-32-le")  # of JSON, and of names in arrays


def trained(world: World, models: Path, ways: Sequence[Learner] = ()) -> Model:
    model = fit(examples(settle(world.outcomes, NOW), world.profiles, world.gestures), ways or learners())
    registry.save(models, model, {})
    registry.activate(models, model.version)
    return model


def without(world: World, customer_id: str) -> World:
    others = pl.col("customer_id") != customer_id
    people = world.profiles
    left = replace(people, customers=people.customers.filter(others), interests=people.interests.filter(others))
    return replace(world, profiles=left, outcomes=world.outcomes.filter(others))


@pytest.mark.parametrize("customer_id", ["c003", "c041"])
def test_a_model_trained_again_never_met_whom_it_forgot(tmp_path: Path, customer_id: str) -> None:
    first = trained(WORLD, tmp_path / "had")
    assert customer_id in first.acquainted
    assert registry.forget(tmp_path / "had", customer_id) == 1
    again = trained(without(WORLD, customer_id), tmp_path / "had")
    never = trained(without(WORLD, customer_id), tmp_path / "never")
    assert again.version == never.version != first.version
    assert customer_id not in again.acquainted


def scores(model: Model, world: World) -> pl.DataFrame:
    answers = examples(settle(world.outcomes, NOW), world.profiles, world.gestures).answers
    found = blended(model).score(world.profiles, world.gestures, history=history_of(answers)).frame
    return found.drop("model_version")  # it is named anew


def heard(model: Model) -> Model:
    """Let every way count, also those that a small world gives no weight: what each knows of a person shows."""
    return registry.named(replace(model, known=Mix(dict.fromkeys(model.forms, 1.0))))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, str]:
    """A small world, and one of its customers; some have answered often, and some never."""
    customers, seed = draw(st.integers(12, 24)), draw(st.integers(0, 2**16))
    world = hidden_tastes(draw(st.integers(60, 160)), customers, draw(st.integers(3, 8)), seed)
    return world, draw(st.sampled_from(world.profiles.customers["customer_id"].to_list()))


@settings(max_examples=4, deadline=None)
@given(worlds())
def test_whoever_is_forgotten_is_named_nowhere_and_others_are_scored_to_the_bit_as_before(
    drawn: tuple[World, str],
) -> None:
    world, customer_id = drawn
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder)
        first = heard(trained(world, models, QUICK))
        registry.save(models, first, {})
        registry.activate(models, first.version)
        had = registry.forget(models, customer_id)
        assert (had > 0) == (customer_id in first.acquainted)
        stored = b"".join(path.read_bytes() for path in models.rglob("*") if path.is_file())
        assert not [one for one in ENCODINGS if customer_id.encode(one) in stored]
        left = serving(models)
        assert left is not None
        assert customer_id not in left.acquainted
        others = pl.col("customer_id") != customer_id
        assert scores(left, world).filter(others).equals(scores(first, world).filter(others))


@settings(max_examples=3, deadline=None)
@given(worlds())
def test_trained_again_on_any_world_it_is_the_model_that_never_met_them(drawn: tuple[World, str]) -> None:
    world, customer_id = drawn
    left = without(world, customer_id)
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder)
        trained(world, models / "had", QUICK)
        registry.forget(models / "had", customer_id)
        again = trained(replace(world, outcomes=left.outcomes), models / "had", QUICK)
        never = trained(left, models / "never", QUICK)
        assert again.version == never.version
        for file in (models / "never" / never.version).iterdir():
            assert (models / "had" / again.version / file.name).read_bytes() == file.read_bytes()
