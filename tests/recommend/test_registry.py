import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wowengine.errors import Misconfigured, NotFound
from wowengine.recommend import registry
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.curve import Curve
from wowengine.recommend.features import SPELLING
from wowengine.recommend.model import Ground, Mix, Model
from wowengine.recommend.serving import serving

CHANGED = "lightfm.customer_biases.npy"


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


CURVE = Curve("isotonic", 0.5, 0.75, -1.0, (0.0, 1.0), (0.25, 0.5))
GROUND = Ground(CURVE, 0.4, {"interest:sea": 12.0}, 1.5)


def model_of(made: Bilinear, new: Mix | None = None) -> Model:
    slopes = {"lightfm": 0.7, "words": 1.25}
    evidence = {"g1": 12.0, "g0": 3.5}
    return registry.named(
        Model("", {"lightfm": made}, Mix(slopes, -0.5), Mix(slopes, 0.5), new, evidence, -1.25, GROUND)
    )


def saved(models: Path, made: Bilinear | None = None) -> Model:
    model = model_of(made or form())
    registry.save(models, model, {"seed": 0})
    return model


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    model = saved(tmp_path)
    read = registry.load(tmp_path, model.version)
    assert replace(read, forms={}) == replace(model, forms={})
    assert list(read.forms) == ["lightfm"]
    assert read.forms["lightfm"].constant == -1.5
    for name in registry.FIELDS:
        assert np.array_equal(getattr(read.forms["lightfm"], name), getattr(model.forms["lightfm"], name))


def test_a_mix_for_new_gestures_is_kept_too(tmp_path: Path) -> None:
    model = model_of(form(), new=Mix({"words": 2.0}, 0.1))
    registry.save(tmp_path, model, {})
    assert registry.load(tmp_path, model.version).new == model.new


def test_vectors_are_mapped_and_not_read(tmp_path: Path) -> None:
    model = saved(tmp_path)
    assert isinstance(registry.load(tmp_path, model.version).forms["lightfm"].customer_vectors, np.memmap)


def test_a_model_of_another_catalogue_is_refused_and_it_says_which(tmp_path: Path) -> None:
    model = saved(tmp_path)
    assert registry.load(tmp_path, model.version, ["g1", "new"]).version == model.version
    with pytest.raises(Misconfigured, match=r"none of its 2 gestures \(g0, g1\.\.\.\) stands in the catalogue"):
        registry.load(tmp_path, model.version, ["new"])


def test_a_model_taught_in_other_words_is_refused_and_it_says_which(tmp_path: Path) -> None:
    model = saved(tmp_path)
    card = json.loads((tmp_path / model.version / "card.json").read_text()) | {"spelling": 1}
    (tmp_path / model.version / "card.json").write_text(json.dumps(card))
    with pytest.raises(Misconfigured, match=f"spelt as in 1, and {SPELLING} is spoken now"):
        registry.load(tmp_path, model.version)


def test_who_is_forgotten_leaves_every_model_at_once_and_the_rest_serves_on(tmp_path: Path) -> None:
    theirs: dict[str, Any] = {"customer_names": ("customer:c1", "customer:c2")}
    first, second, other = saved(tmp_path, form(**theirs)), saved(tmp_path, form(0.75, **theirs)), saved(tmp_path)
    for model in (first, other, second):
        registry.activate(tmp_path, model.version)
    assert registry.forget(tmp_path, "c1") == 2
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "customer:c1".encode("utf-32-le") not in stored
    active = serving(tmp_path)
    assert active is not None
    assert active.acquainted == {"c2"}
    assert active.forms["lightfm"].customer_vectors.tolist() == [[3, 4]]
    assert len(registry.activated(tmp_path)) == 3
    assert registry.activated(tmp_path)[1] == other.version
    assert registry.forget(tmp_path, "c1") == 0
    assert registry.forget(tmp_path / "not there", "c1") == 0


def test_a_model_that_cannot_be_read_does_not_keep_anybody_from_being_forgotten(tmp_path: Path) -> None:
    broken, whole = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    for model in (broken, whole, broken):
        registry.activate(tmp_path, model.version)
    (tmp_path / broken.version / CHANGED).write_bytes(b"customer:c1")
    assert registry.forget(tmp_path, "c1") == 1
    assert registry.activated(tmp_path) == [whole.version]
    assert not (tmp_path / broken.version).exists()


def test_the_same_model_is_the_same_version_and_keeps_its_card(tmp_path: Path) -> None:
    first = saved(tmp_path)
    registry.save(tmp_path, first, {"seed": 99})
    assert json.loads((tmp_path / first.version / "card.json").read_text())["seed"] == 0
    assert [path.name for path in tmp_path.iterdir()] == [first.version]
    assert saved(tmp_path, form(bias=0.75)).version != first.version


def test_before_the_first_model_none_is_active(tmp_path: Path) -> None:
    assert serving(tmp_path / "not there") is None
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
    active = serving(tmp_path)
    assert active is not None
    assert active.version == first.version
    assert registry.rollback(tmp_path) is None
    assert serving(tmp_path) is None


def test_a_version_that_is_not_there_is_not_activated(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no model lightfm-gone"):
        registry.activate(tmp_path, "lightfm-gone")
    assert registry.activated(tmp_path) == []


def test_arrays_that_were_changed_are_refused(tmp_path: Path) -> None:
    model, other = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    (tmp_path / other.version / CHANGED).replace(tmp_path / model.version / CHANGED)
    with pytest.raises(Misconfigured, match="not those that were trained"):
        registry.load(tmp_path, model.version)


def test_a_card_that_was_changed_along_with_the_arrays_is_refused(tmp_path: Path) -> None:
    model, other = saved(tmp_path), saved(tmp_path, form(bias=0.75))
    theirs = json.loads((tmp_path / other.version / "card.json").read_text()) | {"version": model.version}
    (tmp_path / model.version / "card.json").write_text(json.dumps(theirs))
    (tmp_path / other.version / CHANGED).replace(tmp_path / model.version / CHANGED)
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
    def pack_objects(values: Any) -> bytes:
        packed = io.BytesIO()
        np.save(packed, np.array(values, dtype=object), allow_pickle=True)  # what only unpickling can read
        return packed.getvalue()

    monkeypatch.setattr(registry, "_array", pack_objects)
    model = saved(tmp_path)
    with pytest.raises(Misconfigured, match="cannot be read"):
        registry.load(tmp_path, model.version)


def test_the_files_hold_no_pickle(tmp_path: Path) -> None:
    model = saved(tmp_path)
    arrays = list((tmp_path / model.version).glob("*.npy"))
    assert len(arrays) == len(registry.FIELDS)
    assert all(b"'descr': '|O'" not in path.read_bytes()[:128] for path in arrays)


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
