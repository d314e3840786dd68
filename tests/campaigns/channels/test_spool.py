"""The spool: one whole file an action, however often and by however many workers it is laid."""

import dataclasses
import json
import os
import threading
from pathlib import Path

import pytest

from tests.campaigns.channels.conftest import PAYLOAD
from wowengine.campaigns.channels.base import Message
from wowengine.campaigns.channels.spool import TAKEN, Spool
from wowengine.campaigns.payload import Payload
from wowengine.errors import Retriable

MESSAGE = Message("act_1", 1, PAYLOAD)


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_spool_lays_one_whole_file_named_by_the_action(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "made" / "on demand")
    spool.send(MESSAGE)
    spool.send(Message("act_1", 1, dataclasses.replace(PAYLOAD, draft="other words")))
    assert lying(spool.folder) == ["act_1.json"]
    message = json.loads((spool.folder / "act_1.json").read_text())
    assert (message["action_id"], message["draft"]) == ("act_1", PAYLOAD.draft)
    assert message["payload_sha256"] == PAYLOAD.sha256


def test_the_spool_does_not_send_again_what_was_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    proof = spool.send(MESSAGE)
    (tmp_path / TAKEN).mkdir()
    (tmp_path / "act_1.json").rename(tmp_path / TAKEN / "act_1.json")
    assert spool.send(MESSAGE) == spool.find(MESSAGE) == proof
    assert lying(tmp_path) == [TAKEN]


def test_a_crashed_workers_draft_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".act_1.json.0123").write_text('{"half')
    Spool(tmp_path).send(MESSAGE)
    assert json.loads((tmp_path / "act_1.json").read_text())["action_id"] == "act_1"


def test_eight_workers_at_once_lay_one_file(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def send() -> None:
        start.wait()
        Spool(tmp_path).send(MESSAGE)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lying(tmp_path) == ["act_1.json"]


def test_a_full_disk_is_tried_again_later_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Retriable, match="No space left"):
        Spool(tmp_path).send(MESSAGE)
    assert lying(tmp_path) == []


def test_the_hash_changes_with_every_field_a_customer_would_notice() -> None:
    other = {"slots": {}, "amount_cents": 1, "floor_cents": 1, "place": "gate 12"}
    hashes = {
        dataclasses.replace(PAYLOAD, **{field.name: other.get(field.name, "x")}).sha256  # type: ignore[arg-type]  # by name
        for field in dataclasses.fields(Payload)
    }
    assert len(hashes | {PAYLOAD.sha256}) == len(dataclasses.fields(Payload)) + 1
