"""`wow owed` and `wow regimes`: one answer a line, in order, whatever the lines are."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cases.world import WOW, World
from wowengine.decide.regime import example

FLIGHT = {
    "event_date": "2026-11-20",
    "mode": "air",
    "type": "delay",
    "from_country": "IT",
    "to_country": "DE",
    "carrier_country": "IT",
    "distance_km": 1104,
    "arrival_delay_minutes": 192,
    "cause": "carrier",
}
PARCEL = {"event_date": "2026-11-20", "mode": "parcel", "type": "failed_delivery", "cause": "carrier"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def answers(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_each_line_has_its_answer_in_its_place_and_a_bad_one_says_what_is_wrong(world: World) -> None:
    lines = [json.dumps(FLIGHT), '{"mode": "air",', "", json.dumps(FLIGHT | {"km": 3}), json.dumps(PARCEL)]
    file = world.folder / "incidents.ndjson"
    file.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode() + b'\n{"mode": "\xff"}')
    first, broken, odd, parcel, undecodable = answers(world.wow_out("owed", str(file), "--json", expect=1))
    assert (first["regime"], first["verdict"], first["amount_cents"]) == ("eu261", "eligible", 25_000)
    assert first["citations"][0].keys() == {"ref", "passage", "checked"}
    assert (broken["line"], odd["line"], undecodable["line"]) == (2, 4, 6)
    assert "JSON" in broken["error"]
    assert odd["error"].startswith("km: ")
    assert parcel["verdict"] == "unsupported"
    assert not (world.folder / "home").exists()  # nothing is stored


def test_people_get_a_table_and_good_lines_end_well(world: World) -> None:
    file = world.folder / "incidents.ndjson"
    file.write_text(json.dumps(FLIGHT))
    told = world.wow("owed", str(file))
    assert "EUR 250.00" in told
    file.write_text("[]")
    assert "cannot be read" in world.wow_out("owed", str(file), expect=1)


def test_a_promise_in_the_companys_folder_is_asked_and_listed_standard_input_too(world: World) -> None:
    folder = world.folder / "home" / "regimes"
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text(world.wow("regimes", "--example", "parcel"), encoding="utf-8")
    assert (folder / "ours.toml").read_text(encoding="utf-8") == example("parcel")
    listed = world.json("regimes")
    assert listed[0]["id"] == "eu261"
    assert (listed[-1]["id"], listed[-1]["kind"], listed[-1]["from"]) == ("our_parcel", "contract", "2026-01-01")
    sent = json.dumps(PARCEL | {"price_cents": 599, "currency": "EUR"})
    command = [str(WOW), "owed", "-", "--json"]
    done = subprocess.run(command, env=world.env, input=sent, capture_output=True, text=True, timeout=60, check=True)
    (owed,) = answers(done.stdout)
    assert (owed["regime"], owed["amount_cents"]) == ("our_parcel", 599)


def test_what_cannot_be_used_is_one_clear_line(world: World) -> None:
    assert "nowhere.ndjson cannot be read" in world.wow("owed", "nowhere.ndjson", expect=2)
    assert "hotel, parcel, store, telecom" in world.wow("regimes", "--example", "bank", expect=2)
    assert "eu_rail" in world.wow("regimes")
