"""E-mail: one message (``.eml``) or a mailbox (``mbox``), each message as what was newly said in it.

What is quoted from before and what stands in a signature is cut off, threads go by ``In-Reply-To`` and ``References``
(RFC 5322), and what a machine wrote is left out (RFC 3834): an answer to an automatic answer would never end.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms, gather
from wowengine.profiles.sources.plain import plain
from wowengine.profiles.sources.quoting import newly_said
from wowengine.terms import Direction, SignalKind

NAME, CHANNEL = "mail", "email"
LONGEST_ID = 200
QUOTES = frozenset({"gmail_quote", "gmail_attr", "gmail_signature", "moz-cite-prefix", "moz-signature", "yahoo_quoted"})
# What the standard library raises on headers and bodies that break their own rules.
MAIL_ERRORS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)

TERMS = Terms(
    permitted_use="Reading what was sent to our own mailbox, to answer it and to make good what went wrong.",
    deletion_hours=720,
    rate=None,
    url="",
    reviewed_on=date(2026, 11, 26),
)


def source(own: frozenset[str] = frozenset()) -> InboxSource:
    """Return the source; `own` are our addresses and domains, whose messages are ours."""
    return InboxSource(NAME, TERMS, partial(parse, own=own))


def parse(content: bytes, own: frozenset[str] = frozenset()) -> Page:
    """Read a message, or every message of a mailbox.

    Raises
    ------
    BadInput
        When nothing in it has a header of a message.
    """
    messages = list(_messages(content))
    told = [_read(message, own) for message in messages]
    if all(row == "not_a_message" for row in told):
        raise BadInput("this is neither a message (.eml) nor a mailbox (mbox).")
    rows, skipped = gather(told)
    return Page(rows, skipped=skipped)


def _messages(content: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox, in the form that quotes ``From`` lines with ``>``; or the one there is."""
    content = content.replace(b"\r\n", b"\n")
    if not content.startswith(b"From "):
        yield content
        return
    for part in re.split(rb"(?:\A|\n\n)From [^\n]*\n", content)[1:]:
        yield re.sub(rb"^>(>*From )", rb"\1", part, flags=re.MULTILINE)


def _read(content: bytes, own: frozenset[str]) -> Row | str:
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        return _row(message, own) if isinstance(message, EmailMessage) else "not_a_message"
    except MAIL_ERRORS:
        return "not_readable"


def _row(message: EmailMessage, own: frozenset[str]) -> Row | str:
    """Make a row of a message, or say why there is none."""
    sender = _sender(message)
    if not sender:
        return "not_a_message"
    automatic = _automatic(message)
    if automatic:
        return automatic
    at = _sent_at(message)
    if at is None:
        return "no_occurred_at"
    thread = [*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]
    subject, body = _header(message, "Subject"), newly_said(_body(message))
    is_ours = sender in own or sender.rpartition("@")[2] in own
    return {
        "source": NAME,
        "source_id": next(iter(_ids(message, "Message-ID")), _made_id(message)),
        "kind": SignalKind.MESSAGE.value,
        "occurred_at": at.isoformat(),
        "channel": CHANNEL,
        "author": f"{CHANNEL}:{sender}",
        "direction": (Direction.OUTBOUND if is_ours else Direction.INBOUND).value,
        "in_reply_to": next(iter(thread), None),
        # An answer's subject is that of the message it answers.
        "text": body if thread else "\n\n".join(part for part in (subject, body) if part),
        "subject": subject or None,
    }


def _automatic(message: EmailMessage) -> str:
    """Say by which sign a machine wrote this, or nothing."""
    submitted = _header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted not in {"", "no"} or message["X-Autoreply"] or message["X-Autorespond"]:
        return "autoreply"
    if message["Return-Path"] is not None and _header(message, "Return-Path") == "<>":
        return "bounce"
    if message.get_content_type() == "multipart/report":
        return "bounce"
    if _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"} or message["List-Id"]:
        return "bulk"
    return ""


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = part.get_content()
    text = content if isinstance(content, str) else ""
    return plain(text, unread_classes=QUOTES) if part.get_content_subtype() == "html" else text


def _sender(message: EmailMessage) -> str:
    told = getaddresses([_header(message, "From")])
    return next((address.lower() for _, address in told if "@" in address), "")


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(message, "Date"))
    except MAIL_ERRORS:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _ids(message: EmailMessage, name: str) -> list[str]:
    return [_short(told) for told in re.findall(r"<([^<>\s]+)>", _header(message, name))]


def _short(message_id: str) -> str:
    fits = len(message_id) <= LONGEST_ID and message_id.isprintable()
    return message_id if fits else hashlib.sha256(message_id.encode(errors="replace")).hexdigest()


def _made_id(message: EmailMessage) -> str:
    told = "\n".join(_header(message, name) for name in ("From", "Date", "Subject"))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message[name] or "").split())
