"""How well texts are read: ``python -m benchmarks.reading [--json] [--encoder] [--data DIR]``.

Airline tweets (the starter never saw one), Italian hotel sentences and tweets, and our own posts written apart. VADER
reads the same tweets in the same run. Needs ``wowengine[train,bench]``, and ``[multilingual]`` for ``--encoder``.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.say import say
from wowengine.profiles.reading import encoder, readers
from wowengine.profiles.reading.examine import figures, held_out
from wowengine.profiles.reading.hints import grams_of
from wowengine.profiles.reading.learn import learn
from wowengine.profiles.reading.lesson import Origin, lessons
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.reader import Floats, Reader
from wowengine.profiles.reading.readers import in_force
from wowengine.profiles.reading.shelf import shelf
from wowengine.profiles.sources.files import read_rows

SENTIMENTS = ("negative", "neutral", "positive")
WRITTEN = Path(__file__).parent.parent / "tests" / "profiles" / "reading" / "written"
STARTER = Path(readers.__file__).parent / "starter"
ENGLISH = ("corpus", "complaints")  # what the starter learned reasons from, in English
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
    for language in ("en", "it"):
        found[f"interests written apart, {language}"] = _interests(language)
    found["italian complaints, starter"] = _complaints(origin, encoded=given.encoder)
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


def _interests(language: str) -> Found:
    """Compare the likes that are their own with the gold: what is only implied counts as found."""
    posts = _written(f"interests.{language}")
    readings = read(_texts(posts, language))
    likes = readings.mentions.filter((pl.col("polarity") == "likes") & (pl.col("whose") == "own"))
    said = set(likes.select("id", "topic").iter_rows())
    gold = {
        (number, one["id"])
        for number, post in enumerate(posts)
        for one in post["interests"]
        if (one["polarity"], one["whose"]) == ("likes", "own")
    }
    empty = set(range(len(posts))) - {number for number, _ in gold}
    hits = len(said & gold)
    return {
        "precision": round(hits / max(len(said), 1), 4),
        "recall": round(hits / len(gold), 4),
        "micro_f1": round(2 * hits / (len(said) + len(gold)), 4),
        "empty_posts_with_a_tag": round(len({number for number, _ in said} & empty) / len(empty), 4),
    }


def _complaints(origin: Origin, *, encoded: bool) -> Found:
    """Read Italian complaints with the starter, and with the encoder by our English corpus alone."""
    posts = _written("complaints.it")
    texts, truth = _texts(posts, "it"), np.array([post["reason"] for post in posts])
    counts, vectors = grams_of(texts["text"]), encoder.encode(texts["text"]) if encoded else None
    starter, home = in_force().by_name["reason"], np.zeros(len(posts), bool)
    found = {"starter": _right(starter, starter.read(counts, vectors, home), truth)}
    if encoded:
        told = [read_rows(STARTER / f"{name}.en.ndjson").select("text", "label_reason") for name in ENGLISH]
        (lesson,) = lessons(pl.concat(told).with_columns(language=pl.lit("en")), origin, {}, encoded=True)
        reader = learn(lesson)
        found["learned in English"] = _right(reader, reader.read(counts, vectors, ~home), truth)
    return found


def _right(reader: Reader, told: Floats, truth: np.ndarray[Any, Any]) -> float:
    return round(float((np.array(reader.card.labels)[told.argmax(axis=1)] == truth).mean()), 4)


def _written(name: str) -> list[Found]:
    lines = (WRITTEN / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _texts(posts: list[Found], language: str) -> pl.DataFrame:
    texts = [post["text"] for post in posts]
    return pl.DataFrame({"id": range(len(posts)), "text": texts}).with_columns(
        pl.col("id").cast(pl.Int64), language=pl.lit(language), spoken=pl.lit(language)
    )


if __name__ == "__main__":
    main()
