"""Linking a handle to a customer: by proof alone, within limits, and undone with all that came of it (R1).

A proof is an act of the handle's owner, the desk's verified contact, or the company's own record. What an agent typed,
a name that looks alike or a guess is none. "No" comes as the rule that was broken.
"""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.errors import NotFound
from wowengine.profiles import store, suppression
from wowengine.profiles.frames import HANDLE_PROOFS
from wowengine.profiles.identity import EMAIL, LONGEST_ADDRESS, PHONE, Address, is_nobody, must_know, owners
from wowengine.profiles.models import Handle, Signal

CODE = "code"  # our own challenge was answered from the account; nobody else can claim that it was
OWN_STATEMENT = "own_statement"  # the customer said so in a channel in which they were signed in
CLAIMABLE = frozenset({*HANDLE_PROOFS, OWN_STATEMENT} - {CODE})

# How many a person may have. One address of many people, such as a reception's, stops here instead of joining them.
MOST = {EMAIL: 5, PHONE: 3}
MOST_ACCOUNTS = 3  # on any one social channel


def handles_of(session: Session, customer_id: str) -> list[Handle]:
    """Return what a customer is known by, oldest proof first.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    must_know(session, customer_id)
    mine = select(Handle).where(Handle.customer_id == customer_id)
    return list(session.scalars(mine.order_by(Handle.proven_at, Handle.id)))


def link(session: Session, customer_id: str, address: Address, proof: str) -> str | None:
    """Link a handle that was proven, or return the rule that forbids it. Linked already is as linked now.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    must_know(session, customer_id)
    if proof not in CLAIMABLE:
        return "not_proven"
    return add(session, customer_id, address, proof)


def add(session: Session, customer_id: str, address: Address, proof: str) -> str | None:
    """Write the link, whatever proved it, or return the rule that forbids it."""
    owner = owners(session, [address]).get(address)
    if owner == customer_id:
        return None
    broken = forbids(session, customer_id, address, owner)
    if broken is None:
        channel, spelt = address
        session.add(Handle(customer_id=customer_id, channel=channel, address=spelt, proof=proof, proven_at=clock.now()))
        session.flush()
    return broken


def forbids(session: Session, customer_id: str, address: Address, owner: str | None) -> str | None:
    """Return why a handle may not be this customer's: ``nobody``, of another, one too many, or forgotten."""
    channel, spelt = address
    if not channel or not spelt or len(spelt) > LONGEST_ADDRESS or is_nobody(spelt):
        return "nobody"
    if owner is not None:
        return "handle_of_another"
    name = ":".join(address)
    if suppression.suppressed(session, [name], [suppression.ERASED]):
        return "forgotten"
    return "too_many" if _count(session, customer_id, channel) >= most(channel) else None


def most(channel: str) -> int:
    """Return how many handles of a channel one person may have."""
    return MOST.get(channel, MOST_ACCOUNTS)


def unlink(session: Session, customer_id: str, address: Address) -> int:
    """Take a link back, with every signal that came by it; the profile is built anew. Return how many signals went.

    Raises
    ------
    NotFound
        When this handle is not this customer's.
    """
    channel, spelt = address
    found = session.scalar(select(Handle).where(Handle.channel == channel, Handle.address == spelt))
    if found is None or found.customer_id != customer_id:
        raise NotFound(f"{':'.join(address)} is no handle of {customer_id}.", customer_id=customer_id)
    session.delete(found)
    session.flush()
    by_it = and_(Signal.customer_id == customer_id, Signal.author == ":".join(address))
    return store.delete_signals(session, [by_it], clock.now())


def _count(session: Session, customer_id: str, channel: str) -> int:
    mine = Handle.customer_id == customer_id, Handle.channel == channel
    return session.scalar(select(func.count()).select_from(Handle).where(*mine)) or 0
