"""What a customer came to us with: one case for one issue, whatever the channels."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import CustomerId, Told
from wowengine.errors import NotFound
from wowengine.profiles import care
from wowengine.profiles.merging import records_of
from wowengine.profiles.models import Customer
from wowengine.profiles.store import care_waits

router = APIRouter(tags=["customers"])


class CaseView(Told):
    """One issue of one customer."""

    case: int = Field(description="The signal with which it began.")
    reason: str | None = Field(description="What they complain of; null: they gave no reason that we know.")
    channels: list[str] = Field(description="In the order in which they were used first.")
    opened_at: datetime
    last_opened_at: datetime = Field(description="When its newest thread began.")
    threads: int
    unanswered: int = Field(description="Threads of it without an answer of ours.")
    contacts: int
    answered_at: datetime | None = Field(description="Our first answer, on any channel.")
    first_answer_seconds: float | None


class Cases(Told):
    """All cases of a customer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "cases": [
                        {
                            "case": 17,
                            "reason": "lost_bag",
                            "channels": ["messenger", "mastodon"],
                            "opened_at": "2026-11-03T18:20:00Z",
                            "last_opened_at": "2026-11-04T09:00:00Z",
                            "threads": 2,
                            "unanswered": 1,
                            "contacts": 3,
                            "answered_at": "2026-11-03T19:20:00Z",
                            "first_answer_seconds": 3600.0,
                        }
                    ],
                }
            ]
        }
    )

    customer_id: str
    cases: list[CaseView]


@router.get("/customers/{customer_id:path}/cases", summary="A customer's cases", responses=problems(404))
def cases(customer_id: CustomerId, database: Db) -> Cases:
    """Return what they came with, oldest first: threads about one issue are one case, on whatever channels.

    It goes on where a thread of the same reason begins within a week of the one before it. Of a merged record, the
    cases of the one that was kept are told.
    """
    with database.reading() as session:
        who = records_of(session, customer_id)[0]
        if session.get(Customer, who) is None:
            raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
        found = care.cases(care_waits(session, [who])).sort("opened_at", "case").drop("customer_id")
    return Cases(customer_id=who, cases=[CaseView(**row) for row in found.iter_rows(named=True)])
