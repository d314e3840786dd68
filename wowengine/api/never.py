"""Never again: what was said, by whom, and taking it back. Of one action it is said as a verdict."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Person
from wowengine.api.once import Once
from wowengine.api.shapes import LARGEST_INTEGER, LONGEST_ID, NO_NUL, Asked, Id, Limit, Note, Told, Word
from wowengine.campaigns import never, review
from wowengine.decide.never import Never, Scope

router = APIRouter(tags=["actions"])

EXAMPLE: dict[str, Any] = {
    "id": 7,
    "customer_id": "c-1001",
    "scope": "topic",
    "value": "jazz",
    "by": "anna",
    "at": "2026-11-22T07:40:00Z",
    "why": "She wrote that she has had enough.",
    "ended_by": None,
    "ended_at": None,
}
Number = Annotated[int, Path(ge=0, le=LARGEST_INTEGER, examples=[7])]
Whose = Annotated[str | None, Query(max_length=LONGEST_ID, pattern=NO_NUL, description="Of this customer, and of all.")]


class NeverSaid(Asked):
    """What is never to be done again, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"customer_id": None, "scope": "gesture", "value": "espresso", "why": "Recall."}]
        }
    )

    customer_id: Id | None = Field(None, description="For whom; null for everybody, of a gesture alone.")
    scope: Annotated[Scope, Word]
    value: Annotated[str, Field(max_length=LONGEST_ID, pattern=NO_NUL)] = Field(
        "", description="The gesture's id, the kind or the topic; empty for all that delights."
    )
    why: Note = Field(min_length=1)


class NeverView(Told):
    """What was said, and whether it holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: int
    customer_id: str | None = Field(description="Null for everybody.")
    scope: Scope
    value: str
    by: str
    at: datetime
    why: str
    ended_by: str | None = Field(description="Who took it back; null while it holds.")
    ended_at: datetime | None


class NeverPage(Told):
    """What was said, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE]}]})

    items: list[NeverView]


@router.get("/never-again", summary="What is never to be done again", responses=problems())
def listed(database: Db, limit: Limit = 50, customer_id: Whose = None) -> NeverPage:
    """List what reviewers have said, newest first; what was taken back too."""
    with database.reading() as session:
        found = never.listed(session, customer_id, limit)
        return NeverPage(items=[NeverView.model_validate(one) for one in found])


@router.post("/never-again", summary="Say never again", response_model=NeverView, responses=problems(404, 409))
def say(body: NeverSaid, person: Person, once: Once) -> Response:
    """Let something never be done again for a customer, or one gesture for anybody; what waits is withdrawn at once.

    What the law owes, and making good what went wrong, are never touched by it.
    """

    def give(session: Session) -> NeverView:
        what = Never(body.scope, body.value)
        return NeverView.model_validate(review.never_again(session, body.customer_id, what, person, body.why))

    return once.answer(give)


@router.post(
    "/never-again/{number}/take-back",
    summary="Let it be done again",
    response_model=NeverView,
    responses=problems(404, 409),
)
def take_back(number: Number, person: Person, once: Once) -> Response:
    """Take it back; what was said, and who took it back, stays written down."""

    def give(session: Session) -> NeverView:
        return NeverView.model_validate(never.take_back(session, number, person))

    return once.answer(give)
