"""What customers said of us in public, and whether it was good: reviews and mentions, read for their sentiment."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from wowengine.profiles.bulk import UTC_TIME, Schema, chunks, fetch
from wowengine.profiles.consent import may_use
from wowengine.profiles.models import Customer, Signal
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.readers import NEGATIVE, POSITIVE
from wowengine.terms import Direction, Purpose, SignalKind

ABOUT_US = (SignalKind.REVIEW, SignalKind.MENTION)
MOST_STARS = 5.0
GOOD_STARS, BAD_STARS = 4.0, 2.0  # at least, and at most
SAID: Schema = {
    "id": pl.Int64,
    "customer_id": pl.String,
    "occurred_at": UTC_TIME,
    "text": pl.String,
    "language": pl.String,
    "spoken": pl.String,
    "rating": pl.String,
}


def opinions(session: Session, customer_ids: Sequence[str], since: datetime) -> pl.DataFrame:
    """Return what these customers have said of us since, as far as it may serve to tell whether something helped.

    Words count before stars, which stand alone where there are no words, or none that feel either way.

    Returns
    -------
    pl.DataFrame
        ``id`` of the signal, ``customer_id``, ``occurred_at``, ``good`` (false: bad), in the order of time; who says
        neither is left out.
    """
    stars = cast(Signal.attributes["rating"].as_string(), String)
    words = (Signal.id, Signal.customer_id, Signal.occurred_at, Signal.text, Signal.language, Customer.language, stars)
    wanted = (
        select(*words)
        .join(Customer, Customer.id == Signal.customer_id)
        .where(
            Signal.kind.in_(ABOUT_US),
            Signal.direction == Direction.INBOUND,
            Signal.occurred_at >= since,
            may_use(Purpose.MEASUREMENT),
        )
    )
    parts = (fetch(session, wanted.where(Signal.customer_id.in_(part)), SAID) for part in chunks(customer_ids))
    said = pl.concat([pl.DataFrame(schema=SAID), *parts])
    judged = said.join(_felt(said), on="id", how="left").with_columns(stars=_stars())
    good = pl.coalesce("felt", pl.when(pl.col("stars") >= GOOD_STARS).then(True), _bad_stars())
    told = judged.select("id", "customer_id", "occurred_at", good=good).drop_nulls("good")
    return told.sort("occurred_at", "id")


def _felt(said: pl.DataFrame) -> pl.DataFrame:
    """Return whether words are good; null where they are neither."""
    texts = said.filter(pl.col("text").is_not_null())
    if texts.is_empty():
        return pl.DataFrame(schema={"id": pl.Int64, "felt": pl.Boolean})
    read_of = read(texts.select("id", "text", "language", "spoken", on=pl.col("occurred_at").dt.date())).texts
    word = pl.col("sentiment")
    felt = pl.when(word == POSITIVE).then(True).when(word == NEGATIVE).then(False)
    return read_of.select("id", felt=felt)


def _stars() -> pl.Expr:
    """Return the stars of five, as boards write them: "4", "4.5", "4/5"; null for what is not so."""
    number = pl.col("rating").str.extract(r"^\s*(\d(?:\.\d)?)\s*(?:/\s*5)?\s*$").cast(pl.Float64, strict=False)
    return pl.when(number <= MOST_STARS).then(number)


def _bad_stars() -> pl.Expr:
    return pl.when(pl.col("stars") <= BAD_STARS).then(False)
