"""Chatwoot: webhook events, and conversations or messages as the API lists them; one row a message.

A conversation is a ticket row without words, and its messages answer it. What an agent typed into a contact's social
profiles proves nothing and is not read; a customer id counts only where the site signed it (``hmac_verified``).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms, gather
from wowengine.profiles.sources.plain import plain
from wowengine.profiles.sources.shape import mapping, mappings, text_of
from wowengine.profiles.sources.zendesk import read_documents
from wowengine.terms import Direction, SignalKind

NAME = "chatwoot"
SAID = {"incoming": Direction.INBOUND, "0": Direction.INBOUND, "outgoing": Direction.OUTBOUND, "1": Direction.OUTBOUND}

TERMS = Terms(
    permitted_use="Reading our own help desk's events and exports, to care for those who wrote to us.",
    deletion_hours=720,
    rate=None,
    url="",
    reviewed_on=date(2026, 11, 26),
)


def parse(content: bytes) -> Page:
    """Read an event, a conversation, a list of either, or one a line.

    Raises
    ------
    BadInput
        When there is no event, conversation or message in it.
    """
    documents = [each for document in read_documents(content) for each in _unpacked(document)]
    if not documents:
        raise BadInput("this is nothing of Chatwoot: no event, conversation or message.")
    rows, skipped = gather([row for document in documents for row in _rows(document)])
    deleted = [
        _message_id(text_of(mapping(document.get("conversation")).get("id")), document)
        for document in documents
        if mapping(document.get("content_attributes")).get("deleted")
    ]
    return Page(_once(rows), deleted, skipped=skipped)


SOURCE = InboxSource(NAME, TERMS, parse)


def _unpacked(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the events, conversations and messages that an answer of the API is wrapped around."""
    wrapped = mapping(document.get("data")).get("payload", document.get("payload"))
    if isinstance(wrapped, list):
        yield from mappings(wrapped)
    elif {"event", "messages", "message_type"} & document.keys():
        yield document


def _rows(document: Mapping[str, Any]) -> Iterator[Row | str]:
    if "message_type" in document:
        conversation = mapping(document.get("conversation"))
        known = conversation or {"id": document.get("conversation_id")}
        if conversation:
            yield _conversation(conversation)
        yield _message(document, known)
    elif "messages" in document:
        yield _conversation(document)
        for message in mappings(document.get("messages")):
            yield _message(message, document)
    else:
        yield "other_event"


def _conversation(told: Mapping[str, Any]) -> Row | str:
    """Make the ticket row of a conversation: whose it is, when it began, and how it stands."""
    at = _began(told)
    who = _who(_contact(told), told)
    if not told.get("id") or at is None:
        return "no_occurred_at" if told.get("id") else "not_a_conversation"
    if not any(who.values()):
        return "nobody_named"
    return {
        "source": NAME,
        "source_id": text_of(told["id"]),
        "kind": SignalKind.TICKET.value,
        "occurred_at": at.isoformat(),
        "channel": _channel(told),
        **who,
        "status": text_of(told.get("status")) or None,
    }


def _message(message: Mapping[str, Any], conversation: Mapping[str, Any]) -> Row | str:
    """Make a row of a message, or say why there is none."""
    conversation_id = text_of(conversation.get("id"))
    direction = SAID.get(text_of(message.get("message_type")))
    at, text = _at(message.get("created_at")), text_of(message.get("content")).strip()
    if direction is None:
        return "automatic"
    if message.get("private"):
        return "internal_note"
    if mapping(message.get("content_attributes")).get("deleted"):
        return "deleted"
    if not conversation_id or not message.get("id") or at is None or not text:
        return "nothing_said" if at and conversation_id else "not_a_message"
    contact = _contact(conversation) or mapping(message.get("sender"))
    who = _who(contact, conversation) if direction is Direction.INBOUND else {"author": None, "customer_id": None}
    if direction is Direction.INBOUND and not any(who.values()):
        return "nobody_named"
    answered = text_of(mapping(message.get("content_attributes")).get("in_reply_to"))
    return {
        "source": NAME,
        "source_id": _message_id(conversation_id, message),
        "kind": SignalKind.MESSAGE.value,
        "occurred_at": at.isoformat(),
        "channel": _channel(conversation),
        **who,
        "direction": direction.value,
        "in_reply_to": f"{conversation_id}:{answered}" if answered else conversation_id,
        "text": plain(text) if text_of(message.get("content_type")) == "incoming_email" else text,
        "ticket": conversation_id,
    }


def _message_id(conversation_id: str, message: Mapping[str, Any]) -> str:
    return f"{conversation_id}:{text_of(message.get('id'))}"


def _contact(conversation: Mapping[str, Any]) -> dict[str, Any]:
    return mapping(mapping(conversation.get("meta")).get("sender"))


def _who(contact: Mapping[str, Any], conversation: Mapping[str, Any]) -> dict[str, str | None]:
    """Name the customer by what the desk knows for certain."""
    signed = mapping(conversation.get("contact_inbox")).get("hmac_verified") is True
    email, phone, number = (text_of(contact.get(name)) for name in ("email", "phone_number", "id"))
    author = f"email:{email}" if email else f"phone:{phone}" if phone else f"{NAME}:{number}" if number else None
    return {"author": author, "customer_id": (text_of(contact.get("identifier")) or None) if signed else None}


def _channel(conversation: Mapping[str, Any]) -> str:
    """Return ``whatsapp`` for ``Channel::Whatsapp``, and the desk's own name where it tells nothing."""
    return text_of(conversation.get("channel")).rpartition("::")[2].lower() or NAME


def _began(conversation: Mapping[str, Any]) -> datetime | None:
    initiated = mapping(mapping(conversation.get("additional_attributes")).get("initiated_at")).get("timestamp")
    messages = [_at(each.get("created_at")) for each in mappings(conversation.get("messages"))]
    earliest = min((at for at in messages if at), default=None)
    return _at(conversation.get("created_at")) or _at(initiated) or earliest


def _at(told: object) -> datetime | None:
    """Read seconds since 1970, an ISO 8601 time, or a browser's ``Fri Jul 23 2021 23:32:48 GMT+0530 (...)``."""
    if isinstance(told, int | float) and not isinstance(told, bool):
        try:
            return datetime.fromtimestamp(told, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    text = re.sub(r"\s*\(.*\)$", "", text_of(told)).replace("GMT+", "+").replace("GMT-", "-")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _once(rows: list[Row]) -> list[Row]:
    """Keep the last word on each id: a conversation stands in every one of its events."""
    return list({row["source_id"]: row for row in rows}.values())
