"""How long one customer waits for ten explained suggestions: ``python -m benchmarks.one_customer [--json]``.

A make-believe company whose customers like what is of their topics. A model is trained on their answers as `wow train`
does it, with every way in the mix; then customers ask one at a time. Twenty interests are told of each and what they
took before, eight features of each gesture. One core; what does not hang on the customer is made ready before.
"""

import argparse
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.say import Found, say
from wowengine.recommend.calibrate import sigmoid
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import Features, gather, gestures_told, history_of, taken
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.suggest import Suggester, ready
from wowengine.recommend.way import Told

TOPICS = 300  # interests of customers, and tags of gestures
TOLD = 20
TAGS = 5
ANSWERS = 10  # of each customer
WARM = 200  # customers served before the clock starts


def main() -> None:
    """Measure every size of the catalogue, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gestures", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with threadpool_limits(limits=1, user_api="blas"):
        found = {f"{gestures:,} gestures": _measured(gestures, given.customers) for gestures in given.gestures}
    say(found, as_json=given.json)


def _measured(gestures: int, customers: int) -> Found:
    chooser = np.random.default_rng(0)
    catalogue = _catalogue(gestures, chooser)
    offers = _offers(_people(customers, chooser), gestures_told(catalogue), chooser)
    model = fit(offers, learners())
    start = perf_counter()
    suggester = ready(model, catalogue)
    took = perf_counter() - start
    asking = _asking(offers)
    for who, told in asking[:WARM]:
        suggester.suggest(who, told)
    micros = [_timed(suggester, who, told) for who, told in asking]
    p50, p99 = np.percentile(micros, [50, 99])
    return {
        "ways": " ".join(name for name in model.forms if model.known.slopes.get(name) or model.stranger.slopes[name]),
        "p50_us": round(p50),
        "p99_us": round(p99),
        "best_us": round(min(micros)),
        "ready_s": round(took, 2),
    }


def _timed(suggester: Suggester, who: str, told: Told) -> float:
    start = perf_counter()
    suggester.suggest(who, told)
    return (perf_counter() - start) * 1e6


def _people(customers: int, chooser: np.random.Generator) -> Features:
    told = [
        (who, f"interest:topic_{_letters(topic)}", float(chooser.random()) + 0.1)
        for who in range(customers)
        for topic in chooser.choice(TOPICS, TOLD, replace=False).tolist()
    ]
    schema = {"row": pl.UInt32, "feature": pl.String, "weight": pl.Float64}
    return gather(pl.DataFrame(told, schema=schema, orient="row"), [f"c{who:05}" for who in range(customers)])


def _offers(people: Features, offered: Features, chooser: np.random.Generator) -> Examples:
    """Offer each customer some gestures; those of their topics land oftener, and some customers say yes to more."""
    fits = (_by_topic(people, "interest:topic_") @ _by_topic(offered, "tag:topic ").T) > 0
    who = np.repeat(np.arange(len(people.ids)), ANSWERS)
    what = chooser.integers(0, len(offered.ids), len(who))
    easy = chooser.normal(-0.5, 0.7, len(people.ids))
    landed = chooser.random(len(who)) < sigmoid(easy[who] + 1.5 * fits[who, what])
    frame = pl.DataFrame({"customer_id": [people.ids[n] for n in who], "gesture_id": [offered.ids[n] for n in what]})
    rest = {"occurred_at": pl.lit(0), "weight": pl.lit(1.0), "answered": pl.lit(value=True)}
    frame = frame.with_columns(landed=pl.Series(landed), **rest)
    repeated = Features(tuple(frame["customer_id"]), people.names, people.matrix[who])
    every = Examples(frame, repeated, offered, what.astype(np.int64))
    return every.where(np.ones(len(every), dtype=np.bool_))


def _by_topic(features: Features, head: str) -> NDArray[np.float32]:
    matrix = features.under([head + _letters(topic) for topic in range(TOPICS)])
    return np.asarray(matrix.toarray(), dtype=np.float32)


def _asking(offers: Examples) -> list[tuple[str, Told]]:
    """Return each customer with what is told of them, and what they took and refused before."""
    ids, first = np.unique(np.array(offers.people.ids, dtype=np.str_), return_index=True)
    once = Features(tuple(ids.tolist()), offers.people.names, offers.people.matrix[first])
    told = once.beside(taken(once.ids, history_of(offers.answers)))
    rows = (told.matrix[at] for at in range(len(ids)))
    named = [
        {told.names[column]: float(weight) for column, weight in zip(row.indices, row.data, strict=True)}
        for row in rows
    ]
    return list(zip(once.ids, named, strict=True))


def _catalogue(gestures: int, chooser: np.random.Generator) -> pl.DataFrame:
    rows = [
        {
            "gesture_id": f"g{n:05}",
            "kind": "surprise",
            "tags": [f"topic {_letters(topic)}" for topic in chooser.choice(TOPICS, TAGS, replace=False).tolist()],
            "cost_cents": 0,
            "channels": [],
            "slots": [],
            "place": None,
            "attributes": "{}",
        }
        for n in range(gestures)
    ]
    lists = {name: pl.List(pl.String()) for name in ("tags", "channels", "slots")}
    return pl.DataFrame(rows, schema_overrides=lists | {"place": pl.String()})


def _letters(number: int) -> str:
    """Spell a number as a word."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


if __name__ == "__main__":
    main()
