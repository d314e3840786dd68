"""What is said of the brand, in numbers, and whether this hour is out of the ordinary."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import NO_NUL, Time, Told
from wowengine.errors import BadInput
from wowengine.profiles import alarm, listening

router = APIRouter(tags=["listening"])

WEEK, LONGEST = timedelta(weeks=1), timedelta(days=400)
ROW: JsonDict = {
    "time": "2026-11-03T18:00:00Z",
    "channel": "x",
    "subject": "complaint",
    "topic": "late",
    "posts": 12,
    "authors": 9,
    "negative": 10,
    "neutral": 2,
    "positive": 0,
    "negative_share": 0.833,
}
ALARM: JsonDict = {
    "state": "calm",
    "why": "12 posts, usually 10 and at most 18; 40% in a bad mood, usually 35%.",
    "hour": "2026-11-03T17:00:00Z",
    "posts": 12,
    "usual_posts": 10.0,
    "negative_share": 0.4,
    "usual_share": 0.35,
}
Filter = Annotated[str | None, Query(max_length=60, pattern=NO_NUL, description="Of this one alone.")]


class HeardView(Told):
    """What was said in a span of time on a channel about one thing: numbers alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROW]})

    time: datetime
    channel: str
    subject: str = Field(description="`all`, `complaint` (by its reason) or `interest` (by its topic).")
    topic: str
    posts: int
    authors: int = Field(description="Not met before on that day; a day's sum counts each person once.")
    negative: int
    neutral: int
    positive: int
    negative_share: float | None = Field(description="Of the posts whose mood could be read.")


class AlarmView(Told):
    """The last whole hour beside its like in the weeks before."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALARM]})

    state: Literal["calm", "loud", "bad", "crisis", "cannot_tell"]
    why: str
    hour: datetime
    posts: int
    usual_posts: float | None
    negative_share: float | None
    usual_share: float | None


class Heard(Told):
    """What was heard, earliest first, and whether it is out of the ordinary now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"alarm": ALARM, "items": [ROW]}]})

    alarm: AlarmView
    items: list[HeardView]


@router.get("/listening", summary="What is said of the brand, in numbers", responses=problems())
def heard(
    database: Db,
    *,
    since: Annotated[Time | None, Query(description="From this time; a week ago where it is left out.")] = None,
    until: Annotated[Time | None, Query(description="To before this time; now where it is left out.")] = None,
    by: Annotated[Literal["hour", "day"], Query(description="How long a span each row sums up.")] = "day",
    subject: Filter = None,
    topic: Filter = None,
    channel: Filter = None,
) -> Heard:
    """Count posts of anybody by time, channel and subject; no word and no name of theirs is kept anywhere."""
    end = until or clock.now()
    begin = since or end - WEEK
    if not timedelta() < end - begin <= LONGEST:
        raise BadInput(f"`since` lies before `until`, by {LONGEST.days} days at the most.")
    with database.reading() as session:
        found = listening.heard(session, begin, end, subject=subject, topic=topic, channel=channel)
        hour, judged = alarm.now(session, clock.now())
    rows = listening.by_time(found, by).to_dicts()
    return Heard(alarm=AlarmView(hour=hour, **vars(judged)), items=[HeardView(**row) for row in rows])
