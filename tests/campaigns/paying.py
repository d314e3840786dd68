"""A campaign whose truth is known: who was drawn, what was spent on them, and how many of them buy."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.campaigns.making import NOW
from wowengine.campaigns.campaign import Campaign, CampaignState, Recipient, RecipientState
from wowengine.campaigns.models import Assignment
from wowengine.decide.arms import Arm
from wowengine.profiles.bulk import insert_all
from wowengine.profiles.models import Consent, Customer, Signal
from wowengine.terms import Purpose

MONTH = timedelta(days=30)
SAID_YES = (Purpose.MEASUREMENT, Purpose.OFFERS)
SHARES = {"treated": 0.5, "held_out": 0.5}


def campaign(session: Session, campaign_id: str = "cmp_1", **changes: Any) -> None:
    """A campaign that has finished, half of whose audience got nothing."""
    values: dict[str, Any] = {
        "name": "Coffee in May",
        "state": CampaignState.FINISHED,
        "audience": "",
        "gestures": [],
        "currency": "EUR",
        "budget_cents": 100_000,
        "holdout": 0.5,
        "starts_at": NOW,
        "created_by": "anna",
        "created_at": NOW,
        "submitted_by": "anna",
        "approved_by": "bruno",
        "approved_at": NOW,
    }
    session.add(Campaign(id=campaign_id, **values | changes))
    session.flush()


def drawn(
    session: Session,
    many: int,
    chances: Mapping[str, float],
    *,
    seed: int = 1,
    campaign_id: str = "cmp_1",
    at: datetime = NOW,
    price_cents: int | None = None,
    currency: str = "EUR",
) -> dict[str, str]:
    """Customers who let what they buy be measured, drawn by turns; each buys with the chance of their arm."""
    dice = random.Random(seed)
    arms = {f"{campaign_id}-{number:05}": list(SHARES)[number % 2] for number in range(many)}
    insert_all(session, Customer, [_person(who) for who in arms])
    insert_all(session, Consent, [_yes(who, purpose, at - MONTH) for purpose in SAID_YES for who in arms])
    insert_all(session, Recipient, [_recipient(campaign_id, who, arm, at) for who, arm in arms.items()])
    consents = dict(session.query(Consent.customer_id, Consent.id).filter_by(purpose=Purpose.MEASUREMENT).all())
    buyers = [who for who, arm in arms.items() if dice.random() < chances[arm]]
    told = {} if price_cents is None else {"price_cents": price_cents, "currency": currency}
    insert_all(session, Signal, [_purchase(who, consents[who], at + timedelta(days=3), told) for who in buyers])
    return arms


def standing(session: Session, experiment: str, arms: Mapping[str, str], at: datetime = NOW) -> None:
    """The same customers in the standing arms."""
    words = {"treated": Arm.FULL.value, "held_out": Arm.HOLDOUT.value}
    rows = [
        {"experiment": experiment, "customer_id": who, "arm": words[arm], "assigned_at": at}
        for who, arm in arms.items()
    ]
    insert_all(session, Assignment, rows)


def _person(who: str) -> dict[str, Any]:
    return {"id": who, "attributes": {}, "content_hash": "", "created_at": NOW, "updated_at": NOW}


def _yes(who: str, purpose: Purpose, at: datetime) -> dict[str, Any]:
    return {
        "customer_id": who,
        "purpose": purpose.value,
        "given": True,
        "legal_basis": "consent",
        "source": "test",
        "at": at,
    }


def _recipient(campaign_id: str, who: str, arm: str, at: datetime) -> dict[str, Any]:
    state = RecipientState.HELD_OUT if arm == "held_out" else RecipientState.NOT_CHOSEN
    return {
        "campaign_id": campaign_id,
        "customer_id": who,
        "look": 1,
        "state": state.value,
        "reason": "",
        "at": at,
    }


def _purchase(who: str, consent_id: int, at: datetime, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": "shop",
        "source_id": who,
        "customer_id": who,
        "kind": "purchase",
        "direction": "inbound",
        "channel": "web",
        "occurred_at": at,
        "attributes": dict(told),
        "purpose": Purpose.MEASUREMENT.value,
        "legal_basis": "consent",
        "consent_id": consent_id,
        "withheld": False,
        "content_hash": "",
        "collected_at": at,
        "expires_at": at + timedelta(days=700),
    }
