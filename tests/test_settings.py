"""Settings that open channels: what cannot be used is said in one line, and no secret with it."""

import base64
from pathlib import Path

import pytest

from wowengine.campaigns.channels import KINDS, open_channels
from wowengine.cli.app import config, outlets, settings
from wowengine.errors import BadInput
from wowengine.settings import Settings

GOOD = {
    "WOW_SMTP_URL": "smtps://care:hush@mail.example:465",
    "WOW_MAIL_FROM": "Volare <care@volare.example>",
    "WOW_WEBHOOK_URL": "https://hooks.example/hush",
    "WOW_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "WOW_CHATWOOT_URL": "https://desk.example",
    "WOW_CHATWOOT_ACCOUNT": "3",
    "WOW_CHATWOOT_TOKEN": "hush",
}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in GOOD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WOW_HOME", str(tmp_path))


def test_what_is_configured_is_open_and_its_secrets_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert open_channels(tmp_path, outlets(Settings())).keys() == {"staff_task", "spool"}
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    given = Settings()
    assert open_channels(tmp_path, config(given).outlets).keys() == KINDS.keys()
    for shown in (repr(given), given.model_dump_json(), repr(config(given))):
        assert "hush" not in shown
        assert "MfKQ9" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WOW_SMTP_URL", "http://care:hush@mail.example"),
        ("WOW_SMTP_URL", "smtp://"),
        ("WOW_SMTP_URL", "hush"),
        ("WOW_SMTP_URL", "smtps://care:hush#1@mail.example"),  # signs that mean something must be percent-encoded
        ("WOW_WEBHOOK_URL", "https://hooks.example:hush/"),
        ("WOW_MAIL_FROM", "hush"),
        ("WOW_WEBHOOK_URL", "http://hooks.example/hush"),
        ("WOW_WEBHOOK_URL", "https:///hush"),
        ("WOW_WEBHOOK_SECRET", "hush"),
        ("WOW_WEBHOOK_SECRET", "whsec_hush"),
        ("WOW_WEBHOOK_SECRET", "whsec_" + "A" * 28),
        ("WOW_WEBHOOK_SECRET", "whsec_" + "A" * 88),
        ("WOW_CHATWOOT_URL", "http://desk.example/hush"),
        ("WOW_CHATWOOT_ACCOUNT", "3/../hush"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=f"^{name} cannot be used") as refused:
        settings()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("length", [24, 64])
def test_the_shortest_and_the_longest_secret_of_the_standard_are_taken(
    monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setenv("WOW_WEBHOOK_SECRET", "whsec_" + base64.b64encode(b"x" * length).decode())
    assert Settings().webhook_secret
