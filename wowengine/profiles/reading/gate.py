"""The gate before storage: what must not be known is blanked, and only a mark stays.

The lists of `sensitive` know words. Where the encoder is on, a second look knows what a text means: it learned from
texts that tell what must not be known, from texts that only look so, and from ordinary posts, and hears the lists out:
what they found counts too. It sees far more than they, and costs a millisecond and a half a text.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.errors import Misconfigured
from wowengine.profiles.reading import encoder
from wowengine.profiles.reading.reader import Floats, Head
from wowengine.profiles.reading.sensitive import is_sensitive, kinds
from wowengine.profiles.reading.shelf import shelf

LISTED = 1.0  # what a find of the lists adds to the log odds
UNNAMED = "sensitive"  # told by its meaning alone: of which kind is not said
HOME = "starter/encoded"
THEIRS = "where i was, my "


def withhold(signals: pl.DataFrame) -> pl.DataFrame:
    """Blank what is sensitive in ``text``, ``place`` and the words in ``attributes``; add ``withheld``."""
    said = signals.select("text", *(_theirs(pl.col(name)).alias(name) for name in ("place", "attributes")))
    sensitive = _sensitive(pl.concat([column.rename("said") for column in said]))
    hits = said.select(pl.all().is_in(sensitive.implode()).fill_null(value=False))
    if shelf.encoded:
        hits = hits.with_columns(text=_seen(signals["text"], hits["text"]))
    texts = (pl.when(~hits[name]).then(name).alias(name) for name in ("text", "place"))
    facts = _blanked(signals["attributes"], hits["attributes"])
    return signals.with_columns(*texts, facts, withheld=hits.select(pl.any_horizontal(pl.all())).to_series())


def unsayable(texts: pl.Series) -> pl.Series:
    """Name what texts tell that must not be known.

    Parameters
    ----------
    texts
        As written, in any language.

    Returns
    -------
    pl.Series
        A list of kinds a text, as `sensitive.kinds` has them, ``sensitive`` where the lists have no word for it; empty
        where it tells of none, null where there is no text.
    """
    frame = texts.to_frame("text").with_columns(listed=kinds(pl.col("text")))
    if not shelf.encoded:
        return frame["listed"]
    found = (frame["listed"].list.len() > 0).fill_null(value=False)
    named = pl.when(found).then("listed").otherwise(pl.lit([UNNAMED]))
    seen = pl.when(_seen(texts, found)).then(named).otherwise(pl.lit([], pl.List(pl.String)))
    return frame.select(pl.when(pl.col("text").is_not_null()).then(seen)).to_series()


def _seen(texts: pl.Series, found: pl.Series) -> pl.Series:
    """Tell by their meaning, and by what the lists found, whether texts are sensitive."""
    return pl.Series(odds(encoder.encode(texts.fill_null("")), found.to_numpy()) >= _cut()) & texts.is_not_null()


def odds(vectors: Floats, found: NDArray[np.bool_]) -> Floats:
    """Return log odds that texts are sensitive, of their encoder's numbers and whether the lists found something."""
    return np.asarray(_head()(vectors)[:, 0] + LISTED * found, np.float32)


@cache
def _head() -> Head:
    """Load what was learned, once; the gate does not open without it."""
    folder = files(__package__).joinpath(HOME)
    with folder.joinpath("gate.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        held = {name: arrays[name].astype(np.float32) for name in arrays.files}
    if len(held["weights"]) != encoder.WIDTH:
        raise Misconfigured("The gate has learned from another encoder: make the starter's readers again.")
    return Head(held["weights"], held["bias"])


@cache
def _cut() -> float:
    card = json.loads(files(__package__).joinpath(HOME, "gate.json").read_text(encoding="utf-8"))
    return float(card["cut"])


def _sensitive(said: pl.Series) -> pl.Series:
    """Return those of these texts that say it: each looked at once, and all in one go, since a look has its price."""
    return said.drop_nulls().unique().to_frame().filter(is_sensitive(pl.col(said.name))).to_series()


def _theirs(said: pl.Expr) -> pl.Expr:
    """Say a place or a fact as the customer's own: a hospital is harmless in a tale, and is not where somebody was."""
    return pl.lit(THEIRS) + said


def _blanked(attributes: pl.Series, hits: pl.Series) -> pl.Series:
    """Drop from rows that were hit the facts that say it, and keep the rest: what is owed does not hang on a remark."""
    if not hits.any():
        return attributes
    rows: list[dict[str, Any]] = [json.loads(told) for told in attributes.filter(hits)]
    said = pl.Series("said", [_fact(*fact) for row in rows for fact in row.items()], pl.String)
    sensitive = set(_sensitive(said))
    kept = ({name: value for name, value in row.items() if _fact(name, value) not in sensitive} for row in rows)
    told = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in kept]
    return attributes.clone().scatter(hits.arg_true(), pl.Series(told, dtype=pl.String))


def _fact(name: str, value: object) -> str:
    return f"{THEIRS}{name} {json.dumps(value, ensure_ascii=False)}"
