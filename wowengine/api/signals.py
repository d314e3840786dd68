"""What people said and what happened to them, in batches, with a result for each."""

from datetime import timedelta
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter
from pydantic import ConfigDict, Field, WithJsonSchema
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import Asked, Told
from wowengine.campaigns import look
from wowengine.db import outbox
from wowengine.profiles.frames import SIGNALS
from wowengine.profiles.intake import Result, report_of, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import Direction, SignalKind

router = APIRouter(tags=["signals"])

LARGEST_BATCH = 2_500
MOMENTS = (SignalKind.CHECKIN, SignalKind.MESSAGE, SignalKind.INCIDENT)
FRESH = timedelta(days=1)  # what happened longer ago is history, and no moment to act in
REJECTED = "rejected"

SIGNAL_EXAMPLE: dict[str, Any] = {
    "source": "mastodon",
    "source_id": "113512",
    "kind": "checkin",
    "occurred_at": "2026-11-22T08:05:00Z",
    "channel": "mastodon",
    "author": "mastodon:anna@example.social",
    "text": "At gate B12 again. At least there is jazz in my ears.",
    "place": "Gate B12",
    "departs_at": "2026-11-22T09:30:00Z",
}
# Each item is judged alone, so its shape is told here and checked by the contract that files are checked by.
_ITEM: dict[str, Any] = {
    "type": "object",
    "description": "One observed fact. Columns it does not know are kept as attributes. Required: "
    + ", ".join(f"`{column.name}`" for column in SIGNALS.columns if column.required)
    + "; `author` (`channel:address`) or `customer_id`, unless it is outbound.",
    "properties": {
        column.name: {"type": "string"} | ({"enum": list(column.allowed)} if column.allowed else {})
        for column in SIGNALS.columns
    },
    "additionalProperties": True,
    "examples": [SIGNAL_EXAMPLE],
}
SignalItem = Annotated[dict[str, Any], WithJsonSchema(_ITEM)]


class Batch(Asked):
    """Signals, each judged alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"signals": [SIGNAL_EXAMPLE]}]})

    signals: list[SignalItem] = Field(min_length=1, max_length=LARGEST_BATCH)


class ItemResult(Told):
    """What became of one item."""

    index: int = Field(description="Its place in the batch, from 0.")
    result: str = Field(
        description="`accepted` (new, or an edit), `duplicate`, `unlinked` (of nobody who is a customer and consents: "
        "counted, and not kept), or `rejected`."
    )
    column: str | None = Field(description="What was wrong in a rejected one.")
    rule: str | None = Field(description="The rule a rejected one broke.")


class BatchResult(Told):
    """What became of the batch, in sum and item by item."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "accepted": 1,
                    "duplicate": 0,
                    "unlinked": 0,
                    "rejected": 0,
                    "results": [{"index": 0, "result": "accepted", "column": None, "rule": None}],
                }
            ]
        }
    )

    accepted: int
    duplicate: int
    unlinked: int
    rejected: int
    results: list[ItemResult]


@router.post("/signals", summary="Send a batch of signals", responses=problems())
def take(body: Batch, database: Db) -> BatchResult:
    """Store up to 2,500 signals. Each carries its own id (`source`, `source_id`), so sending one again changes nothing.

    A fresh check-in, message or incident of a known customer is a moment: they are decided about within seconds.
    """
    raw = from_mappings(body.signals, first=0)
    with database.transaction() as session:
        results = take_signals(session, raw)
        ask_for_moments(session, results)
    report = report_of(results)
    return BatchResult(
        accepted=report.accepted,
        duplicate=report.duplicate,
        unlinked=report.unlinked,
        rejected=sum(report.set_aside.values()),
        results=[_item(*row) for row in results.select("line", "result", "column", "rule").iter_rows()],
    )


def _item(line: int, result: str, column: str | None, rule: str | None) -> ItemResult:
    told = REJECTED if result == Result.SET_ASIDE else result
    return ItemResult(index=line, result=told, column=column, rule=rule)


def ask_for_moments(session: Session, results: pl.DataFrame) -> None:
    """Ask for a decision about each customer of whom something was accepted, in the moment its newest makes."""
    accepted = results.filter(pl.col("result") == Result.ACCEPTED, pl.col("signal_id").is_not_null())
    stands = accepted.unique("signal_id", keep="last", maintain_order=True)  # an edit later in the batch holds
    moments = stands.filter(
        pl.col("kind").is_in(sorted({kind.value for kind in MOMENTS} | look.awaited(session))),
        pl.col("direction") == Direction.INBOUND,
        pl.col("occurred_at") >= clock.now() - FRESH,
    )
    newest = moments.sort("occurred_at", "signal_id").unique("person", keep="last")["signal_id"]
    outbox.put_all(session, "moment", {f"moment:{signal_id}": {"signal_id": signal_id} for signal_id in newest})
