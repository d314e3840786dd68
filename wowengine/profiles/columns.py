"""How a column is promised: its name, what it holds, how long or large it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

import polars as pl

LONGEST_TEXT = 20_000  # characters; a post has 280, a mail seldom 5,000
LARGEST_INT = 2_000_000_000  # the databases' integers have 32 bits


class Holds(Enum):
    """What a column holds, and so how its cells are read."""

    TEXT = "text"  # anything, line breaks included
    NAME = "name"  # one line: an id, a title, a place
    WORD = "word"  # one of the allowed words
    TIME = "time"  # ISO 8601; without a zone it is UTC
    DAY = "day"  # ISO 8601
    WHOLE = "whole"  # a whole number
    LIST = "list"  # names separated by `;`, or a JSON list
    WORDS = "words"  # the same, of allowed words
    FACTS = "facts"  # a JSON object


DTYPES: dict[Holds, pl.DataType] = {
    Holds.TIME: pl.Datetime("us", "UTC"),
    Holds.DAY: pl.Date(),
    Holds.WHOLE: pl.Int64(),
    Holds.LIST: pl.List(pl.String()),
    Holds.WORDS: pl.List(pl.String()),
}


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Attributes
    ----------
    longest
        Characters at most: of the cell, or of one item of a list.
    allowed
        The words a WORD or WORDS column may hold.
    least
        Smallest whole number allowed.
    looks, rule
        What a name must look like (a Rust regular expression), and the rule it breaks otherwise.
    default
        What an empty cell stands for.
    """

    name: str
    holds: Holds = Holds.NAME
    required: bool = False
    longest: int = 200
    allowed: tuple[str, ...] = ()
    least: int = 0
    looks: str = ""
    rule: str = ""
    default: str | int | tuple[str, ...] | None = None

    @property
    def dtype(self) -> pl.DataType:
        """Type of the column in a checked frame."""
        return DTYPES.get(self.holds, pl.String())


@dataclass(frozen=True)
class RowRule:
    """A promise between the columns of one row, with the column to look at when it is broken."""

    rule: str
    column: str
    broken: pl.Expr


@dataclass(frozen=True)
class Contract:
    """What the rows of one kind of file promise. Columns it does not name go to ``attributes``."""

    name: str
    columns: Sequence[Column]
    rules: Sequence[RowRule] = ()


def words(enum: type[StrEnum]) -> tuple[str, ...]:
    """Return the words of an enum, to be allowed in a column."""
    return tuple(word.value for word in enum)
