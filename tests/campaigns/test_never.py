"""Never again: what is not to be done for somebody any more."""

import pytest

from tests.campaigns.making import (
    ANNA,
    BRUNO,
    LATER,
    NOW,
    STAFF,
    approved,
    customer,
    decision,
    now_is,
    owed,
    proposed,
    suggestion,
    world,
)
from wowengine.campaigns import deliver, never, propose, review
from wowengine.campaigns.lifecycle import ActionState
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.never import Never, Scope
from wowengine.errors import BadInput, Conflict, NotFound, Refused
from wowengine.profiles import merging
from wowengine.terms import Basis

ESPRESSO = Never(Scope.GESTURE, "espresso")


@pytest.mark.parametrize(
    "what", [ESPRESSO, Never(Scope.KIND, "surprise"), Never(Scope.TOPIC, "coffee"), Never(Scope.EVERYTHING)]
)
def test_what_waits_is_withdrawn_at_once_and_nothing_like_it_is_proposed_again(database: Database, what: Never) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), database.transaction() as session:
        customer(session, "c2")
        other = proposed(session, "c2")
        review.never_again(session, "c1", what, ANNA, "She wrote that she has had enough.")
        assert propose.propose(session, decision(suggestion())) == []
        (law,) = propose.propose(session, decision(owed()))
        assert law.basis == Basis.FLOOR
    assert now_is(database, action_id).state == ActionState.WITHDRAWN
    assert {now_is(database, one.id).state for one in (other, law)} == {ActionState.PROPOSED}


def test_a_gesture_can_be_barred_for_everybody_and_nothing_else_can(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        kept = proposed(session, gesture_id="playlist")
        customer(session, "c2")
        theirs = proposed(session, "c2")
        with pytest.raises(BadInput, match="only a gesture"):
            review.never_again(session, None, Never(Scope.EVERYTHING), ANNA, "Enough.")
        review.never_again(session, None, ESPRESSO, ANNA, "The cups are recalled.")
    assert {now_is(database, one).state for one in (action_id, theirs.id)} == {ActionState.WITHDRAWN}
    assert now_is(database, kept.id).state == ActionState.PROPOSED


def test_what_was_said_can_be_taken_back_once_and_it_stays_told_by_whom(database: Database) -> None:
    world(database)
    with frozen(NOW), database.transaction() as session:
        said = review.never_again(session, "c1", ESPRESSO, ANNA, "Enough.")
        assert review.never_again(session, "c1", ESPRESSO, BRUNO, "Enough!") is said, "said twice, it stands once"
        assert never.standing(session) == {"c1": (ESPRESSO,)}
        never.take_back(session, said.id, BRUNO)
        assert never.standing(session) == {}
        assert len(propose.propose(session, decision(suggestion()))) == 1
        with pytest.raises(Conflict, match="bruno has taken it back"):
            never.take_back(session, said.id, ANNA)
        (told,) = never.listed(session, "c1")
    assert (told.by, told.why, told.ended_by, told.ended_at) == ("anna", "Enough.", "bruno", NOW)


def test_what_is_in_nobodys_hands_is_asked_of_again_when_it_is_claimed(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(NOW), database.transaction() as session:
        never.say(session, "c1", ESPRESSO, ANNA, "Enough.")  # and nobody has swept yet
    barred = pytest.raises(Refused, match="A reviewer said never again: not this gesture")
    with frozen(LATER), barred, database.transaction() as session:
        deliver.claim(session, action_id, STAFF)


def test_what_was_said_of_a_record_holds_for_the_person_it_is_merged_into(database: Database) -> None:
    world(database)
    with frozen(NOW), database.transaction() as session:
        customer(session, "c2")
        never.say(session, "c1", ESPRESSO, ANNA, "Enough.")
        merging.merge(session, "c1", "c2", by="anna", reason="the same person")
        assert never.standing(session)["c2"] == (ESPRESSO,)
        assert never.standing(session, ["c2"])["c2"] == (ESPRESSO,)


@pytest.mark.parametrize(
    ("what", "why", "said"),
    [
        (ESPRESSO, " ", "Say why"),
        (Never(Scope.GESTURE), "Enough.", "Name the gesture"),
        (Never(Scope.EVERYTHING, "all"), "Enough.", "Name the gesture"),
        (Never(Scope.KIND, "compensation"), "Enough.", "no kind of delight"),
    ],
)
def test_what_cannot_be_meant_is_refused(sqlite: Database, what: Never, why: str, said: str) -> None:
    world(sqlite)
    with frozen(NOW), sqlite.transaction() as session, pytest.raises(BadInput, match=said):
        review.never_again(session, "c1", what, ANNA, why)


def test_nothing_is_said_of_whom_nobody_knows(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        with pytest.raises(NotFound):
            never.say(session, "nobody", ESPRESSO, ANNA, "Enough.")
        with pytest.raises(NotFound):
            never.take_back(session, 7, ANNA)
