"""The table of an action's life, walked through in the database."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import LATER, NOW, customer, proposed
from wowengine.campaigns import ledger, store
from wowengine.campaigns.lifecycle import (
    FINAL,
    GRACE,
    OPEN,
    TRANSITIONS,
    UNANSWERED,
    ActionState,
    Actor,
    Step,
    allowed_steps,
    expires_at,
)
from wowengine.campaigns.models import Action
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import Conflict
from wowengine.terms import ActorKind, Basis

DEADLINE = NOW + timedelta(hours=1)
LEASED = {"lease_until": DEADLINE}
PROVEN = {"proof": {"note": "done"}}
# What a step brings with it, as its verb would.
BRINGS: dict[Step, dict[str, Any]] = {
    Step.APPROVE: {"approved_by": "anna", "approved_at": NOW, "claimable_at": NOW + GRACE},
    Step.DECLINE: {"declined_by": "anna", "declined_at": NOW, "decline_reason": "not_fitting"},
    Step.DEFER: {"deferred_until": NOW + timedelta(minutes=30)},
    Step.CLAIM: {"claimed_by": "anna"} | LEASED,
    Step.HAND_OVER: {"claimed_by": "bruno"} | LEASED,
    Step.START: LEASED,
    Step.DELIVER: PROVEN,
    Step.CONFIRM: PROVEN,
    Step.FOUND: PROVEN,
}
WHEN = {Step.APPROVE: NOW, Step.DECLINE: NOW, Step.UNDO: NOW, Step.EXPIRE: DEADLINE}


def path_to(state: ActionState) -> list[Step]:
    """The shortest way from PROPOSED to a state, found in the table itself."""
    paths: dict[ActionState, list[Step]] = {ActionState.PROPOSED: []}
    while state not in paths:
        for (where, step), row in TRANSITIONS.items():
            if where in paths:
                paths.setdefault(row.to, [*paths[where], step])
    return paths[state]


def take(session: Session, action: Action, step: Step) -> Action:
    """Take a step as one who may."""
    kind = min(TRANSITIONS[ActionState(action.state), step].by)
    with frozen(WHEN.get(step, LATER)):
        return store.step(session, action.id, step, Actor("anna", kind), **BRINGS.get(step, {}))


def walked(session: Session, state: ActionState, gesture_id: str) -> Action:
    with frozen(NOW):
        action = proposed(session, gesture_id=gesture_id, deadline_at=DEADLINE)
    for step in path_to(state):
        action = take(session, action, step)
    return action


@pytest.fixture
def session(database: Database) -> Any:
    with database.transaction() as session:
        with frozen(NOW):
            customer(session)
            ledger.open_account(session, "budget:surprises:EUR", "EUR", 100_000)
        yield session


def test_every_step_of_the_table_works_and_leaves_its_event(session: Session) -> None:
    for number, ((where, step), row) in enumerate(TRANSITIONS.items()):
        action = walked(session, where, f"gesture {number}")
        moved = take(session, action, step)
        event = store.events(session, action.id)[-1]
        assert moved.state == row.to, (where, step)
        assert (event.from_state, event.step, event.to_state) == (where, step, row.to)
        assert event.version == moved.version == len(path_to(where)) + 2


def test_every_step_that_is_not_in_the_table_is_refused_to_everybody(session: Session) -> None:
    for state in ActionState:
        action = walked(session, state, f"gesture in {state}")
        version = action.version
        for step, kind in itertools.product(Step, ActorKind):
            row = TRANSITIONS.get((state, step))
            if row is None or kind not in row.by:
                with frozen(WHEN.get(step, LATER)), pytest.raises(Conflict, match="Possible:"):
                    store.step(session, action.id, step, Actor("anna", kind), **BRINGS.get(step, {}))
        assert store.get(session, action.id).version == version


def test_every_state_can_be_reached_and_only_final_ones_have_no_way_out() -> None:
    assert all(path_to(state) or state is ActionState.PROPOSED for state in ActionState)
    assert {state for state in ActionState if all(where is not state for where, _ in TRANSITIONS)} == FINAL
    assert not FINAL & OPEN


def test_buttons_are_what_can_be_done_now(session: Session) -> None:
    action = walked(session, ActionState.APPROVED, "espresso")
    anna, staff = Actor("anna", ActorKind.PERSON), Actor("gate", ActorKind.STAFF)
    assert allowed_steps(action, anna, NOW) == (Step.UNDO, Step.REVOKE, Step.CANCEL)
    assert allowed_steps(action, staff, NOW) == ()
    assert allowed_steps(action, anna, LATER) == (Step.REVOKE, Step.CANCEL)
    assert allowed_steps(action, staff, LATER) == (Step.CLAIM,)
    assert allowed_steps(action, staff, DEADLINE) == ()


def test_an_unanswered_suggestion_lapses_but_never_what_the_law_owes(session: Session) -> None:
    with frozen(NOW):
        action = proposed(session, gesture_id="no deadline")
    assert expires_at(action) == NOW + UNANSWERED
    action.deferred_until = NOW + timedelta(days=3)  # it was put off and came back: the wait begins anew
    assert expires_at(action) == NOW + timedelta(days=3) + UNANSWERED
    action.basis = Basis.FLOOR
    assert expires_at(action) is None
    session.rollback()
