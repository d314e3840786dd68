"""The model that serves is read once, and anew as soon as anything about it changes."""

import shutil
from pathlib import Path

import pytest

from tests.recommend.worlds import NOW, hidden_tastes
from wowengine.errors import Misconfigured
from wowengine.recommend import registry
from wowengine.recommend.serving import serving
from wowengine.recommend.train import train


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, small = tmp_path_factory.mktemp("trained"), hidden_tastes(1500)
    assert train(small.profiles, small.gestures, small.outcomes, folder, now=NOW).registered
    return folder


@pytest.fixture
def models(trained: Path, tmp_path: Path) -> Path:
    return shutil.copytree(trained, tmp_path / "models")


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert serving(tmp_path) is None


def test_it_is_read_once(models: Path) -> None:
    assert serving(models) is serving(models)


def test_another_serves_as_soon_as_it_is_activated(models: Path) -> None:
    first = serving(models)
    registry.rollback(models)
    assert serving(models) is None
    assert first is not None
    registry.activate(models, first.version)
    assert serving(models) is not None


def test_files_that_are_changed_while_it_serves_are_seen(models: Path) -> None:
    model = serving(models)
    assert model is not None
    file = models / model.version / "mixes.json"
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(Misconfigured, match="not those that were trained"):
        serving(models)


def test_it_is_refused_for_a_catalogue_it_knows_nothing_of(models: Path) -> None:
    assert serving(models) is not None
    with pytest.raises(Misconfigured, match="stands in the catalogue"):
        serving(models, ["another"])


def test_who_is_forgotten_is_no_longer_served(models: Path) -> None:
    model = serving(models)
    assert model is not None
    somebody = min(model.acquainted)
    registry.forget(models, somebody)
    left = serving(models)
    assert left is not None
    assert somebody not in left.acquainted
