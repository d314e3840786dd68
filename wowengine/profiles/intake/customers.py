"""Customers in: one by one, since a handle has one owner and the first to prove it keeps it."""

import hashlib
import json
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.profiles import stale, suppression
from wowengine.profiles.bulk import chunks, upsert
from wowengine.profiles.consent import standing
from wowengine.profiles.identity import EMAIL, LONGEST_ADDRESS, PHONE, Address, normalise, owners, parse
from wowengine.profiles.intake.report import RESULTS, Result
from wowengine.profiles.models import Consent, Customer, Handle
from wowengine.profiles.pairs import suspect
from wowengine.terms import LegalBasis, Purpose

IMPORT = "import"  # source of a consent that a customers file told us
OUR_RECORD = "company_record"
BARRING = (suppression.ERASED, *(purpose.value for purpose in Purpose))

Verdict = tuple[Result, str | None, str | None]  # with the column and the rule, where a row is set aside


@dataclass(frozen=True)
class Person:
    """One row of a customers file.

    Attributes
    ----------
    claims
        Handles the row names, each with the column it stands in.
    consents
        Purposes said yes to; None where the file has no such column, and so tells nothing.
    """

    row: dict[str, Any]
    claims: dict[Address, str]
    consents: frozenset[Purpose] | None
    content_hash: str

    @property
    def names(self) -> list[str]:
        """What they go by, as `suppression` hashes it."""
        handles = (f"{channel}:{address}" for channel, address in self.claims)
        return [suppression.customer_name(self.id), *handles]

    @property
    def id(self) -> str:
        """The company's own id of the customer."""
        return str(self.row["customer_id"])

    def speaks_of(self, channel: str) -> bool:
        """Whether the row tells the whole truth on a channel, so that a handle it leaves out is given up."""
        if channel in {EMAIL, PHONE}:
            return self.row[channel] is not None
        return self.row["handles"] is not None


def store_customers(session: Session, good: pl.DataFrame) -> pl.DataFrame:
    """Store checked rows of customers; give ``line``, ``result``, ``column``, ``rule`` for each.

    The same row again is a duplicate; a changed one is an edit, in which a purpose no longer named is withdrawn. A
    customer's own later word (a withdrawal by link, say) stands until the file itself changes on that purpose.
    """
    people = [_read(row) for row in good.drop("_line").iter_rows(named=True)]
    ledger = _Ledger.load(session, people)
    verdicts = [ledger.take(person) for person in people]
    _write(session, ledger)
    stale.mark_people(session, list(ledger.accepted))
    for claims, owns, column in ledger.disputed:  # a contact that two records name is a question for a person
        if column in {EMAIL, PHONE}:
            suspect(session, claims, owns, f"same_{column}")
    rows = [(line, *verdict) for line, verdict in zip(good["_line"], verdicts, strict=True)]
    return pl.DataFrame(rows, schema=RESULTS, orient="row").select("line", "result", "column", "rule")


def _read(row: dict[str, Any]) -> Person:
    claims = {normalise(channel, row[channel]): channel for channel in (EMAIL, PHONE) if row[channel]}
    claims |= {parse(handle): "handles" for handle in row["handles"] or ()}
    consents = None if row["consents"] is None else frozenset(Purpose(word) for word in row["consents"])
    told = json.dumps(row, sort_keys=True, default=str)
    return Person(row, claims, consents, hashlib.sha256(told.encode()).hexdigest())


class _Ledger:
    """Who is known, and who owns which handle, as the rows go by."""

    def __init__(
        self,
        hashes: dict[str, str],
        owner: dict[Address, str],
        ours: dict[str, set[Address]],
        barred: Mapping[str, frozenset[str]],
    ) -> None:
        self.hashes = hashes
        self.barred = barred  # by name: for what they must not come back
        self.owner = owner
        self.ours = ours  # by customer: handles that rest on our record alone, and so on the row
        self.accepted: dict[str, Person] = {}  # the last word on each
        self.disputed: list[tuple[str, str, str]] = []  # who claims a contact, whose it is, the column

    @classmethod
    def load(cls, session: Session, people: Iterable[Person]) -> "_Ledger":
        ids = {person.id for person in people}
        hashes: dict[str, str] = {}
        ours: dict[str, set[Address]] = {}
        for part in chunks(ids):
            known = session.execute(select(Customer.id, Customer.content_hash).where(Customer.id.in_(part)))
            hashes.update({row.id: row.content_hash for row in known})
            records = select(Handle).where(Handle.customer_id.in_(part), Handle.proof == OUR_RECORD)
            for handle in session.scalars(records):
                ours.setdefault(handle.customer_id, set()).add((handle.channel, handle.address))
        barred = suppression.suppressed(session, [name for person in people for name in person.names], BARRING)
        return cls(hashes, owners(session, [claim for person in people for claim in person.claims]), ours, barred)

    def objections(self, person: Person) -> frozenset[str]:
        """Return for what somebody must not be known, under any of their names."""
        return frozenset().union(*(self.barred.get(name, frozenset()) for name in person.names))

    def take(self, person: Person) -> Verdict:
        """Judge one row, and remember what it claims."""
        if self.hashes.get(person.id) == person.content_hash:
            return Result.DUPLICATE, None, None
        for rule, column in self._broken(person):
            return Result.SET_ASIDE, column, rule
        self._reassign(person)
        self.hashes[person.id] = person.content_hash
        self.accepted[person.id] = person
        return Result.ACCEPTED, None, None

    def _broken(self, person: Person) -> Iterator[tuple[str, str]]:
        if suppression.ERASED in self.objections(person):
            yield "forgotten", "customer_id"
        zone = person.row["time_zone"]
        if zone and zone not in _time_zones():
            yield "not_a_time_zone", "time_zone"
        for address, column in person.claims.items():
            if not address[1] or len(address[1]) > LONGEST_ADDRESS:
                yield "not_a_handle", column
            elif self.owner.get(address, person.id) != person.id:
                self.disputed.append((person.id, self.owner[address], column))
                yield "handle_of_another", column

    def _reassign(self, person: Person) -> None:
        mine = self.ours.setdefault(person.id, set())
        given_up = {address for address in mine - person.claims.keys() if person.speaks_of(address[0])}
        for address in given_up:
            self.owner.pop(address, None)
        self.owner.update(dict.fromkeys(person.claims, person.id))
        self.ours[person.id] = (mine - given_up) | person.claims.keys()


def _write(session: Session, ledger: _Ledger) -> None:
    people = list(ledger.accepted.values())
    table = Customer.__table__
    assert isinstance(table, Table)  # noqa: S101 - SQLAlchemy types it as any selectable
    upsert(session, table, [_customer(person) for person in people], key=["id"], keep=["created_at"])
    _write_handles(session, ledger)
    _write_consents(session, ledger)


def _customer(person: Person) -> dict[str, Any]:
    now, row = clock.now(), person.row
    return {
        "id": person.id,
        "name": row["name"],
        "language": row["language"] and row["language"].replace("_", "-"),
        "country": row["country"] and row["country"].upper(),
        "time_zone": row["time_zone"],
        "tier": row["tier"],
        "joined_on": row["joined_on"],
        "agent_of_record": row["agent_of_record"],
        "attributes": json.loads(row["attributes"]),
        "content_hash": person.content_hash,
        "created_at": now,
        "updated_at": now,
    }


def _write_handles(session: Session, ledger: _Ledger) -> None:
    """Give up what the rows no longer name, then keep what they newly do."""
    standing_handles = [
        handle
        for part in chunks(ledger.accepted)
        for handle in session.scalars(select(Handle).where(Handle.customer_id.in_(part)))
    ]
    gone = [
        handle.id
        for handle in standing_handles
        if handle.proof == OUR_RECORD and (handle.channel, handle.address) not in ledger.ours[handle.customer_id]
    ]
    given_up = set(gone)
    for ids in chunks(gone):
        session.execute(delete(Handle).where(Handle.id.in_(ids)))
    known = {(handle.channel, handle.address) for handle in standing_handles if handle.id not in given_up}
    new = [
        {"customer_id": person.id, "channel": channel, "address": address, "proof": person.row["handle_proof"]}
        | {"proven_at": clock.now()}
        for person in ledger.accepted.values()
        for channel, address in sorted(ledger.ours[person.id] - known)
    ]
    if new:
        session.execute(insert(Handle), new)


def _write_consents(session: Session, ledger: _Ledger) -> None:
    """Write what changed since the file's last word, and nothing else: the newest row of a purpose holds.

    A file's yes does not undo what the person objected to.
    """
    people = list(ledger.accepted.values())
    said = standing(session, [person.id for person in people], source=IMPORT)
    before = {key for key, word in said.items() if word.given}
    common = {"legal_basis": LegalBasis.CONSENT.value, "source": IMPORT, "at": clock.now()}
    rows = [
        {"customer_id": person.id, "purpose": purpose.value, "given": purpose in agreed, **common}
        for person in people
        if person.consents is not None
        for agreed in [person.consents - ledger.objections(person)]
        for purpose in Purpose
        if (purpose in agreed) != ((person.id, purpose) in before)
    ]
    if rows:
        session.execute(insert(Consent), rows)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
