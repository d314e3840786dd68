"""What must not be known, by lists of words: what the gate before storage goes by.

It errs on the side of silence. It is a net and not the rule: the rule is the taxonomy's allow list, which has no code
for anything of this kind.

A cue tells enough alone (``chemotherapy``); of a pair neither word does, but both in one text do (``my`` and ``ward``).
Lists cannot hold all that people say: what is told in other words than theirs passes,
or is seen by its meaning where the encoder is on (`gate`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import folded, load, padded, without

FILES = ("sensitive.toml", "sensitive.en.toml", "sensitive.it.toml")


def is_sensitive(text: pl.Expr) -> pl.Expr:
    """Tell whether a text says what must not be known; null where there is no text."""
    return kinds(text).list.len() > 0


def kinds(text: pl.Expr) -> pl.Expr:
    """Name what a text tells that must not be known.

    Parameters
    ----------
    text
        As written, in any language.

    Returns
    -------
    pl.Expr
        A list of kinds, sorted: ``health``, ``religion``, ``sexuality``, ``politics``, ``union``, ``ethnicity``,
        ``children``, ``debt``, ``bereavement``, ``crime``. Empty where it tells of none, null where there is no text.
    """
    return without(padded(text), _lists().sayings).map_batches(_kinds, return_dtype=pl.List(pl.String))


@dataclass(frozen=True)
class _Lists:
    """The word lists, ready to look up.

    Attributes
    ----------
    sayings
        Removed before anything is looked for.
    alone
        Folded ``cue`` and the ``kind`` that it tells.
    one, other
        Folded ``cue`` and the ``pair`` that it is half of; ``other`` with the ``kind`` that both halves together tell.
    """

    sayings: tuple[str, ...]
    alone: pl.DataFrame
    one: pl.DataFrame
    other: pl.DataFrame

    @cached_property
    def cues(self) -> list[str]:
        """All that is looked for in a text."""
        return pl.concat([self.alone["cue"], self.one["cue"], self.other["cue"]]).unique(maintain_order=True).to_list()


@cache
def _lists() -> _Lists:
    files = [load(name) for name in FILES]
    alone = [(cue, kind) for told in files for kind, listed in told["cues"].items() for cue in _looked_for(listed)]
    pairs = [(told.get("groups", {}), pair) for told in files for pair in told.get("pair", [])]
    cue_kind = {"cue": pl.String, "kind": pl.String}
    return _Lists(
        sayings=tuple(saying.removesuffix("*") for told in files for saying in told.get("sayings", [])),
        alone=pl.DataFrame(alone, cue_kind, orient="row").unique(),
        one=pl.DataFrame(_halves(pairs, "one"), cue_kind | {"pair": pl.Int32}, orient="row").drop("kind").unique(),
        other=pl.DataFrame(_halves(pairs, "other"), cue_kind | {"pair": pl.Int32}, orient="row").unique(),
    )


def _halves(pairs: list[tuple[dict[str, list[str]], dict[str, Any]]], half: str) -> list[tuple[str, str, int]]:
    """List the cues of one half of each pair, with the pair's kind and number."""
    return [
        (cue, pair["kind"], number)
        for number, (groups, pair) in enumerate(pairs)
        for cue in _looked_for(_spelt_out(pair[half], groups))
    ]


def _spelt_out(listed: Iterable[str], groups: dict[str, list[str]]) -> Iterator[str]:
    """Put a group's words where its name stands."""
    for cue in listed:
        yield from groups[cue[1:]] if cue.startswith("$") else (cue,)


def _looked_for(cues: Iterable[str]) -> list[str]:
    """Fold cues; one that may have any ending keeps no space behind it."""
    listed = list(cues)
    return [
        cue.rstrip() if written.endswith("*") else cue
        for written, cue in zip(listed, folded(written.removesuffix("*") for written in listed), strict=True)
    ]


def _kinds(texts: pl.Series) -> pl.Series:
    """Return the kinds of padded texts, sayings removed: look all cues up at once, then put the halves together."""
    lists = _lists()
    found = texts.rename("text").to_frame().with_row_index("row")
    found = found.select("row", pl.col("text").str.extract_many(lists.cues, overlapping=True).alias("cue"))
    hits = found.explode("cue").drop_nulls("cue")
    alone = hits.join(lists.alone, on="cue").select("row", "kind")
    others = hits.join(lists.other, on="cue").select("row", "pair", "kind")
    # `one` is mostly "I" and "my", which nearly all texts have: looked up only where a text has some other half.
    ones = hits.join(others, on="row", how="semi").join(lists.one, on="cue").select("row", "pair")
    whole = others.join(ones, on=["row", "pair"], how="semi").select("row", "kind")
    told = pl.concat([alone, whole])
    by_row = told.group_by("row").agg(pl.col("kind").unique().sort())
    whether = (
        texts.rename("text").to_frame().with_row_index("row").join(by_row, on="row", how="left", maintain_order="left")
    )
    none = pl.lit([], pl.List(pl.String))
    return whether.select(pl.when(pl.col("text").is_not_null()).then(pl.col("kind").fill_null(none))).to_series()
