"""One customer: who they are, what they care about, and what they lived through with us."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import polars as pl
from fastapi import APIRouter
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import CustomerId, Told
from wowengine.errors import NotFound
from wowengine.profiles.consent import consents
from wowengine.profiles.evidence import Quote, load_evidence
from wowengine.profiles.models import Customer, Profile
from wowengine.profiles.moments import load_moments
from wowengine.profiles.store import load_frames
from wowengine.terms import Purpose

router = APIRouter(tags=["customers"])

View = TypeVar("View", bound=Told)


class EvidenceView(Told):
    """The words of one signal."""

    signal_id: int
    quote: str
    source: str = Field(description="The channel it was said on.")
    at: datetime


class InterestView(Told):
    """A topic and how strongly it holds."""

    topic: str
    affinity: float = Field(ge=-1, le=1, description="Negative for what they dislike.")
    mentions: int
    last_at: datetime
    evidence: list[EvidenceView] = Field(description="The words it rests on, strongest first.")


class PreferenceView(Told):
    """Something they told us."""

    slot: str
    value: str
    quote: str
    stated_at: datetime


class MomentView(Told):
    """A moment of their own life that they told of."""

    kind: str
    day: date | None = Field(description="Null where no day was named.")
    quote: str
    told_at: datetime


class CareView(Told):
    """What they lived through with us."""

    as_of: datetime
    mood: float | None = Field(description="Of their recent texts, -1 to 1.")
    signals: int
    not_used: int = Field(description="Signals whose text was sensitive and is not kept.")
    contacts: int
    threads: int
    unanswered: int
    incidents: int
    median_first_answer_seconds: float | None
    longest_wait_seconds: float | None
    top_reason: str | None
    last_contact_at: datetime | None


class ProfileView(Told):
    """What is known of one customer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "name": "Anna Rossi",
                    "language": "it",
                    "country": "IT",
                    "time_zone": "Europe/Rome",
                    "tier": "gold",
                    "joined_on": "2019-05-02",
                    "agent_of_record": "Theo",
                    "attributes": {},
                    "consents": ["interests", "offers"],
                    "interests": [
                        {
                            "topic": "jazz",
                            "affinity": 0.82,
                            "mentions": 3,
                            "last_at": "2026-11-03T18:20:00Z",
                            "evidence": [
                                {
                                    "signal_id": 17,
                                    "quote": "never fly without jazz",
                                    "source": "mastodon",
                                    "at": "2026-11-03T18:20:00Z",
                                }
                            ],
                        }
                    ],
                    "preferences": [],
                    "moments": [],
                    "care": None,
                }
            ]
        }
    )

    customer_id: str
    name: str | None
    language: str | None
    country: str | None
    time_zone: str | None
    tier: str | None
    joined_on: date | None
    agent_of_record: str | None
    attributes: dict[str, Any]
    consents: list[Purpose] = Field(description="The purposes they say yes to today. Silence means no.")
    interests: list[InterestView] = Field(description="Strongest first, each with the words it rests on.")
    preferences: list[PreferenceView]
    moments: list[MomentView] = Field(description="Those to come first, then those without a day, then the past.")
    care: CareView | None = Field(description="Null until a profile was built.")


@router.get("/customers/{customer_id:path}/profile", summary="A customer's profile", responses=problems(404))
def profile(customer_id: CustomerId, database: Db) -> ProfileView:
    """Return interests with their evidence, stated preferences, moments, care history and consents."""
    with database.reading() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
        return _view(session, customer)


def _view(session: Session, customer: Customer) -> ProfileView:
    """Tell what may be told today: interests, stated preferences and moments only while they agree to it."""
    built, frames = session.get(Profile, customer.id), load_frames(session, [customer.id])
    return ProfileView(
        customer_id=customer.id,
        name=customer.name,
        language=customer.language or (built.language if built else None),
        country=customer.country,
        time_zone=customer.time_zone,
        tier=customer.tier,
        joined_on=customer.joined_on,
        agent_of_record=customer.agent_of_record,
        attributes=customer.attributes,
        consents=sorted(consents(session, [customer.id]).get(customer.id, ())),
        interests=_interests(frames.interests, load_evidence(session, customer.id)),
        preferences=[_told(PreferenceView, row) for row in frames.preferences.iter_rows(named=True)],
        moments=[MomentView.model_validate(one) for one in load_moments(session, customer.id, clock.now().date())],
        care=CareView.model_validate(built) if built else None,
    )


def _interests(interests: pl.DataFrame, evidence: Sequence[Quote]) -> list[InterestView]:
    words: dict[str, list[EvidenceView]] = {}
    for quote in evidence:
        words.setdefault(quote.topic, []).append(EvidenceView.model_validate(quote))
    strongest = interests.sort("affinity", "topic", descending=[True, False])
    return [
        _told(InterestView, row | {"evidence": words.get(row["topic"], [])}) for row in strongest.iter_rows(named=True)
    ]


def _told(shape: type[View], row: dict[str, Any]) -> View:
    return shape(**{name: row[name] for name in shape.model_fields})
