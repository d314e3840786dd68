"""Every kind of channel, each with a receiver of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.campaigns.channels import servers
from tests.campaigns.channels.servers import Chatwoot, Hooks, PostOffice, Receiver
from wowengine.campaigns.channels import KINDS, https
from wowengine.campaigns.channels.base import Channel, Message, Reach
from wowengine.campaigns.channels.desk_note import DeskNote
from wowengine.campaigns.channels.mail import Mail
from wowengine.campaigns.channels.spool import Spool
from wowengine.campaigns.channels.staff_task import StaffTask
from wowengine.campaigns.channels.webhook import Webhook
from wowengine.campaigns.payload import Payload

IMPATIENT = 0.5  # seconds of silence, in place of ten

PAYLOAD = Payload(
    customer_id="c1",
    gesture_id="espresso",
    subject="",
    title="Espresso voucher",
    draft="Gentile Anna,\nun caffè “lungo” per l’attesa.",
    language="it",
    channel="spool",
    place=None,
    slots={"coffee": "long, no sugar"},
    amount_cents=600,
    floor_cents=0,
    currency="EUR",
)
TO = {Reach.NOTHING: "", Reach.EMAIL: "anna@example.org", Reach.CONVERSATION: servers.CONVERSATION}


@dataclass
class Line:
    """A channel, and who is at its other end; nobody where no server is."""

    name: str
    channel: Channel
    receiver: Receiver | None = None
    folder: Path = field(default_factory=Path)

    def message(self, action_id: str = "act_1", attempt: int = 1) -> Message:
        return Message(action_id, attempt, PAYLOAD, TO[self.channel.reach])

    def effects(self) -> int:
        """How many messages arrived."""
        if self.receiver:
            return self.receiver.taken.total()
        return len(list(self.folder.glob("*.json")))


@pytest.fixture
def _certificate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.CERTIFICATE))
    https.trusted.cache_clear()
    yield
    https.trusted.cache_clear()


@pytest.fixture
def hooks(_certificate: None) -> Iterator[Hooks]:
    receiver = Hooks()
    with servers.listening(receiver):
        yield receiver


@pytest.fixture
def chatwoot(_certificate: None) -> Iterator[Chatwoot]:
    receiver = Chatwoot()
    with servers.listening(receiver):
        yield receiver


@pytest.fixture
def office() -> Iterator[PostOffice]:
    receiver = PostOffice()
    with servers.post_office(receiver):
        yield receiver


@pytest.fixture(params=sorted(KINDS))
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Line:
    match request.param:
        case "email":
            office = request.getfixturevalue("office")
            return Line("email", Mail(office.url, "Volare <care@volare.example>", IMPATIENT), office)
        case "webhook":
            hooks = request.getfixturevalue("hooks")
            return Line("webhook", Webhook(f"{hooks.url}/wow?a=1", servers.SECRET, IMPATIENT), hooks)
        case "desk_note":
            desk = request.getfixturevalue("chatwoot")
            return Line("desk_note", DeskNote(desk.url, "3", servers.TOKEN, IMPATIENT), desk)
        case "spool":
            return Line("spool", Spool(tmp_path), folder=tmp_path)
    return Line("staff_task", StaffTask(), folder=tmp_path)
