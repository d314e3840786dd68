"""Zendesk: tickets, their comments or audits, as the API and the JSON export give them; one row a message.

The first public message is the ticket itself, the others answer it. An agent's note that the customer never saw is
left out.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms, gather
from wowengine.profiles.sources.plain import plain
from wowengine.profiles.sources.shape import mapping, mappings, text_of
from wowengine.terms import Direction, SignalKind

NAME = "zendesk"
Users = Mapping[str, Mapping[str, Any]]

TERMS = Terms(
    permitted_use="Reading our own help desk's export, to care for those who wrote to us.",
    deletion_hours=720,
    rate=None,
    url="",
    reviewed_on=date(2026, 11, 26),
)


def parse(content: bytes) -> Page:
    """Read a list of tickets or audits, one ticket, or an export with a ticket a line.

    Raises
    ------
    BadInput
        When there is no ticket and no audit in it.
    """
    documents = read_documents(content)
    users: dict[str, dict[str, Any]] = {}
    for document in documents:
        for user in [*mappings(document.get("users")), *_participants(document)]:
            users.setdefault(text_of(user.get("id")), {}).update(user)
    tickets = [ticket for document in documents for ticket in _tickets(document)]
    audits = [audit for document in documents for audit in mappings(document.get("audits"))]
    if not tickets and not audits and not any("tickets" in document or "audits" in document for document in documents):
        raise BadInput("this is no export of Zendesk: neither tickets nor audits.")
    gone = [text_of(ticket.get("id")) for ticket in tickets if ticket.get("status") == "deleted"]
    kept = [ticket for ticket in tickets if ticket.get("status") != "deleted"]
    rows, skipped = gather([*_ticket_rows(kept, users), *_audit_rows(audits, users)])
    return Page(rows, deleted_threads=[each for each in gone if each], skipped=skipped)


SOURCE = InboxSource(NAME, TERMS, parse)


def read_documents(content: bytes) -> list[dict[str, Any]]:
    """Read one JSON object, a list of them, or one a line; what is none of these is left out."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = [_line(line) for line in content.splitlines() if line.strip()]
    return list(mappings(told if isinstance(told, list) else [told]))


def _line(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _tickets(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from mappings(document.get("tickets"))
    yield from mappings([document.get("ticket")])
    if "requester_id" in document or "requester" in document:  # a line of an export
        yield dict(document)


def _participants(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the people that an export's line holds in place of their ids."""
    for ticket in _tickets(document):
        yield from mappings([ticket.get("requester"), ticket.get("submitter"), ticket.get("assignee")])
        for comment in mappings(ticket.get("comments")):
            yield from mappings([comment.get("author")])


def _ticket_rows(tickets: list[dict[str, Any]], users: Users) -> Iterator[Row | str]:
    for ticket in tickets:
        ticket_id = text_of(ticket.get("id"))
        requester = text_of(ticket.get("requester_id")) or text_of(mapping(ticket.get("requester")).get("id"))
        comments = list(mappings(ticket.get("comments")))
        if not ticket_id:
            yield "not_a_ticket"
        elif not comments:
            opening = ticket | {"body": ticket.get("description"), "author_id": requester}
            yield _message(opening, ticket, ticket_id, requester, users, is_first=True)
        else:
            yield from _comments(comments, ticket, ticket_id, requester, users)


def _comments(
    comments: list[dict[str, Any]], ticket: Mapping[str, Any], ticket_id: str, requester: str, users: Users
) -> Iterator[Row | str]:
    first = True
    for comment in comments:
        if not _is_public(comment):
            yield "internal_note"
            continue
        yield _message(comment, ticket, ticket_id, requester, users, is_first=first)
        first = False


def _audit_rows(audits: list[dict[str, Any]], users: Users) -> Iterator[Row | str]:
    requesters = {
        text_of(audit.get("ticket_id")): told for audit in audits if (told := _created(audit, "requester_id"))
    }
    for audit in audits:
        ticket_id = text_of(audit.get("ticket_id"))
        about = {"subject": _created(audit, "subject"), "via": audit.get("via"), "status": _created(audit, "status")}
        for event in mappings(audit.get("events")):
            if event.get("type") != "Comment":
                continue
            if not ticket_id or not _is_public(event):
                yield "internal_note" if ticket_id else "not_a_ticket"
                continue
            said = event | {
                "created_at": audit.get("created_at"),
                "author_id": event.get("author_id") or audit.get("author_id"),
            }
            is_first = bool(_created(audit, "requester_id") or _created(audit, "subject"))
            yield _message(said, about, ticket_id, requesters.get(ticket_id, ""), users, is_first=is_first)


def _message(
    said: Mapping[str, Any], ticket: Mapping[str, Any], ticket_id: str, requester: str, users: Users, *, is_first: bool
) -> Row | str:
    author_id = text_of(said.get("author_id")) or text_of(mapping(said.get("author")).get("id"))
    author = users.get(author_id, {})
    role = text_of(author.get("role"))
    is_ours = role in {"agent", "admin"} or (not role and bool(requester) and author_id != requester)
    text = text_of(said.get("plain_body")) or text_of(said.get("body")) or plain(text_of(said.get("html_body")))
    subject = text_of(ticket.get("subject"))
    if not author_id or not text.strip():
        return "nothing_said" if author_id else "nobody_named"
    rating = mapping(ticket.get("satisfaction_rating"))
    return {
        "source": NAME,
        "source_id": ticket_id if is_first else f"{ticket_id}:{text_of(said.get('id'))}",
        "kind": (SignalKind.TICKET if is_first else SignalKind.MESSAGE).value,
        "occurred_at": text_of(said.get("created_at")) or text_of(ticket.get("created_at")),
        "channel": text_of(mapping(said.get("via") or ticket.get("via")).get("channel")) or NAME,
        "author": _handle(author, author_id),
        "direction": (Direction.OUTBOUND if is_ours else Direction.INBOUND).value,
        "in_reply_to": None if is_first else ticket_id,
        "text": f"{subject}\n\n{text.strip()}" if is_first and subject else text.strip(),
        "ticket": ticket_id,
        "status": text_of(ticket.get("status")) or None if is_first else None,
        "priority": text_of(ticket.get("priority")) or None if is_first else None,
        "rating": text_of(rating.get("score")) or None if is_first else None,
    }


def _handle(user: Mapping[str, Any], user_id: str) -> str:
    """Name the author by the address the desk has verified, else by the desk's own number."""
    email, phone = text_of(user.get("email")), text_of(user.get("phone"))
    if email:
        return f"email:{email}"
    return f"phone:{phone}" if phone and not user.get("shared_phone_number") else f"{NAME}:{user_id}"


def _is_public(said: Mapping[str, Any]) -> bool:
    return said.get("public", True) is not False


def _created(audit: Mapping[str, Any], field: str) -> str:
    """Return what a ticket was created with."""
    events = mappings(audit.get("events"))
    return next(
        (text_of(e.get("value")) for e in events if e.get("type") == "Create" and e.get("field_name") == field), ""
    )
