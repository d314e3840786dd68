"""Batches of the Segment spec, so that whatever already speaks it needs only another address."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from wowengine import forgetting
from wowengine.api.description import problems
from wowengine.api.edge import Db, Values
from wowengine.api.shapes import Told
from wowengine.api.signals import REJECTED, ask_for_moments
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.profiles.intake import Result, take_events
from wowengine.profiles.sources.segment import Event, Refused, Stage, read_item
from wowengine.rounds import Config

router = APIRouter(tags=["signals"])

LARGEST_BATCH = 2_500
UNLINKED = "no_consent"  # of a known customer who has not said yes to it

EXAMPLE: dict[str, Any] = {
    "type": "track",
    "messageId": "022bb90c-bbac-11e4-8dfc-aa07a5b093db",
    "userId": "c-1001",
    "event": "Checked In",
    "timestamp": "2026-11-22T08:05:00Z",
    "properties": {"place": "Gate B12", "text": "At least there is jazz in my ears."},
}
EventItem = Annotated[
    Any,
    WithJsonSchema(
        {
            "type": "object",
            "description": "One event of the Segment spec: `identify`, `group` or `track`, or one of ours: `consent` "
            "(`consents`: yes or no by purpose) and `erase`. Each with `userId`, the company's own id of the customer.",
            "properties": {
                "type": {"type": "string"},
                "messageId": {"type": "string"},
                "userId": {"type": ["string", "number"]},
                "timestamp": {"type": "string"},
            },
            "additionalProperties": True,
            "examples": [EXAMPLE],
        }
    ),
]


class SegmentBatch(BaseModel):
    """What Segment's libraries send; members we do not know are passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"batch": [EXAMPLE]}]})

    batch: list[EventItem] = Field(min_length=1, max_length=LARGEST_BATCH)
    context: dict[str, Any] = Field(default_factory=dict, description="Of all items; their own goes before it.")


class EventResult(Told):
    """What became of one item."""

    index: int = Field(description="Its place in the batch, from 0.")
    message_id: str | None
    result: str = Field(description="`accepted`, `duplicate` or `rejected`.")
    code: str | None = Field(
        description="Why it was rejected: `not_used` (a page view, an event that tells of nothing we know), "
        "`anonymous`, `blocked_value`, `unknown_customer`, `no_consent`, `objected`, `forgotten`, or a rule of imports."
    )
    column: str | None = Field(description="Where in it.")


class EventResults(Told):
    """What became of the batch, in sum and item by item."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": True,
                    "accepted": 1,
                    "duplicate": 0,
                    "rejected": 0,
                    "results": [
                        {
                            "index": 0,
                            "message_id": EXAMPLE["messageId"],
                            "result": "accepted",
                            "code": None,
                            "column": None,
                        }
                    ],
                }
            ]
        }
    )

    success: bool = Field(description="Always true: it was read, and each item has its answer.")
    accepted: int
    duplicate: int
    rejected: int
    results: list[EventResult]


@router.post("/batch", summary="Send a batch of Segment events", responses=problems())
def take(body: SegmentBatch, database: Db, config: Values) -> EventResults:
    """Take up to 2,500 events, each judged alone and taken once by its `messageId`.

    `identify` and `group` tell who a customer is, `track` what they did (by its name, or a `kind` among its
    properties), `consent` what they say yes to, `erase` forgets them everywhere. Send the installation's key as write
    key. An `alias` joins nobody: it is offered to a person (`/v1/identity/matches`). Nothing is kept of somebody who
    is no customer.
    """
    read = [read_item(at, item, body.context) for at, item in enumerate(body.batch)]
    answers = {one.at: _refused(one) for one in read if isinstance(one, Refused)}
    events = [one for one in read if isinstance(one, Event)]
    for erase, grouped in groupby(events, key=lambda event: event.stage is Stage.ERASE):
        run = list(grouped)
        told = [_erase(database, config, event) for event in run] if erase else _take(database, run)
        answers |= {answer.index: answer for answer in told}
    counts = [answer.result for answer in answers.values()]
    return EventResults(
        success=True,
        accepted=counts.count(Result.ACCEPTED),
        duplicate=counts.count(Result.DUPLICATE),
        rejected=counts.count(REJECTED),
        results=[answers[at] for at in range(len(read))],
    )


def _take(database: Database, events: Sequence[Event]) -> list[EventResult]:
    """Store what belongs to profiles, all of it or nothing, and ask for the moments that it makes."""
    with database.transaction() as session:
        results = take_events(session, events)
        ask_for_moments(session, results)
    by_place = {event.at: event.message_id for event in events}
    rows = results.select("line", "result", "column", "rule").iter_rows()
    return [_settled(line, by_place[line], result, column, rule) for line, result, column, rule in rows]


def _settled(at: int, message_id: str, result: str, column: str | None, rule: str | None) -> EventResult:
    match result:
        case Result.SET_ASIDE:
            return _refused(Refused(at, message_id, rule or "", column))
        case Result.UNLINKED:
            return _refused(Refused(at, message_id, UNLINKED, "userId"))
        case _:
            return EventResult(index=at, message_id=message_id, result=result, code=None, column=None)


def _refused(one: Refused) -> EventResult:
    return EventResult(index=one.at, message_id=one.message_id, result=REJECTED, code=one.rule, column=one.column)


def _erase(database: Database, config: Config, event: Event) -> EventResult:
    """Forget somebody; whoever is not there is not there, and so it is done already."""
    try:
        forgetting.forget(database, event.user_id, config.home, config.spool)
        result = Result.ACCEPTED
    except NotFound:
        result = Result.DUPLICATE
    return EventResult(index=event.at, message_id=event.message_id, result=result, code=None, column=None)
