"""The pieces of an audience's text: where each stands, what value it is, and how to say that one is wrong."""

import math
import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple, Never

from wowengine.campaigns.audience_tree import HOUR, KEYWORDS, Value
from wowengine.campaigns.audience_words import Kind
from wowengine.errors import BadInput

LONGEST_TEXT = 2_000
LONGEST_TIME = timedelta(days=36_500)
HOURS = {"h": 1, "d": 24, "w": 168}
UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")  # what no database can hold
TOKEN = re.compile(
    r"""\s*(?:
    (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\w)) | (?P<time>[0-9]+[hdw](?!\w)) | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?!\w)) |
    (?P<word>[^\W\d][\w./-]*) | (?P<text>"(?:[^"\\]|\\["\\])*") | (?P<sign><=|>=|!=|=|<|>) | (?P<mark>[(),]) |
    (?P<end>$) | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
TAKES = {
    Kind.TEXT: ("word", "text"),
    Kind.NUMBER: ("number",),
    Kind.TEXT_OR_NUMBER: ("word", "text", "number"),
    Kind.TIME: ("time",),
    Kind.DAY: ("day",),
}
LOOKS = {
    Kind.TEXT: 'a text such as gold or "long, no sugar"',
    Kind.NUMBER: "a number such as 0.3",
    Kind.TEXT_OR_NUMBER: "a text or a number",
    Kind.TIME: "a time such as 90d",
    Kind.DAY: "a day such as 2026-11-03",
}


class Token(NamedTuple):
    """One piece of the text, and where it stands: the first column is 1."""

    kind: str
    text: str
    column: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a text, and then its end again and again.

    Raises
    ------
    BadInput
        Where the text is too long, or holds what no database can.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"An audience has at most {LONGEST_TEXT} characters, and this one has {len(text)}.")
    if bad := UNREADABLE.search(text):
        wrong(Token("other", "an unreadable character", bad.start() + 1), "readable text")
    at = 0
    while True:
        found = TOKEN.match(text, at)
        assert found is not None and found.lastgroup is not None  # noqa: S101, PT018 - its last alternatives match all
        at = found.end()
        yield Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1)


def value_of(token: Token, kind: Kind) -> Value:
    """Return the value of a piece."""
    if token.kind not in TAKES[kind] or (token.kind == "word" and token.text.lower() in KEYWORDS):
        wrong(token, LOOKS[kind])
    match token.kind:
        case "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        case "number":
            return _within(token, float(token.text), math.inf)
        case "time":
            return _time(token)
        case "day":
            return _day(token)
    return token.text


def _within(token: Token, number: float, most: float) -> float:
    if not abs(number) < most:
        wrong(token, "a smaller number")
    return number


def _time(token: Token) -> timedelta:
    hours = _within(token, float(token.text[:-1]) * HOURS[token.text[-1]], LONGEST_TIME / HOUR)
    return hours * HOUR


def _day(token: Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        wrong(token, "a day of the calendar")


def wrong(token: Token, expected: str, words: Collection[str] = (), reason: str = "") -> Never:
    """Say what is wrong, and where."""
    found = "the end" if token.kind == "end" else token.text
    near = next(iter(get_close_matches(token.text.lower().strip('"'), words, 1)), "")
    hint = f" Did you mean {near}?" if near else ""
    because = f": {reason}" if reason else ""
    message = f"At column {token.column}, expected {expected}, and found {found}{because}.{hint}"
    raise BadInput(message, column=token.column, found=found, expected=expected, near=near)
