"""Models on disk: versioned folders of plain arrays with a card, and one pointer that says which is served.

    models/lightfm-4f0c.../arrays.npz   the numbers, without pickle
    models/lightfm-4f0c.../card.json    what they are, what they were made of, how good they were
    models/active                       versions in the order they were activated; the last is served

A version is named by the hash of its arrays, so the same training makes the same version, and a folder that was
changed is refused. Folder and pointer appear whole, by a rename, or not at all.
"""

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from wowengine.errors import Misconfigured, NotFound
from wowengine.recommend.bilinear import Bilinear

POINTER = "active"
HASH_SHOWN = 12  # characters of the hash in a version's name

Card = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A trained model, calibrated: its scores are logits of landing.

    Attributes
    ----------
    version
        Algorithm and hash of the arrays.
    form
        The arrays.
    words
        Weight of the words that profile and gesture share, beside the arrays: 1 is the content prior's own.
    evidence
        How many answers it learned from, by gesture: what it knows, and what it has never seen offered.
    """

    version: str
    form: Bilinear
    words: float
    evidence: dict[str, float]


def named(algorithm: str, form: Bilinear, words: float, evidence: dict[str, float]) -> Model:
    """Return the model under the version that its numbers give it."""
    model = Model("", form, words, evidence)
    digest = hashlib.sha256(_pack(model)).hexdigest()
    return replace(model, version=f"{algorithm}-{digest[:HASH_SHOWN]}")


def save(models: Path, model: Model, facts: Card) -> None:
    """Write a model with a card of facts about it; a version that is there already is kept as it was."""
    packed = _pack(model)
    digest = hashlib.sha256(packed).hexdigest()
    card = {"version": model.version, "sha256": digest, "shapes": _shapes(model.form), **facts}
    models.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=models))
    try:
        _write(made / "arrays.npz", packed)
        _write(made / "card.json", json.dumps(card, indent=2, sort_keys=True).encode())
        if not (models / model.version).exists():
            made.rename(models / model.version)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(models: Path, version: str) -> Model:
    """Read one version.

    Raises
    ------
    NotFound
        When there is no such version.
    Misconfigured
        When the arrays are not those of the card, or do not fit one another.
    """
    card = _card(models, version)
    packed = (models / version / "arrays.npz").read_bytes()
    if hashlib.sha256(packed).hexdigest() != card.get("sha256") or not version.endswith(card["sha256"][:HASH_SHOWN]):
        raise _refused(version, "its arrays are not those that were trained")
    try:
        model = _unpack(version, packed)
    except (KeyError, ValueError, zipfile.BadZipFile) as broken:
        raise _refused(version, "its arrays cannot be read") from broken
    if _shapes(model.form) != card.get("shapes") or not _fits(model.form):
        raise _refused(version, "its arrays do not fit one another")
    return model


def active(models: Path) -> Model | None:
    """Return the model that is served, or None before the first."""
    history = activated(models)
    return load(models, history[-1]) if history else None


def active_card(models: Path) -> Card | None:
    """Return the card of the model that is served, or None before the first."""
    history = activated(models)
    return _card(models, history[-1]) if history else None


def activated(models: Path) -> list[str]:
    """Return the versions in the order they were activated; the last is served."""
    pointer = models / POINTER
    return pointer.read_text(encoding="utf-8").split() if pointer.exists() else []


def activate(models: Path, version: str) -> None:
    """Serve this version from now on. It is read first: what cannot be loaded is never activated."""
    load(models, version)
    history = activated(models)
    if history[-1:] != [version]:
        _point(models, [*history, version])


def rollback(models: Path) -> str | None:
    """Serve what was served before, and return its version: None is the content prior."""
    history = activated(models)
    if not history:
        raise NotFound("No trained model is active, so there is nothing to go back from.")
    _point(models, history[:-1])
    return history[-2] if len(history) > 1 else None


def _point(models: Path, history: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=models) as folder:
        made = Path(folder) / POINTER
        _write(made, "".join(f"{version}\n" for version in history).encode())
        made.replace(models / POINTER)


def _write(path: Path, content: bytes) -> None:
    """Write, and wait until the disk has it: a pointer must never outlive what it points to."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _pack(model: Model) -> bytes:
    packed, gestures = io.BytesIO(), sorted(model.evidence)
    np.savez(
        packed,
        allow_pickle=False,
        customer_names=np.array(model.form.customer_names, dtype=np.str_),
        customer_vectors=model.form.customer_vectors,
        customer_biases=model.form.customer_biases,
        gesture_names=np.array(model.form.gesture_names, dtype=np.str_),
        gesture_vectors=model.form.gesture_vectors,
        gesture_biases=model.form.gesture_biases,
        constant=np.float64(model.form.constant),
        words=np.float64(model.words),
        evidence_gestures=np.array(gestures, dtype=np.str_),
        evidence=np.array([model.evidence[gesture] for gesture in gestures], dtype=np.float64),
    )
    return packed.getvalue()


def _unpack(version: str, packed: bytes) -> Model:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        form = Bilinear(
            tuple(arrays["customer_names"].tolist()),
            arrays["customer_vectors"],
            arrays["customer_biases"],
            tuple(arrays["gesture_names"].tolist()),
            arrays["gesture_vectors"],
            arrays["gesture_biases"],
            float(arrays["constant"]),
        )
        gestures, weights = arrays["evidence_gestures"].tolist(), arrays["evidence"].tolist()
        return Model(version, form, float(arrays["words"]), dict(zip(gestures, weights, strict=True)))


def _shapes(form: Bilinear) -> dict[str, list[int]]:
    return {
        "customer_vectors": list(form.customer_vectors.shape),
        "gesture_vectors": list(form.gesture_vectors.shape),
    }


def _fits(form: Bilinear) -> bool:
    """Whether names, vectors and biases are of one size, and every number is one."""
    customers, gestures = len(form.customer_names), len(form.gesture_names)
    dimensions = form.gesture_vectors.shape[-1] if form.gesture_vectors.ndim else 0
    expected = {
        "customer_vectors": (customers, dimensions),
        "customer_biases": (customers,),
        "gesture_vectors": (gestures, dimensions),
        "gesture_biases": (gestures,),
    }
    arrays = {name: getattr(form, name) for name in expected}
    return all(
        array.shape == expected[name] and array.dtype == np.float32 and bool(np.isfinite(array).all())
        for name, array in arrays.items()
    )


def _card(models: Path, version: str) -> Card:
    path = models / version / "card.json"
    if not path.exists():
        raise NotFound(f"There is no model {version} in {models}. Train one, or go back to an earlier one.")
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise _refused(version, "its card cannot be read") from broken
    if not isinstance(card, dict) or card.get("version") != version:
        raise _refused(version, "its card is another model's")
    return card


def _refused(version: str, why: str) -> Misconfigured:
    return Misconfigured(f"The model {version} is not used: {why}. Train again, or go back to an earlier one.")
