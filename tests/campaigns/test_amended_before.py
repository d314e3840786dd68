"""What was amended before an amendment was an action of its own: the row itself had been changed."""

from alembic import command

from tests.campaigns.making import ANNA, NOW, decision, now_is, suggestion, world
from wowengine import migrations
from wowengine.campaigns import audited, propose, review
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.lifecycle import ActionState, Step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.campaigns.payload import payload_of
from wowengine.clock import frozen
from wowengine.db import audit
from wowengine.db.session import Database


def as_it_was(database: Database, action_id: str) -> None:
    """Amend the row itself, as it was done then, and take the tables back to that time and forth again."""
    with database.transaction() as session:
        action = session.get_one(Action, action_id)
        action.draft, action.version = "Cara Anna,", 2
        action.payload_hash = payload_of(action).sha256
        event = ActionEvent(
            action_id=action_id,
            version=2,
            step=Step.AMEND,
            from_state=ActionState.PROPOSED,
            to_state=ActionState.PROPOSED,
            actor="anna",
            actor_kind="person",
            at=NOW,
            data={},
        )
        session.add(event)
        audit.note(session, audited.stepped(event))
    config = migrations._config()
    for move, to in ((command.downgrade, "0016"), (command.upgrade, "head")):
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            move(config, to)
    database.engine.dispose()


def test_its_author_is_known_and_its_life_breaks_no_promise(database: Database) -> None:
    action_id = world(database)
    as_it_was(database, action_id)
    assert now_is(database, action_id).authors == ["anna"]
    with frozen(NOW), database.transaction() as session:
        assert check_invariants(session) == []
        assert propose.propose(session, decision(suggestion(draft="Dear you,"))) == [], "a person put words into it"
        assert review.approve(session, action_id, ANNA).state == ActionState.APPROVED
