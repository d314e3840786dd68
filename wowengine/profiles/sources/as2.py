"""Whether a document is ActivityStreams 2.0: the first promise of the specification it breaks, if any.

Source: W3C, "Activity Streams 2.0" (core) and "Activity Vocabulary", Recommendations of 23 May 2017. What is not named
there is an extension, and is let through unread.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

DEEPEST = 40  # objects within objects

CONTEXT = "www.w3.org/ns/activitystreams"
PAGES = frozenset({"CollectionPage", "OrderedCollectionPage"})
LINKS = frozenset({"Link", "Mention"})
INTRANSITIVE = frozenset({"IntransitiveActivity", "Arrive", "Travel", "Question"})
ORDERED = frozenset({"OrderedCollection", "OrderedCollectionPage"})
UNORDERED = frozenset({"Collection", "CollectionPage"})


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ACTIVITIES = _names(
    "Activity IntransitiveActivity Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite "
    "Join Leave Like Listen Move Offer Question Reject Read Remove TentativeReject TentativeAccept Travel Undo "
    "Update View"
)
OBJECTS = _names(
    "Object Application Group Organization Person Service Article Audio Document Event Image Note Page Place "
    "Profile Relationship Tombstone Video"
)
KNOWN = ACTIVITIES | OBJECTS | ORDERED | UNORDERED | LINKS

LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
TIME = re.compile(r"-?\d{4,}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-6]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;.*)?", re.DOTALL)
RELATION = re.compile(r"[^\s,]+")


def broken_rule(document: object) -> str:
    """Return the rule a document breaks first, or the empty string.

    Parameters
    ----------
    document
        Parsed JSON of any shape; nothing of it raises.
    """
    if not isinstance(document, dict):
        return "not_an_object"
    return _context(document.get("@context", {})) or next(_broken(document, DEEPEST), "")


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the types of an object, without a prefix such as ``as:``."""
    told = node.get("type", node.get("@type"))
    listed = told if isinstance(told, list) else [told]
    return frozenset(each.removeprefix("as:") for each in listed if isinstance(each, str))


def _context(context: object) -> str:
    """Look whether the context names ActivityStreams; one that names nothing is taken to mean it (core, 2.1)."""
    listed = context if isinstance(context, list) else [context]
    if not all(isinstance(each, str | dict) for each in listed):
        return "context_not_readable"
    named = [each for each in listed if isinstance(each, str)]
    vocabularies = [value for each in listed if isinstance(each, dict) for value in each.values()]
    if named and not any(_is_ours(each) for each in (*named, *vocabularies)):
        return "another_context"
    return ""


def _is_ours(name: object) -> bool:
    return isinstance(name, str) and name.partition("://")[2].rstrip("#/") == CONTEXT


def _broken(node: Mapping[str, Any], deep: int) -> Iterator[str]:
    """Yield what an object breaks, then what the objects within it do."""
    if deep == 0:
        yield "too_deep"
        return
    yield from _broken_type(node)
    types = types_of(node)
    for name, value in node.items():
        holds = PROPERTIES.get(name)
        if value is not None and holds is not None and not holds(value):
            yield f"{name}_not_allowed"
    yield from _broken_together(node, types)
    for name in sorted(NODES & node.keys()):
        for child in _each(node[name]):
            if isinstance(child, dict):
                yield from _broken(child, deep - 1)


def _broken_type(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("type", "@type"):
        told = node.get(name, "")
        listed = told if isinstance(told, list) else [told]
        if not all(isinstance(each, str) for each in listed):
            yield "type_not_text"


def _broken_together(node: Mapping[str, Any], types: frozenset[str]) -> Iterator[str]:
    if types & ORDERED and "items" in node:
        yield "ordered_collection_with_items"
    if types & UNORDERED and not types & ORDERED and "orderedItems" in node:
        yield "collection_with_ordered_items"
    if "Question" in types and "oneOf" in node and "anyOf" in node:
        yield "one_of_and_any_of"
    if types and types <= INTRANSITIVE and "object" in node:
        yield "object_of_intransitive"
    for name in ("first", "last", "current", "next", "prev"):
        for child in _each(node.get(name)):
            known = types_of(child) & KNOWN if isinstance(child, dict) else frozenset()
            if known and not known & (PAGES | LINKS):
                yield f"{name}_not_a_page"


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_words(value: object) -> bool:
    """Look for a natural-language value: one string, or a map of languages, or several of them."""
    return all(isinstance(each, str) or (isinstance(each, dict) and _is_map(each)) for each in _each(value))


def _is_map(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(text, str) and LANGUAGE.fullmatch(language) is not None for language, text in value.items()
    )


def _is_node(value: object) -> bool:
    return all(isinstance(each, str | dict) for each in _each(value))


def _is_closed(value: object) -> bool:
    return isinstance(value, bool) or _is_node(value)


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: all(isinstance(each, str) and pattern.fullmatch(each) is not None for each in _each(value))


def _is_number(value: object) -> bool:
    """Look for a number; as text too, which the vocabulary's own example 183 has."""
    if isinstance(value, str):
        return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: object) -> bool:
    return _is_number(value) and 0 <= float(value) <= 100  # type: ignore[arg-type]  # noqa: PLR2004 - a percentage


def _is_not_negative(value: object) -> bool:
    return _is_number(value) and float(value) >= 0  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


NODES = _names(
    "actor object target origin result instrument attachment attributedTo audience context generator icon image "
    "inReplyTo location preview replies tag to bto cc bcc items orderedItems oneOf anyOf first last current next "
    "prev partOf describes subject relationship url"
)
PROPERTIES: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(NODES, _is_node),
    **dict.fromkeys(("id", "@id", "href", "units"), _is_text),
    **dict.fromkeys(("name", "summary", "content"), _is_words),
    **dict.fromkeys(("nameMap", "summaryMap", "contentMap"), _is_map),
    **dict.fromkeys(("published", "updated", "startTime", "endTime", "deleted"), _like(TIME)),
    **dict.fromkeys(("totalItems", "startIndex", "height", "width"), _is_count),
    **dict.fromkeys(("latitude", "longitude", "altitude"), _is_number),
    "accuracy": _is_share,
    "radius": _is_not_negative,
    "duration": _like(DURATION),
    "mediaType": _like(MEDIA_TYPE),
    "hreflang": _like(LANGUAGE),
    "rel": _like(RELATION),
    "closed": _is_closed,
    "formerType": _is_node,
}
