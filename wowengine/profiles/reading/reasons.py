"""Why somebody complains: the reason whose cues stand most often in the text, where it says anything bad at all."""

from functools import cache

import polars as pl

from wowengine.profiles.reading.words import folded, load, matches

OTHER = "other"
UPSET = -0.35  # from this mood down something is complained of, whatever it may be


def reasons(clauses: pl.DataFrame, moods: pl.DataFrame) -> pl.DataFrame:
    """Find the complaint reason of texts.

    Parameters
    ----------
    clauses
        ``id``, ``padded``.
    moods
        ``id``, ``mood`` (-1 to 1, null where the language has no lexicon).

    Returns
    -------
    pl.DataFrame
        ``id``, ``reason``: only texts that complain.
    """
    meaning, order = _cues()
    counted = matches(clauses, "padded", meaning).group_by("id", "means").agg(cues=pl.len())
    ranked = counted.with_columns(place=pl.col("means").replace_strict(order, return_dtype=pl.Int32))
    first = ranked.sort(["cues", "place"], descending=[True, False]).unique("id", keep="first", maintain_order=True)
    told = moods.join(first.select("id", reason="means"), on="id", how="left", maintain_order="left")
    said = pl.when(pl.col("mood") < 0).then("reason")
    unsaid = pl.when(pl.col("mood") <= UPSET).then(pl.lit(OTHER))
    return told.select("id", reason=pl.coalesce(said, unsaid)).drop_nulls("reason")


@cache
def _cues() -> tuple[dict[str, str], dict[str, int]]:
    listed = load("reasons.toml")["reason"]
    meaning = {cue: entry["id"] for entry in listed for cue in folded(entry["cues"])}
    return meaning, {entry["id"]: place for place, entry in enumerate(listed)}
