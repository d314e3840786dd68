"""The shapes that several bodies share: strict models, times as text, ids, words of ours."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

LONGEST_ID = 200
LONGEST_NOTE = 2_000
LONGEST_DRAFT = 10_000
LARGEST_INTEGER = 2**31 - 1
LARGEST_PAGE = 200
DEEPEST = 8  # levels of JSON in JSON
NO_NUL = r"^[^\x00]*$"  # PostgreSQL's text cannot hold it


class Asked(BaseModel):
    """What may be sent: nothing unknown, and nothing converted silently (``false`` is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def _as_text(value: object) -> object:
    """Take a time from JSON, where it can only be text; a bare number might be seconds or milliseconds."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("time_text", "a time is text in ISO 8601, such as 2026-11-22T09:30:00+01:00")
    return datetime.fromisoformat(value)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such year") from None


def _shallow(value: JsonValue) -> JsonValue:
    """Refuse what a database cannot hold as JSON or what nobody could read: NUL, and nests without end."""
    depth, level = 0, [value]
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")
        if any("\x00" in text for text in _texts(level)):
            raise ValueError("holds a NUL character")
        level = [inner for outer in level for inner in _inside(outer)]
    return value


def _texts(values: list[JsonValue]) -> list[str]:
    keys = [key for value in values if isinstance(value, dict) for key in value]
    return keys + [value for value in values if isinstance(value, str)]


def _inside(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


Time = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_in_utc)]
Facts = Annotated[dict[str, JsonValue], AfterValidator(_shallow)]
Word = Field(strict=False)  # an enum's word comes as text
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE, pattern=NO_NUL)]
Draft = Annotated[str, Field(min_length=1, max_length=LONGEST_DRAFT, pattern=NO_NUL)]
Cents = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Whole = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]

ActionId = Annotated[str, Path(max_length=LONGEST_ID, pattern=NO_NUL, examples=["act_6f1c0d2a"])]
CustomerId = Annotated[str, Path(max_length=LONGEST_ID, pattern=NO_NUL, examples=["c-1001"])]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many at the most.")]
After = Annotated[
    str | None,
    Query(max_length=LONGEST_ID, pattern=NO_NUL, description="`next` of the page before; left out for the first page."),
]
