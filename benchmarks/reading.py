"""How well texts are read: ``python -m benchmarks.reading [--json] [--encoder] [--data DIR]``.

Airline tweets (the starter never saw one), Italian hotel sentences and tweets, and our own posts written apart. VADER
reads the same tweets in the same run. Needs ``wowengine[train,bench]``, and ``[multilingual]`` for ``--encoder``.
"""

import argparse
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.say import say
from wowengine.profiles.reading.examine import figures, held_out
from wowengine.profiles.reading.lesson import Origin, lessons
from wowengine.profiles.reading.readers import in_force
from wowengine.profiles.reading.shelf import shelf
from wowengine.profiles.sources.files import read_rows

SENTIMENTS = ("negative", "neutral", "positive")
WRITTEN = Path(__file__).parent.parent / "tests" / "profiles" / "reading" / "written"
REPEATS = 5

Found = dict[str, Any]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--encoder", action="store_true", help="with the multilingual encoder beside the grams")
    given = parser.parse_args()
    shelf.use(None, encoded=given.encoder)
    airline = read_rows(given.data / "airline_sentiment" / "signals.ndjson")
    origin = Origin("benchmark", "measured only")
    found: Found = {"encoder": given.encoder, "vader": _vader(airline), "starter": _starter(airline)}
    for lesson in lessons(airline, origin, {}, encoded=given.encoder):
        found[f"airline {lesson.card.name}, trained"] = dict(held_out(lesson))
    found["absita aspects, trained"] = _absita(given.data, origin, encoded=given.encoder)
    found["umsab italian, trained"] = _umsab(given.data, origin, encoded=given.encoder)
    say(found, as_json=given.json)


def _vader(airline: pl.DataFrame) -> Found:
    analyzer, start = SentimentIntensityAnalyzer(), perf_counter()
    scores = np.array([analyzer.polarity_scores(text)["compound"] for text in airline["text"]])
    said = np.where(scores >= 0.05, "positive", np.where(scores <= -0.05, "negative", "neutral"))
    return _compared(said, airline) | {"texts_per_second": round(len(airline) / (perf_counter() - start))}


def _starter(airline: pl.DataFrame) -> Found:
    readers, start = in_force(), perf_counter()
    told = readers.answer(airline.select("text", "language"))["sentiment"]
    labels = np.array(readers.by_name["sentiment"].card.labels)
    found = _compared(labels[told.argmax(axis=1)], airline)
    return found | {"texts_per_second": round(len(airline) / (perf_counter() - start))}


def _compared(said: np.ndarray[Any, Any], airline: pl.DataFrame) -> Found:
    answers, truth = (
        np.array(labels)[:, None] == np.array(SENTIMENTS) for labels in (said, airline["label_sentiment"])
    )
    found = figures(answers.astype(np.float32), truth, None)
    return {name: round(found[name], 4) for name in ("accuracy", "macro_f1")}


def _absita(data: Path, origin: Origin, *, encoded: bool) -> Found:
    told = pl.read_csv(data / "absita_2018" / "sentences.csv", infer_schema=False)
    aspects = [name.removesuffix("_presence") for name in told.columns if name.endswith("_presence")]
    present = [pl.when(pl.col(f"{aspect}_presence") == "1").then(pl.lit(f'"{aspect}"')) for aspect in aspects]
    listed = pl.format("[{}]", pl.concat_str(present, separator=",", ignore_nulls=True))
    labelled = told.select(text="sentence", language=pl.lit("it"), label_aspect=listed)
    (lesson,) = lessons(labelled, origin, {}, encoded=encoded)
    return dict(held_out(lesson))


def _umsab(data: Path, origin: Origin, *, encoded: bool) -> Found:
    """Train on as many as the published split has, five times over: train and validation are read as one."""
    parts = [pl.read_csv(data / "umsab_italian" / f"{name}.csv") for name in ("train", "val")]
    (lesson,) = lessons(pl.concat(parts).with_columns(language=pl.lit("it")), origin, {}, encoded=encoded)
    each = [held_out(lesson, seed) for seed in range(REPEATS)]
    return {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}


if __name__ == "__main__":
    main()
