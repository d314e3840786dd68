"""What a file of numbers must be: complete, without words we do not know, frozen, and named by its content."""

import json
import tomllib
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from wowengine.errors import BadInput

FAULTS_SHOWN = 5
UNKNOWN = "extra_forbidden"
NOT_KNOWN = "is not a word it knows"


class Numbers(BaseModel):
    """A table of a TOML file. A word it does not know is an error: it would be a typo that nobody notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(NamedTuple):
    """What is wrong in a file, and where: the words that lead to it, joined by dots."""

    path: str
    said: str

    def __str__(self) -> str:
        if self.said == NOT_KNOWN:
            return f"{self.path} {NOT_KNOWN}"
        return f"{self.path}: {self.said}" if self.path else self.said


Book = TypeVar("Book", bound=BaseModel)


def parse(book: type[Book], text: str, name: str) -> Book:
    """Read and check a TOML text.

    Raises
    ------
    BadInput
        Naming the file, the place in it and what is wrong there; the first faults are told at once, and all of them,
        as `Fault` has them, under the fact ``faults``.
    """
    try:
        # By way of JSON, in which pydantic can be strict: a number in quotes, or `true` for one, is no number.
        return book.model_validate_json(json.dumps(tomllib.loads(text), default=str), strict=True)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not TOML: {error}.") from error
    except ValidationError as error:
        # Unknown words first: one misspelt word makes two faults, and the other half of it says less.
        told = sorted(error.errors(), key=lambda one: one["type"] != UNKNOWN)
        faults = [_fault(one["type"], one["loc"], one["msg"]) for one in told]
        more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
        said = "; ".join(map(str, faults[:FAULTS_SHOWN]))
        raise BadInput(f"{name}: {said}{more}.", faults=[fault._asdict() for fault in faults]) from error


def _fault(kind: str, where: tuple[int | str, ...], message: str) -> Fault:
    return Fault(".".join(str(part) for part in where), NOT_KNOWN if kind == UNKNOWN else message)
