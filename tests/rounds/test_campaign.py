"""A look of a campaign: everybody it is for ends in one word, and what is proposed is what the word says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import launch, look, review
from wowengine.campaigns.campaign import Campaign, Recipient
from wowengine.campaigns.campaign import RecipientState as S
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.lifecycle import Actor
from wowengine.campaigns.models import Action
from wowengine.campaigns.plan import Plan
from wowengine.db.session import Database
from wowengine.decide.candidate import Moment
from wowengine.errors import BadInput, Conflict
from wowengine.profiles import store
from wowengine.profiles.frames import GESTURES, check
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures
from wowengine.rounds import Config, campaign
from wowengine.terms import ActorKind

ANNA = Actor("anna", ActorKind.PERSON)
PEOPLE = [f"p{number:02}" for number in range(14)]
TIERS = ["gold", "silver"]
CATALOGUE: list[dict[str, Any]] = [
    {
        "gesture_id": "jazz",
        "kind": "surprise",
        "title": "A jazz evening",
        "tags": "jazz",
        "value_cents": 9_000,
        "cost_cents": 300,
    },
    {
        "gesture_id": "club",
        "kind": "surprise",
        "title": "The jazz club",
        "tags": "jazz",
        "value_cents": 15_000,
        "cost_cents": 900,
        "stock": 2,
    },
    {"gesture_id": "voucher", "kind": "compensation", "title": "Voucher", "cost_cents": 2_000, "value_cents": 2_500},
]
PLAN = Plan("Jazz", "EUR", 3_000, audience="tier = gold", gestures=("jazz",))


@pytest.fixture
def crowd(database: Database) -> Database:
    return _crowd(database)


@pytest.fixture
def quick(sqlite: Database) -> Database:
    return _crowd(sqlite)


@pytest.fixture(autouse=True)
def _promises_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    used = [request.getfixturevalue(name) for name in ("database", "sqlite") if name in request.fixturenames]
    yield
    for database in used:
        with database.reading() as session:
            assert check_invariants(session) == []


def _crowd(database: Database) -> Database:
    """Fourteen people: half gold, most love jazz, some said no or nothing."""
    consents = ["care;interests;offers", "care;interests;offers", "care;interests", "care;interests;offers"]
    people = [
        {
            "customer_id": who,
            "name": who.title(),
            "language": "en",
            "handles": f"x:{who}",
            "tier": TIERS[number % 2],
            "consents": consents[number % 4] if number != 6 else "care;interests;offers",
        }
        for number, who in enumerate(PEOPLE)
    ]
    posts = [
        {
            "source": "x",
            "source_id": who,
            "kind": "post",
            "channel": "x",
            "author": f"x:{who}",
            "language": "en",
            "occurred_at": clock.now().isoformat(),
            "text": "I love jazz, a jazz concert is the best evening",
        }
        for number, who in enumerate(PEOPLE)
        if number % 5
    ]
    with database.transaction() as session:
        take_customers(session, from_mappings(people))
        take_signals(session, from_mappings(posts))
        store_gestures(session, check(from_mappings(CATALOGUE), GESTURES).good)
        store.rebuild(session, clock.now())
    return database


def launched(session: Session, plan: Plan = PLAN) -> Campaign:
    made = launch.create(session, plan, "mara")
    launch.submit(session, made.id, "mara")
    launch.approve(session, made.id, "anna")
    launch.turn(session)
    return launch.get(session, made.id)


def test_a_look_proposes_to_its_audience_and_says_what_came_of_everybody(crowd: Database, config: Config) -> None:
    with crowd.transaction() as session:
        made = launched(session)
        before = campaign.dry_run(session, config, made.id)
    report = campaign.run_look(crowd, config, made.id)
    with crowd.reading() as session:
        actions = session.scalars(select(Action).where(Action.campaign_id == made.id)).all()
        rows = session.scalars(select(Recipient)).all()
        assert report.states == Counter(row.state for row in rows) == before.states
        assert len(actions) == report.states[S.QUEUED] > 0
        assert {one.customer_id for one in actions} == {row.customer_id for row in rows if row.state == S.QUEUED}
        assert {row.customer_id for row in rows} == set(PEOPLE[::2])
        assert {one.account_id for one in actions} == {f"budget:campaign:{made.id}"}
        assert launch.get(session, made.id).next_look_at is None
    assert report.cost_cents == 300 * len(actions)


def test_a_second_look_proposes_nothing_twice(crowd: Database, config: Config) -> None:
    with crowd.transaction() as session:
        made = launched(session, replace(PLAN, every_days=1))
    first = campaign.run_look(crowd, config, made.id)
    second = campaign.run_look(crowd, config, made.id)
    assert (first.look, second.look) == (1, 2)
    assert second.states[S.DUPLICATE] == first.states[S.QUEUED] > 0
    assert second.states[S.QUEUED] == 0


def test_a_look_that_was_cut_short_goes_on_where_it_was(
    crowd: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crowd.transaction() as session:
        made = launched(session)
    monkeypatch.setattr(campaign, "CHUNK", 2)

    class Cut(Exception):
        """The power went."""

    def cut(_what: str, done: int, _all: int) -> None:
        if done >= 4:
            raise Cut

    with pytest.raises(Cut):
        campaign.run_look(crowd, config, made.id, progress=cut)
    with crowd.reading() as session:
        assert session.scalar(select(func.count()).select_from(Recipient)) == 4
    report = campaign.run_look(crowd, config, made.id)
    assert (report.look, report.considered) == (1, 7)
    with crowd.reading() as session:
        assert session.scalar(select(func.count()).select_from(Action)) == report.states[S.QUEUED]


def test_a_pause_amid_a_look_stops_it_there(crowd: Database, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    with crowd.transaction() as session:
        made = launched(session)
    monkeypatch.setattr(campaign, "CHUNK", 2)

    def pause(_what: str, done: int, _all: int) -> None:
        if done == 2:
            with crowd.transaction() as session:
                launch.pause(session, made.id, "mara")

    with pytest.raises(Conflict, match="paused"):
        campaign.run_look(crowd, config, made.id, progress=pause)
    with crowd.transaction() as session:
        assert sum(look.counts(session, made.id).values()) == 2
        launch.resume(session, made.id, "mara")
        assert look.due(session) == [made.id]
    assert campaign.run_look(crowd, config, made.id).considered == 7


def test_a_dry_run_of_a_draft_writes_nothing(crowd: Database, config: Config) -> None:
    with crowd.transaction() as session:
        made = launch.create(session, replace(PLAN, budget_cents=700), "mara")
        report = campaign.dry_run(session, config, made.id)
        assert (report.states[S.QUEUED], report.cost_cents) == (2, 600)
        assert report.states[S.NO_BUDGET] > 0
        assert report.shadow_prices[f"budget:campaign:{made.id}"] > 0
        assert [one["draft"] for one in report.samples if one["state"] == S.QUEUED]
        for table in (Recipient, Action):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_people_named_at_a_trigger_are_answered_one_by_one(crowd: Database, config: Config) -> None:
    with crowd.transaction() as session:
        made = launched(session, replace(PLAN, audience=""))
        now = clock.now()
        named = dict.fromkeys(("p01", "p02", "nobody"), Moment(now, place="gate 12"))
        came = {row.customer_id: row.state for row in campaign.trigger(session, config, made.id, named)}
        assert came == {"p01": S.QUEUED, "p02": S.NO_CONSENT}
        with pytest.raises(BadInput, match="50"):
            campaign.trigger(session, config, made.id, {str(one): Moment(now) for one in range(51)})
        with pytest.raises(BadInput, match="no audience"):
            campaign.dry_run(session, config, made.id)
        [action] = session.scalars(select(Action).where(Action.campaign_id == made.id))
        assert review.approve(session, action.id, ANNA).state == "approved"


PLANS = st.builds(
    Plan,
    name=st.just("Any"),
    currency=st.just("EUR"),
    budget_cents=st.integers(0, 4_000),
    audience=st.sampled_from(["tier in (gold, silver)", "tier = gold"]),
    gestures=st.sampled_from([(), ("jazz",), ("club",), ("jazz", "club"), ("voucher",)]),
    customer_cents=st.sampled_from([None, 0, 300, 899, 900]),
    holdout=st.sampled_from([0.0, 0.3, 0.5]),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=PLANS, universal=st.sampled_from([0.0, 0.4]), looks=st.integers(1, 2))
def test_the_report_adds_up_whatever_the_campaign(
    quick: Database, config: Config, plan: Plan, universal: float, looks: int
) -> None:
    config = replace(config, holdout_share=universal)
    with quick.transaction() as session:
        made = launched(session, plan)
    everybody = set(PEOPLE if "silver" in plan.audience else PEOPLE[::2])
    for _ in range(looks):
        report = campaign.run_look(quick, config, made.id)
        assert report.states.total() == report.considered == len(everybody)
    with quick.transaction() as session:
        for number in range(1, looks + 1):
            rows = session.scalars(
                select(Recipient).where(Recipient.campaign_id == made.id, Recipient.look == number)
            ).all()
            assert {row.customer_id for row in rows} == everybody
        actions = session.scalars(select(Action).where(Action.campaign_id == made.id)).all()
        assert sum(one.amount_cents for one in actions) <= plan.budget_cents
        assert all(one.amount_cents <= (plan.customer_cents or 900) for one in actions)
        assert len(actions) == look.counts(session, made.id).get(S.QUEUED, 0)
        launch.cancel(session, made.id, "mara")
