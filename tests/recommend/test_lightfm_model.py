import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

import wowengine
from tests.recommend.worlds import NOW, checkerboard
from wowengine.recommend import lightfm_model
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.dataset import examples, settle

WORLD = checkerboard()
OFFERS = examples(settle(WORLD.outcomes, NOW), WORLD.profiles, WORLD.gestures).learnable()


def numbers(form: Bilinear) -> bytes:
    arrays = (form.customer_vectors, form.customer_biases, form.gesture_vectors, form.gesture_biases)
    return b"".join(array.tobytes() for array in arrays)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first, again = lightfm_model.path(OFFERS, seed=3), lightfm_model.path(OFFERS, seed=3)
    assert [numbers(form) for form in first] == [numbers(form) for form in again]
    assert numbers(lightfm_model.path(OFFERS, seed=4)[-1]) != numbers(first[-1])


def test_every_stage_is_the_model_as_it_stood_then() -> None:
    stages = lightfm_model.path(OFFERS)
    assert len(stages) == len(lightfm_model.EPOCHS)
    for name in ("customer_vectors", "customer_biases", "gesture_vectors", "gesture_biases"):
        assert len({getattr(form, name).tobytes() for form in stages}) == len(stages)


def test_a_word_of_less_weight_pulls_less() -> None:
    """The same half of the words is made faint: its gestures then stand nearer to indifference."""
    faint = OFFERS.offers.with_columns(weight=pl.when(pl.col("landed")).then(0.05).otherwise(1.0).cast(pl.Float32))
    whole, pulled = (lightfm_model.path(replace(OFFERS, offers=offers))[-1] for offers in (OFFERS.offers, faint))
    assert pulled.gesture_biases.sum() < whole.gesture_biases.sum()


def test_the_arrays_score_as_lightfm_itself_does() -> None:
    from lightfm import LightFM

    kept: list[LightFM] = []

    class Kept(LightFM):  # type: ignore[misc]  # lightfm has no types
        def __init__(self, **settings: object) -> None:
            super().__init__(**settings)
            kept.append(self)

    module = sys.modules["lightfm"]
    module.LightFM = Kept  # type: ignore[attr-defined]  # for this one training
    try:
        form = lightfm_model.path(OFFERS)[-1]
    finally:
        module.LightFM = LightFM  # type: ignore[attr-defined]  # as it was
    rows = np.arange(len(OFFERS), dtype=np.int32)
    theirs = kept[0].predict(
        rows,
        OFFERS.gesture.astype(np.int32),
        user_features=OFFERS.people.matrix,
        item_features=OFFERS.offered.matrix,
    )
    people, offered = form.customers(OFFERS.people.matrix), form.gestures(OFFERS.offered.matrix)
    np.testing.assert_allclose((people * offered[OFFERS.gesture]).sum(axis=1), theirs, atol=1e-5)


def test_no_other_file_names_lightfm_in_an_import() -> None:
    house = Path(wowengine.__file__).parent
    importing = {path.name for path in house.rglob("*.py") if "lightfm" in _imported(path)}
    assert importing <= {"lightfm_model.py"}
    calls = {path.name for path in house.rglob("*.py") if 'import_module("lightfm")' in path.read_text("utf-8")}
    assert calls == {"lightfm_model.py"}


def test_serving_never_imports_lightfm() -> None:
    code = "import sys, wowengine.recommend.score, wowengine.recommend.train; sys.exit('lightfm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
