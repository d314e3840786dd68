"""Signals in: linked by a proven handle, kept for what the customer agreed to, freed of what must not be known."""

import hashlib
import json
from datetime import timedelta

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.db.many import among, among_pairs, insert_new
from wowengine.profiles import merging, proof, stale
from wowengine.profiles.bulk import Schema, fetch, upsert
from wowengine.profiles.consent import CONTRACT_KINDS, grounds
from wowengine.profiles.identity import link_authors
from wowengine.profiles.intake.report import KEPT_AS, Result
from wowengine.profiles.models import Customer, Signal
from wowengine.profiles.reading.gate import withhold
from wowengine.terms import Direction, LegalBasis, Purpose, SignalKind

# Said in public, and so kept for 30 days alone; what stands in our own records is kept for two years (R7).
PUBLIC_KINDS = (SignalKind.POST, SignalKind.MENTION, SignalKind.REVIEW, SignalKind.CHECKIN)
PUBLIC_KEPT, OWN_KEPT = timedelta(days=30), timedelta(days=730)

CONTENT = (
    *("source", "source_id", "kind", "occurred_at", "channel", "author", "customer_id", "direction"),
    *("in_reply_to", "text", "language", "place", "attributes", "withheld"),
)
COLUMNS = (*CONTENT, "purpose", "legal_basis", "consent_id", "content_hash")
KEY = ("source", "source_id")
FRESH: Schema = {"source": pl.String, "source_id": pl.String, "signal_id": pl.Int64}
STORED: Schema = {**FRESH, "stored_hash": pl.String}
TABLE = Signal.metadata.tables[Signal.__tablename__]

_OUTBOUND = pl.col("direction") == Direction.OUTBOUND.value
_CONTRACT = pl.col("kind").is_in([kind.value for kind in CONTRACT_KINDS])


def store_signals(session: Session, good: pl.DataFrame) -> pl.DataFrame:
    """Store checked rows of signals; give ``line``, ``result``, ``column``, ``rule`` and `KEPT_AS` for each.

    The same source id with the same content is a duplicate, with other content an edit. An inbound row whose author
    is no consenting customer's proven handle is counted as unlinked, and nothing of it is kept.
    """
    proof.hear(session, good)
    judged = _judge(_link(session, good))
    kept = _hash(withhold(_consented(judged.filter(pl.col("result").is_null()))))
    settled = _settle(session, kept, _insert(session, kept))
    before = _edit(session, settled)
    changed = settled.filter(pl.col("result") == Result.ACCEPTED).select(*KEY, "in_reply_to", "person")
    stale.mark(session, before | stale.touched(session, (), changed.rows()))
    merging.note_later(session, settled.filter(pl.col("meant") != pl.col("customer_id")).select(*KEY, "customer_id"))
    refused = judged.filter(pl.col("result").is_not_null()).select("_line", "result", "column", "rule")
    stored = settled.select("_line", "result", "column", "rule", *KEPT_AS)
    return pl.concat([refused, stored], how="diagonal").rename({"_line": "line"})


def _link(session: Session, good: pl.DataFrame) -> pl.DataFrame:
    """Find the customer of each row: the id it gives, if we know it, or the owner of its author's handle."""
    linked = link_authors(session, good).with_columns(known=pl.col("customer_id").is_in(_known(session, good)))
    into = merging.standing_of(session, good["customer_id"].drop_nulls().unique())
    owner = pl.when(~_OUTBOUND).then("owner")  # an outbound author is the company
    linked = linked.with_columns(owner=owner, meant=pl.col("customer_id").replace(into))
    linked = linked.with_columns(person=pl.coalesce("meant", "owner"))
    return linked.join(_yeses(session, linked), on="person", how="left", maintain_order="left")


def _known(session: Session, good: pl.DataFrame) -> list[str]:
    named = good["customer_id"].drop_nulls().unique()
    return list(session.scalars(select(Customer.id).where(among(Customer.id, named))))


def _yeses(session: Session, linked: pl.DataFrame) -> pl.DataFrame:
    """Return for each person the consent row behind each purpose they say yes to."""
    said = grounds(session, linked["person"].drop_nulls().unique())
    schema = {"person": pl.String} | dict.fromkeys((purpose.value for purpose in Purpose), pl.Int64)
    return pl.DataFrame([(who, *map(yes.get, Purpose)) for who, yes in said.items()], schema=schema, orient="row")


def _judge(linked: pl.DataFrame) -> pl.DataFrame:
    """Say of each row whether it is set aside or unlinked; null: it may be kept."""
    unknown = pl.col("customer_id").is_not_null() & ~pl.col("known")
    anothers = pl.col("owner") != pl.col("meant")
    agreed = pl.any_horizontal(pl.col(purpose.value).is_not_null() for purpose in Purpose)
    # A row may say whose post it is, but a public account is linked by proof alone.
    unproven = ~_CONTRACT & pl.col("author").is_not_null() & pl.col("owner").is_null()
    unlinked = ~_OUTBOUND & (pl.col("person").is_null() | unproven | ~(_CONTRACT | agreed))
    rule = pl.when(unknown).then(pl.lit("unknown_customer")).when(anothers).then(pl.lit("handle_of_another"))
    return linked.with_columns(rule=rule).with_columns(
        column=pl.when(pl.col("rule") == "unknown_customer")
        .then(pl.lit("customer_id"))
        .when(pl.col("rule").is_not_null())
        .then(pl.lit("author")),
        result=pl.when(pl.col("rule").is_not_null())
        .then(pl.lit(Result.SET_ASIDE.value))
        .when(unlinked)
        .then(pl.lit(Result.UNLINKED.value)),
    )


def _consented(kept: pl.DataFrame) -> pl.DataFrame:
    """Write on each row what it may serve, and on what ground."""
    care = _OUTBOUND | _CONTRACT | pl.col(Purpose.CARE).is_not_null()
    serves = {purpose: ~_OUTBOUND & pl.col(purpose.value).is_not_null() for purpose in Purpose} | {Purpose.CARE: care}
    words = [pl.when(condition).then(pl.lit(purpose.value)) for purpose, condition in serves.items()]
    needed = [pl.col(purpose.value) for purpose in Purpose if purpose is not Purpose.CARE]
    consent = pl.coalesce(*needed, pl.when(~_CONTRACT).then(Purpose.CARE.value))
    consent_id = pl.when(~_OUTBOUND).then(consent)
    basis = (
        pl.when(consent_id.is_null())
        .then(pl.lit(LegalBasis.CONTRACT.value))
        .otherwise(pl.lit(LegalBasis.CONSENT.value))
    )
    return kept.with_columns(
        purpose=pl.concat_str(words, separator=" ", ignore_nulls=True), consent_id=consent_id, legal_basis=basis
    )


def _hash(kept: pl.DataFrame) -> pl.DataFrame:
    """Hash what was given and is kept; taken after the gate, so that nothing of a withheld text lives on in it."""
    told = kept.select(pl.struct(pl.col(CONTENT).cast(pl.String)).struct.json_encode()).to_series()
    return kept.with_columns(
        pl.Series("content_hash", [hashlib.sha256(row.encode()).hexdigest() for row in told], pl.String)
    )


def _insert(session: Session, kept: pl.DataFrame) -> pl.DataFrame:
    """Store the last word on each id that is new; return ``source``, ``source_id``, ``signal_id`` of those."""
    rows = _rows(kept.unique(KEY, keep="last").sort(KEY))
    return pl.DataFrame(insert_new(session, TABLE, rows, told=(*KEY, "id")), FRESH, orient="row")


def _settle(session: Session, kept: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Compare each row with the one of the same id before it, in this file or in the database."""
    if len(fresh) == len(kept):  # each is new, and there is none before it
        met = kept.join(fresh, on=KEY, how="left", maintain_order="left")
        return met.with_columns(stored_hash=pl.lit(None, pl.String), result=pl.lit(Result.ACCEPTED.value))
    known = pl.concat([fresh, _stored(session, kept.join(fresh, on=KEY, how="anti"))], how="diagonal")
    met = kept.join(known, on=KEY, how="left", maintain_order="left")
    before = pl.coalesce(pl.col("content_hash").shift(1).over(KEY), "stored_hash")
    same = before == pl.col("content_hash")
    return met.with_columns(
        result=pl.when(same).then(pl.lit(Result.DUPLICATE.value)).otherwise(pl.lit(Result.ACCEPTED.value))
    )


def _stored(session: Session, known: pl.DataFrame) -> pl.DataFrame:
    """Return what stood under these ids before."""
    query = select(Signal.source, Signal.source_id, Signal.id, Signal.content_hash)
    these = among_pairs(Signal.source, Signal.source_id, known.select(KEY).unique().rows())
    return fetch(session, query.where(these), STORED)


def _edit(session: Session, settled: pl.DataFrame) -> set[str | None]:
    """Write the last word on each id over what is stored, where it is another; return whose threads it stood in."""
    edited = settled.filter(pl.col("stored_hash").is_not_null()).unique(KEY, keep="last")
    edited = edited.filter(pl.col("content_hash") != pl.col("stored_hash"))
    if edited.is_empty():
        return set()
    before = stale.touched(session, edited.select(KEY).rows())  # it may leave one thread or customer for another
    rows = [row | {"attributes": json.loads(row["attributes"])} for row in _rows(edited).iter_rows(named=True)]
    # An edit does not make a post younger: it goes when it would have gone.
    upsert(session, TABLE, rows, key=KEY, keep=["collected_at", "expires_at"])
    return before


def _rows(kept: pl.DataFrame) -> pl.DataFrame:
    """Give signals the columns of their table."""
    now = clock.now()
    public = pl.col("kind").is_in([kind.value for kind in PUBLIC_KINDS])
    expires = pl.when(public).then(now + PUBLIC_KEPT).otherwise(now + OWN_KEPT)
    return kept.select(COLUMNS).with_columns(customer_id=kept["person"], collected_at=now, expires_at=expires)
