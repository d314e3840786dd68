"""``wow models``: which there are, and which serves, by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from wowengine.cli.app import app
from wowengine.errors import NotFound
from wowengine.recommend import registry
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.model import NO_GROUND, Mix, Model


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WOW_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "models"


def saved(folder: Path, bias: float, trained_at: str) -> str:
    """Register a small model and let it serve."""
    one = np.ones((1, 2), dtype=np.float32)
    biases = np.array([bias], dtype=np.float32)
    form = Bilinear(("tier:?",), one, biases, ("tag:sea",), one, biases, constant=0.0)
    mix = Mix({"linear": 1.0}, 0.0)
    model = registry.named(Model("", {"linear": form}, mix, mix, None, {"sea": 9.0}, 0.0, NO_GROUND))
    facts = {"trained_at": trained_at, "answers": 9, "quality": {"auto": {"auc": 0.7}, "prior": {"auc": 0.6}}}
    registry.save(folder, model, facts | {"weights": {"strangers": {"linear": 1.0}, "known": {"linear": 0.5}}})
    registry.activate(folder, model.version)
    return model.version


def run(*arguments: str) -> str:
    return CliRunner().invoke(app, ["models", *arguments], catch_exceptions=False).output


def serving() -> list[str]:
    return [row["version"] for row in json.loads(run("--json")) if row["active"]]


def test_before_the_first_model_the_way_to_one_is_told(folder: Path) -> None:
    assert "wow train" in run()
    assert json.loads(run("--json")) == []
    assert not folder.exists()


def test_models_are_listed_oldest_first_with_the_one_that_serves(folder: Path) -> None:
    new, old = saved(folder, 1.0, "2026-02-01T00:00:00"), saved(folder, 2.0, "2026-01-01T00:00:00")
    assert json.loads(run("--json")) == [
        {"version": old, "trained_at": "2026-01-01T00:00:00", "answers": 9, "auc": 0.7, "active": True},
        {"version": new, "trained_at": "2026-02-01T00:00:00", "answers": 9, "auc": 0.7, "active": False},
    ]


def test_another_model_serves_by_hand_and_the_one_before_it_again(folder: Path) -> None:
    first, second = saved(folder, 1.0, "2026-01-01"), saved(folder, 2.0, "2026-02-01")
    assert serving() == [second]
    run("activate", first)
    assert serving() == [first]
    assert second in run("rollback")
    assert serving() == [second]


def test_behind_the_first_model_stands_the_content_prior(folder: Path) -> None:
    saved(folder, 1.0, "2026-01-01")
    assert "The content prior serves again" in run("rollback")
    assert serving() == []
    with pytest.raises(NotFound, match="nothing to go back from"):
        run("rollback")


def test_a_model_is_shown_with_its_quality_side_by_side(folder: Path) -> None:
    version = saved(folder, 1.0, "2026-01-01")
    told = run("show", version)
    assert all(word in told for word in (f"version: {version}", "auto", "prior", "0.6", "strangers", "known", "linear"))
    assert json.loads(run("show", version, "--json"))["version"] == version


@pytest.mark.parametrize("command", ["show", "activate"])
def test_a_version_that_is_not_there_is_told_so(folder: Path, command: str) -> None:
    saved(folder, 1.0, "2026-01-01")
    with pytest.raises(NotFound, match="There is no model nobody"):
        run(command, "nobody")
