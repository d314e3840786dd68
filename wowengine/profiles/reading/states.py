"""What customers state in their own odd ways: found by a learned reader where no rule finds it.

Rules find what is said as most would say it, and know the value and the day. The reader ``states`` has learned, from
sentences told in other ways, which preference or moment a text speaks of; it is believed where it is sure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.profiles.reading import moments, preferences
from wowengine.profiles.reading.reader import Card, Floats
from wowengine.profiles.reading.rules import sentences

JOURNEY = "trip"  # complaints are full of them, under way and over: words alone do not tell those from one to come

Ask = Callable[[pl.DataFrame], Floats]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Told:
    """What the rules found in texts, and what the reader says of them.

    Attributes
    ----------
    preferences, moments
        As `preferences.preferences` and `moments.moments` give them.
    odds
        Texts x the card's labels: probabilities by the reader, NaN in a language that it has not learned.
    """

    preferences: pl.DataFrame
    moments: pl.DataFrame
    odds: Floats


def completed(told: Told, card: Card, texts: pl.DataFrame, told_in: pl.DataFrame, ask: Ask) -> Told:
    """Add what the reader is sure of to what the rules found.

    Parameters
    ----------
    told
        Of these texts.
    card
        The reader's.
    texts
        ``id``, in the order of ``told.odds``.
    told_in
        Their sentences: ``id``, ``sentence``, ``language``, ``on``.
    ask
        Puts texts (``text``, ``language``) to the reader: which sentence of a text says it.

    Returns
    -------
    Told
        What a rule found as it was; what the reader alone found with the sentence that says it most clearly, its day,
        and the words in it that may be a value.
    """
    marks = _marks(told, card.labels, texts["id"])
    rows, columns = np.nonzero((told.odds >= np.array(card.cuts, np.float32)) & ~marks)
    labels = pl.Series("label", card.labels, pl.String).gather(columns)
    said = _said(pl.DataFrame({"id": texts["id"].gather(rows), "label": labels}), card, told_in, ask)
    return Told(pl.concat([told.preferences, _preferences(said)]), pl.concat([told.moments, _moments(said)]), told.odds)


def by_rule(texts: pl.Series, labels: Sequence[str]) -> Marks:
    """Return what the rules alone find: texts x labels."""
    numbered = pl.DataFrame({"id": range(len(texts)), "text": texts})
    told_in = sentences(numbered.with_columns(language=pl.lit(None, pl.String), on=pl.lit(None, pl.Date)))
    stated = preferences.preferences(told_in.select("id", "sentence"))
    told = Told(stated, moments.moments(told_in), np.zeros((0, 0), np.float32))
    return _marks(told, labels, numbered["id"])


def _marks(told: Told, labels: Sequence[str], ids: pl.Series) -> Marks:
    """Return what the rules found: texts x labels."""
    place = {key: row for row, key in enumerate(ids)}
    column = {label: at for at, label in enumerate(labels)}
    marks = np.zeros((len(ids), len(labels)), bool)
    for frame, name in ((told.preferences, "slot"), (told.moments, "kind")):
        for key, label in frame.select("id", name).iter_rows():
            marks[place[key], column[label]] = True
    return marks


def _said(alone: pl.DataFrame, card: Card, told_in: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """Give each finding its sentence: the one that the reader is surest of."""
    some = told_in.join(alone.select("id").unique(), on="id", how="semi", maintain_order="left")
    odds = ask(some.select("language", text="sentence"))
    told = pl.DataFrame(odds, schema=list(card.labels), orient="row")
    long = pl.concat([some.select("id", "sentence", "language", "on"), told], how="horizontal")
    long = long.unpivot(card.labels, index=["id", "sentence", "language", "on"], variable_name="label", value_name="p")
    if card.encoder is None:  # it knows words and no meaning: the thing must be named
        long = pl.concat(long.filter((pl.col("label") == label) & _names(label)) for label in card.labels)
    best = long.sort("p", descending=True, nulls_last=True, maintain_order=True).unique(["id", "label"], keep="first")
    return alone.join(best, on=["id", "label"], maintain_order="left")


def _names(label: str) -> pl.Expr:
    """Tell whether a sentence has one of the words by which a rule would look for this."""
    if label == JOURNEY:
        return pl.lit(value=False)
    rules = [slot.rule for slot in preferences.slots().values()] + moments.kinds()
    words = [word for each in rules if each.name == label for word in each.triggers]
    return pl.col("sentence").str.contains_any(words, ascii_case_insensitive=True)


def _preferences(said: pl.DataFrame) -> pl.DataFrame:
    slots = preferences.slots()
    stated = said.filter(pl.col("label").is_in(list(slots)))
    values = [
        preferences.value_in(slots[label], text) for label, text in stated.select("label", "sentence").iter_rows()
    ]
    quoted = stated.with_columns(slot="label", quote=pl.col("sentence").str.strip_chars())
    return quoted.with_columns(pl.Series("value", values, pl.String)).select(preferences.COLUMNS)


def _moments(said: pl.DataFrame) -> pl.DataFrame:
    lived = said.filter(~pl.col("label").is_in(list(preferences.slots())))
    days = [moments.day_in(*row) for row in lived.select("sentence", "on", "language").iter_rows()]
    quoted = lived.with_columns(kind="label", quote=pl.col("sentence").str.strip_chars())
    return quoted.with_columns(pl.Series("date", days, pl.Date)).select(moments.COLUMNS)


def labels() -> tuple[str, ...]:
    """Return all that may be stated: slots, then kinds of moments."""
    return tuple(dict.fromkeys([*preferences.slots(), *(kind.name for kind in moments.kinds())]))
