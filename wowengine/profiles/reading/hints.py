"""What the word lists know, said to the learned readers: each cue that stands in a text becomes a word of its own.

A reader that has seen few texts knows few words. A text that says ``suitcase`` is given the word ``§lost_bag`` beside
it, so that what is learned of one suitcase holds for every bag; how far to trust the hint is learned too.
"""

from functools import cache

import polars as pl

from wowengine.profiles.reading.grams import counted, spelt
from wowengine.profiles.reading.reader import Sparse
from wowengine.profiles.reading.words import folded, load, padded

MARK = "§"


def grams_of(texts: pl.Series) -> Sparse:
    """Count the grams of texts as they were written, hints included; see `grams.counted`."""
    return counted(hinted(texts).rename("text").to_frame().select(spelt(pl.col("text"))).to_series())


def hinted(texts: pl.Series) -> pl.Series:
    """Return texts with their hints behind them."""
    meaning = _meaning()
    spaced = pl.col("text").pipe(padded).str.replace_all(" ", "  ", literal=True)  # cues side by side share no space
    cues = spaced.str.extract_many(list(meaning), leftmost=True)  # of two at one place the longer: "not bad", not "bad"
    hints = cues.list.eval(pl.element().replace_strict(list(meaning), list(meaning.values()), return_dtype=pl.String))
    told = texts.rename("text").to_frame().select(pl.concat_str("text", hints.list.join(" "), separator=" "))
    return told.to_series()


@cache
def _meaning() -> dict[str, str]:
    """Map each folded cue to its hint: reasons of complaints, and words that feel good or bad."""
    meaning = {
        cue: MARK + entry["id"].replace("_", "")
        for entry in load("reasons.toml")["reason"]
        for cue in folded(entry["cues"])
    }
    for language in load("sentiment.toml").values():
        for weight, words in language["words"].items():
            meaning |= dict.fromkeys(folded(words), MARK + ("good" if float(weight) > 0 else "bad"))
    spaced = {cue[:1] + cue[1:-1].replace(" ", "  ") + cue[-1:]: hint for cue, hint in meaning.items()}
    return dict(sorted(spaced.items(), key=lambda item: len(item[0]), reverse=True))
