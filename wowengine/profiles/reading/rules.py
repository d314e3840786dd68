"""Rules over sentences: a gate of trigger words, patterns, and guards on what stands around them.

Patterns are Rust regular expressions without regard to case; ``(?-i:[A-Z])`` asks for a capital. Names of building
blocks in braces (``{own}``) are filled in from the file's ``parts``. Most sentences end at the gate: it is one pass.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

CLAUSE_START = r"([^,;:.!?()\n]*)$"
CLAUSE_REST = r"^([^,;:.!?()\n]*)"
SENTENCE_END = r"[.!…]+(?:\s+|$)|\n+"
FOUND = ("rule", "plain", "said", "before", "after")
_LETTERS = "0-9A-Za-z_"
_CLASS = re.compile(r"\[[^\]]*\]")
_PART = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Rule:
    """What states one thing.

    Attributes
    ----------
    name
        What is stated.
    triggers, also
        Pieces of words in lower case without accents: a sentence needs one of each (``also`` may be empty).
    patterns
        The ways of saying it. Each is tried alone: one large pattern of them all takes many times as long.
    before, after
        What may not stand in the same clause before and after it; None: anything may.
    unless
        What may not stand in the sentence; None: anything may.
    """

    name: str
    triggers: tuple[str, ...]
    also: tuple[str, ...]
    patterns: tuple[str, ...]
    before: str | None
    after: str | None
    unless: str | None


def rule(entry: Mapping[str, Any], parts: Mapping[str, str]) -> Rule:
    """Make a rule of an entry of a rules file; its ``before``, ``after`` and ``unless`` add to those of the parts."""
    guards = {
        side: either([*_listed(parts, f"never_{side}"), *entry.get(side, [])], parts)
        for side in ("before", "after", "unless")
    }
    patterns = tuple(quick("(?i)" + filled(pattern, parts)) for pattern in entry["patterns"])
    return Rule(entry["name"], tuple(entry["triggers"]), tuple(entry.get("also", ())), patterns, **guards)


def either(patterns: Sequence[str], parts: Mapping[str, str]) -> str | None:
    """Write one pattern for several, blocks filled in."""
    return quick(f"(?i)(?:{'|'.join(filled(pattern, parts) for pattern in patterns)})") if patterns else None


def quick(pattern: str) -> str:
    r"""Let ``\w``, ``\W``, ``\d`` and ``\b`` mean ASCII: texts are folded, and it is ten times as fast.

    The automata of all of Unicode's letters outgrow the engine's cache, and its word boundary stops at every emoji.
    """
    pattern = _CLASS.sub(lambda listed: listed[0].replace(r"\w", _LETTERS).replace(r"\d", "0-9"), pattern)
    for short, long in ((r"\w", f"[{_LETTERS}]"), (r"\W", f"[^{_LETTERS}]"), (r"\d", "[0-9]"), (r"\b", r"(?-u:\b)")):
        pattern = pattern.replace(short, long)
    return pattern


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """Put building blocks in place of their names, those inside blocks too."""
    while block := _PART.search(pattern):
        pattern = f"{pattern[: block.start()]}(?:{parts[block[1]]}){pattern[block.end() :]}"
    return pattern


def plain(text: pl.Expr) -> pl.Expr:
    """Fold a text, case kept: no accents, no curly quotes, no HTML ampersands, single spaces."""
    folded = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all("[’‘ʼ`´]", "'")
    return folded.str.replace_all("&amp;", "&", literal=True).str.replace_all(r"\s+", " ")


def plain_text(text: str) -> str:
    """Fold one text as `plain` does."""
    folded: str = pl.select(plain(pl.lit(text))).item()
    return folded


def sentences(texts: pl.DataFrame) -> pl.DataFrame:
    """Split texts into sentences: the columns but ``text``, and ``sentence``; a question keeps its mark."""
    ends = pl.col("text").str.split(SENTENCE_END, literal=False)
    return texts.select(pl.exclude("text"), sentence=ends).explode("sentence")


def found(frame: pl.DataFrame, column: str, rules: Sequence[Rule]) -> pl.DataFrame:
    """Find where rules hold.

    Parameters
    ----------
    frame, column
        Where the sentences stand, as written.
    rules
        What to look for.

    Returns
    -------
    pl.DataFrame
        One row a sentence and way of saying that holds, rule by rule: the frame's columns, ``rule`` (its name),
        ``plain`` (the sentence, folded), ``said`` (what of it matched), ``before`` and ``after`` it.
    """
    pieces = sorted({piece for each in rules for piece in each.triggers})
    some = frame.filter(_holds(pl.col(column), pieces))
    nothing = frame.clear().with_columns(pl.lit(None, pl.String).alias(name) for name in FOUND)
    return pl.concat([nothing, *(_held(some, column, each) for each in rules if _may_hold(some, column, each))])


def _may_hold(frame: pl.DataFrame, column: str, each: Rule) -> bool:
    """Tell whether any sentence passes the gate: patterns are compiled anew at each use, and most texts need none."""
    return not frame.is_empty() and frame.select(_gate(column, each).any()).item()


def _held(frame: pl.DataFrame, column: str, each: Rule) -> pl.DataFrame:
    some = frame.filter(_gate(column, each)).with_columns(rule=pl.lit(each.name), plain=plain(pl.col(column)))
    ways = [pl.col("plain").str.extract(pattern, 0) for pattern in each.patterns]
    said = some.with_columns(said=pl.concat_list(ways)).explode("said").filter(pl.col("said").str.len_chars() > 0)
    around = pl.col("plain").str.splitn(pl.col("said"), 2).struct
    said = said.with_columns(before=around.field("field_0"), after=around.field("field_1").fill_null(""))
    if said.is_empty():
        return said
    return said.filter(
        _free(pl.col("before").str.extract(CLAUSE_START), each.before),
        _free(pl.col("after").str.extract(CLAUSE_REST), each.after),
        _free(pl.col("plain"), each.unless),
    )


def _gate(column: str, each: Rule) -> pl.Expr:
    return _holds(pl.col(column), each.triggers) & _holds(pl.col(column), each.also)


def _holds(text: pl.Expr, pieces: Sequence[str]) -> pl.Expr:
    """Tell whether a text holds one of some pieces; of none it always does."""
    return text.str.contains_any(list(pieces), ascii_case_insensitive=True) if pieces else pl.lit(value=True)


def _free(text: pl.Expr, guard: str | None) -> pl.Expr:
    """Tell whether a guard finds nothing."""
    return ~text.str.contains(guard) if guard else pl.lit(value=True)


def _listed(parts: Mapping[str, str], name: str) -> list[str]:
    return [parts[name]] if name in parts else []
