"""What colleagues say to one another about an action."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.campaigns.making import ANNA, BRUNO, NOW, now_is, world
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import remarks, review
from wowengine.campaigns.remarks import Remark, RemarkKind
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict, NotFound


def test_a_question_puts_the_card_into_the_colleagues_list_until_they_answer(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        remarks.ask(session, action_id, ANNA, "bruno", "Is she not vegetarian?")
        remarks.ask(session, action_id, ANNA, "bruno", "And is it her birthday?")
        assert [action.id for action in remarks.asked_of(session, "bruno")] == [action_id]
        assert remarks.asked_of(session, "anna") == []
        remarks.answer(session, action_id, BRUNO, "She is.")
        assert [action.id for action in remarks.asked_of(session, "bruno")] == [action_id], "one question is open still"
        remarks.answer(session, action_id, BRUNO, "No, in June.")
        assert remarks.asked_of(session, "bruno") == []
        with pytest.raises(Conflict, match="no open question to bruno"):
            remarks.answer(session, action_id, BRUNO, "Once more.")
        told = [(one.kind, one.by, one.to, one.text) for one in remarks.of(session, action_id)]
    assert told == [
        ("question", "anna", "bruno", "Is she not vegetarian?"),
        ("question", "anna", "bruno", "And is it her birthday?"),
        ("answer", "bruno", "anna", "She is."),
        ("answer", "bruno", "anna", "No, in June."),
    ]
    assert now_is(database, action_id).version == 1, "a remark is no step"


def test_a_question_goes_over_to_what_the_card_is_amended_into(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        remarks.ask(session, action_id, ANNA, "bruno", "Is it too much?")
        amended = review.amend(session, action_id, ANNA, amount_cents=400)
        assert [action.id for action in remarks.asked_of(session, "bruno")] == [amended.id]
        remarks.answer(session, amended.id, BRUNO, "Not now.")
        assert remarks.asked_of(session, "bruno") == []
        assert [one.text for one in remarks.of(session, amended.id)] == ["Is it too much?", "Not now."]


def test_a_colleague_must_work_here_and_be_another(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        users.put(session, "bruno", Role.MANAGER, "admin")
        with pytest.raises(BadInput, match="Nobody called carla works here"):
            remarks.ask(session, action_id, ANNA, "carla", "May we?")
        with pytest.raises(BadInput, match="this is you"):
            remarks.ask(session, action_id, BRUNO, "Bruno", "May we?")
        users.put(session, "anna", Role.ADMIN, "admin")
        users.retire(session, "bruno", "anna")
        with pytest.raises(BadInput, match="Nobody called bruno works here"):
            remarks.ask(session, action_id, ANNA, "bruno", "May we?")


def test_a_card_that_was_settled_leaves_every_list_and_is_asked_about_no_more(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        remarks.ask(session, action_id, ANNA, "bruno", "May we?")
        review.decline(session, action_id, ANNA, "wrong_moment")
        assert remarks.asked_of(session, "bruno") == []
        with pytest.raises(Conflict, match="It is declined"):
            remarks.ask(session, action_id, ANNA, "bruno", "May we?")
        remarks.note(session, action_id, BRUNO, "  A pity.  ")
        assert remarks.of(session, action_id)[-1].text == "A pity."


@pytest.mark.parametrize("text", ["", "   ", "a" * 2_001])
def test_a_remark_has_words_and_not_too_many(sqlite: Database, text: str) -> None:
    action_id = world(sqlite)
    with frozen(NOW), sqlite.transaction() as session, pytest.raises(BadInput, match="1 to 2000"):
        remarks.note(session, action_id, ANNA, text)


def test_nothing_is_said_of_what_is_not_there(sqlite: Database) -> None:
    with sqlite.transaction() as session, pytest.raises(NotFound):
        remarks.note(session, "act_nowhere", ANNA, "Hm.")


def test_the_database_lets_a_question_be_answered_once(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        question = remarks.ask(session, action_id, ANNA, "bruno", "May we?")
        remarks.answer(session, action_id, BRUNO, "Yes.")
    twice = insert(Remark).values(
        action_id=action_id, kind=RemarkKind.ANSWER, by="bruno", to="anna", at=NOW, text="No.", answers=question.id
    )
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(twice)
