"""The part of the policy that says what may be said to somebody's face."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field, field_validator, model_validator

from wowengine.decide.rulebook import Numbers

PRIVATE = ("health", "religion", "sexuality", "politics", "union", "children", "debt", "bereavement")

Factor = Annotated[float, Field(ge=1, le=100)]
Word = TypeVar("Word", bound=StrEnum)


class Source(StrEnum):
    """Where words were said, from the nearest to the farthest."""

    STATED = "stated"  # told us in so many words
    MESSAGE = "message"  # in a message to us
    MENTION = "mention"  # in public, naming us
    POST = "post"  # in public, on an account of their own
    OTHERS = "others"  # by somebody else


class Depth(StrEnum):
    """How much was read into words, from nothing to most."""

    STATED = "stated"
    LITERAL = "literal"  # the words of the topic stand there
    INFERRED = "inferred"


class DistanceTable(Numbers):
    """How far words may stand from what somebody told us: source x depth x sensitivity stays below the bound."""

    bound: Factor
    source: dict[Source, Factor]
    depth: dict[Depth, Factor]
    sensitivity: dict[str, Factor]

    @field_validator("source")
    @classmethod
    def _farther_is_more(cls, source: dict[Source, float]) -> dict[Source, float]:
        return _rising(Source, source)

    @field_validator("depth")
    @classmethod
    def _deeper_is_more(cls, depth: dict[Depth, float]) -> dict[Depth, float]:
        return _rising(Depth, depth)

    @model_validator(mode="after")
    def _private_is_never_said(self) -> "DistanceTable":
        if said := [family for family in PRIVATE if self.sensitivity.get(family, 0.0) < self.bound]:
            raise ValueError(f"the sensitivity of {', '.join(said)} must reach the bound, however it was said")
        return self


def _rising(words: type[Word], factors: dict[Word, float]) -> dict[Word, float]:
    """Return factors that have one for each word, none less than the one before."""
    told = [factors[word] for word in words if word in factors]
    if len(told) < len(words) or told != sorted(told):
        raise ValueError(f"needs {', '.join(words)}, none less than the one before")
    return factors


class Face(Numbers):
    """What may be said to somebody's face."""

    longest: Annotated[int, Field(ge=80, le=200)]
    banned: tuple[str, ...]
    distance: DistanceTable
