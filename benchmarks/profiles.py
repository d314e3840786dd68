"""How fast texts become profiles: ``python -m benchmarks.profiles [--json] [--sizes 100000] [--only aggregation]``.

Reading and aggregation over varied real texts with new ids and times; the same aggregation in DuckDB and pandas, and
VADER on a sample of the texts, in the same run. Needs ``wowengine[bench]``.
"""

import argparse
import resource
from functools import partial
from pathlib import Path

import polars as pl
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.aggregation import aggregation
from benchmarks.say import Clock, Found, say
from benchmarks.varied import varied
from wowengine.profiles.reading import readers
from wowengine.profiles.reading.grams import spelt
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.shelf import shelf

PART = 50_000  # texts read together, as a rebuild reads some thousand customers together
SAMPLE = 5_000


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 2_000_000])
    parser.add_argument("--encoder", action="store_true", help="read with the multilingual encoder too")
    parser.add_argument("--only", choices=("reading", "aggregation"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    shelf.use(None, encoded=given.encoder)
    readers.in_force().answer(pl.DataFrame({"text": ["warm up"], "language": ["en"]}))
    found: Found = {"encoder": given.encoder}
    for size in given.sizes:
        signals = varied(given.data, size)
        read_too = {} if given.only == "aggregation" else _reading(signals)
        found[f"{size} signals"] = read_too | ({} if given.only == "reading" else aggregation(signals.drop("text")))
    if given.only != "aggregation":
        found["vader"] = _vader(varied(given.data, SAMPLE))
    say(found, as_json=given.json)


def _reading(signals: pl.DataFrame) -> Found:
    reading = Clock()
    parts = [signals[start : start + PART] for start in range(0, len(signals), PART)]
    read_parts = (reading.time(partial(read, part.select("id", "text", "language", "spoken"))) for part in parts)
    mentioned = sum(len(readings.mentions) for readings in read_parts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "equal_texts": round(1 - signals.select(spelt(pl.col("text"))).n_unique() / len(signals), 4),
        "mentions": mentioned,
        "read_texts_per_second": round(len(signals) / reading.seconds),
        "read_microseconds_per_text": round(reading.seconds / len(signals) * 1e6, 1),
        "reading_peak_gib": round(peak, 2),
    }


def _vader(signals: pl.DataFrame) -> Found:
    analyzer, vader, ours = SentimentIntensityAnalyzer(), Clock(), Clock()
    vader.time(lambda: [analyzer.polarity_scores(text) for text in signals["text"]])
    ours.time(lambda: read(signals.select("id", "text", "language", "spoken")))
    return {
        "vader_texts_per_second": round(len(signals) / vader.seconds),
        "ours_texts_per_second": round(len(signals) / ours.seconds),
    }


if __name__ == "__main__":
    main()
