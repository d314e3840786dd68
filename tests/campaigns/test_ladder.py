"""Who may say yes to what, and when a second person must."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from tests.campaigns.making import (
    ANNA,
    BRUNO,
    BUDGET,
    NOW,
    decision,
    now_is,
    owed,
    proposed,
    suggestion,
    world,
)
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import ladder, ledger, policies, propose, review, store
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.ladder import Need
from wowengine.campaigns.lifecycle import ActionState, Actor, Step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.policy import policy_text
from wowengine.decide.policy_review import Approver
from wowengine.errors import Conflict, Refused
from wowengine.terms import ActorKind, Basis, GestureKind

CARLA = Actor("carla", ActorKind.PERSON)
DEAR = 15_000  # above two_above_cents of the packaged policy, within a manager's limit
STAFF = {"anna": Role.REVIEWER, "bruno": Role.MANAGER, "carla": Role.MANAGER, "dario": Role.STAFF, "emma": Role.AGENT}


def company(database: Database, **changes: object) -> str:
    """A customer, money enough, staff of several roles, and one action waiting; return its id."""
    action_id = world(database, budget=100_000, **changes)
    with database.transaction() as session:
        for name, role in STAFF.items():
            users.put(session, name, role, "admin")
    return action_id


def says_yes(database: Database, action_id: str, actor: Actor) -> Action:
    with frozen(NOW), database.transaction() as session:
        return review.approve(session, action_id, actor)


def test_a_role_approves_up_to_its_limit_and_a_refusal_says_who_could(database: Database) -> None:
    action_id = company(database, amount_cents=10_001)
    said = r"anna is reviewer here, and may not approve a surprise of EUR 100\.01\. A manager may: up to EUR 500\.00\."
    with pytest.raises(Refused, match=said):
        says_yes(database, action_id, ANNA)
    with pytest.raises(Refused, match="dario is staff here"):
        says_yes(database, action_id, Actor("dario", ActorKind.PERSON))
    with pytest.raises(Refused, match="nobody at all does not work here"):
        says_yes(database, action_id, Actor("nobody at all", ActorKind.PERSON))
    assert now_is(database, action_id).version == 1


def test_a_right_that_was_taken_away_counts_no_more(database: Database) -> None:
    action_id = company(database)
    with database.transaction() as session:
        users.retire(session, "anna", "admin")
    with pytest.raises(Refused, match="anna does not work here"):
        says_yes(database, action_id, ANNA)
    with database.transaction() as session:
        users.put(session, "anna", Role.REVIEWER, "admin")
    assert says_yes(database, action_id, ANNA).state == ActionState.APPROVED


def test_what_nobody_may_approve_says_so(sqlite: Database) -> None:
    action_id = company(sqlite, amount_cents=50_001)
    with pytest.raises(Refused, match="Nobody may: it is above every limit"):
        says_yes(sqlite, action_id, BRUNO)


def test_an_agent_makes_good_within_their_limit_and_surprises_nobody(sqlite: Database) -> None:
    emma = Actor("emma", ActorKind.PERSON)
    action_id = company(sqlite)
    with pytest.raises(Refused, match="A reviewer may"):
        says_yes(sqlite, action_id, emma)
    with frozen(NOW), sqlite.transaction() as session:
        made_good: dict[str, Any] = {"kind": GestureKind.COMPENSATION, "basis": Basis.GOODWILL, "subject": "incident-1"}
        action = proposed(session, gesture_id="voucher", amount_cents=3_000, **made_good)
        assert review.approve(session, action.id, emma).state == ActionState.APPROVED


def test_what_the_law_owes_is_weighed_for_nothing_and_what_is_added_to_it_is(database: Database) -> None:
    company(database)
    with frozen(NOW), database.transaction() as session:
        (law,) = propose.propose(session, decision(owed(60_000)))
        more = review.amend(session, law.id, BRUNO, amount_cents=60_000 + 10_001)
        with pytest.raises(Refused, match=r"a compensation of EUR 100\.01"):
            review.approve(session, more.id, ANNA)
        less = review.amend(session, more.id, BRUNO, amount_cents=60_000 + 10_000)
        assert review.approve(session, less.id, ANNA).state == ActionState.APPROVED


def test_what_is_dear_waits_for_a_second_person_with_one_yes_kept(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    with database.reading() as session:
        assert ladder.needs(session, [store.get(session, action_id)]) == {action_id: [Need(Approver.MANAGER, 2)]}
    first = says_yes(database, action_id, BRUNO)
    assert (first.state, first.version, first.approved_by) == (ActionState.PROPOSED, 2, None)
    assert [one["by"] for one in first.approvals] == ["bruno"]
    with database.reading() as session:
        assert ledger.open_holds(session, action_id) == []
        assert ladder.needs(session, [store.get(session, action_id)]) == {action_id: [Need(Approver.MANAGER, 1)]}
    with pytest.raises(Refused, match="bruno has approved it already: somebody else must, too"):
        says_yes(database, action_id, BRUNO)
    second = says_yes(database, action_id, CARLA)
    assert (second.state, second.approved_by) == (ActionState.APPROVED, "carla")
    assert [one["by"] for one in second.approvals] == ["bruno", "carla"]
    with database.reading() as session:
        assert [hold.account_id for hold in ledger.open_holds(session, action_id)] == [BUDGET]
        assert ladder.needs(session, [store.get(session, action_id)]) == {action_id: []}


def test_whoever_amended_what_is_dear_does_not_approve_it_also_when_others_amended_it_since(
    database: Database,
) -> None:
    action_id = company(database)
    with frozen(NOW), database.transaction() as session:
        dear = review.amend(session, action_id, BRUNO, amount_cents=DEAR)
        polished = review.amend(session, dear.id, ANNA, draft="Cara Anna,")
        with pytest.raises(Refused, match="bruno put it forward as it is: two others must approve it"):
            review.approve(session, polished.id, BRUNO)
        users.put(session, "gina", Role.ADMIN, "admin")
        assert review.approve(session, polished.id, CARLA).state == ActionState.PROPOSED
        assert review.approve(session, polished.id, Actor("gina", ActorKind.PERSON)).state == ActionState.APPROVED


def test_whoever_amends_what_is_not_dear_may_approve_it(database: Database) -> None:
    action_id = company(database)
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action_id, ANNA, amount_cents=700)
        assert review.approve(session, amended.id, ANNA).state == ActionState.APPROVED


def test_an_amendment_voids_the_first_yes(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    says_yes(database, action_id, BRUNO)
    with frozen(NOW), database.transaction() as session:
        amended = review.amend(session, action_id, ANNA, draft="Cara Anna,")
    assert amended.approvals == []
    assert says_yes(database, amended.id, CARLA).state == ActionState.PROPOSED
    assert says_yes(database, amended.id, BRUNO).state == ActionState.APPROVED


def test_a_first_yes_counts_only_while_whoever_gave_it_still_may(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    says_yes(database, action_id, BRUNO)
    with database.transaction() as session:
        users.put(session, "bruno", Role.REVIEWER, "admin")
        users.put(session, "gina", Role.MANAGER, "admin")
    with pytest.raises(Refused, match="bruno said yes first, and may not any more"):
        says_yes(database, action_id, CARLA)
    with frozen(NOW), database.transaction() as session:
        review.defer(session, action_id, ANNA, NOW + timedelta(hours=1))
        assert review.resume(session, action_id, ANNA).approvals == []
    says_yes(database, action_id, CARLA)
    assert says_yes(database, action_id, Actor("gina", ActorKind.PERSON)).state == ActionState.APPROVED


def test_what_comes_back_is_to_be_approved_by_two_anew(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    says_yes(database, action_id, BRUNO)
    says_yes(database, action_id, CARLA)
    with frozen(NOW), database.transaction() as session:
        assert review.undo(session, action_id, CARLA).approvals == []
    assert says_yes(database, action_id, CARLA).state == ActionState.PROPOSED


def test_of_two_second_approvals_at_once_one_approves_and_the_money_is_held_once(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    with database.transaction() as session:
        users.put(session, "gina", Role.ADMIN, "admin")
    seen = says_yes(database, action_id, BRUNO).version

    def second(name: str) -> str:
        try:
            with frozen(NOW), database.transaction() as session:
                return review.approve(session, action_id, Actor(name, ActorKind.PERSON), version=seen).state
        except Conflict:
            return "too late"

    with ThreadPoolExecutor(2) as together:
        came = sorted(together.map(second, ["carla", "gina"]))
    assert came == ["approved", "too late"]
    with database.reading() as session:
        assert [event.step for event in store.events(session, action_id)] == ["propose", "endorse", "approve"]
        assert [hold.amount for hold in ledger.open_holds(session, action_id)] == [DEAR]


def test_a_newer_decision_leaves_alone_what_one_person_has_said_yes_to(database: Database) -> None:
    action_id = company(database, amount_cents=DEAR)
    says_yes(database, action_id, BRUNO)
    with frozen(NOW), database.transaction() as session:
        assert propose.propose(session, decision(suggestion(amount_cents=DEAR, draft="Dear you,"))) == []


def test_the_policy_in_force_counts_and_not_the_one_it_was_decided_by(database: Database, tmp_path: Path) -> None:
    action_id = company(database, amount_cents=DEAR)
    stricter = policy_text().replace("manager = 50000", "manager = 12000")
    with database.transaction() as session:
        version = policies.propose(session, tmp_path / "none.toml", stricter, by="anna").row.version
        policies.activate(session, tmp_path / "none.toml", version, by="bruno")
    with pytest.raises(Refused, match=r"An admin may: up to EUR 500\.00"):
        says_yes(database, action_id, BRUNO)


def test_under_a_policy_without_a_ladder_whoever_comes_in_approves_alone(database: Database, tmp_path: Path) -> None:
    action_id = company(database, amount_cents=DEAR)
    text = policy_text()
    without = text[: text.index("# Who may say yes")] + text[text.index("# Standing arms") :]
    with database.transaction() as session:
        version = policies.propose(session, tmp_path / "none.toml", without, by="anna").row.version
        policies.activate(session, tmp_path / "none.toml", version, by="bruno")
        assert ladder.needs(session, [store.get(session, action_id)]) == {action_id: [Need(None, 1)]}
    assert says_yes(database, action_id, ANNA).state == ActionState.APPROVED


def test_while_nobody_is_written_down_it_still_takes_two_names(database: Database) -> None:
    action_id = world(database, budget=100_000, amount_cents=DEAR)
    assert says_yes(database, action_id, ANNA).state == ActionState.PROPOSED
    with pytest.raises(Refused, match="Anna has approved it already"):
        says_yes(database, action_id, Actor("Anna", ActorKind.PERSON))
    assert says_yes(database, action_id, BRUNO).state == ActionState.APPROVED


ONE_ALONE = {
    "was approved by carla, where it took 2 people": delete(ActionEvent).where(ActionEvent.step == Step.ENDORSE),
    "was approved by bruno, who had put it forward": update(ActionEvent)
    .where(ActionEvent.version == 1)
    .values(actor="bruno", actor_kind="person"),
    "keeps the yes of nobody, its events tell of bruno and carla": update(Action).values(approvals=[]),
}


@pytest.mark.parametrize("sentence", ONE_ALONE)
def test_an_approval_by_too_few_is_named(sqlite: Database, broken_on_purpose: None, sentence: str) -> None:
    action_id = company(sqlite, amount_cents=DEAR)
    says_yes(sqlite, action_id, BRUNO)
    says_yes(sqlite, action_id, CARLA)
    with sqlite.transaction() as session:
        assert check_invariants(session) == []
        session.execute(ONE_ALONE[sentence], execution_options={"synchronize_session": False})
    with sqlite.reading() as session:
        assert [wrong for wrong in check_invariants(session) if wrong.startswith("I10: ") and sentence in wrong]


def test_an_author_of_an_older_form_who_approves_is_named(sqlite: Database, broken_on_purpose: None) -> None:
    action_id = company(sqlite)
    with frozen(NOW), sqlite.transaction() as session:
        dear = review.amend(session, action_id, BRUNO, amount_cents=DEAR)
        polished = review.amend(session, dear.id, ANNA, draft="Cara Anna,")
        polished.authors = []
    says_yes(sqlite, polished.id, BRUNO)
    says_yes(sqlite, polished.id, CARLA)
    with sqlite.reading() as session:
        (wrong,) = check_invariants(session)
    assert wrong.endswith("was approved by bruno, who had put it forward")


def test_the_ladders_roles_are_roles_of_the_house() -> None:
    assert set(Approver) <= set(map(str, Role))
