"""Mappings into a raw frame: the lines of an NDJSON file, the items of a request, the tables of a TOML."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import polars as pl

OURS = ("_line", "_broken")

Cells = dict[str, str | None]


def from_mappings(items: Iterable[object], first: int = 1) -> pl.DataFrame:
    """Make a raw frame of mappings, every cell as text.

    Parameters
    ----------
    items
        One mapping a row; anything else is marked as broken (``not_an_object``), and so is a row whose text no
        database can hold (``not_unicode``). A string in the place of a mapping names the rule a row already broke.
    first
        Number of the first row.
    """
    return from_numbered(enumerate(items, first))


def from_numbered(items: Iterable[tuple[int, object]]) -> pl.DataFrame:
    """Do the same for rows that carry their own numbers."""
    columns: dict[str, list[str | None]] = {}
    lines: list[int] = []
    broken: list[str | None] = []
    for at, (line, item) in enumerate(items):
        cells, rule = _cells(item)
        for name, cell in cells.items():
            column = columns.setdefault(name, [])
            if len(column) < at:
                column.extend([None] * (at - len(column)))
            column.append(cell)
        lines.append(line)
        broken.append(rule)
    series = [
        pl.Series(name, [*cells, *[None] * (len(lines) - len(cells))], pl.String) for name, cells in columns.items()
    ]
    ours = [pl.Series("_line", lines, pl.Int64), pl.Series("_broken", broken, pl.String)]
    return pl.DataFrame([*ours, *series])


def _cells(item: object) -> tuple[Cells, str | None]:
    if isinstance(item, str):
        return {}, item
    if not isinstance(item, Mapping):
        return {}, "not_an_object"
    try:
        cells = {str(key): _text(value) for key, value in item.items()}
        _must_be_unicode(cells)
    except UnicodeEncodeError:
        return {}, "not_unicode"
    except (ValueError, RecursionError):
        return {}, "not_an_object"
    return ({}, "not_an_object") if any(name in cells for name in OURS) else (cells, None)


def _must_be_unicode(cells: Cells) -> None:
    """Raise at half a surrogate pair here, and not inside the frame."""
    for text in (*cells, *cells.values()):
        if text and not text.isascii():
            text.encode()


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case Mapping() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)
