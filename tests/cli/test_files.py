"""`wow import`, `wow set-aside`, and what they say when a file is not what it says it is."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cases.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    rows = [{"customer_id": "anna", "handles": "x:anna", "consents": "care;interests"}]
    made.wow("import", "customers", str(made.write("customers.ndjson", rows)))
    return made


def post(number: int, author: str, **facts: Any) -> dict[str, Any]:
    common = {"source": "x", "source_id": str(number), "kind": "post", "occurred_at": "2026-11-20T10:00:00Z"}
    return common | {"channel": "x", "author": author, "text": "A fine day for hiking"} | facts


def test_every_row_of_a_file_is_accounted_for(world: World) -> None:
    rows = [
        post(1, "x:anna"),
        post(1, "x:anna"),
        post(2, "x:stranger"),
        post(3, "x:anna", occurred_at="yesterday"),
        post(4, "x:anna", kind="rumour"),
    ]
    told = world.json("import", "signals", str(world.write("signals.ndjson", rows)))
    assert (told["accepted"], told["duplicate"], told["unlinked"]) == (1, 1, 1)
    assert sum(told["set_aside"].values()) == 2

    where = {(row["line"], row["column"]) for row in world.json("set-aside")}
    assert where == {(4, "occurred_at"), (5, "kind")}


def test_what_was_set_aside_says_where_and_why_but_never_what_was_said(world: World) -> None:
    rows = [post(1, "x:anna", text="my secret words", kind="rumour")]
    world.wow("import", "signals", str(world.write("signals.ndjson", rows)))
    assert "secret" not in world.wow("set-aside")
    assert b"secret" not in (world.folder / "home" / "wow.db").read_bytes()


def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    path = str(world.write("signals.ndjson", [post(1, "x:anna")]))
    assert world.json("import", "signals", path, "--dry-run")["accepted"] == 1
    assert world.json("import", "signals", path)["accepted"] == 1


def test_many_strangers_are_warned_of(world: World) -> None:
    rows = [post(number, f"x:stranger{number}") for number in range(5)]
    told = world.wow("import", "signals", str(world.write("signals.ndjson", rows)))
    assert "5 unlinked" in told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("signals.ndjson", gzip.compress(b'{"source": "x"}')),
        ("signals.csv", "source,source_id\nx,\xe9".encode("latin-1")),
        ("signals.parquet", b"PAR1 and then nothing"),
        ("signals.docx", b"PK\x03\x04"),
    ],
    ids=["zipped", "another alphabet", "cut short", "a word processor's"],
)
def test_a_file_that_is_not_what_it_says_is_one_clear_line(world: World, name: str, content: bytes) -> None:
    path = world.folder / name
    path.write_bytes(content)
    said = world.wow("import", "signals", str(path), expect=2)
    assert said.startswith("wow: ")
    assert len(said.strip().splitlines()) == 1
    assert name in said


def test_an_empty_installation_answers_every_listing(tmp_path: Path) -> None:
    world = World(tmp_path)
    for command in ("queue", "tasks", "set-aside"):
        assert world.wow(command).strip()
        assert json.loads(world.wow(command, "--json")) == []
