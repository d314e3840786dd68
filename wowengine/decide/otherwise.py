"""Other values that an attribute might have had: a few of its type, far apart, so that a lever by it shows.

They are made from the type alone, so that an attribute which somebody adds tomorrow is tried as well.
"""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

_PLAIN: Final = MappingProxyType(
    {
        NoneType: (None,),
        str: ("", "Another than this"),
        bool: (False, True),
        int: (0, 1_000_000),
        float: (0.0, 0.99),  # a chance is one as well
        datetime: (datetime(2024, 2, 29, 3, 0, tzinfo=UTC), datetime(2030, 7, 1, 12, 0, tzinfo=UTC)),
    }
)

# Where real values are likelier to meet a lever than any word.
_KNOWN: Final = MappingProxyType(
    {
        "person.name": (None, "Giulia Ferrari", "Oluwaseun Adébáyò", "李小龍"),
        "person.language": ("", "en", "it", "de"),
        "person.country": (None, "IT", "US", "NG"),
        "person.time_zone": (None, "Europe/Rome", "Africa/Lagos", "America/Los_Angeles"),
        "person.tier": (None, "basic", "silver", "gold"),
        "moment.channel": (None, "chat", "email", "phone"),
        "candidate.score": (-100.0, 0.0, 100.0),
    }
)


def otherwise(attribute: str, hint: Any) -> tuple[Any, ...]:
    """Return what is tried in place of an attribute's value, such as ``person.name``.

    Parameters
    ----------
    attribute
        Whose and which: where real values are known by this name, they are taken.
    hint
        Its type.

    Raises
    ------
    TypeError
        When values of this type cannot be made; an audit that left it out would say less than it seems to.
    """
    return _KNOWN[attribute] if attribute in _KNOWN else examples(hint)


@cache
def examples(hint: Any) -> tuple[Any, ...]:
    """Return a few values of a type, the emptiest first; raises as `otherwise` does."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    parts = get_args(hint)
    match get_origin(hint):
        case origin if origin is Union or origin is UnionType:
            return tuple(value for part in parts for value in examples(part))
        case origin if origin is Literal:
            return parts
        case origin if origin is tuple and parts[-1] is Ellipsis:
            return (), examples(parts[0])
        case origin if origin is frozenset:
            return frozenset(), frozenset(examples(parts[0]))
        case origin if origin is dict:
            return {}, dict(zip(examples(parts[0]), examples(parts[1]), strict=False))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(hint)
    if is_dataclass(hint):
        return _instances(hint)
    raise TypeError(f"There is no other value known for {hint}: an audit cannot try it.")


def _instances(kind: Any) -> tuple[Any, ...]:
    """Make one of a dataclass out of the first examples of its fields, and one out of the last."""
    hints = get_type_hints(kind)
    return tuple(kind(**{one.name: examples(hints[one.name])[place] for one in fields(kind)}) for place in (0, -1))
