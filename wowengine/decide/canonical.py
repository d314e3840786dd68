"""One way to write a value down, so that equal values have equal text and equal text has an equal hash."""

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from pydantic import BaseModel

_AS_IT_IS = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> object:
    """Return the value as JSON can hold it.

    Floats become their shortest exact text (``repr``), since databases differ in how they store numbers; times are
    in UTC, sets are sorted. Reading back by type (pydantic) gives the value that went in.
    What a class names in `UNSAID` came to it later, and is left out where it is empty: what was written down before
    there was such a thing keeps its text.

    Raises
    ------
    TypeError
        When the value is of a kind that has no agreed text.
    """
    if type(value) in _AS_IT_IS:
        return value
    match value:
        case Enum():
            return value.value
        case str() | int() | float() | date() | time():
            return _scalar(value)
        case Mapping():
            return {str(plain(key)): plain(one) for key, one in value.items()}
        case set() | frozenset():
            return sorted(str(plain(one)) for one in value)
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return {name: plain(said) for name, said in _said(value)}


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return digest_of_plain(plain(value))


def digest_of_plain(value: object) -> str:
    """Return the SHA-256 of what `plain` has made already."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _scalar(value: str | float | date | time) -> str | int:
    match value:
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return repr(float(value) + 0.0)  # -0.0 and 0.0 are equal, and shall be written alike
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            return value.isoformat()


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    later: Collection[str] = getattr(value, "UNSAID", ())
    for name in _fields(type(value)):
        told = getattr(value, name)
        if told or name not in later:
            yield name, told


def _fields(kind: type[Any]) -> tuple[str, ...]:
    if issubclass(kind, BaseModel):
        return tuple(kind.model_fields)
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    raise TypeError(f"{kind.__name__} has no agreed text")
