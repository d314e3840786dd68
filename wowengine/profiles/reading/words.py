"""Texts into sentences, clauses and padded words; lists of cues into lookups over them.

Folding is written once, as a Polars expression, and is used for texts and for cues alike, so that they meet.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

_ELIDED = r"\b(l|un|d|dell|dall|nell|all|sull|quest|quell|bell|c|m|t|s|v|n|com|dov)'([\p{L}])"
_SENTENCE_END = r"[.!?…]+(?:\s+|$)|\n+"
_CLAUSE_END = r"[,;:()]+(?:\s+|$)| [-–—] |\s(?:but|however|although|though|ma|però|pero|anche se|invece)\s"


def load(name: str) -> dict[str, Any]:
    """Read one of the word lists that stand beside the code."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def padded(text: pl.Expr) -> pl.Expr:
    """Fold a text into `` lower case words with one space around each ``.

    Accents, links, mentions and punctuation go; an emoji is a word; ``l'attesa`` is two words, ``don't`` is one; a
    hashtag is the word behind the hash.
    """
    plain = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    plain = plain.str.replace_all(r"https?://\S+|www\.\S+|@\w+", " ").str.replace_all("[’‘ʼ`´]", "'")
    plain = plain.str.replace_all(_ELIDED, "$1 $2").str.replace_all(r"(\p{Extended_Pictographic})", " $1 ")
    plain = plain.str.replace_all(r"[^\p{L}\p{N}'\p{Extended_Pictographic}]+", " ")
    return " " + plain.str.replace_all(r"(^| )'+|'+( |$)", " ").str.replace_all(r" {2,}", " ").str.strip_chars() + " "


def folded(cues: Iterable[str]) -> list[str]:
    """Fold cues as texts are folded, padding included."""
    return list(_folded(tuple(cues)))


@cache
def _folded(cues: Sequence[str]) -> Sequence[str]:
    return pl.Series("cue", cues, pl.String).to_frame().select(padded(pl.col("cue"))).to_series().to_list()


def without(text: pl.Expr, phrases: Iterable[str]) -> pl.Expr:
    """Take sayings out of padded texts, before cues are looked for in them."""
    return text.str.replace_many(folded(phrases), [" "])


def split(texts: pl.DataFrame) -> pl.DataFrame:
    """Split texts into sentences and those into clauses.

    Parameters
    ----------
    texts
        ``id``, ``text``, ``language``.

    Returns
    -------
    pl.DataFrame
        One row a clause, in order: ``id``, ``clause_id``, ``sentence`` (as written), ``padded`` (the clause, folded),
        ``language``.
    """
    sentences = texts.with_columns(sentence=pl.col("text").str.split(_SENTENCE_END, literal=False)).explode("sentence")
    clauses = sentences.with_columns(clause=pl.col("sentence").str.split(_CLAUSE_END, literal=False)).explode("clause")
    clauses = clauses.filter(pl.col("clause").str.contains(r"\S")).with_columns(padded=padded(pl.col("clause")))
    columns = ("id", "clause_id", pl.col("sentence").str.strip_chars(), "padded", "language")
    return clauses.with_row_index("clause_id").select(columns)


def matches(frame: pl.DataFrame, column: str, meaning: Mapping[str, str]) -> pl.DataFrame:
    """Look cues up in padded texts.

    Parameters
    ----------
    frame, column
        Where the padded texts stand.
    meaning
        Folded cue -> what it stands for.

    Returns
    -------
    pl.DataFrame
        One row a hit: the frame's columns, ``cue`` (folded) and ``means``.
    """
    cues = list(meaning)
    hits = frame.with_columns(cue=pl.col(column).str.extract_many(cues, overlapping=True)).explode("cue")
    hits = hits.filter(pl.col("cue").is_not_null())
    return hits.with_columns(means=pl.col("cue").replace_strict(cues, list(meaning.values()), return_dtype=pl.String))


def says_any(column: str, cues: Iterable[str]) -> pl.Expr:
    """Tell whether a padded text holds one of the cues."""
    return pl.col(column).str.contains_any(folded(cues))
