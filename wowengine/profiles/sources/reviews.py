"""Review boards' exports: CSV or NDJSON, with the column names that Trustpilot and others use.

The stars stay a fact beside the words. A reviewer is known by the e-mail address or customer id that the board gives;
a name proves nothing and is not read. Our reply on the board is a row of its own.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wowengine.errors import BadInput
from wowengine.profiles.sources.base import InboxSource, Page, Row, Terms, gather
from wowengine.profiles.sources.files import READERS
from wowengine.terms import Direction, SignalKind

NAME = "reviews"

TERMS = Terms(
    permitted_use="Reading the board's own export of reviews of our company; kept only of customers who agreed.",
    deletion_hours=24,
    rate=None,
    url="https://legal.trustpilot.com/for-businesses/terms-of-use-and-sale",
    reviewed_on=date(2026, 11, 26),
)

# Ours, and what boards call it: lower case, everything but letters and digits as one underscore.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "source_id": ("review_id", "id", "source_id", "reviewid"),
    "occurred_at": (
        "review_created_utc",
        "review_created_date",
        "created_at",
        "created",
        "review_date",
        "date",
        "occurred_at",
    ),
    "title": ("review_title", "title", "headline", "subject"),
    "text": ("review_content", "review_text", "content", "text", "review", "body", "comment"),
    "rating": ("review_stars", "stars", "rating", "score", "review_rating"),
    "order_id": ("reference_id", "order_id", "reference_number", "review_reference_id", "order_number", "order"),
    "email": ("reviewer_email", "consumer_email", "email", "customer_email", "review_user_email"),
    "customer_id": ("customer_id",),
    "consumer": ("review_consumer_user_id", "consumer_user_id", "consumer_id", "reviewer_id", "user_id"),
    "language": ("review_language", "language", "locale", "lang"),
    "reply": ("company_reply", "reply", "response", "owner_response"),
    "replied_at": ("company_reply_date_utc", "company_reply_date", "reply_date", "replied_at", "response_date"),
}


def parse(content: bytes) -> Page:
    """Read an export.

    Raises
    ------
    BadInput
        When it is neither CSV nor NDJSON, or has no column of a review's words.
    """
    if not content.strip():
        raise BadInput("the export is empty.")
    suffix = ".ndjson" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else ".csv"
    frame = READERS[suffix]("the export", content)
    named = {_plain_name(column): column for column in reversed(frame.columns)}
    found = {
        ours: next((named[theirs] for theirs in known if theirs in named), None) for ours, known in COLUMNS.items()
    }
    if not found["text"] and not found["title"] and not found["rating"]:
        raise BadInput("the export has no column of words or stars, such as Review Content or rating.")
    told = ({ours: row.get(column or "") for ours, column in found.items()} for row in frame.iter_rows(named=True))
    rows, skipped = gather([each for review in told for each in _rows(review)])
    return Page(rows, skipped=skipped)


SOURCE = InboxSource(NAME, TERMS, parse)


def _rows(review: Mapping[str, Any]) -> Iterator[Row | str]:
    """Yield a review as a row, and our reply to it as another, or say why there is none."""
    words = [str(review[name]) for name in ("title", "text") if review[name]]
    if not words and not review["rating"]:
        yield "nothing_said"
        return
    author = (
        f"email:{review['email']}"
        if review["email"]
        else f"{NAME}:{review['consumer']}"
        if review["consumer"]
        else None
    )
    if not author and not review["customer_id"]:
        yield "nobody_named"
        return
    review_id = review["source_id"] or _made_id(review)
    yield {
        "source": NAME,
        "source_id": review_id,
        "kind": SignalKind.REVIEW.value,
        "occurred_at": _utc(review["occurred_at"]),
        "channel": NAME,
        "author": author,
        "customer_id": review["customer_id"],
        "text": "\n\n".join(words) or None,
        "language": review["language"],
        "rating": review["rating"],
        "order_id": review["order_id"],
    }
    if review["reply"]:
        yield {
            "source": NAME,
            "source_id": f"{review_id}:reply",
            "kind": SignalKind.REVIEW.value,
            "occurred_at": _utc(review["replied_at"] or review["occurred_at"]),
            "channel": NAME,
            "direction": Direction.OUTBOUND.value,
            "in_reply_to": review_id,
            "text": review["reply"],
        }


def _utc(told: str | None) -> str | None:
    """Spell ``2026-11-20 18:30:00 UTC`` as ISO 8601 does."""
    return told.strip().removesuffix(" UTC") + "Z" if told and told.strip().endswith(" UTC") else told


def _plain_name(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


def _made_id(review: Mapping[str, Any]) -> str:
    """Give a review without an id one that is the same in the next export."""
    told = "\n".join(str(review[name]) for name in ("email", "customer_id", "consumer", "occurred_at", "order_id"))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
