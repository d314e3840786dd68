"""Events of the Segment spec, item by item: who somebody is, what they did, what they say yes to.

Source: https://segment.com/docs/connections/spec/ (CC BY 4.0), with two types of ours: ``consent`` and ``erase``. What
we have no use for (a page view, an event that tells of no purchase, review, arrival, message or incident) is refused
by name and not kept.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wowengine.profiles.identity import is_nobody
from wowengine.terms import Purpose, SignalKind

SOURCE = "segment"
LONGEST_MESSAGE_ID = 200
Item = Mapping[str, Any]
Row = dict[str, Any]


class Stage(StrEnum):
    """What an item changes, and so with which others it is taken."""

    PEOPLE = "people"  # identify, group
    SIGNALS = "signals"  # track
    ALIAS = "alias"
    CONSENT = "consent"
    ERASE = "erase"


@dataclass(frozen=True)
class Event:
    """One item, read.

    Attributes
    ----------
    at
        Its place in the batch, from 0.
    message_id
        The sender's id of it; where there is none, a hash of what it says.
    row
        Of ``people`` the cells of a customer that it tells, of ``signals`` those of a signal, of ``consent`` yes or no
        by purpose, of ``erase`` nothing.
    """

    at: int
    stage: Stage
    message_id: str
    user_id: str
    row: Row


@dataclass(frozen=True)
class Refused:
    """An item that cannot be used: the rule it breaks, and where."""

    at: int
    message_id: str | None
    rule: str
    column: str | None = None


# Names of events, as Segment's e-commerce spec and help desks give them; any event may name its `kind` itself.
EVENTS: Mapping[str, SignalKind] = {
    "order completed": SignalKind.PURCHASE,
    "product reviewed": SignalKind.REVIEW,
    "review submitted": SignalKind.REVIEW,
    "checked in": SignalKind.CHECKIN,
    "message received": SignalKind.MESSAGE,
    "message sent": SignalKind.MESSAGE,
    "ticket created": SignalKind.TICKET,
    "incident reported": SignalKind.INCIDENT,
    "delivery failed": SignalKind.INCIDENT,
}
WORDS = ("text", "review_body", "message", "comment")
PLACES = ("place", "location")


def read_item(at: int, item: object, context: Item) -> Event | Refused:
    """Read one item of a batch.

    Parameters
    ----------
    at
        Its place in the batch, from 0.
    item
        As it came.
    context
        The batch's own, under that of the item.
    """
    if not isinstance(item, Mapping):
        return Refused(at, None, "not_an_object")
    message_id = _message_id(item)
    kind = str(item.get("type") or "").lower()
    if kind not in _READERS:
        return Refused(at, message_id, "not_used" if kind in UNUSED else "unknown_type", "type")
    user_id = _cell(item.get("userId"))
    if user_id is None:
        return Refused(at, message_id, "anonymous", "userId")
    if is_nobody(user_id):
        return Refused(at, message_id, "blocked_value", "userId")
    stage, reader = _READERS[kind]
    told = reader({**item, "messageId": message_id, "userId": user_id, "context": {**context, **_of(item, "context")}})
    return Refused(at, message_id, *told) if isinstance(told, tuple) else Event(at, stage, message_id, user_id, told)


Told = Row | tuple[str, str]  # what it says; or the rule it breaks, and where


def _identify(item: Item) -> Told:
    traits, context = _of(item, "traits") or _of(_of(item, "context"), "traits"), _of(item, "context")
    known = dict(traits)
    parts = [_cell(known.pop(name, None)) for name in ("firstName", "lastName")]
    cells: Row = {
        "name": _cell(known.pop("name", None)) or " ".join(filter(None, parts)) or None,
        "email": known.pop("email", None),
        "phone": known.pop("phone", None),
        "language": known.pop("language", None) or context.get("locale"),
        "country": known.pop("country", None) or _country(known.pop("address", None)),
        "time_zone": known.pop("timezone", None) or context.get("timezone"),
        "tier": known.pop("tier", None),
        "joined_on": (_cell(known.pop("createdAt", None)) or "")[:10] or None,
        "agent_of_record": known.pop("agent_of_record", None),
    }
    for ours in ("customer_id", "handles", "handle_proof", "consents"):  # proof and consent have their own doors
        known.pop(ours, None)
    return {name: cell for name, cell in (known | cells).items() if cell is not None}


def _group(item: Item) -> Told:
    group_id = _cell(item.get("groupId"))
    if group_id is None:
        return "required", "groupId"
    return {"group_id": group_id} | {f"group_{name}": cell for name, cell in _of(item, "traits").items()}


def _track(item: Item) -> Told:
    properties = dict(_of(item, "properties"))
    named = properties.pop("kind", None) or EVENTS.get(str(item.get("event") or "").strip().lower())
    if named is None:
        return "not_used", "event"
    context = _of(item, "context")
    cells: Row = {
        "source": SOURCE,
        "source_id": item["messageId"],
        "kind": named,
        "occurred_at": item.get("timestamp") or item.get("originalTimestamp") or item.get("sentAt"),
        "channel": properties.pop("channel", None) or item.get("channel") or SOURCE,
        "customer_id": item["userId"],
        "text": _first(properties, WORDS),
        "place": _first(properties, PLACES),
        "language": properties.pop("language", None) or context.get("locale"),
        "event": item.get("event"),
    }
    return {name: cell for name, cell in (properties | cells).items() if cell is not None}


def _consent(item: Item) -> Told:
    preferences = item.get("consents") or _of(_of(_of(item, "context"), "consent"), "categoryPreferences")
    if not isinstance(preferences, Mapping) or not preferences:
        return "required", "consents"
    words = {purpose.value for purpose in Purpose}
    if not all(name in words and isinstance(said, bool) for name, said in preferences.items()):
        return "not_allowed", "consents"
    return dict(preferences)


def _alias(item: Item) -> Told:
    other = _cell(item.get("previousId"))
    if other is None:
        return "required", "previousId"
    return ("blocked_value", "previousId") if is_nobody(other) else {"other": other}


def _erase(_: Item) -> Told:
    return {}


_READERS: Mapping[str, tuple[Stage, Callable[[Item], Told]]] = {
    "identify": (Stage.PEOPLE, _identify),
    "group": (Stage.PEOPLE, _group),
    "track": (Stage.SIGNALS, _track),
    "alias": (Stage.ALIAS, _alias),
    "consent": (Stage.CONSENT, _consent),
    "erase": (Stage.ERASE, _erase),
}
UNUSED = ("page", "screen")


def _message_id(item: Item) -> str:
    given = _cell(item.get("messageId"))
    if given is not None and len(given) <= LONGEST_MESSAGE_ID:
        return given
    return hashlib.sha256(json.dumps(item, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def _cell(value: object) -> str | None:
    """Read an id or a name: a text or a number, and nothing else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _of(item: Item, name: str) -> Item:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _first(properties: Row, names: tuple[str, ...]) -> object:
    """Take the first of these that is there out of the properties; the others stay what they are."""
    there = next((name for name in names if properties.get(name)), None)
    return properties.pop(there) if there else None


def _country(address: object) -> object:
    """Take the country out of an address where it is a code; the rest of an address is nobody's business here."""
    country = address.get("country") if isinstance(address, Mapping) else None
    return country if isinstance(country, str) and len(country) == 2 else None  # noqa: PLR2004 - ISO 3166-1 alpha-2
