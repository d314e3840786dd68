"""The review queue: one card at a time, a person's yes or no, and straight on to the next.

Every button is a form that works without a script. `version` is the card the person saw: where somebody else was
quicker, nothing is done, and the card is shown as it now is.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Response

from wowengine.campaigns import review, store
from wowengine.campaigns.models import Action
from wowengine.console.desk import desk_of
from wowengine.console.forms import cents_of
from wowengine.console.visit import Visit, Visitor, go, status_of, waiting
from wowengine.errors import WowError

router = APIRouter()

Seen = Annotated[int, Form(alias="version", ge=1)]
Said = Annotated[str, Form(max_length=10_000)]
Minutes = Annotated[int, Form(ge=1, le=30 * 24 * 60)]


@router.get("/review")
def page(visit: Visitor, at: str | None = None, done: str | None = None) -> Response:
    """Show the card asked for, or the most urgent one; and a strip that tells what was just done."""
    return _show(visit, at, done)


@router.get("/pulse")
def pulse(visit: Visitor, at: str | None = None) -> Response:
    """Tell how the counts and the open card's clock stand; the page asks every few seconds."""
    with visit.database.reading() as session:
        action = session.get(Action, at) if at else None
        return visit.render("pulse.html", waiting=waiting(session), action=action)


@router.post("/review/{action_id}/approve")
def approve(visit: Visitor, action_id: str, seen: Seen, payload_hash: Said) -> Response:
    """Yes, to exactly what was on the card."""
    return _settle(visit, action_id, partial(review.approve, version=seen, payload_hash=payload_hash))


@router.post("/review/{action_id}/decline")
def decline(visit: Visitor, action_id: str, seen: Seen, reason: Said, note: Said = "") -> Response:
    """No, for one of five reasons."""
    return _settle(visit, action_id, partial(review.decline, reason=reason, version=seen, note=note or None))


@router.post("/review/{action_id}/defer")
def defer(visit: Visitor, action_id: str, seen: Seen, minutes: Minutes) -> Response:
    """Not now: it comes back by itself."""
    return _settle(visit, action_id, partial(review.defer, until=visit.now + timedelta(minutes=minutes), version=seen))


@router.post("/review/{action_id}/amend")
def amend(visit: Visitor, action_id: str, seen: Seen, draft: Said = "", amount: Said = "") -> Response:
    """Other words, or another amount; the card of what then waits is shown, to be approved as it is."""
    words = draft.replace("\r\n", "\n") or None  # forms send line ends as the web has them
    try:
        change = partial(review.amend, version=seen, draft=words, amount_cents=cents_of(amount))
    except WowError as error:
        return _show(visit, action_id, problem=error)
    return _settle(visit, action_id, change, stay=True)


@router.post("/review/{action_id}/undo")
def undo(visit: Visitor, action_id: str, seen: Seen) -> Response:
    """Take back what one just said, within the grace time; the card comes back."""
    return _settle(visit, action_id, partial(review.undo, version=seen), stay=True)


def _settle(visit: Visit, action_id: str, verb: Callable[..., Action], *, stay: bool = False) -> Response:
    """Do it and go on to the next card; where it could not be done, show the card again and say why."""
    try:
        with visit.database.transaction() as session:
            following = store.queue(session, 1, after=action_id)
            done = verb(session, action_id, visit.person)
    except WowError as error:
        return _show(visit, action_id, problem=error)
    on = done.id if stay else next((one.id for one in following), None)
    return go("/review", at=on, done=done.id)


def _show(visit: Visit, at: str | None, done: str | None = None, problem: WowError | None = None) -> Response:
    with visit.database.reading() as session:
        desk = desk_of(session, visit, at, done)
        return visit.show(session, "review.html", status_of(problem), desk=desk, problem=problem)
