"""Webhooks: signed as Standard Webhooks says, to one host, encrypted, and never elsewhere."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tests.campaigns.channels.conftest import IMPATIENT, PAYLOAD
from tests.campaigns.channels.servers import ELSEWHERE, LATER, SECRET, Hooks
from wowengine.campaigns.channels import https
from wowengine.campaigns.channels.base import Message
from wowengine.campaigns.channels.https import LONGEST_WAIT, SOON, _wait
from wowengine.campaigns.channels.webhook import Webhook, signature
from wowengine.clock import frozen
from wowengine.errors import NeedsPerson, Retriable

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
MESSAGE = Message("act_1", 2, PAYLOAD)


def test_the_signature_is_the_one_that_every_library_of_the_standard_makes() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receiver_gets_what_was_approved_word_for_word(hooks: Hooks) -> None:
    with frozen(NOW):
        proof = Webhook(hooks.url, SECRET, IMPATIENT).send(MESSAGE)
    told = hooks.bodies["act_1-2"]
    assert proof == {"webhook_id": "act_1-2", "payload_sha256": PAYLOAD.sha256}
    assert (told["type"], told["timestamp"]) == ("gesture.approved", "2026-11-03T09:00:00+00:00")
    assert {**vars(PAYLOAD), "checklist": [], "action_id": "act_1", "payload_sha256": PAYLOAD.sha256} == told["data"]


def test_another_secret_is_refused_by_the_receiver(hooks: Hooks) -> None:
    with pytest.raises(NeedsPerson, match="401"):
        Webhook(hooks.url, "whsec_" + "A" * 32, IMPATIENT).send(MESSAGE)
    assert not hooks.taken


def test_a_redirect_is_not_followed(hooks: Hooks) -> None:
    hooks.faults = [ELSEWHERE]
    with pytest.raises(NeedsPerson, match="elsewhere"):
        Webhook(hooks.url, SECRET, IMPATIENT).send(MESSAGE)
    assert len(hooks.calls) == 1
    assert not hooks.taken


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/hosts", "//hooks.example", ""])
def test_nothing_goes_out_but_over_https(url: str) -> None:
    with pytest.raises(NeedsPerson, match="https alone"):
        Webhook(url, SECRET).send(MESSAGE)


def test_a_receiver_whom_nobody_vouches_for_gets_nothing(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    https.trusted.cache_clear()
    with pytest.raises(Retriable, match="SSLCertVerificationError"):
        Webhook(hooks.url, SECRET, IMPATIENT).send(MESSAGE)
    assert not hooks.calls


def test_the_time_that_they_name_is_waited(hooks: Hooks) -> None:
    hooks.faults = [LATER]
    with pytest.raises(Retriable) as later:
        Webhook(hooks.url, SECRET, IMPATIENT).send(MESSAGE)
    assert later.value.after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("named", "wait"),
    [
        ("", SOON),
        ("0", SOON),
        ("soon", SOON),
        ("90", timedelta(seconds=90)),
        ("9" * 30, SOON),
        ("999999999", LONGEST_WAIT),
        ("Tue, 03 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Tue, 03 Nov 2020 09:10:00 GMT", SOON),
    ],
)
def test_a_named_wait_is_kept_within_reason(named: str, wait: timedelta) -> None:
    with frozen(NOW):
        assert _wait(named) == wait
