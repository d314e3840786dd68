"""Records that are one customer: found, looked at by a person, merged, and parted again."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from wowengine.api.description import problems
from wowengine.api.edge import Db, Person
from wowengine.api.once import Once
from wowengine.api.shapes import LARGEST_INTEGER, Asked, Id, Limit, Told
from wowengine.errors import Conflict
from wowengine.profiles import matching, merging, pairs, refusals
from wowengine.profiles.models import Merge

router = APIRouter(tags=["identity"])

ANSWERS: dict[str, Any] = {"responses": problems(404, 409)}
Number = Annotated[int, Path(ge=1, le=LARGEST_INTEGER)]
MERGED: JsonDict = {
    "id": 4,
    "customer_id": "web-77",
    "into_id": "c-1001",
    "reason": "showed both cards",
    "by": "Theo",
    "at": "2026-11-03T18:20:00Z",
    "undone_by": None,
    "undone_at": None,
}
MATCH: JsonDict = {
    "id": 7,
    "customer_id": "c-1001",
    "other_id": "web-77",
    "why": "alias",
    "found_at": "2026-11-03T18:20:00Z",
    "refused_by": None,
}


class MergeAsked(Asked):
    """Two records of one customer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"customer_id": "web-77", "into": "c-1001", "reason": "showed both cards"}]}
    )

    customer_id: Id = Field(description="The record that is left; nothing is thrown away.")
    into: Id = Field(description="The record that is kept.")
    reason: str = Field(min_length=3, max_length=300, pattern=r"^[^\x00]*$", description="How you know.")


class Keep(Asked):
    """Which of the two records is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep": "c-1001"}]})

    keep: Id


class MergeView(Told):
    """A merge, and who undid it."""

    model_config = ConfigDict(json_schema_extra={"examples": [MERGED]})

    id: int
    customer_id: str
    into_id: str
    reason: str
    by: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None


class MatchView(Told):
    """Two records that may be one customer."""

    model_config = ConfigDict(json_schema_extra={"examples": [MATCH]})

    id: int
    customer_id: str
    other_id: str
    why: str
    found_at: datetime
    refused_by: str | None


class Matches(Told):
    """What waits for a person's word, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [MATCH], "next": None}]})

    items: list[MatchView]
    next: int | None = Field(description="Ask with `after` for more; null: that is all.")


class Looked(Told):
    """How many pairs were found, those offered before among them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"found": 2}]})

    found: int


@router.get("/identity/matches", summary="Records that may be one customer", responses=problems())
def waiting(
    database: Db,
    after: Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="`next` of the page before.")] = 0,
    limit: Limit = 50,
) -> Matches:
    """Return pairs that were suspected and not judged. Nothing is joined before a person says so."""
    with database.reading() as session:
        found = pairs.waiting(session, after, limit + 1)
        items = [MatchView.model_validate(one) for one in found[:limit]]
    return Matches(items=items, next=items[-1].id if len(found) > limit else None)


@router.post("/identity/matches", summary="Look for matches", response_model=Looked, responses=problems())
def look(once: Once) -> Response:
    """Look through all e-mail addresses and phone numbers for the same one in two spellings, and offer the pairs."""
    return once.answer(lambda session: Looked(found=matching.look(session)))


@router.post("/identity/matches/{match_id}/accept", response_model=MergeView, **ANSWERS)
def accept(match_id: Number, body: Keep, once: Once, person: Person) -> Response:
    """Say that both are one customer, and which record is kept."""
    return once.answer(lambda session: _view(pairs.accept(session, match_id, body.keep, by=person.name)))


@router.post("/identity/matches/{match_id}/refuse", response_model=MatchView, **ANSWERS)
def refuse(match_id: Number, once: Once, person: Person) -> Response:
    """Say that they are two people; the pair is not offered again."""
    return once.answer(lambda session: MatchView.model_validate(pairs.refuse(session, match_id, by=person.name)))


@router.post("/identity/merges", status_code=201, response_model=MergeView, **ANSWERS)
def merge(body: MergeAsked, once: Once, person: Person) -> Response:
    """Make two records one: what was said and the handles go over, and the stricter word on consent holds."""
    return once.answer(
        lambda session: _view(merging.merge(session, body.customer_id, body.into, by=person.name, reason=body.reason)),
        HTTPStatus.CREATED,
    )


@router.post("/identity/merges/{merge_id}/undo", response_model=MergeView, **ANSWERS)
def undo(merge_id: Number, once: Once, person: Person) -> Response:
    """Part them again: every row goes back, and what has since come by the handles that go back."""
    return once.answer(lambda session: _view(merging.undo(session, merge_id, by=person.name)))


def _view(told: Merge | str) -> MergeView:
    if isinstance(told, str):
        raise Conflict(refusals.MERGE[told], rule=told)
    return MergeView.model_validate(told)
