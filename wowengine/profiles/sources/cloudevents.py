"""CloudEvents 1.0 in JSON, one or a batch: what a company's own systems tell of things that went wrong.

Format: github.com/cloudevents/spec, ``spec.md`` and ``formats/json-format.md`` of 1.0.2. ``source`` and ``id`` together
name an event, so the same event again is the same signal. Its ``type`` gives the incident's ``type`` and ``mode``, its
``data`` the facts and those who suffered it: one row a customer.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms, gather
from wowengine.profiles.sources.shape import mapping, text_of
from wowengine.terms import SignalKind

NAME = "cloudevents"
VERSION = "1.0"
LONGEST_ID = 200
ATTRIBUTE = re.compile(r"[a-z0-9]+")
OURS = frozenset({"source", "source_id", "kind", "occurred_at", "channel", "customer_id", "customer_ids", "author"})

# Words of a type, such as com.example.flight.cancelled.v1, and the incident they mean.
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("delay", "delayed", "late"), "delay"),
    **dict.fromkeys(("cancel", "cancelled", "canceled", "cancellation"), "cancellation"),
    **dict.fromkeys(("denied_boarding", "boarding_denied", "overbooked"), "denied_boarding"),
    **dict.fromkeys(("downgrade", "downgraded"), "downgrade"),
    **dict.fromkeys(("lost_bag", "bag_lost", "baggage_lost"), "lost_bag"),
    **dict.fromkeys(("damaged_bag", "bag_damaged", "baggage_damaged"), "damaged_bag"),
    **dict.fromkeys(("failed_delivery", "delivery_failed", "undelivered"), "failed_delivery"),
    **dict.fromkeys(("slow_answer", "unanswered"), "slow_answer"),
    **dict.fromkeys(("outage", "down", "unavailable"), "outage"),
}
MODES: Mapping[str, str] = {
    **dict.fromkeys(("flight", "air", "airline"), "air"),
    **dict.fromkeys(("train", "rail"), "rail"),
    **dict.fromkeys(("bus", "coach"), "bus"),
    **dict.fromkeys(("ferry", "ship", "sea"), "sea"),
    **dict.fromkeys(("parcel", "shipment", "delivery"), "parcel"),
    **dict.fromkeys(("hotel", "stay", "room"), "hotel"),
}

TERMS = Terms(
    permitted_use="Reading what our own systems tell of incidents, to make them good.",
    deletion_hours=720,
    rate=None,
    url="https://github.com/cloudevents/spec",
    reviewed_on=date(2026, 11, 26),
)


def parse(content: bytes) -> Page:
    """Read one event, or a batch (a JSON list); in a batch a bad event is left out with its reason.

    Raises
    ------
    BadInput
        When this is neither, or the one event breaks a rule; ``facts["rule"]`` names it.
    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise BadInput("this is no JSON, and so no CloudEvent.", rule="not_json") from None
    if not isinstance(told, list):
        rule = broken_rule(told)
        if rule:
            raise BadInput(f"this is no CloudEvent {VERSION}: {rule}.", rule=rule)
        told = [told]
    rows, skipped = gather([row for event in told for row in _rows(event)])
    return Page(rows, skipped=skipped)


SOURCE = InboxSource(NAME, TERMS, parse)


def broken_rule(event: object) -> str:
    """Return the rule of the specification that an event breaks first, or the empty string."""
    if not isinstance(event, dict):
        return "not_an_object"
    if event.get("specversion") != VERSION:
        return "specversion_not_supported"
    for name in ("id", "source", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            return f"{name}_missing"
    if not all(ATTRIBUTE.fullmatch(name) for name in event if name not in {"data", "data_base64"}):
        return "attribute_name_not_allowed"
    if "data" in event and "data_base64" in event:
        return "data_twice"
    return ""


def _rows(event: object) -> Iterator[Row | str]:
    rule = broken_rule(event)
    if rule:
        yield rule
        return
    told = mapping(event)
    data = mapping(told.get("data"))
    if not told.get("time"):
        yield "no_occurred_at"
        return
    sufferers = _sufferers(data)
    if not sufferers:
        yield "nobody_named"
    for who in sufferers:
        yield _row(told, data, who, len(sufferers))


def _sufferers(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return all who suffered it: by customer id, or by a handle (``email:anna@example.org``)."""
    listed = data.get("customer_ids")
    ids = [text_of(each) for each in listed] if isinstance(listed, list) else [text_of(data.get("customer_id"))]
    named = [{"customer_id": each} for each in dict.fromkeys(ids) if each]
    author = text_of(data.get("author"))
    return named or ([{"author": author}] if author else [])


def _row(event: Mapping[str, Any], data: Mapping[str, Any], who: Mapping[str, str], affected: int) -> Row:
    words = _words(str(event["type"]))
    facts = {name: value for name, value in data.items() if name not in OURS}
    identity = f"{event['source']}#{event['id']}" + (f"#{next(iter(who.values()))}" if affected > 1 else "")
    return {
        "mode": next((MODES[word] for word in words if word in MODES), "other"),
        "type": next((TYPES[word] for word in words if word in TYPES), "other"),
        "affected": affected,
        **facts,
        "source": NAME,
        "source_id": identity
        if len(identity) <= LONGEST_ID and identity.isprintable()
        else hashlib.sha256(identity.encode(errors="replace")).hexdigest(),
        "kind": SignalKind.INCIDENT.value,
        "occurred_at": text_of(event["time"]),
        "channel": NAME,
        **who,
        "event_type": event["type"],
        "subject": text_of(event.get("subject")) or None,
    }


def _words(event_type: str) -> list[str]:
    """Take ``com.example.Flight.BoardingDenied`` apart: pairs of neighbours first, they say more than one word."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", event_type)
    single = [word.lower() for word in words]
    return [*map("_".join, pairwise(single)), *single]
