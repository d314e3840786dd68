"""Many of the same: look-alikes of the queue, approved together with a veto for each."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Person
from wowengine.api.once import Once
from wowengine.api.shapes import Asked, Id, Note, Told, Whole
from wowengine.campaigns import lookalikes
from wowengine.campaigns.lookalikes import MOST, Came, Group, Result, Seen
from wowengine.terms import Basis

router = APIRouter(tags=["actions"])

ID, OTHER = "act_6f1c0d2a9b7e4c53a1d08e2f4b6a7c91", "act_0b54c1aa2f6f4a57b1f6d8f27a6c3e10"
HASH = "9f2c5d0e6b1a4837c2f09d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b"
ITEM: dict[str, Any] = {
    "id": ID,
    "version": 1,
    "payload_hash": HASH,
    "customer_id": "c-1001",
    "title": "Espresso voucher for the wait",
    "why_text": "On 3 November you wrote that a good espresso makes any wait shorter.",
}
GROUP: dict[str, Any] = {
    "gesture_id": "espresso-voucher",
    "basis": "delight",
    "channel": "staff_task",
    "amount_cents": 600,
    "floor_cents": 0,
    "currency": "EUR",
    "language": "en",
    "policy_version": "5f0c2b7a",
    "items": [ITEM],
}


def _example(body: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [body]})


class AlikeView(Told):
    """One of them: what a list shows of it, and what an approval sends back."""

    id: str
    version: int
    payload_hash: str
    customer_id: str
    title: str
    why_text: str


class GroupView(Told):
    """Suggestions that differ in nothing but whom they are for and the sentence that says why. Money in cents."""

    gesture_id: str
    basis: Basis
    channel: str
    amount_cents: int
    floor_cents: int
    currency: str
    language: str
    policy_version: str
    items: list[AlikeView]


class Groups(Told):
    """All groups, the largest first."""

    model_config = _example({"groups": [GROUP]})

    groups: list[GroupView]


class SeenOne(Asked):
    """One of them as the person saw it."""

    id: Id
    version: Whole
    payload_hash: Annotated[str, Field(max_length=64)]


class Veto(Asked):
    """One that is declined instead, and why."""

    id: Id
    reason: Note = Field(min_length=1)


class Bulk(Asked):
    """What was seen, to be approved; and what is vetoed, to be declined."""

    model_config = _example(
        {
            "approve": [{"id": ID, "version": 1, "payload_hash": HASH}],
            "veto": [{"id": OTHER, "reason": "She is on leave."}],
        }
    )

    approve: Annotated[list[SeenOne], Field(max_length=MOST)]
    veto: list[Veto] = Field([], max_length=MOST)


class Batch(Asked):
    """A batch that was approved a moment ago."""

    model_config = _example({"actions": [ID, OTHER]})

    actions: Annotated[list[Id], Field(min_length=1, max_length=MOST)]


class ResultView(Told):
    """What came of one of them."""

    action_id: str
    came: Came
    version: int | None = Field(description="At which it is now; null where nothing was done.")
    why: str = Field(description="Why it was not done; empty where it was.")


class Results(Told):
    """What came of each, in ascending order of id."""

    model_config = _example({"results": [{"action_id": ID, "came": "approved", "version": 2, "why": ""}]})

    results: list[ResultView]


@router.get("/queue/alike", summary="Look-alikes that wait for a word", responses=problems())
def alike(database: Db) -> Groups:
    """List suggestions that are so much the same that a list is enough to judge them by.

    What is scarce, takes two people, was reworded by a person, or rests on more than its one sentence, is in none.
    """
    with database.reading() as session:
        return Groups(groups=[_group(group) for group in lookalikes.groups(session)])


@router.post(
    "/queue/bulk",
    summary="Approve look-alikes together",
    response_model=Results,
    responses=problems(403, 409),
)
def bulk(body: Bulk, person: Person, once: Once) -> Response:
    """Approve what was seen and decline what is vetoed, in one transaction; tell of each what came of it.

    What has changed since, or finds no money left, is passed by, and the others stand.
    """
    seen = [Seen(one.id, one.version, one.payload_hash) for one in body.approve]
    vetoed = {one.id: one.reason for one in body.veto}

    def give(session: Session) -> Results:
        return _results(lookalikes.approve_all(session, seen, person, vetoed))

    return once.answer(give)


@router.post(
    "/queue/bulk/undo",
    summary="Take a whole batch back",
    response_model=Results,
    responses=problems(403, 409),
)
def undo(body: Batch, person: Person, once: Once) -> Response:
    """Take back one's own approvals and vetoes of a batch, as far as the grace time still lets each."""

    def give(session: Session) -> Results:
        return _results(lookalikes.undo_all(session, body.actions, person))

    return once.answer(give)


def _group(group: Group) -> GroupView:
    items = [
        AlikeView(**{field: getattr(action, field) for field in AlikeView.model_fields}) for action in group.actions
    ]
    return GroupView(**vars(group.like), items=items)


def _results(results: list[Result]) -> Results:
    return Results(results=[ResultView(**vars(one)) for one in results])
