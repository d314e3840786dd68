"""The contracts of what may come in, and the frames that are handed on.

``check(raw, contract)`` parts good rows, typed, from rows to set aside, each with the first rule it broke.
"""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from wowengine.profiles.check import Checked, check
from wowengine.profiles.columns import LONGEST_TEXT, Column, Contract, Holds, RowRule, words
from wowengine.terms import Direction, GestureKind, OutcomeType, Purpose, SignalKind

__all__ = ["CUSTOMERS", "GESTURES", "OUTCOMES", "SIGNALS", "Checked", "Contract", "ProfileFrames", "check"]

# How a handle's link to its customer may have been proven (R1): by the owner's own act, by the desk, by our records.
HANDLE_PROOFS = ("company_record", "verified_contact", "code", "sign_in", "oauth", "oidc", "rel_me", "domain")

LANGUAGE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"
COUNTRY = r"^[A-Za-z]{2}$"
CURRENCY = r"^[A-Z]{3}$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
PHONE = r"^\+?[0-9][0-9 ()./-]{4,24}$"
HANDLE = r"^\s*[A-Za-z][A-Za-z0-9_-]{0,59}:\s*\S.*$"

CUSTOMERS = Contract(
    "customers",
    (
        Column("customer_id", required=True),
        Column("name", longest=300),
        Column("email", longest=320, looks=EMAIL, rule="not_an_email"),
        Column("phone", longest=40, looks=PHONE, rule="not_a_phone"),
        Column("language", longest=12, looks=LANGUAGE, rule="not_a_language"),
        Column("country", longest=2, looks=COUNTRY, rule="not_a_country"),
        Column("time_zone", longest=64),
        Column("tier", longest=60),
        Column("joined_on", Holds.DAY),
        Column("agent_of_record"),
        Column("handles", Holds.LIST, longest=380, looks=HANDLE, rule="not_a_handle"),
        Column("handle_proof", Holds.WORD, allowed=HANDLE_PROOFS, default="company_record"),
        Column("consents", Holds.WORDS, allowed=words(Purpose)),
    ),
)

SIGNALS = Contract(
    "signals",
    (
        Column("source", required=True, longest=60),
        Column("source_id", required=True),
        Column("kind", Holds.WORD, required=True, allowed=words(SignalKind)),
        Column("occurred_at", Holds.TIME, required=True),
        Column("channel", required=True, longest=60),
        Column("author", longest=380),
        Column("customer_id"),
        Column("direction", Holds.WORD, allowed=words(Direction), default=Direction.INBOUND.value),
        Column("in_reply_to"),
        Column("text", Holds.TEXT, longest=LONGEST_TEXT),
        Column("language", longest=12, looks=LANGUAGE, rule="not_a_language"),
        Column("place"),
    ),
    (
        RowRule(
            "nobody_named",
            "author",
            (pl.col("direction") == Direction.INBOUND) & pl.col("author").is_null() & pl.col("customer_id").is_null(),
        ),
    ),
)

GESTURES = Contract(
    "gestures",
    (
        Column("gesture_id", required=True),
        Column("kind", Holds.WORD, required=True, allowed=words(GestureKind)),
        Column("title", required=True, longest=300),
        Column("tags", Holds.LIST, default=()),
        Column("cost_cents", Holds.WHOLE, default=0),
        Column("currency", longest=3, looks=CURRENCY, rule="not_a_currency", default="EUR"),
        Column("value_cents", Holds.WHOLE, default=0),
        Column("channels", Holds.LIST, default=()),
        Column("stock", Holds.WHOLE),
        Column("lead_minutes", Holds.WHOLE, default=0),
        Column("window_minutes", Holds.WHOLE),
        Column("checklist", Holds.LIST, default=()),
        Column("place"),
        Column("valid_from", Holds.TIME),
        Column("valid_until", Holds.TIME),
        Column("tiers", Holds.LIST, default=()),
        Column("slots", Holds.LIST, default=()),
    ),
    (RowRule("ends_before_it_begins", "valid_until", pl.col("valid_until") < pl.col("valid_from")),),
)

OUTCOMES = Contract(
    "outcomes",
    (
        Column("customer_id", required=True),
        Column("gesture_id", required=True),
        Column("occurred_at", Holds.TIME, required=True),
        Column("type", Holds.WORD, required=True, allowed=words(OutcomeType)),
        Column("decision_id"),
        Column("context", Holds.FACTS, longest=LONGEST_TEXT, default="{}"),
    ),
)


@dataclass(frozen=True)
class ProfileFrames:
    """Profiles as frames, for models and rules to read. One row per customer, topic, slot.

    Attributes
    ----------
    customers
        customer_id, name, language, country, time_zone, tier, joined_on, agent_of_record, attributes (JSON text).
    interests
        customer_id, topic, affinity (-1 to 1, negative is dislike), mentions, last_at.
    preferences
        customer_id, slot, value, quote, signal_id, stated_at.
    care
        customer_id, mood (-1 to 1), contacts, threads, unanswered, incidents, longest_wait_seconds,
        median_first_answer_seconds, top_reason. Only customers whose profile was built.
    """

    customers: pl.DataFrame
    interests: pl.DataFrame
    preferences: pl.DataFrame
    care: pl.DataFrame

    def only(self, customer_ids: Collection[str]) -> "ProfileFrames":
        """Return the part of these customers."""
        wanted = pl.col("customer_id").is_in(list(customer_ids))
        return ProfileFrames(*(frame.filter(wanted) for frame in vars(self).values()))
