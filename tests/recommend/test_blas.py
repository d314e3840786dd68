"""A saved model says the same whatever the processor: BLAS adds up in another order on each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.recommend.worlds import NOW, hidden_tastes
from wowengine.recommend import registry
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.fit import fit, learners

SCORED = """
import json, sys
from pathlib import Path
from tests.recommend.worlds import hidden_tastes
from wowengine.recommend.score import recommender
world = hidden_tastes(600, customers=80)
frame = recommender(Path(sys.argv[1]), 0.3).score(world.profiles, world.gestures, k=5).frame
print(json.dumps({name: frame[name].to_list() for name in ("customer_id", "gesture_id", "score", "propensity")}))
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world, folder = hidden_tastes(600, customers=80), tmp_path_factory.mktemp("models")
    model = fit(examples(settle(world.outcomes, NOW), world.profiles, world.gestures), learners())
    registry.save(folder, model, {})
    registry.activate(folder, model.version)
    return folder


def scored(models: Path, kernel: str) -> dict[str, list[Any]]:
    settings = os.environ | {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", SCORED, str(models)], env=settings, check=True, capture_output=True, text=True
    )
    found: dict[str, list[Any]] = json.loads(told.stdout)
    return found


def test_two_processors_score_and_order_alike(models: Path) -> None:
    new, old = (scored(models, kernel) for kernel in ("Haswell", "Prescott"))
    assert new["customer_id"] == old["customer_id"]
    assert new["gesture_id"] == old["gesture_id"]
    for numbers in ("score", "propensity"):
        np.testing.assert_allclose(new[numbers], old[numbers], rtol=0, atol=1e-5)
