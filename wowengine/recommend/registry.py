"""Models on disk: versioned folders of plain arrays with a card, and one pointer that says which is served.

    models/auto-4f0c.../lightfm.customer_vectors.npy ...  the numbers, without pickle, mapped into memory
    models/auto-4f0c.../mixes.json    how much each way of scoring counts, and the answers by gesture
    models/auto-4f0c.../card.json     what it is, what it was made of, how good it was
    models/active                       versions in the order they were activated; the last is served

A version is named by the hash of its files, so the same training makes the same version, and a folder that was changed
is refused. Folder and pointer appear whole, by a rename, or not at all.
"""

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from wowengine.errors import Misconfigured, NotFound
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.curve import Curve
from wowengine.recommend.features import SPELLING
from wowengine.recommend.model import Ground, Mix, Model

POINTER = "active"
MIXED = "auto"  # begins the version of a model that mixes several ways of scoring
HASH_SHOWN = 12  # characters of the hash in a version's name
FIELDS = ("customer_names", "customer_vectors", "customer_biases", "gesture_names", "gesture_vectors", "gesture_biases")

Card = dict[str, Any]
Files = dict[str, bytes]


def named(model: Model) -> Model:
    """Return the model under the version that its numbers give it."""
    digest = _digest(_pack(model))
    name = next(iter(model.forms)) if len(model.forms) == 1 else MIXED
    return replace(model, version=f"{name}-{digest[:HASH_SHOWN]}")


def save(models: Path, model: Model, facts: Card) -> None:
    """Write a model with a card of facts about it; a version that is there already is kept as it was."""
    files = _pack(model)
    card = {"version": model.version, "sha256": _digest(files), "spelling": SPELLING, "shapes": _shapes(model), **facts}
    models.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=models))
    try:
        for name, content in (files | {"card.json": json.dumps(card, indent=2, sort_keys=True).encode()}).items():
            _write(made / name, content)
        if not (models / model.version).exists():
            made.rename(models / model.version)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(models: Path, version: str, catalogue: Collection[str] | None = None) -> Model:
    """Read one version; its vectors stay on disk and are mapped into memory.

    Parameters
    ----------
    models, version
        Where, and which.
    catalogue
        Ids of the gestures to score, where they are known: a model that was taught by none of them is refused.

    Raises
    ------
    NotFound
        When there is no such version.
    Misconfigured
        When the files are not those of the card, do not fit one another, tell of customers and gestures in other
        words than are spoken now, or when the catalogue is another one.
    """
    card, folder = _card(models, version), models / version
    if card.get("spelling") != SPELLING:
        raise _refused(version, f"its features are spelt as in {card.get('spelling')}, and {SPELLING} is spoken now")
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "card.json"}
    if _digest(files) != card.get("sha256") or not version.endswith(card["sha256"][:HASH_SHOWN]):
        raise _refused(version, "its arrays are not those that were trained")
    try:
        model = _unpack(version, folder)
    except (KeyError, TypeError, ValueError, OSError) as broken:
        raise _refused(version, "its arrays cannot be read") from broken
    unfit = [name for name, form in model.forms.items() if not _fits(form)]
    if _shapes(model) != card.get("shapes") or unfit:
        raise _refused(version, f"its arrays do not fit one another ({', '.join(unfit) or 'shapes'})")
    if catalogue and not set(model.evidence) & set(catalogue):
        known = ", ".join(sorted(model.evidence)[:3])
        raise _refused(version, f"none of its {len(model.evidence)} gestures ({known}...) stands in the catalogue")
    return model


def active_card(models: Path) -> Card | None:
    """Return the card of the model that is served, or None before the first."""
    history = activated(models)
    return _card(models, history[-1]) if history else None


def cards(models: Path) -> list[Card]:
    """Return the cards of all models on disk, by the time they were trained."""
    found = [_card(models, path.parent.name) for path in sorted(models.glob("*/card.json"))]
    return sorted(found, key=lambda card: str(card.get("trained_at", "")))


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


def forget(models: Path, customer_id: str) -> int:
    """Take a customer's own row out of every model on disk, and return how many models had one.

    A model without them is a version of its own and takes the old one's place, also in the pointer; the old folder is
    deleted. What they share with others goes when the model is trained again. A model that cannot be read is deleted
    too: nobody could serve it, and it may name them.
    """
    had = 0
    for version in [path.parent.name for path in sorted(models.glob("*/card.json"))]:
        try:
            old = load(models, version)
        except Misconfigured:
            _replace(models, version, None)
            had += 1
            continue
        if customer_id in old.acquainted:
            new = named(old.without(customer_id))
            made_here = {"version", "sha256", "shapes", "spelling"}
            save(models, new, {name: fact for name, fact in _card(models, version).items() if name not in made_here})
            _replace(models, version, new.version)
            had += 1
    return had


def _replace(models: Path, old: str, new: str | None) -> None:
    """Put a model in another's place wherever that one was activated, or nothing; then delete it."""
    history = activated(models)
    if old in history:
        kept = [new if one == old else one for one in history]
        _point(models, [one for one in kept if one is not None])
    shutil.rmtree(models / old)


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


def _pack(model: Model) -> Files:
    files = {"mixes.json": json.dumps(_told(model), indent=2, sort_keys=True).encode()}
    for name, form in model.forms.items():
        files |= {f"{name}.{field}.npy": _array(getattr(form, field)) for field in FIELDS}
    return dict(sorted(files.items()))


def _told(model: Model) -> Card:
    """Return all of a model that is no array."""
    mixes = {
        name: {"slopes": dict(mix.slopes), "intercept": mix.intercept}
        for name in ("stranger", "known", "new")
        if (mix := getattr(model, name)) is not None
    }
    constants = {name: form.constant for name, form in model.forms.items()}
    return {
        "mixes": mixes,
        "constants": constants,
        "evidence": dict(model.evidence),
        "usual": model.usual,
        "answered": model.answered,
        "ground": _grounded(model.ground),
    }


def _unpack(version: str, folder: Path) -> Model:
    told = json.loads((folder / "mixes.json").read_text(encoding="utf-8"))
    mixes = {name: Mix(mix["slopes"], mix["intercept"]) for name, mix in told["mixes"].items()}
    forms = {name: _form(folder, name, constant) for name, constant in told["constants"].items()}
    ground = Ground(**(told["ground"] | {"curve": Curve.from_json(told["ground"]["curve"])}))
    return Model(
        version,
        forms,
        mixes["stranger"],
        mixes["known"],
        mixes.get("new"),
        told["evidence"],
        told["usual"],
        ground,
        told["answered"],
    )


def _grounded(ground: Ground) -> Card:
    return {
        "curve": ground.curve.as_json(),
        "beyond": ground.beyond,
        "learned": dict(ground.learned),
        "usual": ground.usual,
    }


def _form(folder: Path, name: str, constant: float) -> Bilinear:
    read = {field: np.load(folder / f"{name}.{field}.npy", mmap_mode="r", allow_pickle=False) for field in FIELDS}
    names = {field: tuple(read[field].tolist()) for field in ("customer_names", "gesture_names")}
    return Bilinear(**(read | names), constant=constant)


def _array(values: Any) -> bytes:
    packed = io.BytesIO()
    np.save(packed, np.array(values, dtype=np.str_) if isinstance(values, tuple) else values, allow_pickle=False)
    return packed.getvalue()


def _digest(files: Files) -> str:
    return hashlib.sha256(
        b"".join(name.encode() + hashlib.sha256(files[name]).digest() for name in sorted(files))
    ).hexdigest()


def _shapes(model: Model) -> dict[str, list[int]]:
    return {
        f"{name}.{side}": list(getattr(form, side).shape)
        for name, form in model.forms.items()
        for side in ("customer_vectors", "gesture_vectors")
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
