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
from wowengine.profiles import handles, suppression
from wowengine.profiles.identity import Address, must_know, owners, parse
from wowengine.profiles.models import HandleChallenge
from wowengine.terms import Direction

LASTS = timedelta(hours=24)
MOST_TRIES = 5
MOST_OPEN = 5  # of one customer at a time: nobody needs more, and a guesser would
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
LENGTH = 8  # of 31 letters: one guess in 850 billion
UNPROVEN = frozenset({"wrong_code", "no_open_code"})
_CODE = re.compile(rf"\bwow-([{LETTERS}]{{{LENGTH}}})\b", re.IGNORECASE)


def challenge(session: Session, customer_id: str, address: Address) -> tuple[str, datetime] | str:
    """Return a fresh code and until when it holds; or the rule that forbids to ask. An older one for the same is void.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    must_know(session, customer_id)
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
    mark = suppression.mark(session, _name(customer_id, address, code))
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
    asked: dict[Address, list[HandleChallenge]] = {}
    for one in open_ones:  # two customers may be asked to prove one account, and whoever does owns it
        asked.setdefault((one.channel, one.address), []).append(one)
    inbound = signals.filter(pl.col("direction") == Direction.INBOUND, pl.col("text").str.contains("(?i)wow-"))
    for author, channel, text in inbound.select("author", "channel", "text").drop_nulls().iter_rows():
        address = parse(author, channel)
        if (theirs := asked.get(address)) and (codes := _CODE.findall(text)):
            for one in theirs:
                _try(session, one, codes[0].lower())
            asked[address] = [one for one in theirs if one.expires_at > clock.now()]
    session.flush()


def confirm(session: Session, customer_id: str, address: Address, code: str) -> str | None:
    """Link a handle because a channel that we trust saw its code come from it; or return the rule that forbids it.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    must_know(session, customer_id)
    if owners(session, [address]).get(address) == customer_id:
        return None
    mine = HandleChallenge.customer_id == customer_id, HandleChallenge.expires_at > clock.now()
    same = HandleChallenge.channel == address[0], HandleChallenge.address == address[1]
    one = session.scalar(select(HandleChallenge).where(*mine, *same).with_for_update())
    if one is None:
        return "no_open_code"
    said = code.strip().lower().removeprefix("wow-")
    broken = _try(session, one, said)
    session.flush()
    return broken


def _try(session: Session, one: HandleChallenge, code: str) -> str | None:
    """Link the handle if the code is right, or return the rule that forbids it; each try counts."""
    address = one.channel, one.address
    one.tries += 1
    right = secrets.compare_digest(one.mark, suppression.mark(session, _name(one.customer_id, address, code)))
    if right or one.tries >= MOST_TRIES:
        one.expires_at = clock.now()
    return handles.add(session, one.customer_id, address, handles.CODE) if right else "wrong_code"


def _name(customer_id: str, address: Address, code: str) -> str:
    return f"code:{customer_id}\n{':'.join(address)}\n{code}"
