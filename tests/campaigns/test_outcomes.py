"""What customers did and reviewers said, as the model will read it."""

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from tests.campaigns.making import (
    ANNA,
    LATER,
    NOW,
    STAFF,
    claimed,
    customer,
    decision,
    now_is,
    owed,
    proposed,
    suggestion,
    world,
)
from wowengine.campaigns import deliver, ledger, outcomes, propose, review, store
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Outcome
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.profiles.models import SetAside
from wowengine.terms import OutcomeType

FILE = """customer_id,gesture_id,occurred_at,type,decision_id,context,shop
c1,espresso,2026-11-01T10:00:00Z,thanked,,"{""place"": ""gate 12""}",Linate
c1,espresso,2026-11-01T10:00:00Z,thanked,,"{""place"": ""gate 12""}",Linate
c1,espresso,2026-11-01 11:00,adored,,,
nobody,espresso,2026-11-01T10:00:00Z,rejected,,,
c1,playlist,2026-11-02T10:00:00+01:00,rejected,dec_elsewhere,,
"""


def happened(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return outcomes.training_frame(session).drop("context").rows()


def write(folder: Path, text: str) -> Path:
    path = folder / "outcomes.csv"
    path.write_text(text)
    return path


def test_a_file_is_taken_in_once_and_what_cannot_be_used_is_told(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        customer(session)
        report = outcomes.import_outcomes(session, write(tmp_path, FILE))
    assert (report.accepted, report.duplicate, report.unlinked) == (2, 1, 0)
    assert dict(report.set_aside)["unknown_customer"] == 1
    assert report.rows == 5
    with database.transaction() as session:
        again = outcomes.import_outcomes(session, write(tmp_path, FILE))
        assert (again.accepted, again.duplicate) == (0, 3)
        assert session.scalar(select(func.count()).select_from(Outcome)) == 2
        assert session.scalars(select(SetAside.line).order_by(SetAside.line)).all() == [4, 5]
        thanked = session.scalars(select(Outcome).where(Outcome.type == "thanked")).one()
        assert (thanked.context, thanked.attributes) == ({"place": "gate 12"}, {"shop": "Linate"})


def test_the_same_outcome_with_another_context_is_an_edit(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        customer(session)
        outcomes.import_outcomes(session, write(tmp_path, FILE))
        edit = outcomes.import_outcomes(session, write(tmp_path, FILE.replace("gate 12", "gate 14")))
        assert (edit.accepted, edit.duplicate) == (1, 2)
        contexts = session.scalars(select(Outcome.context).where(Outcome.type == "thanked")).all()
        assert contexts == [{"place": "gate 14"}]


def test_the_customers_answer_closes_the_delivered_action_and_is_told_once(database: Database) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"})
        assert outcomes.record_for_action(session, action_id, OutcomeType.SHOWN, LATER)
        assert store.get(session, action_id).state == ActionState.DELIVERED
        assert outcomes.record_for_action(session, action_id, OutcomeType.THANKED, LATER)
        assert store.get(session, action_id).state == ActionState.CLOSED
        assert not outcomes.record_for_action(session, action_id, OutcomeType.THANKED, LATER)


def test_an_answer_in_a_file_closes_its_action_too(database: Database, tmp_path: Path) -> None:
    action_id = world(database)
    held = claimed(database, action_id)
    with frozen(LATER), database.transaction() as session:
        done = deliver.deliver(session, action_id, STAFF, held.fence, {"note": "given"})
        row = f"c1,espresso,2026-11-04T10:00:00Z,complained,{done.decision_id},,\n"
        outcomes.import_outcomes(session, write(tmp_path, FILE.splitlines(keepends=True)[0] + row))
    assert now_is(database, action_id).state == ActionState.CLOSED


def test_an_outcome_of_nobody_or_of_anothers_decision_is_refused(sqlite: Database) -> None:
    action = now_is(sqlite, world(sqlite))
    with sqlite.transaction() as session:
        customer(session, "c2")
        with pytest.raises(NotFound, match="no customer"):
            outcomes.record(session, "nobody", "espresso", OutcomeType.THANKED, occurred_at=NOW)
        with pytest.raises(NotFound, match="no decision"):
            outcomes.record(
                session, "c2", "espresso", OutcomeType.THANKED, occurred_at=NOW, decision_id=action.decision_id
            )


def test_the_model_hears_of_verdicts_deliveries_and_answers_in_order(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
    assert happened(database) == []
    with frozen(NOW), database.transaction() as session:
        ledger.open_account(session, "budget:surprises:EUR", "EUR", 10_000)
        action = proposed(session)
        no = proposed(session, gesture_id="playlist")
        review.decline(session, no.id, ANNA, "too_personal")
        review.approve(session, action.id, ANNA)
    with frozen(LATER), database.transaction() as session:
        held = deliver.claim(session, action.id, STAFF)
        deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"})
        thanks = LATER + timedelta(hours=1)
        outcomes.record_for_action(session, action.id, OutcomeType.THANKED, thanks)
    assert happened(database) == [
        ("c1", "espresso", NOW, "approved", action.decision_id),
        ("c1", "playlist", NOW, "declined", no.decision_id),
        ("c1", "espresso", LATER, "delivered", action.decision_id),
        ("c1", "espresso", thanks, "thanked", action.decision_id),
    ]


def test_a_verdict_carries_the_moment_it_was_given_in(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        made = propose.propose(session, decision(suggestion()), context={"place": "gate 12"})
        review.decline(session, made[0].id, ANNA, "not_fitting")
        frame = outcomes.training_frame(session)
    assert frame.schema == pl.Schema(outcomes.TRAINING)
    assert [json.loads(context) for context in frame["context"]] == [{"place": "gate 12"}]


def test_what_was_taken_back_or_says_nothing_of_taste_teaches_nothing(database: Database) -> None:
    action_id = world(database)
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA)
        review.undo(session, action_id, ANNA)
        dear = proposed(session, gesture_id="lamborghini")
        review.decline(session, dear.id, ANNA, "too_expensive")
        (law,) = propose.propose(session, decision(owed()))
        review.approve(session, law.id, ANNA)
    assert happened(database) == []
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA)
    assert [row[3] for row in happened(database)] == ["approved"]


def test_who_asks_about_some_customers_is_told_of_them_alone_and_of_all_they_said(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        for who in ("c1", "c2", "c3"):
            customer(session, who)
            made = propose.propose(session, decision(suggestion(), customer_id=who))
            review.decline(session, made[0].id, ANNA, "not_fitting")
            outcomes.record(session, who, "espresso", OutcomeType.THANKED, occurred_at=NOW)
        every = outcomes.training_frame(session)
        some = outcomes.training_frame(session, ["c3", "c1", "nobody"])
    assert len(every) == 6
    assert some.equals(every.filter(pl.col("customer_id") != "c2"))
