"""A reviewer's never again, from one round to the next."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.rounds.test_round import delay
from wowengine.campaigns import never, receipts, review, store
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.session import Database
from wowengine.decide.never import Never, Scope
from wowengine.rounds import Config, run_round
from wowengine.terms import ActorKind, Basis

Company = Callable[..., Database]
ROSA = Actor("rosa", ActorKind.PERSON)
LOVES = [("anna", "I love jazz"), ("anna", "Jazz again, I love jazz"), ("ben", "I love jazz")]


def given(database: Database) -> dict[str, list[str]]:
    """What waits for whom."""
    with database.reading() as session:
        rows = session.execute(
            select(Action.customer_id, Action.gesture_id).where(Action.state == ActionState.PROPOSED)
        )
        found: dict[str, list[str]] = {"anna": [], "ben": []}
        for who, what in rows:
            found[who].append(what)
        return found


@pytest.mark.parametrize("what", [Never(Scope.TOPIC, "jazz"), Never(Scope.GESTURE, "jazz")])
def test_what_waits_goes_and_no_later_round_brings_it_back(company: Company, config: Config, what: Never) -> None:
    database = company(*LOVES)
    run_round(database, config)
    assert [each[:1] for each in given(database).values()] == [["jazz"], ["jazz"]]
    with database.transaction() as session:
        for action in session.scalars(select(Action)):
            action.evidence = []  # the tags that it was decided with say as well what it has to do with
        session.flush()
        review.never_again(session, "anna", what, ROSA, "Enough.")
    assert "jazz" not in given(database)["anna"]
    report = run_round(database, config)
    assert "jazz" not in given(database)["anna"]
    assert "jazz" in given(database)["ben"]
    assert report.refused["eligibility.never"] >= 1
    with database.reading() as session:
        assert all(not why for _, why in receipts.replay_all(session))


def test_nothing_delights_any_more_and_what_went_wrong_is_made_good_all_the_same(
    company: Company, config: Config
) -> None:
    database = company(*LOVES, incidents=(delay("anna"),))
    with database.transaction() as session:
        review.never_again(session, "anna", Never(Scope.EVERYTHING), ROSA, "Enough.")
    run_round(database, config)
    with database.reading() as session:
        bases = set(session.scalars(select(Action.basis).where(Action.customer_id == "anna")))
    assert bases == {Basis.FLOOR, Basis.GOODWILL}


def test_a_gesture_barred_for_all_is_given_to_nobody_until_it_is_taken_back(company: Company, config: Config) -> None:
    database = company(*LOVES)
    with database.transaction() as session:
        said = review.never_again(session, None, Never(Scope.GESTURE, "jazz"), ROSA, "The band is ill.")
    run_round(database, config)
    assert not any("jazz" in each for each in given(database).values())
    with database.transaction() as session:
        never.take_back(session, said.id, ROSA)
        for action in store.queue(session):
            review.decline(session, action.id, ROSA, "wrong_moment")
    run_round(database, config)
    assert all("jazz" in each for each in given(database).values())


def test_where_nobody_said_it_a_receipt_is_as_before_there_was_such_a_thing(company: Company, config: Config) -> None:
    database = company(*LOVES)
    run_round(database, config)
    with database.reading() as session:
        bodies = [row.receipt for row in session.scalars(select(DecisionRow))]
    assert bodies
    assert not any("never" in body["inputs"]["person"] for body in bodies)
