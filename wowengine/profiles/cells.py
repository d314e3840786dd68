"""Cells of raw rows: all into text first, then each into the type that its column promises.

Files hold text; other types are turned into it, so that the same row means the same from CSV, NDJSON, Parquet or a
request, and hashes the same too.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from wowengine.profiles.columns import Column, Contract, Holds

WHOLE = r"^([+-]?\d{1,15})(?:\.0+)?$"
DAY = r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$"
TIME = (
    r"^(?<day>\d{4}-\d{2}-\d{2})(?:[Tt ](?<clock>\d{2}:\d{2})(?::(?<second>\d{2})(?:[.,](?<part>\d{1,9}))?)?)?"
    r"\s?(?<zone>[Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
YEARS = (1900, 2200)  # what databases and calendars agree on, with room
NO_OBJECT = "!"  # stands where a JSON object was promised and something else was found
_NATIVE = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?|true|false")


def as_text(raw: pl.DataFrame) -> pl.DataFrame:
    """Turn every cell into text, and blank ones into null."""
    if "_broken" not in raw.columns:
        raw = raw.with_columns(_broken=pl.lit(None, pl.String))
    plain = raw.with_columns(_text(column) for column in raw.iter_columns() if column.name != "_line")
    cells = pl.all().exclude("_line")
    return plain.with_columns(pl.when(cells.str.strip_chars() != "").then(cells))


def _text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        zoned = column if kind.time_zone else column.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00")
    if isinstance(kind, pl.Binary):
        return column.cast(pl.String, strict=False)
    if kind.is_nested():
        return pl.Series(column.name, [_json(value) for value in column.to_list()], pl.String)
    return column.cast(pl.String)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def read_column(cells: pl.DataFrame, column: Column) -> pl.Expr | pl.Series:
    """Read one column into its type; what cannot be read becomes null."""
    name = column.name
    if name not in cells.columns:
        return pl.lit(None, column.dtype).alias(name) if column.default is None else _default(column).alias(name)
    if column.holds in {Holds.LIST, Holds.WORDS}:
        return pl.Series(name, [_items(cell) for cell in cells[name]], pl.List(pl.String))
    if column.holds is Holds.FACTS:
        return pl.Series(name, [_facts(cell) for cell in cells[name]], pl.String).fill_null(str(column.default))
    value = _values(column)
    if column.default is not None:
        value = pl.when(pl.col(name).is_null()).then(_default(column)).otherwise(value)
    return value.alias(name)


def _values(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    match column.holds:
        case Holds.TIME:
            return as_time(cell)
        case Holds.DAY:
            return _sane(cell.str.strip_chars().str.extract(DAY).str.to_date("%Y-%m-%d", strict=False))
        case Holds.WHOLE:
            return cell.str.strip_chars().str.extract(WHOLE).str.strip_prefix("+").cast(pl.Int64)
        case Holds.TEXT:
            return cell
        case _:
            return cell.str.strip_chars()


def _default(column: Column) -> pl.Expr:
    value = list(column.default) if isinstance(column.default, tuple) else column.default
    return pl.lit(value, column.dtype)


def as_time(cell: pl.Expr) -> pl.Expr:
    """Read a time from text as UTC: ISO 8601, without a zone taken as UTC; null where it is none."""
    zone = pl.field("zone").str.replace("^[Zz]$", "+00:00").str.replace(r"^([+-]\d{2}):?(\d{2})?$", "${1}:${2}")
    whole = pl.concat_str(
        pl.field("day"),
        pl.lit("T"),
        pl.field("clock").fill_null("00:00"),
        pl.lit(":"),
        pl.field("second").fill_null("00"),
        pl.lit("."),
        pl.field("part").fill_null("0").str.slice(0, 6).str.pad_end(6, "0"),
        zone.str.replace(":$", ":00").fill_null("+00:00"),
    )
    moment = whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us", time_zone="UTC", strict=False)
    parts = cell.str.strip_chars().str.extract_groups(TIME)  # as fields of one struct, each step is done once
    told = parts.struct.with_fields(moment=moment).struct.with_fields(moment=_sane(pl.field("moment")))
    return told.struct.field("moment")


def _sane(moment: pl.Expr) -> pl.Expr:
    return pl.when(moment.dt.year().is_between(*YEARS)).then(moment)


def _items(cell: str | None) -> list[str] | None:
    """Read a list; an empty cell is an empty list, since the column is there and names nothing."""
    if cell is None:
        return []
    items: list[Any]
    if cell.lstrip().startswith("["):
        try:
            items = json.loads(cell)
        except (ValueError, RecursionError):
            return None
        if not all(isinstance(item, str | int | float) for item in items):
            return None
    else:
        items = cell.split(";")
    return list(dict.fromkeys(text for item in items if (text := str(item).strip())))


def _facts(cell: str | None) -> str | None:
    """Read a JSON object into one canonical spelling; `NO_OBJECT` marks what is none."""
    if cell is None:
        return None
    try:
        facts = _DECODER.decode(cell)
    except (ValueError, RecursionError):
        return NO_OBJECT
    return canonical(facts) if isinstance(facts, dict) else NO_OBJECT


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


# Made once: `json.loads` and `json.dumps` would make one for every cell.
_DECODER = json.JSONDecoder(parse_constant=_refuse)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(facts: dict[str, Any]) -> str:
    """Spell a JSON object in the one way that hashes and compares."""
    return _ENCODER.encode(facts)


def read_attributes(cells: pl.DataFrame, contract: Contract) -> pl.Series:
    """Fold the columns that the contract does not name, and a column ``attributes``, into one JSON object."""
    known = {column.name for column in contract.columns} | {"_line", "_broken", "attributes"}
    extra = [name for name in cells.columns if name not in known]
    told = cells["attributes"] if "attributes" in cells.columns else [None] * len(cells)
    rows = zip(told, cells.select(extra).rows() or [()] * len(cells), strict=True)
    return pl.Series("attributes", [_fold(extra, given, row) for given, row in rows], pl.String)


def _fold(names: Sequence[str], given: str | None, row: Sequence[str | None]) -> str:
    facts = {name: _native(cell) for name, cell in zip(names, row, strict=True) if cell is not None}
    own = _facts(given)
    if own == NO_OBJECT:
        return own
    return canonical(facts | json.loads(own) if own else facts)


def _native(cell: str) -> Any:
    """Give a number, yes or no, list or object its type; anything else is text, and so is ``007``."""
    if not (_NATIVE.fullmatch(cell) or cell[0] in "[{"):
        return cell
    try:
        return _DECODER.decode(cell)
    except (ValueError, RecursionError):
        return cell
