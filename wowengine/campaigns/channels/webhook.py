"""A signed call to another system of the company's, after Standard Webhooks 1.0.0.

The receiver knows by the signature that it is us, and by ``webhook-id`` that a message came before: the same for every
try of a machine, so that what is in doubt can be sent again. It must keep the ids of two days at least.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict
from typing import ClassVar

from wowengine import clock
from wowengine.campaigns.channels import https
from wowengine.campaigns.channels.base import Message, Reach
from wowengine.db.base import Json
from wowengine.errors import NeedsPerson

TYPE = "gesture.approved"
PREFIX = "whsec_"


class Webhook:
    """Posts what was approved to one address.

    Parameters
    ----------
    url
        Where to; https alone.
    secret
        ``whsec_`` and 24 to 64 bytes in base64, shared with the receiver.
    timeout
        Seconds of silence after which nobody knows.
    """

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = True
    looks_up: ClassVar[bool] = False
    reach: ClassVar[Reach] = Reach.NOTHING

    def __init__(self, url: str, secret: str, timeout: float = https.TIMEOUT) -> None:
        self._url, self._key, self._timeout = url, base64.b64decode(secret.removeprefix(PREFIX)), timeout

    def send(self, message: Message) -> Json:
        """Post what was approved."""
        data = {"action_id": message.action_id, "payload_sha256": message.payload.sha256, **asdict(message.payload)}
        self.post(message.key, TYPE, data)
        return {"webhook_id": message.key, "payload_sha256": message.payload.sha256}

    def post(self, key: str, type_: str, data: Json) -> None:
        """Sign an event and post it; any 2xx is a receipt. What is raised says how far it came, as in `send`."""
        at = clock.now()
        told = {"type": type_, "timestamp": at.isoformat(), "data": data}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        seconds = int(at.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(self._key, key, seconds, body),
        }
        https.call("POST", self._url, headers, body, timeout=self._timeout)

    def find(self, message: Message) -> Json | None:
        """Refuse: a receiver of webhooks answers no questions."""
        raise NeedsPerson(f"Only the receiver can tell whether it has {message.key}.")


def signature(key: bytes, message_id: str, seconds: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a message: ``v1,`` and HMAC-SHA256 over id, time and body."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
