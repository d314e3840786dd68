"""Letters: what was approved, to one proven address, encrypted, and each word of the server understood."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tests.campaigns.channels import servers
from tests.campaigns.channels.conftest import IMPATIENT, PAYLOAD
from tests.campaigns.channels.servers import TAKEN_THEN_GONE, PostOffice
from wowengine.campaigns.channels import mail
from wowengine.campaigns.channels.base import Message
from wowengine.campaigns.channels.mail import Mail
from wowengine.clock import frozen
from wowengine.errors import NeedsPerson, Retriable

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
SENDER = "Volare <care@volare.example>"
MESSAGE = Message("act_1", 2, PAYLOAD, "anna@example.org")


@contextmanager
def served(office: PostOffice) -> Iterator[PostOffice]:
    with servers.post_office(office):
        yield office


def send(office: PostOffice, message: Message = MESSAGE) -> None:
    Mail(office.url, SENDER, IMPATIENT).send(message)


def test_the_letter_says_what_was_approved_and_who_writes(office: PostOffice) -> None:
    with frozen(NOW):
        proof = Mail(office.url, SENDER, IMPATIENT).send(MESSAGE)
    ((sender, to, letter),) = office.letters
    assert (sender, to) == ("care@volare.example", "anna@example.org")
    assert (letter["from"], letter["to"], letter["subject"]) == (SENDER, "anna@example.org", "Espresso voucher")
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == PAYLOAD.draft
    assert (letter["content-language"], letter["auto-submitted"]) == ("it", "auto-generated")
    assert letter["date"].datetime == NOW
    assert letter["message-id"] == proof["message_id"] == "<act_1-2@volare.example>"
    assert proof["reply"] == "250 queued as 42"


@pytest.mark.parametrize("draft", [".\r\n.", "..dots\n.\nQUIT", "From me\n" + "é" * 2_000, ""])
def test_no_words_end_a_letter_early(office: PostOffice, draft: str) -> None:
    send(office, dataclasses.replace(MESSAGE, payload=dataclasses.replace(PAYLOAD, draft=draft)))
    told = office.letters[0][2].get_content()
    assert told.replace("\r\n", "\n").rstrip("\n") == draft.replace("\r\n", "\n").rstrip("\n")
    assert len(office.letters) == 1


def test_a_title_of_several_lines_adds_no_header(office: PostOffice) -> None:
    title = "Espresso\r\nBcc: all@example.org"
    send(office, dataclasses.replace(MESSAGE, payload=dataclasses.replace(PAYLOAD, title=title)))
    letter = office.letters[0][2]
    assert letter["bcc"] is None
    assert letter["subject"] == "Espresso Bcc: all@example.org"


@pytest.mark.parametrize(
    "to", ["", "anna", "a@b.c, d@e.f", "anna@example.org\r\nRCPT TO:<x@y.z>", "<a@b.c> x", "ànna@example.org", "@"]
)
def test_what_is_no_address_is_not_written_to(office: PostOffice, to: str) -> None:
    with pytest.raises(NeedsPerson, match="No letter can be written"):
        send(office, dataclasses.replace(MESSAGE, to=to))
    assert not office.calls


@pytest.mark.usefixtures("_certificate")
def test_a_password_and_a_letter_go_encrypted_from_the_start() -> None:
    with served(PostOffice(implicit_tls=True, password="p@ss:word".replace("@", ""))) as office:
        send(office)
        assert office.encrypted == [True]


@pytest.mark.usefixtures("_certificate")
def test_elsewhere_than_on_this_machine_encryption_is_started_before_a_word_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "THIS_MACHINE", frozenset())
    with served(PostOffice(offers_tls=True, password="hush")) as office:
        send(office)
        assert office.encrypted == [True]
    with served(PostOffice()) as office:
        with pytest.raises(Retriable, match="no encryption"):
            send(office)
        assert not office.letters


def test_a_wrong_password_is_our_trouble_and_no_letter_is_given_up_for_it() -> None:
    with served(PostOffice(password="right")) as office:
        office.url = office.url.replace("right", "wrong")
        with pytest.raises(Retriable, match="535") as later:
            send(office)
        assert later.value.after == mail.UNWELL
        assert "wrong" not in str(later.value)
        assert not office.letters


def test_a_password_may_hold_any_sign() -> None:
    with served(PostOffice(password="a/b@c:d e")) as office:
        office.url = office.url.replace("a/b@c:d e", "a%2Fb%40c%3Ad%20e")
        send(office)
        assert len(office.letters) == 1


def test_a_server_that_is_too_slow_is_left_before_the_letter_is_begun(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.0)
    with pytest.raises(Retriable, match="too slow"):
        send(office)
    assert not office.letters


def test_a_server_that_hangs_up_after_its_yes_has_the_letter(office: PostOffice) -> None:
    office.faults = [TAKEN_THEN_GONE]
    assert Mail(office.url, SENDER, IMPATIENT).send(MESSAGE)["reply"] == "250 queued as 42"
    assert len(office.letters) == 1
