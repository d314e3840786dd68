"""Care history: threads, who waited how long for a first answer, and what they complained of.

A thread is everything that hangs on one first message by ``in_reply_to``, within its source. Real threads are untidy:
replies to messages we never got (they begin a thread of their own), rows out of order, even rings; each message still
belongs to one thread, and the same rows in any order give the same threads.
"""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.profiles.keys import commonest, ranked
from wowengine.terms import Direction, SignalKind

# What is said to us, and so waits for an answer; a ticket or message is a contact as well.
ADDRESSED = [kind.value for kind in (SignalKind.MESSAGE, SignalKind.TICKET, SignalKind.MENTION, SignalKind.REVIEW)]
CONTACTS = [kind.value for kind in (SignalKind.MESSAGE, SignalKind.TICKET)]
MOOD_HALF_LIFE_DAYS = 60.0
CASE_GOES_ON = timedelta(days=7)  # who comes back within it about the same was not helped yet

Indices = NDArray[np.int64]


def threads(signals: pl.DataFrame) -> pl.DataFrame:
    """Add ``root``: the ``id`` of the message with which each one's thread begins.

    Parameters
    ----------
    signals
        ``id``, ``source``, ``source_id``, ``in_reply_to``, ``occurred_at``.
    """
    ordered = signals.sort("occurred_at", "id").with_row_index("at")
    parents = ordered.select("source", pl.col("source_id").alias("in_reply_to"), pl.col("at").alias("parent"))
    linked = ordered.join(parents, on=["source", "in_reply_to"], how="left", maintain_order="left")
    parent = linked["parent"].fill_null(linked["at"]).cast(pl.Int64).to_numpy()
    roots = _roots(parent)
    return ordered.with_columns(root=ordered["id"].gather(pl.Series(roots))).drop("at")


def _roots(parent: Indices) -> Indices:
    """Follow parents to the top by doubling the step; a ring is cut at its earliest message.

    Messages are numbered by time, so the earliest of a ring is its smallest number.
    """
    top = _climb(parent)
    ring = top[parent[top] != top]  # whoever still has a parent up there goes round
    if ring.size:
        lowest = _lowest_reached(parent)
        heads = np.unique(lowest[np.unique(ring)])
        cut = parent.copy()
        cut[heads] = heads
        top = _climb(cut)
    return top


def _climb(parent: Indices) -> Indices:
    step = parent
    for _ in range(max(parent.size, 2).bit_length()):
        step = step[step]
    return step


def _lowest_reached(parent: Indices) -> Indices:
    lowest, step = np.minimum(np.arange(parent.size), parent), parent
    for _ in range(max(parent.size, 2).bit_length()):
        lowest, step = np.minimum(lowest, lowest[step]), step[step]
    return lowest


def waits(signals: pl.DataFrame) -> pl.DataFrame:
    """Measure each thread that a customer began.

    The wait runs from the first message to the earliest answer of ours in the thread that is not before it.

    Parameters
    ----------
    signals
        ``id``, ``root``, ``customer_id``, ``kind``, ``direction``, ``channel``, ``occurred_at``, ``reason`` (null: no
        complaint).

    Returns
    -------
    pl.DataFrame
        ``root_signal_id``, ``customer_id``, ``channel``, ``opened_at``, ``answered_at`` and ``first_answer_seconds``
        (null: not answered), ``contacts`` (inbound messages), ``reason`` (the first one they gave).
    """
    inbound = pl.col("direction") == Direction.INBOUND.value
    messages = signals.lazy()
    begun = messages.filter((pl.col("id") == pl.col("root")) & inbound & pl.col("kind").is_in(ADDRESSED))
    heads = begun.select("root", "customer_id", "channel", opened_at="occurred_at")
    joined = messages.join(heads.select("root", "opened_at", who="customer_id"), on="root")
    answer = ~inbound & (pl.col("occurred_at") >= pl.col("opened_at"))
    counted = joined.select("root", answered_at=pl.when(answer).then("occurred_at"), contacts=inbound)
    measured = counted.group_by("root").agg(pl.col("answered_at").min(), pl.col("contacts").sum())
    given = joined.filter(pl.col("reason").is_not_null(), pl.col("customer_id") == pl.col("who"))
    reasons = given.sort("occurred_at", "id").unique("root", keep="first", maintain_order=True)
    told = heads.join(measured, on="root", how="left").join(reasons.select("root", "reason"), on="root", how="left")
    seconds = (pl.col("answered_at") - pl.col("opened_at")).dt.total_microseconds() / 1e6
    whole = told.rename({"root": "root_signal_id"}).with_columns(first_answer_seconds=seconds)
    return whole.sort("root_signal_id").collect()


def cases(waited: pl.DataFrame) -> pl.DataFrame:
    """Put threads together that are one case: of one customer, about one issue, on whatever channels.

    A thread goes on with a case where it begins within a week of the one before it and gives the same reason. One that
    gives no reason is a case of its own: nobody knows that it is about the same.

    Parameters
    ----------
    waited
        As `waits` gives it.

    Returns
    -------
    pl.DataFrame
        ``case`` (the ``root_signal_id`` with which it began), ``customer_id``, ``reason``, ``channels`` (in the order
        in which they were used first), ``opened_at``, ``last_opened_at``, ``threads``, ``unanswered`` (threads),
        ``contacts``, ``answered_at`` (our first answer, on any channel; null: none), ``first_answer_seconds``.
    """
    issue = pl.coalesce("reason", pl.col("root_signal_id").cast(pl.String))
    ordered = waited.with_columns(issue=issue).sort("opened_at", "root_signal_id")
    gap = pl.col("opened_at").diff().over("customer_id", "issue")
    numbered = ordered.with_columns(number=(gap > CASE_GOES_ON).fill_null(True).cum_sum().over("customer_id", "issue"))
    told = numbered.group_by("customer_id", "issue", "number", maintain_order=True).agg(
        pl.col("root_signal_id").first().alias("case"),
        pl.col("reason").first(),
        pl.col("channel").unique(maintain_order=True).alias("channels"),
        pl.col("opened_at").first(),
        pl.col("opened_at").last().alias("last_opened_at"),
        pl.len().cast(pl.Int64).alias("threads"),
        pl.col("answered_at").is_null().sum().cast(pl.Int64).alias("unanswered"),
        pl.col("contacts").sum(),
        pl.col("answered_at").min(),
    )
    seconds = (pl.col("answered_at") - pl.col("opened_at")).dt.total_microseconds() / 1e6
    return told.drop("issue", "number").with_columns(first_answer_seconds=seconds).sort("customer_id", "case")


def histories(signals: pl.DataFrame, waited: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Sum up each customer's care.

    Parameters
    ----------
    signals
        What may serve care: ``id``, ``customer_id``, ``kind``, ``occurred_at``, ``mood``, ``reason``; inbound alone.
    waited
        As `waits` gives it.
    as_of
        The time at which a text of that moment counts in full, and until which an open thread has waited.

    Returns
    -------
    pl.DataFrame
        ``customer_id``, ``mood`` (-1 to 1; a text of 60 days ago counts half), ``contacts``, ``incidents``,
        ``last_contact_at``, ``top_reason``, ``threads``, ``unanswered``, ``median_first_answer_seconds``,
        ``longest_wait_seconds`` (an unanswered thread waits still).
    """
    addressed = pl.col("kind").is_in(ADDRESSED)
    days = (pl.lit(as_of) - pl.col("occurred_at")).dt.total_seconds() / 86_400
    weight = pl.when(addressed & pl.col("mood").is_not_null()).then(0.5 ** (days / MOOD_HALF_LIFE_DAYS))
    contact = pl.col("kind").is_in(CONTACTS)
    # In the order of signals and the rows of a customer side by side: a sum is the same whoever else is there.
    ordered = signals.select(
        "id",
        customer_id=ranked(signals["customer_id"]),
        weight=weight,
        felt=pl.col("mood") * weight,
        contacts=contact,
        incidents=pl.col("kind") == SignalKind.INCIDENT.value,
        last_contact_at=pl.when(contact).then("occurred_at"),
    ).sort("customer_id", "id")
    said = ordered.group_by("customer_id", maintain_order=True).agg(
        mood=pl.col("felt").sum() / pl.col("weight").sum(),
        contacts=pl.col("contacts").sum(),
        incidents=pl.col("incidents").sum(),
        last_contact_at=pl.col("last_contact_at").max(),
    )
    reasons = commonest(signals.filter(addressed), "reason").rename({"reason": "top_reason"})
    so_far = (pl.lit(as_of) - pl.col("opened_at")).dt.total_microseconds() / 1e6
    sat = waited.group_by("customer_id").agg(
        threads=pl.len(),
        unanswered=pl.col("answered_at").is_null().sum(),
        median_first_answer_seconds=pl.col("first_answer_seconds").median(),
        longest_wait_seconds=pl.coalesce("first_answer_seconds", so_far).max(),
    )
    whole = (
        said.cast({"customer_id": pl.String})
        .join(reasons, on="customer_id", how="left")
        .join(sat, on="customer_id", how="full", coalesce=True)
    )
    return whole.with_columns(
        pl.col("mood").fill_nan(None), pl.col("contacts", "incidents", "threads", "unanswered").fill_null(0)
    )
