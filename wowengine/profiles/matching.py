"""Contacts that are one in two spellings: a reason to ask a person whether two records are one, and no more."""

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.profiles.bulk import Schema, fetch
from wowengine.profiles.identity import EMAIL, PHONE, Address
from wowengine.profiles.models import Handle
from wowengine.profiles.pairs import suspect

LAST_DIGITS = 9  # of a number with its country before it and one without, so many are equal; fewer are no sign
ONE_BOX = ("gmail.com", "googlemail.com")  # one post office under two names, for which dots do not count
HANDLES: Schema = {"customer_id": pl.String, "channel": pl.String, "address": pl.String}


def look(session: Session) -> int:
    """Look through all contacts, offer the pairs to a person, and return how many were found."""
    query = select(Handle.customer_id, Handle.channel, Handle.address).where(Handle.channel.in_([EMAIL, PHONE]))
    pairs = same_contacts(fetch(session, query, HANDLES))
    return sum(suspect(session, one, other, f"same_{channel}") for one, other, channel in pairs.iter_rows())


def same_contacts(handles: pl.DataFrame) -> pl.DataFrame:
    """Return which customers have one contact in two spellings.

    Parameters
    ----------
    handles
        ``customer_id``, ``channel`` (``email`` or ``phone``), ``address``.

    Returns
    -------
    pl.DataFrame
        ``customer_id``, ``other_id`` (the later of the two by name), ``channel``; each pair once.
    """
    keyed = handles.select("customer_id", "channel", key=_key()).drop_nulls().unique()
    met = keyed.join(keyed.rename({"customer_id": "other_id"}), on=["channel", "key"])
    pairs = met.filter(pl.col("customer_id") < pl.col("other_id")).select("customer_id", "other_id", "channel")
    return pairs.sort("customer_id", "other_id", "channel").unique(["customer_id", "other_id"], maintain_order=True)


def meeting(session: Session, customer_id: str, other_id: str) -> set[Address]:
    """Return the contacts of two customers that are one in two spellings, those of either."""
    query = select(Handle.customer_id, Handle.channel, Handle.address).where(
        Handle.channel.in_([EMAIL, PHONE]), Handle.customer_id.in_([customer_id, other_id])
    )
    keyed = fetch(session, query, HANDLES).with_columns(key=_key()).drop_nulls("key")
    met = keyed.filter(pl.col("customer_id").n_unique().over("channel", "key") > 1)
    return set(met.select("channel", "address").iter_rows())


def _key() -> pl.Expr:
    return pl.when(pl.col("channel") == EMAIL).then(_email_key()).otherwise(_phone_key())


def _email_key() -> pl.Expr:
    """Spell an address as its post office reads it: without what stands behind a plus."""
    parts = pl.col("address").str.splitn("@", 2)
    name, box = parts.struct.field("field_0").str.replace(r"\+.*$", ""), parts.struct.field("field_1")
    google = box.is_in(ONE_BOX)
    undotted = pl.when(google).then(name.str.replace_all(".", "", literal=True)).otherwise(name)
    return pl.concat_str(undotted, pl.when(google).then(pl.lit(ONE_BOX[0])).otherwise(box), separator="@")


def _phone_key() -> pl.Expr:
    digits = pl.col("address").str.replace_all(r"\D", "")
    return pl.when(digits.str.len_chars() >= LAST_DIGITS).then(digits.str.tail(LAST_DIGITS))
