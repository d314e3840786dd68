"""Is this hour out of the ordinary? The trigger of a crisis plan (case 13), or an honest "cannot tell yet".

An hour is compared with the same hour of the same weekday in the weeks before. The median and the median distance from
it (MAD) are not moved by one bad day, as mean and deviation would be (Hampel 1974; 1.4826 makes the MAD an estimate of
the deviation where counts are normal).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine.profiles.listening import ALL, heard
from wowengine.profiles.models import HeardHour

WEEKS, FEWEST_WEEKS = 8, 4
WIDTH = 3.0  # deviations
LIKE_DEVIATION = 1.4826
LEAST_POSTS = 20  # fewer are no crisis, whatever they are beside the hours before
LEAST_SHARE = 0.1  # of bad mood more than usual
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@dataclass(frozen=True)
class Alarm:
    """What an hour is beside its like.

    Attributes
    ----------
    state
        ``calm``, ``loud`` (more posts than usual), ``bad`` (a worse mood), ``crisis`` (both), ``cannot_tell``.
    why
        One sentence.
    posts, usual_posts
        In the hour, and the median of its like (None: too few weeks).
    negative_share, usual_share
        The share of bad mood, likewise.
    """

    state: str
    why: str
    posts: int
    usual_posts: float | None = None
    negative_share: float | None = None
    usual_share: float | None = None


def judge(counted: pl.DataFrame, hour: datetime, since: datetime | None) -> Alarm:
    """Judge an hour.

    Parameters
    ----------
    counted
        Counts by hour, as `listening.heard` gives them, of the hour and the eight weeks before it.
    hour
        The beginning of a whole hour, UTC.
    since
        When we began to listen; None: never.
    """
    posts, share = _hour(counted, hour)
    weeks = 0 if since is None else min(WEEKS, int((hour - since) / WEEK))
    if weeks < FEWEST_WEEKS:
        return Alarm("cannot_tell", f"We have listened for {weeks} weeks; it takes {FEWEST_WEEKS} to know.", posts)
    before = [_hour(counted, hour - week * WEEK) for week in range(1, weeks + 1)]
    usual, most = _range([float(count) for count, _ in before], least=1.0)
    shares = [its for _, its in before if its is not None]
    usual_share, most_share = _range(shares, least=LEAST_SHARE / WIDTH) if shares else (0.0, LEAST_SHARE)
    loud = posts > most and posts >= LEAST_POSTS
    bad = share is not None and posts >= LEAST_POSTS and share > max(most_share, usual_share + LEAST_SHARE)
    state = {(False, False): "calm", (True, False): "loud", (False, True): "bad", (True, True): "crisis"}[loud, bad]
    why = f"{posts} posts, usually {usual:.0f} and at most {most:.0f}"
    if share is not None:
        why += f"; {share:.0%} in a bad mood, usually {usual_share:.0%}"
    return Alarm(state, f"{why}.", posts, usual, share, usual_share)


def now(session: Session, at: datetime) -> tuple[datetime, Alarm]:
    """Judge the last whole hour before a time, and say which it is."""
    hour = at.replace(minute=0, second=0, microsecond=0) - HOUR
    began = session.scalar(select(func.min(HeardHour.hour)))
    counted = heard(session, hour - WEEKS * WEEK, hour + HOUR, subject=ALL)
    return hour, judge(counted, hour, began)


def _hour(counted: pl.DataFrame, hour: datetime) -> tuple[int, float | None]:
    of_hour = counted.filter(pl.col("hour") == hour, pl.col("subject") == ALL)
    felt = sum(int(of_hour[name].sum()) for name in ("negative", "neutral", "positive"))
    return int(of_hour["posts"].sum()), int(of_hour["negative"].sum()) / felt if felt else None


def _range(values: list[float], least: float) -> tuple[float, float]:
    """Return what is usual, and the most that still is."""
    middle = median(values)
    spread = max(median(abs(value - middle) for value in values) * LIKE_DEVIATION, least)
    return middle, middle + WIDTH * spread
