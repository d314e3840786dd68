"""What was given before, read from actions and from outcomes that no decision of ours led to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.rounds.test_round import delay
from wowengine import clock
from wowengine.campaigns import deliver, outcomes, review, store
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.candidate import Given, Moment
from wowengine.profiles.sources.rows import from_mappings
from wowengine.rounds import Config, decide_for, past, run_round
from wowengine.terms import ActorKind, Basis

Company = Callable[..., Database]
ANNA, STAFF = Actor("theo", ActorKind.PERSON), Actor("desk", ActorKind.STAFF)


def elsewhere(database: Database, gesture_id: str = "voucher", **told: Any) -> None:
    row = {"customer_id": "anna", "gesture_id": gesture_id, "type": "delivered", "occurred_at": clock.now().isoformat()}
    with database.transaction() as session:
        outcomes.take_outcomes(session, from_mappings([row | told]))


def given(database: Database) -> list[Given]:
    with database.reading() as session:
        return past.gestures_given(session, clock.now(), ["anna"], {"voucher": "money"}).get("anna", [])


def delivered(database: Database, basis: Basis, proof: dict[str, Any]) -> None:
    """A person approves what waits, and staff deliver it with this proof."""
    with database.transaction() as session:
        (action,) = [one for one in store.queue(session, limit=100) if one.basis == basis]
        review.approve(session, action.id, ANNA, version=action.version, payload_hash=action.payload_hash)
    with frozen(clock.now() + GRACE), database.transaction() as session:
        claimed = deliver.claim(session, action.id, STAFF)
        deliver.deliver(session, action.id, STAFF, claimed.fence, proof)


def test_what_was_delivered_is_given_with_what_it_came_to(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),))
    run_round(database, config)
    waiting = {(one.gesture_id, one.amount_cents, one.currency, one.category) for one in given(database)}
    assert waiting == {("owed:eu261", 25_000, "EUR", ""), ("voucher", 2_000, "EUR", "money")}
    assert {(one.substitute, one.elsewhere) for one in given(database)} == {(None, False)}


def test_a_delivery_may_prove_that_they_took_it_in_place_of_money(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),))
    run_round(database, config)
    signed = {"instead_of": "eu261", "agreement": "signed", "record": "scan 7", "worth_cents": 26_000}
    delivered(database, Basis.GOODWILL, {"note": "signed at the desk"} | signed)
    (taken,) = [one.substitute for one in given(database) if one.substitute]
    assert (taken.regime, taken.agreement, taken.record) == ("eu261", "signed", "scan 7")
    assert (taken.worth_cents, taken.currency, taken.never_expires) == (26_000, "EUR", False)


@pytest.mark.parametrize(("agreement", "settled"), [("signed", 25_000), ("written", 0)])
def test_what_they_signed_for_settles_what_the_law_owes_from_end_to_end(
    company: Company, config: Config, agreement: str, settled: int
) -> None:
    database = company(incidents=(delay("anna"),))
    run_round(database, config)
    taken = {"instead_of": "eu261", "agreement": agreement, "record": "scan 7", "worth_cents": 26_000}
    delivered(database, Basis.GOODWILL, taken)
    with database.reading() as session:
        (late,) = past.incidents(session, clock.now(), ["anna"])["anna"]
        decision = decide_for(session, config, "anna", Moment(clock.now(), incident=late))
    assert decision.owed is not None
    assert (decision.owed.amount_cents, decision.owed.settled_cents) == (25_000, settled)


def test_what_the_desk_gave_by_itself_is_known_and_counts(company: Company) -> None:
    database = company()
    elsewhere(database, incident="anna-1", amount_cents=700, currency="EUR")
    elsewhere(database, "owed:eu261", incident="anna-1", amount_cents="25000", currency="EUR")
    elsewhere(database, "lounge", incident="anna-2")
    elsewhere(database, "miles", incident="anna-2", amount_cents=-500, currency="EUR")
    elsewhere(database, "coffee")  # no incident: what somebody had, and no remedy
    elsewhere(database, "film", incident="anna-1", decision_id="dec_1")  # ours: its action tells of it
    told = {
        one.gesture_id: (one.basis, one.subject, one.amount_cents, one.currency, one.state, one.elsewhere)
        for one in given(database)
    }
    assert told == {
        "voucher": (Basis.GOODWILL, "anna-1", 700, "EUR", "delivered", True),
        "owed:eu261": (Basis.FLOOR, "anna-1", 25_000, "EUR", "delivered", True),
        "lounge": (Basis.GOODWILL, "anna-2", 0, "", "delivered", True),
        "miles": (Basis.GOODWILL, "anna-2", 0, "", "delivered", True),
    }


def test_a_voucher_from_the_desk_does_not_answer_what_the_law_owes(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),))
    elsewhere(database, incident="anna-1", amount_cents=700, currency="EUR")
    run_round(database, config)
    with database.reading() as session:
        waiting = {one.gesture_id: one.amount_cents for one in store.queue(session, limit=100)}
    assert waiting == {"owed:eu261": 25_000}


def test_money_paid_elsewhere_is_not_paid_again(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),))
    elsewhere(database, "owed:eu261", incident="anna-1", amount_cents=25_000, currency="EUR")
    run_round(database, config)
    with database.reading() as session:
        assert {one.gesture_id for one in store.queue(session, limit=100)} == {"voucher"}


@pytest.mark.parametrize("age", [366, 364])
def test_what_is_older_than_a_year_is_forgotten(company: Company, age: int) -> None:
    database = company()
    elsewhere(database, incident="anna-1", occurred_at=(clock.now() - timedelta(days=age)).isoformat())
    assert bool(given(database)) is (age < 365)
