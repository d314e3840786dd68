"""Notes in Chatwoot: for staff alone, and once, although Chatwoot takes every repeat for a new one."""

import pytest

from tests.campaigns.channels.conftest import IMPATIENT, PAYLOAD
from tests.campaigns.channels.servers import CONVERSATION, TOKEN, Chatwoot
from wowengine.campaigns.channels import desk_note
from wowengine.campaigns.channels.base import Message
from wowengine.campaigns.channels.desk_note import DeskNote, words
from wowengine.errors import NeedsPerson

MESSAGE = Message("act_1", 1, PAYLOAD, CONVERSATION)


@pytest.fixture
def channel(chatwoot: Chatwoot) -> DeskNote:
    return DeskNote(chatwoot.url + "/", "3", TOKEN, IMPATIENT)


def test_a_note_says_what_is_given_and_is_never_shown_to_the_customer(chatwoot: Chatwoot, channel: DeskNote) -> None:
    proof = channel.send(MESSAGE)
    (note,) = chatwoot.messages[CONVERSATION]
    assert (note["private"], chatwoot.shown_to_customers) == (True, 0)
    assert note["content"] == words(MESSAGE)
    assert note["content"].startswith("Espresso voucher\nEUR 6,00\ncoffee: long, no sugar\n\nGentile Anna,")
    assert note["content"].endswith("\n\nwow:act_1")
    assert proof == {"conversation": CONVERSATION, "message": note["id"], "payload_sha256": PAYLOAD.sha256}


def test_the_note_is_found_behind_hundreds_of_messages(chatwoot: Chatwoot, channel: DeskNote) -> None:
    for number in range(250):
        chatwoot.say(CONVERSATION, f"message {number}")
    proof = channel.send(MESSAGE)
    for number in range(150):
        chatwoot.say(CONVERSATION, f"message {number}")
    assert channel.find(MESSAGE) == proof == channel.send(MESSAGE)
    assert chatwoot.taken.total() == 1


def test_a_persons_new_attempt_finds_the_note_of_the_last(chatwoot: Chatwoot, channel: DeskNote) -> None:
    assert channel.send(MESSAGE) == channel.send(Message("act_1", 2, PAYLOAD, CONVERSATION))
    assert chatwoot.taken.total() == 1


@pytest.mark.parametrize("content", ["wow:act_1", "Look at wow:act_1", "wow:act_1 was odd", "wow:act_11"])
def test_what_a_customer_or_a_colleague_says_of_it_is_not_the_note(
    chatwoot: Chatwoot, channel: DeskNote, content: str
) -> None:
    chatwoot.say(CONVERSATION, content, private=not content.endswith("act_1"))
    assert channel.find(MESSAGE) is None


def test_a_conversation_that_is_gone_and_a_token_that_is_refused_are_for_a_person(
    chatwoot: Chatwoot, channel: DeskNote
) -> None:
    with pytest.raises(NeedsPerson, match="404"):
        channel.send(Message("act_1", 1, PAYLOAD, "8"))
    with pytest.raises(NeedsPerson, match="401"):
        DeskNote(chatwoot.url, "3", "stolen", IMPATIENT).find(MESSAGE)
    assert not chatwoot.taken


def test_a_conversations_id_stays_one_part_of_the_path(chatwoot: Chatwoot, channel: DeskNote) -> None:
    with pytest.raises(NeedsPerson, match="404"):
        channel.find(Message("act_1", 1, PAYLOAD, "../7"))


def test_a_conversation_that_takes_too_long_cannot_be_told(
    chatwoot: Chatwoot, channel: DeskNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_note, "PATIENCE", 0.0)
    with pytest.raises(NeedsPerson, match="too long"):
        channel.find(MESSAGE)


@pytest.mark.parametrize("answer", [{}, {"payload": "no"}, {"payload": [{"id": "x"}]}, {"payload": [7]}, []])
def test_a_desk_that_answers_otherwise_than_chatwoot_is_not_believed(
    chatwoot: Chatwoot, channel: DeskNote, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr(chatwoot, "answer", lambda *_: (200, answer))
    with pytest.raises(NeedsPerson, match="no Chatwoot"):
        channel.send(MESSAGE)
