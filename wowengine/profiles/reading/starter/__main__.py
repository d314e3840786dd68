"""Make the starter's readers: ``python -m wowengine.profiles.reading.starter TWEETS.csv``."""

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl

from wowengine.profiles.reading.examine import held_out
from wowengine.profiles.reading.learn import Lesson, learn
from wowengine.profiles.reading.lesson import Origin, lessons
from wowengine.profiles.reading.reader import save
from wowengine.profiles.reading.starter.gated import gated
from wowengine.profiles.reading.starter.stated import stated

HERE = Path(__file__).parent
CORPUS = Origin("wowengine's own corpus, English and Italian", "Apache-2.0")
RATED = {"data": "tweets rated for VADER, vaderSentiment", "licence": "MIT"}
GOOD, BAD = 0.7, -0.5  # mean rating, -4 to 4, from which on a tweet counts as positive, and as negative
RATED_SURE = 0.3  # rated tweets are not about companies: each counts a third of one that is


def main(rated: Path) -> None:
    """Learn the readers without the encoder and with it, examine them held out, and write them beside this file."""
    corpus = pl.concat([pl.read_ndjson(path) for path in sorted(HERE.glob("corpus.*.ndjson"))])
    written = corpus.select("text", "label_sentiment", "label_reason", label_sentiment_confidence=pl.lit("1"))
    complaints = pl.concat([pl.read_ndjson(path) for path in sorted(HERE.glob("complaints.*.ndjson"))])
    tweets = _rated(rated)
    texts = pl.concat([written, complaints, tweets], how="diagonal")
    for encoded, folder in ((False, HERE), (True, HERE / "encoded")):
        for lesson in lessons(texts, CORPUS, {}, encoded=encoded):
            told = _named(lesson, len(tweets))
            figures = held_out(told)
            reader = learn(told)
            save(replace(reader, card=replace(reader.card, figures=figures)), folder)
            sys.stdout.write(f"{folder.name}, {told.card.name}: {dict(figures)}\n")
        states = stated(texts["text"], CORPUS, encoded=encoded)
        save(states, folder)
        sys.stdout.write(f"{folder.name}, states: {states.card.figures}\n")
    sys.stdout.write(f"gate: {gated(texts['text'], HERE / 'encoded')}\n")


def _rated(path: Path) -> pl.DataFrame:
    rating = pl.col("rating")
    label = pl.when(rating >= GOOD).then(pl.lit("positive")).when(rating <= BAD).then(pl.lit("negative"))
    return pl.read_csv(path).select(
        "text",
        label_sentiment=label.otherwise(pl.lit("neutral")),
        label_sentiment_confidence=pl.lit(str(RATED_SURE)),
    )


def _named(lesson: Lesson, tweets: int) -> Lesson:
    """Name on the card where the texts of this question come from."""
    ours = dict(lesson.card.learned_from[0])
    if lesson.card.name != "sentiment":
        return lesson
    sources = (ours | {"texts": ours["texts"] - tweets}, RATED | {"texts": tweets})
    return replace(lesson, card=replace(lesson.card, learned_from=sources))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
