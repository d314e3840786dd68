"""Persons, moments, incidents and candidates for tests: harmless unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Evidence, Given, Incident, Moment, Person, Propensity
from wowengine.decide.decide import decide
from wowengine.decide.decision import Decision
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import Offer, offers
from wowengine.decide.policy import Policy, load_policy
from wowengine.decide.regime import load_regimes
from wowengine.terms import Basis, GestureKind, Purpose

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # half past eleven in Rome
POLICY = load_policy()
POST = Evidence(7, "hiking", "Nothing beats a morning in the Dolomites", "mastodon", NOW - timedelta(days=12))


def person(**changes: Any) -> Person:
    somebody = Person(
        customer_id="c-1",
        name="Anna Rossi",
        language="en",
        tier="gold",
        country="IT",
        time_zone="Europe/Rome",
        consents=frozenset({Purpose.CARE, Purpose.OFFERS}),
    )
    return replace(somebody, **changes)


def candidate(gesture_id: str = "trail-map", **changes: Any) -> Candidate:
    gesture = Candidate(
        gesture_id=gesture_id,
        kind=GestureKind.SURPRISE,
        title="Trail map of the Dolomites",
        tags=("hiking",),
        cost_cents=600,
        currency="EUR",
        value_cents=900,
        channels=("staff_task",),
        stock_left=None,
        lead_minutes=0,
        place=None,
        valid_from=None,
        valid_until=None,
        tiers=(),
        slots=(),
        category="outdoor",
        score=0.5,
        propensity=Propensity(0.4, 0.2, 0.6, "assumed"),
        evidence=(POST,),
    )
    return replace(gesture, **changes)


def voucher(gesture_id: str = "film-voucher", **changes: Any) -> Candidate:
    return candidate(
        gesture_id,
        **{
            "kind": GestureKind.COMPENSATION,
            "title": "Film voucher",
            "cost_cents": 700,
            "value_cents": 900,
            "category": "film",
            "most": 5,
            "evidence": (),
        }
        | changes,
    )


def incident(**changes: Any) -> Incident:
    late = Incident(
        source_id="inc-1",
        at=NOW - timedelta(days=3),
        mode="air",
        type="delay",
        from_country="IT",
        to_country="DE",
        carrier_country="IT",
        distance_km=1104,
        arrival_delay_minutes=192,
        departure_delay_minutes=185,
        cause="carrier_safety",
    )
    return replace(late, **changes)


def given(gesture_id: str = "trail-map", *, days_ago: float, **changes: Any) -> Given:
    had = Given(
        gesture_id=gesture_id,
        kind=GestureKind.SURPRISE,
        basis=Basis.DELIGHT,
        category="outdoor",
        at=NOW - timedelta(days=days_ago),
        state="delivered",
        subject="",
    )
    return replace(had, **changes)


def amends(gesture_id: str = "lounge", **changes: Any) -> Given:
    """Goodwill that they had a week ago, for another incident."""
    made_good = given(
        gesture_id,
        days_ago=7,
        kind=GestureKind.COMPENSATION,
        basis=Basis.GOODWILL,
        category="comfort",
        subject="inc-0",
        amount_cents=700,
        currency="EUR",
    )
    return replace(made_good, **changes)


def moment(**changes: Any) -> Moment:
    return replace(Moment(at=NOW), **changes)


def offer(
    gesture: Candidate | None = None,
    who: Person | None = None,
    when: Moment | None = None,
    policy: Policy = POLICY,
    arm: Arm = Arm.FULL,
) -> Offer:
    inputs = Inputs.of(
        person=who or person(),
        moment=when or moment(),
        candidates=[gesture or candidate()],
        policy=policy,
        regimes=load_regimes(),
        arm=arm,
        model_version="m-1",
        company="Volare",
    )
    return offers(inputs)[0]


def decided(
    *gestures: Candidate,
    who: Person | None = None,
    when: Moment | None = None,
    policy: Policy = POLICY,
    arm: Arm = Arm.FULL,
) -> Decision:
    return decide(
        who or person(),
        when or moment(),
        gestures,
        policy,
        load_regimes(),
        arm,
        model_version="m-1",
        company="Volare",
    )
