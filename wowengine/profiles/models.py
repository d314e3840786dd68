"""The tables of WHO: people, how we know them, what they said, and what was built from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.db.base import Base, Json, one_of, partial_index
from wowengine.terms import Direction, LegalBasis, Purpose, SignalKind


class Customer(Base):
    """A person the company knows, under the company's own id."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(300))
    language: Mapped[str | None] = mapped_column(String(12))
    country: Mapped[str | None] = mapped_column(String(2))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    tier: Mapped[str | None] = mapped_column(String(60))
    joined_on: Mapped[date | None] = mapped_column(Date)
    agent_of_record: Mapped[str | None] = mapped_column(String(200))
    attributes: Mapped[Json]
    content_hash: Mapped[str] = mapped_column(String(64))  # of the row as it was imported: same again is a duplicate
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Handle(Base):
    """An identity on one channel (``email``, ``phone``, ``x``...), and how its link to the customer was proven."""

    __tablename__ = "handles"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(320))  # normalised: lower case, without a leading @
    proof: Mapped[str] = mapped_column(String(60))
    proven_at: Mapped[datetime]


class HandleChallenge(Base):
    """A code that must come back from an account, to prove that it is the customer's; kept as a keyed hash."""

    __tablename__ = "handle_challenges"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(320))
    mark: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int]
    expires_at: Mapped[datetime]


class Merge(Base):
    """Two records that a person found to be one customer: what is `customer_id`'s went over to `into_id`.

    Nothing is thrown away: what went over is listed in `merge_moves`, and goes back when the merge is undone.
    """

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    into_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(120))
    undone_at: Mapped[datetime | None]


class MergeMove(Base):
    """A row that a merge moved: of which table, and which."""

    __tablename__ = "merge_moves"

    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # signals, handles or consents
    row_id: Mapped[int] = mapped_column(Integer, primary_key=True)


class ProbableMatch(Base):
    """Two records that may be one customer: offered to a person, never joined alone."""

    __tablename__ = "probable_matches"
    __table_args__ = (UniqueConstraint("customer_id", "other_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    other_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(String(60))
    found_at: Mapped[datetime]
    refused_by: Mapped[str | None] = mapped_column(String(120))
    refused_at: Mapped[datetime | None]


class Consent(Base):
    """One yes or no of a customer to one purpose. Append-only: the newest row of a purpose holds."""

    __tablename__ = "consents"
    __table_args__ = (one_of("purpose", Purpose), one_of("legal_basis", LegalBasis))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class Signal(Base):
    """One observed fact, as it came. Inbound ones belong to a consenting customer; outbound ones are our words."""

    __tablename__ = "signals"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        one_of("kind", SignalKind),
        one_of("direction", Direction),
        one_of("legal_basis", LegalBasis),
        CheckConstraint("direction = 'outbound' or customer_id is not null", name="inbound_has_customer"),
        CheckConstraint("legal_basis <> 'consent' or consent_id is not null", name="consent_is_named"),
        Index("ix_signals_customer_time", "customer_id", "occurred_at"),
        partial_index("ix_signals_thread", "source", "in_reply_to", where="in_reply_to is not null"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(60))
    author: Mapped[str | None] = mapped_column(String(400))  # the handle, channel:address
    occurred_at: Mapped[datetime]
    in_reply_to: Mapped[str | None] = mapped_column(String(200))  # a source_id of the same source
    text: Mapped[str | None] = mapped_column(Text)  # None also where a sensitive text was blanked
    language: Mapped[str | None] = mapped_column(String(12))
    place: Mapped[str | None] = mapped_column(String(200))
    attributes: Mapped[Json]
    purpose: Mapped[str] = mapped_column(String(80))  # words of Purpose, separated by spaces
    legal_basis: Mapped[str] = mapped_column(String(20))
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"))
    withheld: Mapped[bool] = mapped_column(default=False)  # its text was sensitive and is not kept
    content_hash: Mapped[str] = mapped_column(String(64))
    collected_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SetAside(Base):
    """A row of an import that could not be used: where it stood and which rule it broke, never what it said."""

    __tablename__ = "set_aside"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # customers, signals, gestures or outcomes
    file: Mapped[str] = mapped_column(String(300))
    line: Mapped[int]
    column: Mapped[str | None] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Profile(Base):
    """What was built for a customer: language, mood and care history in one row; interests beside it."""

    __tablename__ = "profiles"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    as_of: Mapped[datetime]
    built_at: Mapped[datetime]
    language: Mapped[str | None] = mapped_column(String(12))
    mood: Mapped[float | None] = mapped_column(Float)  # mean sentiment of recent texts, -1 to 1, newer counts more
    signals: Mapped[int]
    not_used: Mapped[int]  # signals whose text was withheld
    contacts: Mapped[int]  # inbound messages and tickets
    threads: Mapped[int]
    unanswered: Mapped[int]  # threads without an answer of ours
    incidents: Mapped[int]
    median_first_answer_seconds: Mapped[float | None] = mapped_column(Float)
    longest_wait_seconds: Mapped[float | None] = mapped_column(Float)
    top_reason: Mapped[str | None] = mapped_column(String(30))  # most frequent complaint reason
    last_contact_at: Mapped[datetime | None]


class StaleProfile(Base):
    """A customer whose signals or consents changed since their profile was built."""

    __tablename__ = "stale_profiles"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)


class Interest(Base):
    """A topic of the taxonomy and how strongly it holds, 0 to 1; negative for what they dislike."""

    __tablename__ = "interests"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    affinity: Mapped[float] = mapped_column(Float)
    half_life_days: Mapped[float] = mapped_column(Float)
    mentions: Mapped[int]
    last_at: Mapped[datetime]


class Preference(Base):
    """Something the customer stated, such as ``coffee: long, no sugar``."""

    __tablename__ = "preferences"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(300))
    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"))
    quote: Mapped[str] = mapped_column(String(300))
    stated_at: Mapped[datetime]


class Moment(Base):
    """An event of their own life that the customer told of, such as a birthday or a journey to come."""

    __tablename__ = "moments"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    day: Mapped[date | None] = mapped_column(Date)  # None: no day was named
    quote: Mapped[str] = mapped_column(String(300))
    told_at: Mapped[datetime]


class Evidence(Base):
    """The words of a signal on which an interest rests."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_customer_topic", "customer_id", "topic"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(60))
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"), index=True)
    quote: Mapped[str] = mapped_column(String(300))
    weight: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime]


class Wait(Base):
    """One thread of a customer: when they first wrote, and when we first answered."""

    __tablename__ = "waits"
    __table_args__ = (Index("ix_waits_customer", "customer_id"),)

    root_signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    first_answer_seconds: Mapped[float | None] = mapped_column(Float)
    contacts: Mapped[int]  # inbound messages in the thread
    reason: Mapped[str | None] = mapped_column(String(30))


class HeardHour(Base):
    """How much was said in an hour, by how many, and in what mood: numbers, and nobody's words."""

    __tablename__ = "heard_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)  # all, complaint or interest
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    posts: Mapped[int]
    authors: Mapped[int]  # not met before on that day
    negative: Mapped[int]
    neutral: Mapped[int]
    positive: Mapped[int]


class HeardMark(Base):
    """The hash of a post or an author of a day, so that each counts once; gone when the day is over."""

    __tablename__ = "heard_marks"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, index=True)
