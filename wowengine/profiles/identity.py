"""Handles: one spelling each, and at most one customer who owns it.

Names, photos and guesses prove nothing; a handle is linked only by a row that says how it was proven.
"""

from collections.abc import Iterable

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.db.many import among
from wowengine.errors import NotFound
from wowengine.profiles.models import Customer, Handle

EMAIL, PHONE = "email", "phone"
LONGEST_ADDRESS = 320

# What a program writes where it knows no id; two people with the same of these are not one person.
NOBODY = frozenset(
    {"null", "none", "nil", "undefined", "nan", "n/a", "na", "unknown", "anonymous", "anon", "guest", "user", "test"}
    | {"true", "false", "-1", "[object object]"}
)

Address = tuple[str, str]  # channel, address


def is_nobody(name: str) -> bool:
    """Whether an id or address stands for nobody: ``null``, ``anonymous``, all zeros, no letter or digit at all."""
    told = name.strip().lower()
    return told in NOBODY or not any(sign.isalnum() and sign != "0" for sign in told)


def normalise(channel: str, address: str) -> Address:
    """Spell a handle in the one way it is stored.

    Lower case, without a leading ``@``; a phone number keeps its digits and a leading ``+`` (``00`` is one).
    """
    channel, address = channel.strip().lower(), address.strip().lower().lstrip("@")
    if channel == PHONE:
        plus = address.startswith(("+", "00"))
        digits = "".join(sign for sign in address if sign.isdecimal())
        address = "+" + digits.removeprefix("00") if plus else digits
    return channel, address


def parse(handle: str, channel: str = "") -> Address:
    """Read ``channel:address``; where no channel stands before it, the given one is meant."""
    named, colon, address = handle.partition(":")
    if colon and (named.strip().isidentifier() or not channel):
        return normalise(named, address)
    return normalise(channel, handle)


def must_know(session: Session, customer_id: str) -> None:
    """Go on only with a customer.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)


def owners(session: Session, addresses: Iterable[Address]) -> dict[Address, str]:
    """Return who owns which of these handles."""
    wanted = set(addresses)
    if not wanted:
        return {}
    mine = among(Handle.address, {address for _, address in wanted})
    rows = session.execute(select(Handle.channel, Handle.address, Handle.customer_id).where(mine))
    found = {(row.channel, row.address): row.customer_id for row in rows}
    return {address: owner for address, owner in found.items() if address in wanted}


def link_authors(session: Session, signals: pl.DataFrame) -> pl.DataFrame:
    """Spell ``author`` as it is stored, and add ``owner``: the customer who owns that handle, or null."""
    pairs = signals.select("author", "channel").drop_nulls("author").unique()
    if pairs.is_empty():
        return signals.with_columns(owner=pl.lit(None, pl.String))
    parsed = {pair: parse(*pair) for pair in pairs.iter_rows()}
    known = owners(session, parsed.values())
    linked = pl.DataFrame(
        [(*pair, ":".join(address), known.get(address)) for pair, address in parsed.items()],
        schema={"author": pl.String, "channel": pl.String, "_spelt": pl.String, "owner": pl.String},
        orient="row",
    )
    joined = signals.join(linked, on=["author", "channel"], how="left", maintain_order="left")
    return joined.with_columns(author=pl.col("_spelt")).drop("_spelt")
