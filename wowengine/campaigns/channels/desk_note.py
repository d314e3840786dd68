"""A private note beside the conversation in Chatwoot: staff see it, the customer never does.

Chatwoot takes a repeat for a second message (issues 15743 and 6446 of its own). So each note ends with a marker, and
whoever is about to write one looks for the marker first. A note that is not there once the sending's lease is over will
not come: Chatwoot's server ends a request after 15 seconds, unless told otherwise.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from wowengine.campaigns.channels import https
from wowengine.campaigns.channels.base import InDoubt, Message, Reach
from wowengine.campaigns.payload import Payload
from wowengine.db.base import Json
from wowengine.decide.words import money
from wowengine.errors import NeedsPerson, Retriable

PATIENCE = 60.0  # seconds for looking a conversation through


class DeskNote:
    """Writes notes into the customer's conversation.

    Parameters
    ----------
    url
        Where Chatwoot is; https alone.
    account, token
        Which account of it, and the ``api_access_token`` of one of its agents.
    timeout
        Seconds of silence after which nobody knows.
    """

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = False
    looks_up: ClassVar[bool] = True
    reach: ClassVar[Reach] = Reach.CONVERSATION

    def __init__(self, url: str, account: str, token: str, timeout: float = https.TIMEOUT) -> None:
        self._accounts = f"{url.rstrip('/')}/api/v1/accounts/{quote(account, safe='')}"
        self._headers, self._timeout = {"api_access_token": token}, timeout

    def send(self, message: Message) -> Json:
        """Write the note, unless it is there."""
        if there := self.find(message):
            return there
        # Without "private" the customer would read what is meant for staff.
        note = {"content": words(message), "message_type": "outgoing", "private": True, "content_type": "text"}
        written = _read(self._ask("POST", self._messages(message), json.dumps(note).encode()))
        if "id" not in written:
            raise InDoubt("The desk answered as no Chatwoot does.")
        return self._proof(message, written)

    def find(self, message: Message) -> Json | None:
        """Look the conversation through, oldest message first, for a note with our marker."""
        last, until = 0, time.monotonic() + PATIENCE
        while time.monotonic() < until:
            page = self._page(message, last)
            for told in page:
                if told.get("private") is True and _last_word(told) == marker(message):
                    return self._proof(message, told)
            if not page:
                return None
            last = max(told["id"] for told in page)
        raise NeedsPerson(f"Conversation {message.to} is too long to be looked through.")

    def _page(self, message: Message, last: int) -> list[Mapping[str, Any]]:
        """Return the next messages after `last`: Chatwoot gives a hundred at a time."""
        try:
            content = self._ask("GET", f"{self._messages(message)}?{urlencode({'after': last})}")
        except InDoubt as error:
            raise Retriable(error.message, https.SOON) from error  # a question changes nothing
        page = _read(content).get("payload")
        if not isinstance(page, list) or not all(_is_message(told) for told in page):
            raise NeedsPerson("The desk answered as no Chatwoot does.")
        return page

    def _messages(self, message: Message) -> str:
        return f"{self._accounts}/conversations/{quote(message.to, safe='')}/messages"

    def _ask(self, method: str, url: str, body: bytes | None = None) -> bytes:
        kind = {"content-type": "application/json"} if body else {}
        return https.call(method, url, self._headers | kind, body, timeout=self._timeout)

    @staticmethod
    def _proof(message: Message, told: Mapping[str, Any]) -> Json:
        return {"conversation": message.to, "message": told["id"], "payload_sha256": message.payload.sha256}


def marker(message: Message) -> str:
    """Return the last line of a note. It names the action alone: a person's next attempt finds the note of the last."""
    return f"wow:{message.action_id}"


def words(message: Message) -> str:
    """Return what the note says: what is given, the words to say with it, and the marker."""
    return "\n\n".join([*_paragraphs(message.payload), marker(message)])


def _paragraphs(payload: Payload) -> list[str]:
    amount = money(payload.amount_cents, payload.currency, payload.language) if payload.amount_cents else ""
    facts = [payload.title, payload.place, amount, *(f"{slot}: {value}" for slot, value in payload.slots.items())]
    return ["\n".join(fact for fact in facts if fact), payload.draft]


def _is_message(told: object) -> bool:
    return isinstance(told, dict) and isinstance(told.get("id"), int)


def _last_word(told: Mapping[str, Any]) -> str:
    return " ".join(str(told.get("content") or "").split()).rpartition(" ")[2]


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
