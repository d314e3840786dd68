"""Every change leaves its row in the audit, written with it; and a person who is forgotten leaves nothing to guess."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, LATER, NOW, STAFF, approved, customer, world
from wowengine.campaigns import deliver, policies, review
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.models import Action
from wowengine.clock import frozen
from wowengine.db import audit
from wowengine.db.audit import AuditRow
from wowengine.db.session import Database
from wowengine.decide.policy import policy_text
from wowengine.forgetting import forget
from wowengine.profiles import merging, suppression


def told(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(select(AuditRow.kind, AuditRow.what, AuditRow.actor).order_by(AuditRow.number))
    return [(row.kind, row.what, row.actor) for row in rows]


def test_each_step_and_each_movement_of_an_action_is_written_down_in_order(database: Database) -> None:
    action_id = world(database)
    approved(database, action_id)
    with frozen(LATER), database.transaction() as session:
        fence = deliver.claim(session, action_id, STAFF).fence
        deliver.deliver(session, action_id, STAFF, fence, {"note": "given"})
    with database.reading() as session:
        assert told(session) == [
            ("entry", "grant", "policy"),
            ("step", "propose", "wowengine"),
            ("step", "approve", "anna"),
            ("entry", "hold", "anna"),
            ("step", "claim", "gate 12"),
            ("step", "deliver", "gate 12"),
            ("entry", "commit", "gate 12"),
        ]
        subjects = set(session.scalars(select(AuditRow.subject).where(AuditRow.number > 1)))
        assert subjects == {action_id}


def test_a_policy_proposed_and_activated_is_written_down(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    text = policy_text(file)
    with database.transaction() as session:
        version = policies.propose(session, file, text, by="anna").row.version
    with database.transaction() as session:
        policies.activate(session, file, version, by="bruno")
    with database.reading() as session:
        assert told(session) == [("policy", "propose", "anna"), ("policy", "activate", "bruno")]
        assert set(session.scalars(select(AuditRow.subject))) == {version}


def test_a_merge_and_its_undoing_are_written_down_and_name_no_customer(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session, "c1")
        customer(session, "c2")
        made = merging.merge(session, "c2", "c1", by="anna", reason="the same card")
        assert not isinstance(made, str)
        merging.undo(session, made.id, by="bruno")
    with database.reading() as session:
        assert told(session) == [("merge", "merge", "anna"), ("merge", "undo", "bruno")]
        rows = session.scalars(select(AuditRow)).all()
        assert all("c1" not in row.subject and "c2" not in row.subject and row.key for row in rows)


def test_after_forgetting_the_chain_holds_the_money_is_known_and_nothing_can_be_guessed(
    database: Database, tmp_path: Path
) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA, note="for Anna, who cried at the gate")
    forget(database, "c1", tmp_path, tmp_path / "spool")
    with database.reading() as session:
        assert audit.verify(session, {}).broken is None
        assert check_invariants(session) == []
        assert session.get(Action, action_id) is None
        rows = session.scalars(select(AuditRow).order_by(AuditRow.number)).all()
        assert [row.what for row in rows] == ["grant", "propose", "approve", "hold", "release", "forget"]
        assert [row.key for row in rows] == [None] * 6
        assert rows[-1].subject == suppression.mark(session, suppression.customer_name("c1"))
