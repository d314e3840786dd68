import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wowengine.errors import Misconfigured, NotFound
from wowengine.recommend import registry
from wowengine.recommend.bilinear import Bilinear


def form(bias: float = 0.5, **other: Any) -> Bilinear:
    arrays: dict[str, Any] = {
        "customer_names": ("interest:sea", "tier:?"),
        "customer_vectors": np.array([[1, 2], [3, 4]], dtype=np.float32),
        "customer_biases": np.array([bias, 0], dtype=np.float32),
        "gesture_names": ("tag:sea",),
        "gesture_vectors": np.array([[5, 6]], dtype=np.float32),
        "gesture_biases": np.array([0.25], dtype=np.float32),
        "constant": -1.5,
    }
    return Bilinear(**(arrays | other))


def saved(models: Path, made: Bilinear | None = None) -> registry.Model:
    model = registry.named("lightfm", made or form(), 1.5, {"g1": 12.0, "g0": 3.5})
    registry.save(models, model, {"seed": 0})
    return model


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    model = saved(tmp_path)
    read = registry.load(tmp_path, model.version)
    assert read.version == model.version
    assert read.evidence == model.evidence
    assert read.words == model.words
    assert read.form.customer_names == model.form.customer_names
    assert read.form.constant == model.form.constant
    for name in ("customer_vectors", "customer_biases", "gesture_vectors", "gesture_biases"):
        assert np.array_equal(getattr(read.form, name), getattr(model.form, name))


def test_the_same_model_is_the_same_version_and_keeps_its_card(tmp_path: Path) -> None:
    first = saved(tmp_path)
    registry.save(tmp_path, first, {"seed": 99})
    assert json.loads((tmp_path / first.version / "card.json").read_text())["seed"] == 0
    assert [path.name for path in tmp_path.iterdir()] == [first.version]
    assert saved(tmp_path, form(bias=0.75)).version != first.version


def test_before_the_first_model_none_is_active(tmp_path: Path) -> None:
    assert registry.active(tmp_path / "not there") is None
    assert registry.active_card(tmp_path) is None
    with pytest.raises(NotFound):
        registry.rollback(tmp_path)


def test_rollback_serves_what_was_served_before(tmp_path: Path) -> None:
    first, second = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    registry.activate(tmp_path, first.version)
    registry.activate(tmp_path, second.version)
    registry.activate(tmp_path, second.version)
    card = registry.active_card(tmp_path)
    assert card is not None
    assert card["version"] == second.version
    assert registry.rollback(tmp_path) == first.version
    active = registry.active(tmp_path)
    assert active is not None
    assert active.version == first.version
    assert registry.rollback(tmp_path) is None
    assert registry.active(tmp_path) is None


def test_a_version_that_is_not_there_is_not_activated(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no model lightfm-gone"):
        registry.activate(tmp_path, "lightfm-gone")
    assert registry.activated(tmp_path) == []


def test_arrays_that_were_changed_are_refused(tmp_path: Path) -> None:
    model, other = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    (tmp_path / other.version / "arrays.npz").replace(tmp_path / model.version / "arrays.npz")
    with pytest.raises(Misconfigured, match="not those that were trained"):
        registry.load(tmp_path, model.version)


def test_a_card_that_was_changed_along_with_the_arrays_is_refused(tmp_path: Path) -> None:
    model, other = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    theirs = json.loads((tmp_path / other.version / "card.json").read_text()) | {"version": model.version}
    (tmp_path / model.version / "card.json").write_text(json.dumps(theirs))
    (tmp_path / other.version / "arrays.npz").replace(tmp_path / model.version / "arrays.npz")
    with pytest.raises(Misconfigured, match="not those that were trained"):
        registry.load(tmp_path, model.version)


@pytest.mark.parametrize("card", ["", "[]", "not json", '{"version": "another"}'])
def test_a_broken_card_is_refused(tmp_path: Path, card: str) -> None:
    model = saved(tmp_path)
    (tmp_path / model.version / "card.json").write_text(card)
    with pytest.raises(Misconfigured):
        registry.load(tmp_path, model.version)


@pytest.mark.parametrize(
    "wrong",
    [
        {"customer_vectors": np.ones((2, 3), dtype=np.float32)},
        {"customer_biases": np.ones(3, dtype=np.float32)},
        {"gesture_names": ("tag:sea", "tag:hills")},
        {"gesture_biases": np.array([np.nan], dtype=np.float32)},
        {"gesture_vectors": np.ones((1, 2), dtype=np.float64)},
        {"gesture_vectors": np.float32(1)},
    ],
)
def test_arrays_that_do_not_fit_one_another_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    model = saved(tmp_path, form(**wrong))
    with pytest.raises(Misconfigured, match="do not fit"):
        registry.load(tmp_path, model.version)


def test_pickles_are_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pack_objects(_model: registry.Model) -> bytes:
        path = tmp_path / "objects.npz"
        names = np.array(form().customer_names, dtype=object)  # what only unpickling can read
        vectors = ("customer_vectors", "customer_biases", "gesture_vectors", "gesture_biases")
        arrays: dict[str, Any] = {name: getattr(form(), name) for name in vectors}
        arrays |= {"gesture_names": np.array(["tag:sea"]), "constant": 0.0, "words": 1.0}
        arrays |= {"evidence_gestures": np.array([], dtype=np.str_), "evidence": []}
        np.savez(path, customer_names=names, **arrays)
        return path.read_bytes()

    monkeypatch.setattr(registry, "_pack", pack_objects)
    model = registry.named("lightfm", form(), 1.0, {})
    registry.save(tmp_path, model, {})
    with pytest.raises(Misconfigured, match="cannot be read"):
        registry.load(tmp_path, model.version)


def test_the_file_holds_no_pickle(tmp_path: Path) -> None:
    model = saved(tmp_path)
    with zipfile.ZipFile(tmp_path / model.version / "arrays.npz") as packed:
        assert all(b"'descr': '|O'" not in packed.read(name)[:128] for name in packed.namelist())


def test_a_crash_while_activating_leaves_the_old_model_serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    registry.activate(tmp_path, first.version)

    def crash(_self: Path, _target: Path) -> Path:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="full"):
        registry.activate(tmp_path, second.version)
    monkeypatch.undo()
    assert registry.activated(tmp_path) == [first.version]
    assert {path.name for path in tmp_path.iterdir()} == {first.version, second.version, registry.POINTER}


def test_a_crash_while_saving_leaves_no_half_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_self: Path, _target: Path) -> Path:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "rename", crash)
    with pytest.raises(OSError, match="full"):
        saved(tmp_path)
    assert list(tmp_path.iterdir()) == []
