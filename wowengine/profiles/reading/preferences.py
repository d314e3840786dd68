"""What customers state in so many words: ``coffee: long, no sugar``; a window seat; to be texted, not called.

Each slot has its rules in ``preferences.toml``, both languages in one: what the thing looks like, and the ways of
wishing for it. Asking for something counts, and so does a complaint that it was asked for in vain; a question about
what there is, a refusal alone, or the taste of somebody else does not.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.rules import Rule, filled, found, plain_text, quick, rule
from wowengine.profiles.reading.words import load

LONGEST, LONGEST_SAID = 80, 400  # characters
COLUMNS = ("id", "slot", "value", "quote")
KEEPS_CAPITALS = "name"
_EDGES = " \t,'\"-:;."
_GROUP = "(?P<v>"


@dataclass(frozen=True)
class Slot:
    """One thing that may be stated.

    Attributes
    ----------
    rule
        What states it.
    told
        Patterns whose group is the value.
    values
        What may be said of it, and its spelling (None: as said), in order of precedence.
    vague
        Spellings that are left out beside others.
    refused
        What is named only to be ruled out ("not the aisle"); None: nothing is.
    """

    rule: Rule
    told: tuple[str, ...]
    values: tuple[tuple[str, str | None], ...]
    vague: frozenset[str]
    refused: str | None


def preferences(sentences: pl.DataFrame) -> pl.DataFrame:
    """Find stated preferences.

    Parameters
    ----------
    sentences
        ``id``, ``sentence``.

    Returns
    -------
    pl.DataFrame
        ``id``, ``slot``, ``value`` (one spelling for a closed choice, else what was said), ``quote`` (the sentence):
        one row a text and slot, the first statement of it.
    """
    told = found(sentences.with_row_index("place"), "sentence", [slot.rule for slot in slots().values()])
    by_slot = ((told.filter(pl.col("rule") == name), slot) for name, slot in slots().items())
    nothing = told.clear().with_columns(pl.lit(None, pl.String).alias(name) for name in COLUMNS[1:])
    stated = pl.concat([nothing, *(_valued(part, slot) for part, slot in by_slot if not part.is_empty())])
    once = stated.sort("place", maintain_order=True).unique(["id", "slot"], keep="first", maintain_order=True)
    return once.select(COLUMNS)


def value_in(slot: Slot, sentence: str) -> str:
    """Return the words of a sentence that may be what is wished for, else the sentence, cut to `LONGEST`."""
    said = _speller(slot)(plain_text(sentence)).strip(_EDGES)[:LONGEST]
    return said if slot.rule.name == KEEPS_CAPITALS else said.lower()


@cache
def slots() -> dict[str, Slot]:
    """Return everything that may be stated, by name."""
    told = load("preferences.toml")
    return {entry["name"]: _slot(entry, told["parts"], told["forms"]["all"]) for entry in told["slot"]}


def _slot(entry: Mapping[str, Any], shared: Mapping[str, str], forms: list[str]) -> Slot:
    parts = {**shared, **{name: text for name, text in entry.items() if isinstance(text, str)}}
    patterns = [*entry.get("own", []), *forms]
    made = rule({**entry, "patterns": [pattern.replace(_GROUP, "(?:") for pattern in patterns]}, parts)
    told = [quick("(?i)" + filled(pattern, parts)) for pattern in patterns if _GROUP in pattern]
    values = [(filled(value["pattern"], parts), value.get("say")) for value in entry["values"]]
    return Slot(made, tuple(told), tuple(values), frozenset(entry.get("vague", ())), entry.get("refused"))


def _valued(told: pl.DataFrame, slot: Slot) -> pl.DataFrame:
    """Take the value out of what was said: the group that is one, else the pieces that are known, each once."""
    groups = [pl.col("plain").str.extract(pattern, 1) for pattern in slot.told]
    pieces = pl.col("said").map_elements(_speller(slot), return_dtype=pl.String)
    value = pl.coalesce(*groups, pieces).str.strip_chars(_EDGES).str.slice(0, LONGEST)
    stated = told.with_columns(slot="rule", value=value, quote=pl.col("sentence").str.strip_chars())
    if slot.rule.name != KEEPS_CAPITALS:
        stated = stated.with_columns(pl.col("value").str.to_lowercase())
    return stated.filter(pl.col("value").str.len_chars() > 1)


def _speller(slot: Slot) -> Callable[[str], str]:
    """Return what spells out the pieces of what was said."""
    ways = [(_compiled(pattern), say) for pattern, say in slot.values]
    anything, refused = _compiled("|".join(pattern for pattern, _ in slot.values)), _compiled(slot.refused or "(?!)")

    def spelt(piece: str) -> str:
        return next((say or piece for way, say in ways if way.search(piece)), piece)

    def spell(said: str) -> str:
        pieces = dict.fromkeys(spelt(piece[0]) for piece in anything.finditer(refused.sub(" ", said[:LONGEST_SAID])))
        return ", ".join([piece for piece in pieces if piece not in slot.vague] or pieces) or said

    return spell


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)
