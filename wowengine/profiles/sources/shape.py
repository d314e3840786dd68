"""Foreign JSON, taken for what it is: a missing or misshapen part is an empty one, never an error."""

from collections.abc import Iterator
from typing import Any


def mapping(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a list; of anything else, none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text_of(value: object) -> str:
    """Return a string, or a number as one; of anything else, the empty string."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
