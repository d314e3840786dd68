"""Every channel keeps the promise of `channels.base.Channel`. A new one is tested by standing in `KINDS`."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from tests.campaigns.channels import servers
from tests.campaigns.channels.conftest import PAYLOAD, Line
from tests.campaigns.channels.servers import HANGS_UP, LATER, REFUSED, TAKEN_THEN_ERROR, TAKEN_THEN_SILENCE
from wowengine.campaigns.channels import AUTOMATIC, KINDS, open_channels
from wowengine.campaigns.channels.base import InDoubt
from wowengine.campaigns.channels.outlets import NEEDS, Outlets
from wowengine.errors import NeedsPerson, Retriable

SECRETS = {"smtp_url": "smtps://care:hush@mail.example", "webhook_secret": servers.SECRET, "chatwoot_token": "hush-too"}
ALL = Outlets(
    **SECRETS,
    mail_from="care@volare.example",
    webhook_url="https://hooks.example/hush-3",
    chatwoot_url="https://desk.example",
    chatwoot_account="3",
)


def test_every_channel_listed_can_be_opened(tmp_path: Path) -> None:
    assert open_channels(tmp_path, ALL).keys() == KINDS.keys()
    assert {name: type(channel) for name, channel in open_channels(tmp_path, ALL).items()} == KINDS


def test_what_is_not_configured_is_not_open(tmp_path: Path) -> None:
    assert open_channels(tmp_path).keys() == KINDS.keys() - NEEDS.keys()


def test_no_secret_is_shown() -> None:
    assert all(secret not in repr(ALL) for secret in (*SECRETS.values(), "hush-3"))


def test_who_delivers_is_known_without_opening_a_channel() -> None:
    assert frozenset(KINDS) - {"staff_task"} == AUTOMATIC


def test_what_each_can_tell_of_a_doubt_is_declared() -> None:
    assert {name for name, kind in KINDS.items() if kind.deduplicates} == {"spool", "webhook"}
    assert {name for name, kind in KINDS.items() if kind.looks_up} == {"spool", "desk_note"}


def test_an_automatic_channel_delivers_once_with_proof(line: Line) -> None:
    if not line.channel.automatic:
        with pytest.raises(NeedsPerson, match="A person delivers"):
            line.channel.send(line.message())
        return
    proof = line.channel.send(line.message())
    assert json.loads(json.dumps(proof)) == proof
    assert proof["payload_sha256"] == PAYLOAD.sha256
    assert line.effects() == 1


def test_a_look_up_finds_what_was_sent_and_nothing_else_or_says_that_it_cannot_tell(line: Line) -> None:
    channel = line.channel
    if not channel.looks_up:
        with pytest.raises(NeedsPerson):
            channel.find(line.message())
        return
    assert channel.find(line.message()) is None
    proof = channel.send(line.message())
    assert channel.find(line.message()) == proof
    assert channel.find(line.message("act_2")) is None
    assert channel.find(line.message("act_")) is None


def test_a_repeat_is_one_message_where_a_channel_says_so(line: Line) -> None:
    if not (line.channel.deduplicates or line.channel.looks_up):
        return
    assert line.channel.send(line.message()) == line.channel.send(line.message())
    assert line.effects() == 1


def test_a_machines_key_is_the_same_for_every_try_and_a_persons_attempt_has_another(line: Line) -> None:
    keys = {line.message().key, line.message().key, line.message(attempt=2).key, line.message("act_2").key}
    assert keys == {"act_1-1", "act_1-2", "act_2-1"}


@pytest.mark.parametrize("fault", [TAKEN_THEN_SILENCE, TAKEN_THEN_ERROR, HANGS_UP])
def test_what_may_have_arrived_is_in_doubt_and_never_said_not_to_be_there(line: Line, fault: str) -> None:
    if line.receiver is None:
        return
    line.receiver.faults = [fault]
    with pytest.raises(InDoubt):
        line.channel.send(line.message())
    arrived = fault != HANGS_UP
    assert line.effects() == arrived
    if line.channel.looks_up:
        assert (line.channel.find(line.message()) is not None) == arrived
    if line.channel.looks_up or line.channel.deduplicates:
        line.channel.send(line.message())
        assert line.effects() == 1


@pytest.mark.parametrize(("fault", "says"), [(LATER, Retriable), (REFUSED, NeedsPerson)])
def test_what_surely_did_not_arrive_is_said_so(line: Line, fault: str, says: type[Exception]) -> None:
    if line.receiver is None:
        return
    line.receiver.faults = [fault]
    with pytest.raises(says):
        line.channel.send(line.message())
    assert line.effects() == 0


def test_where_nobody_listens_it_is_tried_again_soon(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{probe.getsockname()[1]}"
    outlets = Outlets(
        f"smtp://{nobody}", "c@v.example", f"https://{nobody}", servers.SECRET, f"https://{nobody}", "3", "t"
    )
    for name, channel in open_channels(tmp_path, outlets).items():
        if name in NEEDS:
            with pytest.raises(Retriable) as later:
                channel.send(Line(name, channel).message())
            assert timedelta() < later.value.after <= timedelta(hours=1)
