"""The life of a campaign: who may do what when, and what becomes of its actions and its money."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, LATER, NOW, STAFF, customer, decision, suggestion
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import courier, deliver, launch, ledger, propose, purse, review, store, sweep
from wowengine.campaigns.campaign import STEPS, Campaign, CampaignState, CampaignStep
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Account, Action
from wowengine.campaigns.plan import Plan
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict, Refused, Retriable
from wowengine.profiles.models import Customer
from wowengine.terms import ActorKind

PLAN = Plan("Coffee for runners", "EUR", 2_000, gestures=("espresso",))


def running(session: Session, plan: Plan = PLAN) -> Campaign:
    """Written by Mara, approved by Anna, started by the clock."""
    campaign = launch.create(session, plan, "mara")
    launch.submit(session, campaign.id, "mara")
    launch.approve(session, campaign.id, "anna")
    launch.turn(session)
    return launch.get(session, campaign.id)


def asked_for(session: Session, campaign: Campaign, customer_id: str = "c1", **changes: object) -> Action:
    """One action that the campaign asks for, waiting for a person's word."""
    one = suggestion(account=purse.account(campaign.id), **changes)
    (action,) = propose.propose(session, decision(one, customer_id=customer_id), campaign=campaign)
    return action


def counters(session: Session, account_id: str) -> tuple[int | None, int, int]:
    account = session.get_one(Account, account_id, populate_existing=True)
    return account.granted, account.held, account.committed


def test_a_campaign_goes_from_draft_to_its_end_with_every_step_written_down(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        campaign = running(session, replace(PLAN, ends_at=NOW + timedelta(days=1)))
        assert campaign.state == CampaignState.RUNNING
    with frozen(NOW + timedelta(days=2)), database.transaction() as session:
        assert launch.turn(session) == [campaign.id]
        assert launch.turn(session) == []
        life = [(one.version, one.step, one.actor) for one in launch.events(session, campaign.id)]
    steps = [(1, "edit", "mara"), (2, "submit", "mara"), (3, "approve", "anna"), (4, "start", launch.CLOCK)]
    assert life == [*steps, (5, "finish", launch.CLOCK)]


@pytest.mark.parametrize("state", CampaignState)
@pytest.mark.parametrize("what", CampaignStep)
def test_only_the_published_steps_can_be_taken(sqlite: Database, state: CampaignState, what: CampaignStep) -> None:
    with frozen(NOW), sqlite.transaction() as session:
        campaign = launch.create(session, PLAN, "mara")
        campaign.state, campaign.approved_by = state, "anna"
        session.flush()
        if (state, what) in STEPS:
            assert launch.step(session, campaign.id, what, "x").state == STEPS[state, what]
        else:
            with pytest.raises(Conflict, match="allows"):
                launch.step(session, campaign.id, what, "x")
        session.rollback()


def test_nobody_approves_what_they_wrote_or_put_forward(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        campaign = launch.create(session, PLAN, "mara")
        launch.edit(session, campaign.id, PLAN, "carla")
        launch.submit(session, campaign.id, "bruno")
        for name in ("mara", "Mara", "carla", "bruno"):
            with pytest.raises(Refused, match="somebody else"):
                launch.approve(session, campaign.id, name)
        assert launch.approve(session, campaign.id, "anna").state == CampaignState.SCHEDULED


def test_the_role_is_asked_for_when_it_is_approved(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        users.put(session, "ada", Role.ADMIN, "ada")
        users.put(session, "mara", Role.MARKETER, "ada")
        users.put(session, "rita", Role.REVIEWER, "ada")
        campaign = launch.create(session, PLAN, "mara")
        launch.submit(session, campaign.id, "mara")
        for name in ("rita", "nobody"):
            with pytest.raises(Refused, match="marketers"):
                launch.approve(session, campaign.id, name)
        users.put(session, "rita", Role.MANAGER, "ada")
        launch.approve(session, campaign.id, "rita")


def test_an_edit_after_approval_takes_it_back_and_its_money_with_it(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        campaign = launch.create(session, PLAN, "mara")
        launch.submit(session, campaign.id, "mara")
        seen = launch.approve(session, campaign.id, "anna").version
        assert counters(session, purse.account(campaign.id)) == (2_000, 0, 0)
        with pytest.raises(Conflict, match="You saw version"):
            launch.edit(session, campaign.id, PLAN, "mara", version=seen - 1)
        launch.edit(session, campaign.id, replace(PLAN, budget_cents=9_000), "mara", version=seen)
        campaign = launch.get(session, campaign.id)
        assert (campaign.state, campaign.approved_by) == (CampaignState.DRAFT, None)
        assert counters(session, purse.account(campaign.id)) == (0, 0, 0)
        assert purse.left(session, campaign) == 9_000


def test_a_paused_campaign_sends_nothing_and_goes_on_where_it_was(database: Database) -> None:
    worker = Actor("worker", ActorKind.WORKER)
    with frozen(NOW), database.transaction() as session:
        customer(session)
        campaign = running(session)
        action = asked_for(session, campaign, channel="spool")
        review.approve(session, action.id, ANNA)
        launch.pause(session, campaign.id, "mara")
    with frozen(LATER):
        with database.transaction() as session:
            sweep.sweep(session)
        with pytest.raises(Retriable, match="paused"):
            courier.carry(database.transaction, {}, action.id, worker)
        with database.transaction() as session, pytest.raises(Conflict, match="paused"):
            deliver.claim(session, action.id, worker)
        with database.transaction() as session:
            launch.resume(session, campaign.id, "mara")
            assert deliver.claim(session, action.id, worker).state == ActionState.CLAIMED
            launch.pause(session, campaign.id, "mara")
            with pytest.raises(Conflict, match="paused"):
                deliver.start(session, action.id, worker, 1)


def test_calling_it_off_withdraws_what_waits_and_frees_its_money(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        for who in ("c1", "c2", "c3"):
            customer(session, who)
        campaign = running(session)
        waits, yes, given = (asked_for(session, campaign, who).id for who in ("c1", "c2", "c3"))
        review.approve(session, yes, ANNA)
        review.approve(session, given, ANNA)
    with frozen(LATER), database.transaction() as session:
        deliver.claim(session, given, STAFF)
        launch.cancel(session, campaign.id, "mara")
        assert counters(session, purse.account(campaign.id)) == (600, 600, 0)
        assert [store.get(session, one).state for one in (waits, yes)] == [ActionState.WITHDRAWN] * 2
        deliver.release(session, given, STAFF, 1)
        sweep.sweep(session)
        assert store.get(session, given).state == ActionState.WITHDRAWN
        assert counters(session, purse.account(campaign.id)) == (600, 0, 0)


def test_an_approval_takes_from_every_limit_or_from_none(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        for who in ("c1", "c2", "c3"):
            customer(session, who)
        campaign = running(session, replace(PLAN, day_cents=1_300, customer_cents=700))
        one, two, three = (asked_for(session, campaign, who).id for who in ("c1", "c2", "c3"))
        again = asked_for(session, campaign, "c1", gesture_id="cake").id
        review.approve(session, one, ANNA)
        with pytest.raises(Conflict, match="customer"), session.begin_nested():
            review.approve(session, again, ANNA)
        review.approve(session, two, ANNA)
        with pytest.raises(Conflict, match="day"), session.begin_nested():
            review.approve(session, three, ANNA)
        held = {account.id: account.held for account in ledger.accounts(session)}
        assert sorted(held.values()) == [600, 600, 1_200, 1_200]
        assert not any(account.endswith(":c1") for account in held)
    with frozen(NOW + timedelta(days=1)), database.transaction() as session:
        review.approve(session, three, ANNA)
        deliver.claim(session, one, STAFF)
        deliver.deliver(session, one, STAFF, 1, {"note": "given"}, actual_cents=500)
        spent = {account.id: (account.held, account.committed) for account in ledger.accounts(session)}
        assert sorted(spent.values()) == [(0, 500), (600, 0), (600, 0), (600, 0), (600, 500), (1_200, 500)]


def test_of_many_approvals_at_once_only_as_many_pass_as_the_day_allows(database: Database) -> None:
    people = [f"p{number}" for number in range(6)]
    with frozen(NOW), database.transaction() as session:
        for who in people:
            customer(session, who)
        campaign = running(session, replace(PLAN, budget_cents=9_000, day_cents=1_900, customer_cents=600))
        waiting = [asked_for(session, campaign, who).id for who in people]

    def approve(action_id: str) -> bool:
        try:
            with frozen(NOW), database.transaction() as session:
                review.approve(session, action_id, ANNA)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve, waiting)) == 3


def test_a_machine_waits_for_the_campaigns_hour_and_staff_do_not(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        session.get_one(Customer, "c1").time_zone = "Europe/Rome"
        campaign = running(session, replace(PLAN, at_hour=15))
        by_machine = asked_for(session, campaign, channel="spool").id
        by_hand = asked_for(session, campaign, gesture_id="cake").id
        assert review.approve(session, by_machine, ANNA).claimable_at == NOW.replace(hour=14)
        assert review.approve(session, by_hand, ANNA).claimable_at == LATER


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "name"),
        ({"currency": "euro"}, "capitals"),
        ({"budget_cents": -1}, "nought"),
        ({"holdout": 0.6}, "share"),
        ({"every_days": 0}, "one day"),
        ({"at_hour": 24}, "hour"),
        ({"ends_at": NOW}, "end after"),
        ({"audience": "tier is nice"}, "column 6"),
    ],
)
def test_what_cannot_be_done_is_refused(sqlite: Database, wrong: dict[str, object], said: str) -> None:
    with frozen(NOW), sqlite.transaction() as session, pytest.raises(BadInput, match=said):
        launch.create(session, replace(PLAN, **wrong), "mara")  # type: ignore[arg-type]
