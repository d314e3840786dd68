"""The gate before storage: what must not be known is blanked, and only a mark stays.

It errs on the side of silence. It is a net and not the rule: the rule is the taxonomy's allow list, which has no code
for anything of this kind.
"""

import json
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import folded, load, padded, without


def withhold(signals: pl.DataFrame) -> pl.DataFrame:
    """Blank what is sensitive in ``text``, ``place`` and the words in ``attributes``; add ``withheld``."""
    columns = ["text", "place", "attributes"]
    checked = signals.with_columns(
        is_sensitive(pl.col(name)).fill_null(value=False).alias(f"hit:{name}") for name in columns
    )
    blanked = checked.with_columns(
        *(pl.when(~pl.col(f"hit:{name}")).then(name).alias(name) for name in ("text", "place")),
        pl.when("hit:attributes")
        .then(pl.col("attributes").map_elements(_blank_attributes, return_dtype=pl.String))
        .otherwise("attributes")
        .alias("attributes"),
        withheld=pl.any_horizontal(f"hit:{name}" for name in columns),
    )
    return blanked.drop(f"hit:{name}" for name in columns)


def is_sensitive(text: pl.Expr) -> pl.Expr:
    """Tell whether a text says what must not be known."""
    sayings, cues = _words()
    return without(padded(text), sayings).str.contains_any(list(cues))


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    told = load("sensitive.toml")
    cues = [cue for listed in told["cues"].values() for cue in listed]
    whole = folded(cue for cue in cues if not cue.endswith("*"))
    begun = [cue.rstrip() for cue in folded(cue.removesuffix("*") for cue in cues if cue.endswith("*"))]
    return tuple(told["sayings"]), (*whole, *begun)


def _blank_attributes(attributes: str) -> str:
    """Drop the facts that say it, and keep the rest: what is owed for a delay does not hang on a remark."""
    facts: dict[str, Any] = json.loads(attributes)
    said = pl.Series("said", [f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()])
    hits = said.to_frame().select(is_sensitive(pl.col("said"))).to_series()
    kept = {name: value for (name, value), hit in zip(facts.items(), hits, strict=True) if not hit}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
