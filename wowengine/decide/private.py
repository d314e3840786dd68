"""What is nobody's business, by its words: the last plain look at what would be said to somebody's face.

A text that touches a private family should not have come this far; this looks again, with a list of its own.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

_NOT_A_LETTER = re.compile(r"[\W_]+")


class _Words(NamedTuple):
    """The lists of `private.toml`, ready to be looked for in folded text."""

    sayings: re.Pattern[str]  # only look private
    families: dict[str, re.Pattern[str]]


@lru_cache(maxsize=4096)  # one remark speaks for many gestures
def touched(text: str) -> frozenset[str]:
    """Return the private families that a text in English or Italian touches, such as health; none for most texts."""
    words = _words()
    plain = words.sayings.sub("|", folded(text))
    return frozenset(family for family, told in words.families.items() if told.search(plain))


def folded(text: str) -> str:
    """Return a text in lower case and without accents, all that is no letter or digit as one blank."""
    plain = unicodedata.normalize("NFKD", text).casefold()  # first: letters drawn as symbols have no lower case
    letters = unicodedata.normalize("NFKD", plain)
    return _NOT_A_LETTER.sub(" ", "".join(one for one in letters if not unicodedata.combining(one))).strip()


@cache
def _words() -> _Words:
    lists = tomllib.loads(resources.files("wowengine.decide").joinpath("private.toml").read_text("utf-8"))
    kin = f"(?:{'|'.join(lists['kin'])})"
    return _Words(
        _any_of(lists["sayings"], kin), {family: _any_of(told, kin) for family, told in lists["families"].items()}
    )


def _any_of(phrases: Iterable[str], kin: str) -> re.Pattern[str]:
    """Match any of the phrases as whole words; `*` stands for any ending, `$kin` for any relative."""
    told = "|".join(phrases).replace("*", r"\w*").replace("$kin", kin)
    return re.compile(rf"\b(?:{told})\b")
