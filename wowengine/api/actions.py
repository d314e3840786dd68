"""The queue, one action with its life, and what a person says of it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine.api.description import problems
from wowengine.api.edge import Db, Person
from wowengine.api.once import Once
from wowengine.api.shapes import ActionId, After, Limit, Told
from wowengine.api.verdicts import AnyVerdict
from wowengine.api.views import EXAMPLE, ActionPage, ActionView, page_of, view_of
from wowengine.campaigns import ladder, remarks, store
from wowengine.campaigns.lifecycle import ActionState, Actor, Step
from wowengine.campaigns.models import Action
from wowengine.campaigns.remarks import RemarkKind
from wowengine.terms import ActorKind

router = APIRouter(tags=["actions"])


class EventView(Told):
    """One step in the life of an action."""

    version: int = Field(description="The action's version after it.")
    step: Step
    from_state: ActionState | None
    to_state: ActionState
    actor: str
    actor_kind: ActorKind
    at: datetime
    note: str | None
    data: dict[str, Any]


class RemarkView(Told):
    """What a colleague said of it."""

    kind: RemarkKind
    by: str
    to: str = Field(description="Whom a question or an answer is for; empty for everybody.")
    at: datetime
    text: str


class ActionLife(Told):
    """An action as it stands, and how it got there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": EXAMPLE,
                    "events": [
                        {
                            "version": 1,
                            "step": "propose",
                            "from_state": None,
                            "to_state": "proposed",
                            "actor": "wowengine",
                            "actor_kind": "system",
                            "at": "2026-11-22T07:40:00Z",
                            "note": None,
                            "data": {},
                        }
                    ],
                    "remarks": [
                        {
                            "kind": "question",
                            "by": "anna",
                            "to": "bruno",
                            "at": "2026-11-22T07:50:00Z",
                            "text": "Is she not vegetarian?",
                        }
                    ],
                }
            ]
        }
    )

    action: ActionView
    events: list[EventView]
    remarks: list[RemarkView]


@router.get("/queue", summary="What waits for a person's word", responses=problems(422))
def queue(
    database: Db,
    person: Person,
    limit: Limit = 50,
    after: After = None,
    *,
    asked_of_me: Annotated[
        bool, Query(description="Only those about which a colleague has asked this `Wow-Actor`, in one page.")
    ] = False,
) -> ActionPage:
    """List proposed actions, earliest deadline first, those without one last.

    A page holds its place when others settle actions meanwhile.
    """
    with database.reading() as session:
        if asked_of_me:
            asked = remarks.asked_of(session, person.name)
            return page_of(asked, len(asked), person.name, ladder.needs(session, asked))
        found = store.queue(session, limit + 1, after)
        return page_of(found, limit, person.name, ladder.needs(session, found))


@router.get("/actions/{action_id}", summary="One action and its life", responses=problems(404))
def action(action_id: ActionId, database: Db, person: Person) -> ActionLife:
    """Return an action as it stands, every step so far, and what may be done with it now."""
    with database.reading() as session:
        events = [EventView.model_validate(event) for event in store.events(session, action_id)]
        said = [RemarkView.model_validate(one) for one in remarks.of(session, action_id)]
        return ActionLife(action=_view(session, store.get(session, action_id), person), events=events, remarks=said)


@router.post(
    "/actions/{action_id}/verdict",
    summary="What a person says of it",
    response_model=ActionView,
    responses=problems(403, 404, 409),
)
def verdict(action_id: ActionId, body: AnyVerdict, person: Person, once: Once) -> Response:
    """Approve, decline, defer, amend, undo, resume, revoke, cancel, retry, or settle a doubt; note, ask, never again.

    `version` is the one the person saw. Where somebody else was quicker, or the deadline has passed, nothing is
    done and the answer is 409 with the steps that are allowed now. Where the policy gives this person no right to
    approve it, or asks for somebody else, the answer is 403 and says who could.
    """

    def give(session: Session) -> ActionView:
        return _view(session, body.give(session, action_id, person), person)

    return once.answer(give)


def _view(session: Session, action: Action, person: Actor) -> ActionView:
    return view_of(action, person.name, ladder.needs(session, [action])[action.id])
