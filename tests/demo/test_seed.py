"""The world comes in through the front door, quickly; forgetting it takes nothing of anybody else's."""

import time
from pathlib import Path

from wowengine import demo
from wowengine.db.session import Database
from wowengine.rounds import Config


def test_seeding_brings_everybody_in_within_six_seconds(database: Database, config: Config) -> None:
    began, seen = time.monotonic(), []
    accepted = demo.seed(database, config, progress=lambda label, done, total: seen.append((label, done, total)))
    assert time.monotonic() - began < 6
    assert accepted["customers"] == 240
    assert accepted["gestures"] >= 14
    assert accepted["outcomes"] == 600
    assert accepted["signals"] > 2000
    assert seen[-1] == ("importing", 4, 4)


def test_forgetting_takes_what_the_demo_made_and_nothing_else(tmp_path: Path) -> None:
    for name in (
        "wow.db",
        "wow.db-wal",
        "models/m1/card.json",
        "spool/a.json",
        "files/signals.ndjson",
        "mine/notes.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "policy.toml").touch()
    demo.forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "policy.toml"]
    demo.forget(tmp_path / "never there")
