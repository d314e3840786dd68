"""What the demo's tests share."""

from pathlib import Path

import pytest

from wowengine.rounds import Config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An installation of this test's own."""
    return Config(
        home=tmp_path,
        models=tmp_path / "models",
        policy=tmp_path / "policy.toml",
        spool=tmp_path / "spool",
        holdout_salt="test",
        holdout_share=0.1,
        company="Ala Azzurra",
    )
