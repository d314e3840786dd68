"""From a decision to what waits for a person."""

import dataclasses
from datetime import timedelta

from sqlalchemy import func, select

from tests.campaigns.making import ANNA, NOW, customer, decision, now_is, owed, say, suggestion
from wowengine.campaigns import propose, review, store
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import DecisionRow
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.decision import Suggestion
from wowengine.decide.policy import load_policy
from wowengine.terms import Basis, GestureKind


def goodwill(gesture_id: str) -> Suggestion:
    return suggestion(gesture_id=gesture_id, kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL, subject="incident-1")


def test_a_suggestion_becomes_an_action_with_all_that_a_reviewer_needs(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        made = propose.propose(session, decision(suggestion()), context={"place": "gate 12"})
    action = now_is(database, made[0].id)
    assert (action.state, action.version, action.agent_of_record) == (ActionState.PROPOSED, 1, "theo")
    assert action.evidence[0]["quote"] == "never without coffee"
    assert action.evidence[0]["at"] == "2026-11-01T09:00:00Z"
    assert action.reasons == [{"text": "coffee x drinks", "weight": 0.4}]
    assert (action.propensity, action.propensity_low, action.propensity_basis) == (0.71, 0.6, "assumed")
    assert action.slots == {"coffee": "long, no sugar"}
    with database.reading() as session:
        row = session.get_one(DecisionRow, action.decision_id)
        assert (row.context, row.arm, row.model_version) == ({"place": "gate 12"}, "full", "prior")
        assert [event.step for event in store.events(session, action.id)] == [Step.PROPOSE]


def test_what_the_law_owes_has_no_propensity(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (action,) = propose.propose(session, decision(owed()))
        assert (action.propensity, action.propensity_basis, action.floor_cents) == (None, None, 25_000)


def test_the_same_decision_twice_is_kept_and_proposed_once(database: Database) -> None:
    same = decision(suggestion())
    with frozen(NOW), database.transaction() as session:
        customer(session)
        assert len(propose.propose(session, same)) == 1
        assert propose.propose(session, same) == []
        assert session.scalar(select(func.count()).select_from(DecisionRow)) == 1


def test_a_decision_with_nothing_to_suggest_is_kept_with_its_receipt(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        assert propose.propose(session, decision()) == []
        assert session.scalars(select(DecisionRow)).one().receipt["policy_version"] == load_policy().version


def test_a_newer_round_that_says_the_same_changes_nothing(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (first,) = propose.propose(session, decision(suggestion()))
        assert propose.propose(session, decision(suggestion(score=2.0))) == []
        assert [action.id for action in store.queue(session)] == [first.id]


def test_a_newer_round_that_says_it_otherwise_takes_its_place(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (first,) = propose.propose(session, decision(suggestion()))
        sooner = suggestion(deadline_at=NOW + timedelta(hours=1))
        (second,) = propose.propose(session, decision(sooner))
        assert store.get(session, first.id).state == ActionState.SUPERSEDED
        assert [action.id for action in store.queue(session)] == [second.id]


def test_what_a_person_has_put_words_into_stays_unless_the_law_owes_otherwise(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (surprise,) = propose.propose(session, decision(suggestion()))
        surprise = review.amend(session, surprise.id, ANNA, draft="Cara Anna,")
        assert propose.propose(session, decision(suggestion(draft="Dear you,"))) == []
        assert store.get(session, surprise.id).state == ActionState.PROPOSED
        (law,) = propose.propose(session, decision(owed(25_000)))
        law = review.amend(session, law.id, ANNA, draft="Cara Anna,")
        (more,) = propose.propose(session, decision(owed(40_000)))
        assert store.get(session, law.id).state == ActionState.SUPERSEDED
        assert more.floor_cents == 40_000


def test_what_is_approved_or_put_off_is_left_alone(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        (law,) = propose.propose(session, decision(owed(25_000)))
        (surprise,) = propose.propose(session, decision(suggestion()))
        review.approve(session, law.id, ANNA)
        review.defer(session, surprise.id, ANNA, NOW + timedelta(hours=1))
        assert propose.propose(session, decision(owed(40_000), suggestion(draft="Dear you,"))) == []


def test_another_answer_to_the_same_incident_takes_the_place_of_the_older_one(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        films, lounge = goodwill("films"), goodwill("lounge")
        older = propose.propose(session, decision(films, lounge, owed()))
        assert len(older) == 3  # several answers of one decision stand beside one another
        (miles,) = propose.propose(session, decision(goodwill("miles"), lounge))
        states = {action.gesture_id: store.get(session, action.id).state for action in [*older, miles]}
    assert states == {
        "films": ActionState.SUPERSEDED,
        "lounge": ActionState.PROPOSED,
        "owed:eu261": ActionState.PROPOSED,
        "miles": ActionState.PROPOSED,
    }


def test_two_delights_of_different_rounds_stand_beside_one_another(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        propose.propose(session, decision(suggestion()))
        propose.propose(session, decision(dataclasses.replace(suggestion(), gesture_id="playlist")))
        assert len(store.queue(session)) == 2


def test_who_objected_since_it_was_decided_is_proposed_what_is_owed_and_no_surprise(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        say(session, "c1", agrees=False)
        made = propose.propose(session, decision(suggestion(), owed()))
        assert [action.basis for action in made] == [Basis.FLOOR]


def test_who_was_forgotten_since_it_was_decided_is_proposed_nothing(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        assert propose.propose(session, decision(suggestion())) == []
        assert session.scalar(select(func.count()).select_from(DecisionRow)) == 0
