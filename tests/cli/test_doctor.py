"""`wow doctor` names what is missing or misconfigured, with the mend."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import servers
from tests.cases.world import World
from wowengine.recommend import registry
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.model import Mix, Model


def findings(world: World, expect: int) -> dict[str, dict[str, Any]]:
    told = world.wow("doctor", "--json") if expect == 0 else world.wow_out("doctor", "--json", expect=expect)
    return {finding["what"]: finding for finding in json.loads(told)}


def test_a_sound_installation_is_told_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("round")
    told = findings(world, expect=0)
    assert told["database"]["state"] == "ok"
    assert {finding["state"] for finding in told.values()} <= {"ok", "hint"}
    assert "WOW_HOLDOUT_SALT" in told["holdout"]["mend"]


@pytest.mark.parametrize(
    ("setting", "value", "what", "mend"),
    [
        ("WOW_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "database", "WOW_DATABASE_URL"),
        ("WOW_BROKER_URL", "redis://127.0.0.1:1/0", "broker", "WOW_BROKER_URL"),
        ("WOW_HOST", "0.0.0.0", "access", ""),
        ("WOW_PORT", "many", "settings", "README"),
    ],
)
def test_a_broken_setting_is_named_with_its_mend(
    tmp_path: Path, setting: str, value: str, what: str, mend: str
) -> None:
    told = findings(World(tmp_path, extra={setting: value}), expect=1)
    assert told[what]["state"] == "broken"
    assert mend in told[what]["mend"]


def test_a_policy_with_a_typing_error_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "policy.toml").write_text("base_rtae = 0.2\n")
    assert "base_rtae" in findings(world, expect=1)["policy"]["said"]


@pytest.mark.postgres
def test_a_postgresql_without_todays_tables_wants_a_migration(tmp_path: Path, postgres_server: str) -> None:
    address = servers.create_database(postgres_server, "wow_doctor")
    world = World(tmp_path, database_url=address)
    try:
        assert findings(world, expect=1)["database"]["mend"] == "Run: wow migrate"
        world.wow("migrate")
        assert findings(world, expect=0)["database"]["state"] == "ok"
    finally:
        servers.drop_database(postgres_server, "wow_doctor")


def test_a_source_that_fails_is_named_with_how_often_and_why(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("round")
    sources = tmp_path / "home" / "sources.toml"
    sources.write_text('[feeds]\nurls = ["http://127.0.0.1:9/feed"]\n')
    assert findings(world, expect=0)["sources"]["said"] == "read by the clock: feeds"
    for times, state in ((1, "hint"), (2, "hint"), (3, "broken")):
        world.wow("collect", "feeds", expect=1)
        told = findings(world, expect=int(state == "broken"))["sources"]
        assert told["state"] == state
        assert f"feeds failed {times} x in a row: no answer" in told["said"]
        assert "wow collect feeds" in told["mend"]
    sources.write_text("[gossip]\n")
    assert "gossip" in findings(world, expect=1)["sources"]["said"]


def test_who_cannot_be_told_of_what_waits_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("users", "put", "ada", "--role", "admin", "--email", "ada@volare.example")
    assert findings(world, expect=0)["staff"]["state"] == "ok"
    world.wow("users", "put", "theo", "--role", "agent")
    told = findings(world, expect=0)["staff"]
    assert told["state"] == "hint"
    assert told["said"].endswith("for want of an address: theo")
    assert "wow users put 'theo' --role agent --email" in told["mend"]


def test_what_the_model_never_learned_is_counted_and_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("round")
    one, no_bias = np.ones((1, 1), dtype=np.float32), np.zeros(1, dtype=np.float32)
    form = Bilinear(("tier:gold",), one, no_bias, ("tag:opera",), one, no_bias)
    model = registry.named(Model("", {"linear": form}, Mix({"linear": 1.0}), Mix({"linear": 1.0}), None, {}))
    models = tmp_path / "home" / "models"
    registry.save(models, model, {"trained_at": "2026-01-01T00:00:00"})
    registry.activate(models, model.version)
    said = findings(world, expect=0)["model"]["said"]
    assert re.search(r"never learned \d+ of \d+ features of customers, \d+ of \d+ features of moments, ", said)


def test_channels_that_are_open_or_half_configured_are_named_without_their_secrets(tmp_path: Path) -> None:
    webhook = {"WOW_WEBHOOK_URL": "https://hooks.example/hush"}
    world = World(tmp_path, extra=webhook)
    world.wow("round")
    told = findings(world, expect=1)["channels"]
    assert told["state"] == "broken"
    assert told["said"] == "open: spool, staff_task; webhook is half configured"
    assert told["mend"] == "Set WOW_WEBHOOK_SECRET too."
    world.extra = webhook | {"WOW_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    every = findings(world, expect=0)
    assert every["channels"]["said"] == "open: spool, staff_task, webhook"
    assert "hush" not in str(every)
    assert "MfKQ9" not in str(every)


def test_gestures_that_go_by_a_channel_that_is_not_open_are_a_trouble(tmp_path: Path) -> None:
    world = World(tmp_path)
    letter = {"gesture_id": "letter", "kind": "tip", "title": "A letter", "channels": "email"}
    world.wow("import", "gestures", str(world.write("gestures.ndjson", [letter])))
    told = findings(world, expect=1)["channels"]
    assert told["state"] == "broken"
    assert "email" in told["said"]
    assert "WOW_SMTP_URL and WOW_MAIL_FROM" in told["mend"]


def test_a_database_that_a_newer_version_was_at_is_left_alone_in_one_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("queue")
    with sqlite3.connect(tmp_path / "home" / "wow.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    assert "9999" in findings(world, expect=1)["database"]["said"]
    for command in ("queue", "migrate"):
        told = world.wow(command, expect=1)
        assert "a newer one was here" in told
        assert "Traceback" not in told


def test_a_standstill_is_named_with_the_way_out(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.wow("queue")
    with sqlite3.connect(tmp_path / "home" / "wow.db") as database:
        database.execute(
            "insert into standstills values ('restored', 'an older copy was put in', '2026-11-28 09:30:00.000000')"
        )
    told = findings(world, expect=1)["sending"]
    assert told["said"] == "nothing is sent since 2026-11-28 09:30 UTC: an older copy was put in"
    assert "wow reconcile --settled" in told["mend"]
