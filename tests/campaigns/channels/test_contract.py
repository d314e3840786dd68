"""Every channel keeps the promise of `channels.base.Channel`. A new one is tested by standing in `KINDS`."""

import dataclasses
import json
import os
import threading
from pathlib import Path

import pytest

from wowengine.campaigns.channels import AUTOMATIC, KINDS, open_channels
from wowengine.campaigns.channels.base import Channel
from wowengine.campaigns.channels.spool import TAKEN, Spool
from wowengine.campaigns.payload import Payload
from wowengine.errors import NeedsPerson, Retriable

PAYLOAD = Payload(
    customer_id="c1",
    gesture_id="espresso",
    subject="",
    title="Espresso voucher",
    draft="Gentile Anna, un caffè “lungo” per l’attesa.",
    language="it",
    channel="spool",
    place=None,
    slots={"coffee": "long, no sugar"},
    amount_cents=600,
    floor_cents=0,
    currency="EUR",
)


@pytest.fixture(params=sorted(KINDS))
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Channel:
    return open_channels(tmp_path)[request.param]


def test_every_channel_listed_can_be_opened(tmp_path: Path) -> None:
    assert open_channels(tmp_path).keys() == KINDS.keys()


def test_what_was_never_sent_is_surely_not_there_or_a_person_must_tell(channel: Channel) -> None:
    if channel.automatic:
        assert channel.find("act_1", PAYLOAD) is None
    else:
        with pytest.raises(NeedsPerson, match=PAYLOAD.title):
            channel.find("act_1", PAYLOAD)


def test_an_automatic_channel_sends_with_proof_and_finds_what_it_sent(channel: Channel) -> None:
    if not channel.automatic:
        with pytest.raises(NeedsPerson, match="A person delivers"):
            channel.send("act_1", PAYLOAD)
        return
    proof = channel.send("act_1", PAYLOAD)
    assert proof
    assert json.loads(json.dumps(proof)) == proof
    assert channel.find("act_1", PAYLOAD) == proof
    assert channel.find("act_2", PAYLOAD) is None


def test_a_channel_that_tells_repeats_apart_does(channel: Channel) -> None:
    if channel.deduplicates:
        assert channel.send("act_1", PAYLOAD) == channel.send("act_1", PAYLOAD)


def test_who_delivers_is_known_without_opening_a_channel() -> None:
    assert frozenset({"spool"}) == AUTOMATIC


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_spool_lays_one_whole_file_named_by_the_action(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "made" / "on demand")
    spool.send("act_1", PAYLOAD)
    spool.send("act_1", dataclasses.replace(PAYLOAD, draft="other words"))
    assert lying(spool.folder) == ["act_1.json"]
    message = json.loads((spool.folder / "act_1.json").read_text())
    assert (message["action_id"], message["draft"]) == ("act_1", PAYLOAD.draft)
    assert message["payload_sha256"] == PAYLOAD.sha256


def test_the_spool_does_not_send_again_what_was_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    proof = spool.send("act_1", PAYLOAD)
    (tmp_path / TAKEN).mkdir()
    (tmp_path / "act_1.json").rename(tmp_path / TAKEN / "act_1.json")
    assert spool.send("act_1", PAYLOAD) == spool.find("act_1", PAYLOAD) == proof
    assert lying(tmp_path) == [TAKEN]


def test_a_crashed_workers_draft_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".act_1.json.0123").write_text('{"half')
    Spool(tmp_path).send("act_1", PAYLOAD)
    assert json.loads((tmp_path / "act_1.json").read_text())["action_id"] == "act_1"


def test_eight_workers_at_once_lay_one_file(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def send() -> None:
        start.wait()
        Spool(tmp_path).send("act_1", PAYLOAD)

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
        Spool(tmp_path).send("act_1", PAYLOAD)
    assert lying(tmp_path) == []


def test_the_hash_changes_with_every_field_a_customer_would_notice() -> None:
    other = {"slots": {}, "amount_cents": 1, "floor_cents": 1, "place": "gate 12"}
    hashes = {
        dataclasses.replace(PAYLOAD, **{field.name: other.get(field.name, "x")}).sha256  # type: ignore[arg-type]  # by name
        for field in dataclasses.fields(Payload)
    }
    assert len(hashes | {PAYLOAD.sha256}) == len(dataclasses.fields(Payload)) + 1
