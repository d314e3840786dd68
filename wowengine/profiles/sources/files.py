"""Files into raw rows: CSV, NDJSON, Parquet, and TOML for catalogues written by hand.

A file that is not what it says is one clear ``BadInput``; a line that does not parse is marked, and the rest goes on.
"""

import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from wowengine.errors import BadInput
from wowengine.profiles.sources.rows import OURS, from_mappings, from_numbered


def read_rows(path: Path) -> pl.DataFrame:
    """Read a file into raw rows, with ``_line`` and, where a line did not parse, the rule in ``_broken``.

    Raises
    ------
    BadInput
        When there is no such file, its kind is unknown, or its content is not of that kind.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path.name}: files end in {', '.join(READERS)}; this one does not.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from None
    if not content:
        raise BadInput(f"{path.name} is empty.")
    return reader(path.name, content)


def _read_ndjson(name: str, content: bytes) -> pl.DataFrame:
    lines = _decoded(name, content).split("\n")
    rows = ((number, _json_line(line)) for number, line in enumerate(lines, 1) if line.strip())
    frame = from_numbered(rows)
    if frame.height and frame["_broken"].eq_missing("not_json").all():
        raise BadInput(f"{name} is not NDJSON: no line of it is a JSON object.")
    return frame


def _json_line(line: str) -> object:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return "not_json"
    return told if isinstance(told, dict) else None  # a bare string would be taken for a rule


def _read_csv(name: str, content: bytes) -> pl.DataFrame:
    text = _decoded(name, content)
    names = _header(name, text)
    if not all(names) or len(set(names)) < len(names) or set(names) & set(OURS):
        raise BadInput(f"{name}: its first line must name every column once.")
    try:
        frame = pl.read_csv(text.encode(), infer_schema=False, has_header=False, new_columns=names)
    except pl.exceptions.PolarsError:
        return _read_ragged_csv(name, names, text)
    # A cell in quotes may hold line breaks: the next row stands so many lines further down.
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n").fill_null(0)).cast(pl.Int64) + 1
    lines = frame.select(breaks.cum_sum().shift(1, fill_value=0) + 1).to_series()
    blank = pl.all_horizontal(pl.all().exclude("_line").is_null())
    return frame.with_columns(_line=lines)[1:].filter(~blank)


def _header(name: str, text: str) -> list[str]:
    try:
        return [title.strip() for title in next(csv.reader(io.StringIO(text)), [])]
    except csv.Error as error:
        raise BadInput(f"{name} is not CSV: {error}.") from None


def _read_ragged_csv(name: str, names: list[str], text: str) -> pl.DataFrame:
    """Read row by row what Polars refuses whole, and mark the rows that do not fit."""
    return from_numbered(_csv_rows(name, names, text))


def _csv_rows(name: str, names: list[str], text: str) -> Iterator[tuple[int, object]]:
    reader = csv.reader(io.StringIO(text))
    next(reader)
    line = reader.line_num + 1
    try:
        for row in reader:
            if len(row) > len(names):
                yield line, "too_many_cells"
            elif any(row):
                yield line, dict(zip(names, row, strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{name} is not CSV from line {line} on: {error}.") from None


def _read_parquet(name: str, content: bytes) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError:
        raise BadInput(f"{name} is no Parquet file, or not the whole of it.") from None
    if set(frame.columns) & set(OURS):
        raise BadInput(f"{name}: no column may be called {' or '.join(OURS)}.")
    return frame.with_row_index("_line", 1).with_columns(pl.col("_line").cast(pl.Int64))


def _read_toml(name: str, content: bytes) -> pl.DataFrame:
    try:
        told = tomllib.loads(_decoded(name, content))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"{name} is not TOML: {error}.") from None
    lists = [value for value in told.values() if isinstance(value, list)]
    if len(lists) != 1:
        raise BadInput(f"{name}: one list of tables is looked for, such as [[gestures]].")
    return from_mappings(lists[0])


def _decoded(name: str, content: bytes) -> str:
    if b"\0" in content:
        raise BadInput(f"{name} is binary, or not in UTF-8.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not in UTF-8: byte {error.start + 1} is none of its letters.") from None


READERS: dict[str, Callable[[str, bytes], pl.DataFrame]] = {
    ".csv": _read_csv,
    ".ndjson": _read_ndjson,
    ".jsonl": _read_ndjson,
    ".parquet": _read_parquet,
    ".toml": _read_toml,
}
