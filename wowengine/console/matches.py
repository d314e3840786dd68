"""Records that may be one person: two side by side, joined or kept apart by a colleague, and either taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.console.visit import Visit, Visitor, go, status_of
from wowengine.errors import Conflict, WowError
from wowengine.profiles import matching, merging, pairs
from wowengine.profiles.consent import consents
from wowengine.profiles.identity import EMAIL, PHONE, Address
from wowengine.profiles.models import Customer, Handle, Merge, ProbableMatch, Profile
from wowengine.terms import Purpose

router = APIRouter()

SHOWN = 20
PRIVATE = frozenset({EMAIL, PHONE})  # told in full only where they are why the records match

LARGEST = 2**31 - 1
NO_NUL = r"^[^\x00]*$"

Number = Annotated[int, Path(ge=1, le=LARGEST)]
Just = Annotated[int, Query(ge=0, le=LARGEST)]  # what was done a moment ago; 0: not that
Asked = Annotated[str, Query(max_length=200, pattern=NO_NUL)]
Of = Annotated[str, Form(alias="customer", max_length=200, pattern=NO_NUL)]
Keep = Annotated[str, Form(min_length=1, max_length=200, pattern=NO_NUL)]
Verb = Callable[[Session], Merge | ProbableMatch | str]

NOTHING: Mapping[str, int] = {"joined": 0, "apart": 0, "parted": 0}


@dataclass(frozen=True)
class Contact:
    """A way to reach somebody; `address` is None where a colleague need not see it."""

    channel: str
    address: str | None
    meets: bool  # whether it is the same as one of the other record


@dataclass(frozen=True)
class Side:
    """One of two records, as far as a colleague must see it to tell who it is."""

    customer: Customer
    profile: Profile | None
    contacts: Sequence[Contact]
    consents: Sequence[Purpose]


@dataclass(frozen=True)
class Pair:
    """Two records, and why they may be one."""

    match: ProbableMatch
    sides: tuple[Side, Side]


@router.get("/matches")
def page(visit: Visitor, customer: Asked = "", joined: Just = 0, apart: Just = 0, parted: Just = 0) -> Response:
    """Show the pairs that wait, all or those of one record, and what was joined."""
    return _show(visit, customer, {"joined": joined, "apart": apart, "parted": parted})


@router.post("/matches/look")
def look(visit: Visitor) -> Response:
    """Look through all contacts for pairs that are not offered yet."""
    with visit.database.transaction() as session:
        matching.look(session)
    return go("/matches")


@router.post("/matches/{match_id}/join")
def join(visit: Visitor, match_id: Number, keep: Keep, customer: Of = "") -> Response:
    """Say that both are one person, and which record is kept."""
    return _settle(visit, customer, "joined", lambda session: pairs.accept(session, match_id, keep, by=visit.name))


@router.post("/matches/{match_id}/apart")
def keep_apart(visit: Visitor, match_id: Number, customer: Of = "") -> Response:
    """Say that they are two people."""
    return _settle(visit, customer, "apart", lambda session: pairs.refuse(session, match_id, by=visit.name))


@router.post("/matches/{match_id}/reconsider")
def reconsider(visit: Visitor, match_id: Number, customer: Of = "") -> Response:
    """Take back that they are two people."""
    return _settle(visit, customer, "", lambda session: pairs.reconsider(session, match_id))


@router.post("/merges/{merge_id}/undo")
def part(visit: Visitor, merge_id: Number, customer: Of = "") -> Response:
    """Part what was joined."""
    return _settle(visit, customer, "parted", lambda session: merging.undo(session, merge_id, by=visit.name))


def _settle(visit: Visit, customer: str, done: str, verb: Verb) -> Response:
    """Do it and show the page again: with what was done, or with why it was not."""
    try:
        with visit.database.transaction() as session:
            told = verb(session)
    except WowError as error:
        return _show(visit, customer, problem=error)
    if isinstance(told, str):
        return _show(visit, customer, problem=Conflict(visit.words.word("refusal", told)))
    return go("/matches", customer=customer, **({done: str(told.id)} if done else {}))


def _show(visit: Visit, customer: str, just: Mapping[str, int] = NOTHING, problem: WowError | None = None) -> Response:
    of = customer or None
    with visit.database.reading() as session:
        found = pairs.waiting(session, 0, SHOWN, of)
        return visit.show(
            session,
            "matches.html",
            status_of(problem),
            pairs=_pairs(session, found),
            count=pairs.count(session, of),
            merges=merging.merges(session, SHOWN, of),
            customer=customer,
            joined=session.get(Merge, just["joined"]),
            apart=session.get(ProbableMatch, just["apart"]),
            parted=session.get(Merge, just["parted"]),
            problem=problem,
        )


def _pairs(session: Session, found: Sequence[ProbableMatch]) -> list[Pair]:
    ids = sorted({who for match in found for who in (match.customer_id, match.other_id)})
    people = {one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))}
    profiles = {one.customer_id: one for one in session.scalars(select(Profile).where(Profile.customer_id.in_(ids)))}
    known = _handles(session, ids)
    agreed = consents(session, ids)

    def side(who: str, meeting: set[Address]) -> Side:
        contacts = [_contact(address, meeting) for address in known.get(who, ())]
        return Side(people[who], profiles.get(who), contacts, sorted(agreed.get(who, ())))

    shown = []
    for match in found:
        meeting = matching.meeting(session, match.customer_id, match.other_id)
        shown.append(Pair(match, (side(match.customer_id, meeting), side(match.other_id, meeting))))
    return shown


def _handles(session: Session, ids: Sequence[str]) -> Mapping[str, Sequence[Address]]:
    told: dict[str, list[Address]] = {}
    rows = select(Handle).where(Handle.customer_id.in_(ids)).order_by(Handle.channel, Handle.address)
    for handle in session.scalars(rows):
        told.setdefault(handle.customer_id, []).append((handle.channel, handle.address))
    return told


def _contact(address: Address, meeting: set[Address]) -> Contact:
    channel, spelt = address
    meets = address in meeting
    return Contact(channel, spelt if meets or channel not in PRIVATE else None, meets)
