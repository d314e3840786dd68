"""What a file of numbers must be: complete, without words we do not know, frozen, and named by its content."""

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from wowengine.errors import BadInput

FAULTS_SHOWN = 5
UNKNOWN = "extra_forbidden"


class Numbers(BaseModel):
    """A table of a TOML file. A word it does not know is an error: it would be a typo that nobody notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Book = TypeVar("Book", bound=BaseModel)


def parse(book: type[Book], text: str, name: str) -> Book:
    """Read and check a TOML text.

    Raises
    ------
    BadInput
        Naming the file, the place in it and what is wrong there; several faults are told at once.
    """
    try:
        return book.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not TOML: {error}.") from error
    except ValidationError as error:
        # Unknown words first: one misspelt word makes two faults, and the other half of it says less.
        told = sorted(error.errors(), key=lambda one: one["type"] != UNKNOWN)
        faults = [_fault(one["type"], one["loc"], one["msg"]) for one in told]
        more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
        raise BadInput(f"{name}: {'; '.join(faults[:FAULTS_SHOWN])}{more}.", faults=faults) from error


def _fault(kind: str, where: tuple[int | str, ...], message: str) -> str:
    place = ".".join(str(part) for part in where)
    if kind == UNKNOWN:
        return f"{place} is not a word it knows"
    return f"{place}: {message}" if place else message
