"""Trained again after somebody was forgotten, a model is the one that never met them."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.recommend.worlds import NOW, World, hidden_tastes
from wowengine.recommend import registry
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.model import Model

WORLD = hidden_tastes(600, customers=80)


def trained(world: World, models: Path) -> Model:
    model = fit(examples(settle(world.outcomes, NOW), world.profiles, world.gestures), learners())
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
