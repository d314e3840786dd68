"""Proving that an account is one's own: a code, given to the customer, that must come back from that very account.

The code is shown once and kept as a keyed hash. It lasts a day and a few tries; a right one links the handle, and then
what came with it is taken like anything else its owner says.
"""

import re
import secrets
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.errors import NotFound
from wowengine.profiles import handles, suppression
from wowengine.profiles.identity import Address, owners, parse
from wowengine.profiles.models import Customer, HandleChallenge
from wowengine.terms import Direction

LASTS = timedelta(hours=24)
MOST_TRIES = 5
MOST_OPEN = 5  # of one customer at a time: nobody needs more, and a guesser would
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
LENGTH = 8  # of 31 letters: one guess in 850 billion
_CODE = re.compile(rf"\bwow-([{LETTERS}]{{{LENGTH}}})\b", re.IGNORECASE)


def challenge(session: Session, customer_id: str, address: Address) -> tuple[str, datetime] | str:
    """Return a fresh code and until when it holds; or the rule that forbids to ask. An older one for the same is void.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
    owner = owners(session, [address]).get(address)
    broken = "linked_already" if owner == customer_id else handles.forbids(session, customer_id, address, owner)
    if broken:
        return broken
    channel, spelt = address
    session.execute(delete(HandleChallenge).where(HandleChallenge.expires_at <= clock.now()))
    same = HandleChallenge.customer_id == customer_id
    session.execute(
        delete(HandleChallenge).where(same, HandleChallenge.channel == channel, HandleChallenge.address == spelt)
    )
    if (session.scalar(select(func.count()).select_from(HandleChallenge).where(same)) or 0) >= MOST_OPEN:
        return "too_many"
    code, until = "".join(secrets.choice(LETTERS) for _ in range(LENGTH)), clock.now() + LASTS
    mark = suppression.mark(session, _name(address, code))
    session.add(
        HandleChallenge(customer_id=customer_id, channel=channel, address=spelt, mark=mark, tries=0, expires_at=until)
    )
    session.flush()
    return f"wow-{code}", until


def hear(session: Session, signals: pl.DataFrame) -> None:
    """Link the handles whose codes came back among checked inbound signals (``author``, ``channel``, ``text``)."""
    open_ones = session.scalars(select(HandleChallenge).where(HandleChallenge.expires_at > clock.now())).all()
    if not open_ones:
        return
    asked = {(one.channel, one.address): one for one in open_ones}
    inbound = signals.filter(pl.col("direction") == Direction.INBOUND, pl.col("text").str.contains("(?i)wow-"))
    for author, channel, text in inbound.select("author", "channel", "text").drop_nulls().iter_rows():
        address = parse(author, channel)
        if (one := asked.get(address)) and (codes := _CODE.findall(text)):
            _try(session, one, address, codes[0].lower())
            if one.tries >= MOST_TRIES:
                asked.pop(address)
    session.flush()


def _try(session: Session, one: HandleChallenge, address: Address, code: str) -> None:
    one.tries += 1
    right = secrets.compare_digest(one.mark, suppression.mark(session, _name(address, code)))
    if right:
        handles.add(session, one.customer_id, address, handles.CODE)
    if right or one.tries >= MOST_TRIES:
        one.expires_at = clock.now()


def _name(address: Address, code: str) -> str:
    return f"code:{':'.join(address)}:{code}"
