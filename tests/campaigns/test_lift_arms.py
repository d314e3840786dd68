"""The standing arms, from what was written down to what can be told of them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.campaigns.making import NOW
from wowengine.campaigns import outcomes
from wowengine.campaigns.assignments import assign
from wowengine.campaigns.lift_arms import Did, drawn_shares, standing_arms
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.decide.policy_chance import Arms
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import OutcomeType

MONTH = timedelta(days=30)
ARMS = {"anna": Arm.FULL, "ben": Arm.FULL, "cleo": Arm.HOLDOUT, "dan": Arm.HOLDOUT}


def drawn(session: Session, consents: str = "care;measurement") -> None:
    """Four customers, drawn at NOW; and eva, a fortnight later."""
    people = [{"customer_id": who, "handles": f"x:{who}", "consents": consents} for who in (*ARMS, "eva")]
    with frozen(NOW - timedelta(days=300)):
        take_customers(session, from_mappings(people))
    with frozen(NOW):
        assign(session, "one", ARMS)
        assign(session, "another", {"eva": Arm.HOLDOUT, "anna": Arm.HOLDOUT})
    with frozen(NOW + timedelta(days=15)):
        assign(session, "one", {"eva": Arm.FULL})


def bought(session: Session, who: str, at: datetime, kind: str = "purchase") -> None:
    row = {"source": "shop", "source_id": f"{who} {at}", "kind": kind, "channel": "web", "author": f"x:{who}"}
    with frozen(at):
        take_signals(session, from_mappings([row | {"occurred_at": at.isoformat(), "text": "a seat"}]))


def means(session: Session, did: Did, on: datetime = NOW + MONTH) -> dict[str, tuple[int, float]]:
    with frozen(on):
        return {one.arm: (one.n, one.mean) for one in standing_arms(session, "one", did, MONTH).samples}


def test_everybody_counts_in_the_arm_they_were_drawn_for_whatever_reached_them(database: Database) -> None:
    with database.transaction() as session:
        drawn(session)
        for at in (NOW + timedelta(days=3), NOW + timedelta(days=4)):
            bought(session, "anna", at)  # twice, and counted once
        bought(session, "cleo", NOW - timedelta(days=1))  # before
        bought(session, "dan", NOW + MONTH)  # too late
        bought(session, "ben", NOW + timedelta(days=1), "review")  # no purchase
        assert means(session, Did.BOUGHT) == {"full": (2, 0.5), "holdout": (2, 0.0)}


def test_who_was_drawn_lately_is_waited_for(database: Database) -> None:
    with database.transaction() as session:
        drawn(session)
        with frozen(NOW + MONTH):
            assert standing_arms(session, "one", Did.BOUGHT, MONTH).waiting == 1
        with frozen(NOW + timedelta(days=29)):
            assert standing_arms(session, "one", Did.BOUGHT, MONTH).samples == []
        bought(session, "eva", NOW + timedelta(days=14))  # the others were in, and she was not yet
        assert means(session, Did.BOUGHT, NOW + 2 * MONTH) == {"full": (3, 0.0), "holdout": (2, 0.0)}


def test_the_purchases_of_who_does_not_let_them_be_measured_are_not_looked_at(database: Database) -> None:
    with database.transaction() as session:
        drawn(session, consents="care")
        bought(session, "anna", NOW + timedelta(days=3))
        assert means(session, Did.BOUGHT) == {"full": (2, 0.0), "holdout": (2, 0.0)}


def test_what_was_welcomed_is_what_was_accepted_or_thanked_for(database: Database) -> None:
    with database.transaction() as session:
        drawn(session)
        for who, kind in (("anna", OutcomeType.THANKED), ("ben", OutcomeType.SHOWN), ("dan", OutcomeType.REJECTED)):
            outcomes.record(session, who, "coffee", kind, occurred_at=NOW + timedelta(days=2))
        assert means(session, Did.WELCOMED) == {"full": (2, 0.5), "holdout": (2, 0.0)}


def test_the_shares_are_those_that_arms_are_drawn_by() -> None:
    shares = drawn_shares(0.05, Arms(random=0.1, unsocial=0.2))
    assert shares == {"full": pytest.approx(0.65), "holdout": 0.05, "random": 0.1, "unsocial": 0.2}
    assert drawn_shares(0, Arms()) == {"full": 1}
