"""What is said of the brand, by whomever: counted in memory and forgotten (case 13).

Posts of strangers and of customers alike become numbers: how many, by how many people, in what mood, by subject,
channel and hour. Nothing else is kept. So that a post counts once and a person once a day, both stand for two days as
hashes under a key of that day, which is thrown away with them: what is left leads to nobody, not even for us.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.profiles.bulk import UTC_TIME, Schema, add_up, chunks, fetch
from wowengine.profiles.cells import as_time
from wowengine.profiles.models import HeardHour, HeardMark
from wowengine.profiles.reading.gate import unsayable
from wowengine.profiles.reading.read import read
from wowengine.profiles.suppression import HashKey
from wowengine.terms import Direction

ALL, COMPLAINT, INTEREST = "all", "complaint", "interest"
MARKS_KEPT = timedelta(days=2)  # older posts are not counted: nothing would tell whether they were before
SPANS = {"hour": "1h", "day": "1d"}
MOODS = ("negative", "neutral", "positive")
SUMS = ("posts", "authors", *MOODS)
KEY = ("hour", "source", "channel", "subject", "topic")
SCHEMA: Schema = {
    "hour": UTC_TIME,
    **dict.fromkeys(KEY[1:], pl.String),
    **dict.fromkeys(SUMS, pl.Int64),
}
NEEDED = ("source", "source_id", "author", "channel", "occurred_at", "text", "language", "direction")


def said(raw: pl.DataFrame) -> pl.DataFrame:
    """Make posts of raw rows: inbound, with a time and words, and nothing of a sensitive matter.

    Returns
    -------
    pl.DataFrame
        ``id`` (the row's place), ``source``, ``source_id``, ``author``, ``channel``, ``at`` (UTC), ``text``,
        ``language``.
    """
    missing = [pl.lit(None, pl.String).alias(name) for name in NEEDED if name not in raw.columns]
    rows = raw.with_columns(missing).select(NEEDED).with_row_index("id").with_columns(at=as_time(pl.col("occurred_at")))
    inbound = pl.col("direction").is_null() | (pl.col("direction") != Direction.OUTBOUND)
    told = rows.filter(inbound, pl.col("at").is_not_null(), pl.col("text").str.strip_chars() != "")
    sayable = told.filter(unsayable(told["text"]).list.len() == 0)
    filled = (pl.col(name).fill_null("") for name in ("source", "source_id", "channel"))
    return sayable.with_columns(*filled, id=pl.col("id").cast(pl.Int64)).drop("direction", "occurred_at")


def subjects(posts: pl.DataFrame) -> pl.DataFrame:
    """Read posts, and give a row for each subject of each: ``all``, a complaint's reason, an interest.

    Parameters
    ----------
    posts
        As `said` gives them.

    Returns
    -------
    pl.DataFrame
        The columns of `posts` but ``text`` and ``language``, and ``hour``, ``subject`` (``all``, ``complaint``,
        ``interest``), ``topic``, ``mood`` (null where the language is not read).
    """
    spoken = pl.lit(None, pl.String).alias("spoken")
    readings = read(posts.select("id", "text", "language", spoken, on=pl.col("at").dt.date()))
    felt = readings.texts.select("id", "reason", mood="sentiment")
    whole = posts.join(felt, on="id", how="left", maintain_order="left").with_columns(
        hour=pl.col("at").dt.truncate("1h")
    )
    liked = readings.mentions.select("id", topic="topic").unique()
    parts = [
        whole.with_columns(subject=pl.lit(ALL), topic=pl.lit(ALL)),
        whole.filter(pl.col("reason").is_not_null()).with_columns(subject=pl.lit(COMPLAINT), topic="reason"),
        whole.join(liked, on="id").with_columns(subject=pl.lit(INTEREST)),
    ]
    columns = ("id", "source", "source_id", "author", "channel", "hour", "subject", "topic", "mood")
    return pl.concat([part.select(columns) for part in parts])


def counts(told: pl.DataFrame) -> pl.DataFrame:
    """Count subjects (see `subjects`): a row an hour, source, channel and topic, as ``SCHEMA`` has them."""
    mood = {name: (pl.col("mood") == name).sum() for name in MOODS}
    counted = told.group_by(KEY).agg(posts=pl.len(), authors=pl.col("author").drop_nulls().n_unique(), **mood)
    return counted.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort(KEY)


def hear(session: Session, raw: pl.DataFrame) -> int:
    """Count raw rows and forget them; return how many counted. The same post again counts nothing more."""
    now = clock.now()
    recent = said(raw).filter(pl.col("at") > now - MARKS_KEPT, pl.col("at") <= now + timedelta(hours=1)).sort("at")
    keys = {day: _key_of(session, day) for day in recent["at"].dt.date().unique().sort()}
    new = _new(session, recent, keys, "post", ("source", "source_id"))
    if new.is_empty():
        return 0
    told = subjects(new)
    people = told.drop_nulls("author").with_columns(at="hour")
    first = _new(session, people, keys, "author", ("source", "channel", "subject", "topic", "author"))
    once = told.join(first.select(*KEY, "author").with_columns(first=True), on=[*KEY, "author"], how="left")
    fresh = counts(once.with_columns(author=pl.when("first").then("author")))
    add_up(session, HeardHour, fresh.to_dicts(), key=KEY)
    return new.height


def heard(session: Session, since: datetime, until: datetime, **only: str | None) -> pl.DataFrame:
    """Return the counts from `since` to before `until`, as ``SCHEMA`` has them; of one subject, topic or channel."""
    query = select(*(getattr(HeardHour, name) for name in SCHEMA)).where(
        HeardHour.hour >= since, HeardHour.hour < until
    )
    for name, wanted in only.items():
        if wanted is not None:
            query = query.where(getattr(HeardHour, name) == wanted)
    return fetch(session, query, SCHEMA).sort(KEY)


def by_time(counted: pl.DataFrame, span: str) -> pl.DataFrame:
    """Sum counts up over sources by ``hour`` or ``day``: time, channel, subject, topic, and the share of bad mood.

    The authors of an hour are those not met before on that day, so that a day's sum counts each person once.
    """
    spans = counted.with_columns(time=pl.col("hour").dt.truncate(SPANS[span]))
    summed = spans.group_by("time", "channel", "subject", "topic").agg(pl.col(SUMS).sum())
    felt = pl.sum_horizontal(MOODS)
    share = pl.when(felt > 0).then((pl.col("negative") / felt).round(3))
    return summed.with_columns(negative_share=share).sort("time", "channel", "subject", "topic")


def forget_marks(session: Session, now: datetime) -> None:
    """Throw away the hashes of days that are over, and the keys they were made with."""
    over = (now - MARKS_KEPT).date()
    session.execute(delete(HeardMark).where(HeardMark.day < over))
    for name in session.scalars(select(HashKey.name).where(HashKey.name.like("heard:%"))).all():
        if name < _key_name(over):
            session.execute(delete(HashKey).where(HashKey.name == name))


def _new(
    session: Session, rows: pl.DataFrame, keys: Mapping[date, bytes], what: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Keep the rows whose hash is not known yet, each once, and remember them."""
    days = rows["at"].dt.date()
    told = zip(days, rows.select(columns).iter_rows(), strict=True)
    marks = [_mark(keys[day], what, cells) for day, cells in told]
    marked = rows.with_columns(pl.Series("mark", marks, pl.String), day=days).unique(
        "mark", keep="first", maintain_order=True
    )
    known = {mark for part in chunks(marked["mark"]) for mark in _known(session, part)}
    new = marked.filter(~pl.col("mark").is_in(list(known)))
    session.add_all(HeardMark(mark=mark, day=day) for mark, day in new.select("mark", "day").iter_rows())
    session.flush()
    return new.drop("mark", "day")


def _known(session: Session, marks: Sequence[str]) -> Iterable[str]:
    return session.scalars(select(HeardMark.mark).where(HeardMark.mark.in_(marks)))


def _mark(key: bytes, what: str, cells: Sequence[Any]) -> str:
    return hmac.new(key, "\x1f".join([what, *map(str, cells)]).encode(), hashlib.sha256).hexdigest()


def _key_of(session: Session, day: date) -> bytes:
    """Return a day's key, made when it is first needed."""
    kept = session.get(HashKey, _key_name(day))
    if kept is None:
        kept = HashKey(name=_key_name(day), value=secrets.token_hex(32))
        session.add(kept)
        session.flush()
    return bytes.fromhex(kept.value)


def _key_name(day: date) -> str:
    return f"heard:{day.isoformat()}"
