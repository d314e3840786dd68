"""What is told of a customer, a moment and a gesture, as named weights: rows of ids by columns of words.

Outside ids meet inside ids (row and column numbers) in one frozen object, `Features`, and nowhere else. A feature is
named ``family:word``, such as ``interest:hiking``, so that an explanation can be read by a person.

What they like, how they were cared for and the moment tell of a customer; a model may also know those who answered
before: by a feature of their own (`customer:ID`, see `OWN`), and by what they took and refused (`took:GESTURE`). What
nobody should be judged by stays outside (`terms.NEVER_JUDGED_BY`), whatever a file brings.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import scipy.sparse as sp

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.bins import Bins, binned_names
from wowengine.recommend.moments import DECIDED_AT, Calendar, calendars, told_by_time
from wowengine.terms import NEVER_JUDGED_BY

Contexts = Mapping[str, Mapping[str, str]]
"""The moment of each customer: customer_id -> {"place": "gate 12", "weather": "rain"}."""

SPELLING = 3  # counts up whenever features are told in other words: a model taught in older ones is refused

LONGEST_WORD = 80  # a longer attribute is prose, not a category

ACQUAINTED = 3  # answers of one customer from which a model may know them by themselves
OWN = "customer:"  # begins the name of a feature that one customer alone has
IDENTITY = 6.0  # its weight: large beside the others', so that a penalty on weights lets people differ
TOOK = "took:"  # begins the name of a feature that tells of an answer: 1 where it landed, -1 where it did not

UNTOLD = "<not told>"  # the word of a feature that stands for what is not told of its family

_TOLD = ("row", "feature", "weight")
_QUARTER, _HOUR, _DAY = 15 * 60.0, 3600.0, 86_400.0


@dataclass(frozen=True)
class Features:
    """Named weights of many rows.

    Attributes
    ----------
    ids
        Outside id of each row.
    names
        Name of each column, sorted.
    matrix
        CSR, float32, shape (rows, columns).
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    matrix: sp.csr_matrix

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each id; ids must be unique for this to mean anything."""
        return {outside: row for row, outside in enumerate(self.ids)}

    def under(self, names: Sequence[str]) -> sp.csr_matrix:
        """Return the same rows under another list of columns.

        A column unknown there is dropped, save a number, which moves to the bin that holds it (see `bins`). A column
        that stands for what is not told (`UNTOLD`) is 1 in the rows that have none of its family. A row whose id has a
        column of its own (`OWN`) there has `IDENTITY` in it.
        """
        column, bins = {name: at for at, name in enumerate(names)}, Bins(names)
        mine = np.array([column.get(bins.word(name), -1) for name in self.names], dtype=np.int64)
        known = np.flatnonzero(mine >= 0)
        ones = np.ones(len(known), dtype=np.float32)
        move = sp.csr_matrix((ones, (known, mine[known])), shape=(len(self.names), len(names)))
        told = sp.csr_matrix(self.matrix @ move) + self._themselves(column)
        return told + _untold(told, names)

    def binned(self) -> "Features":
        """Return the same rows with many numbers of one attribute laid in bins, by quantiles of these rows."""
        names = binned_names(self.names, self.matrix)
        return self if names == self.names else Features(self.ids, names, self.under(names))

    def laid_in_bins_of(self, names: Iterable[str]) -> "Features":
        """Return the same rows with numbers laid in the bins that stand among these names."""
        bins = Bins(names)
        laid = tuple(sorted({bins.word(name) for name in self.names}))
        return Features(self.ids, laid, self.under(laid)) if set(laid) != set(self.names) else self

    def beside(self, others: "Features") -> "Features":
        """Return the same rows with the columns of `others` after their own; no column may be in both."""
        matrix = sp.csr_matrix(sp.hstack([self.matrix, others.matrix]))
        return Features(self.ids, self.names + others.names, matrix)

    def _themselves(self, column: Mapping[str, int]) -> sp.csr_matrix:
        there = frozenset(self.names)  # a column that is there already moved with the others
        own = (OWN + outside for outside in self.ids)
        mine = np.array([-1 if name in there else column.get(name, -1) for name in own], dtype=np.int64)
        known = np.flatnonzero(mine >= 0)
        weight = np.full(len(known), IDENTITY, dtype=np.float32)
        return sp.csr_matrix((weight, (known, mine[known])), shape=(len(self.ids), len(column)))


def family(name: str) -> str:
    """Return the family of which a row can have one word only, such as ``tier:`` or ``at:weather=``; '' if many."""
    head = name.partition(":")[0]
    if head in {"interest", "prefers"}:
        return ""
    return name.partition("=")[0] + "=" if head in {"at", "is"} else head + ":"


def _untold(told: sp.csr_matrix, names: Sequence[str]) -> sp.csr_matrix:
    columns = [at for at, name in enumerate(names) if name == family(name) + UNTOLD]
    of_family = {family(names[at]): place for place, at in enumerate(columns)}
    member = np.array([of_family.get(family(name), -1) for name in names], dtype=np.int64)
    members = np.flatnonzero(member >= 0)
    ones = np.ones(len(members), dtype=np.float32)
    sums = abs(told) @ sp.csr_matrix((ones, (members, member[members])), shape=(len(names), len(columns)))
    rows, places = np.nonzero(sums.toarray() == 0)
    cells = (np.ones(len(rows), dtype=np.float32), (rows, np.array(columns, dtype=np.int64)[places]))
    return sp.csr_matrix(cells, shape=told.shape)


def occasions(
    profiles: ProfileFrames, contexts: Contexts | None = None, history: pl.DataFrame | None = None
) -> Features:
    """Return one row per customer, sorted by id: the profile and, where given, the moment and `history_of` them.

    Somebody of whom nothing is known has an empty row: cold start is a row of zeros, not an error.
    """
    people = profiles.customers.select("customer_id").unique().sort("customer_id").with_row_index("row")
    known_since = calendars(profiles.customers) if contexts else {}
    said = [
        (who, feature)
        for who, moment in (contexts or {}).items()
        for feature in context_features(moment, known_since.get(who))
    ]
    moments = pl.DataFrame(said, schema=["customer_id", "feature"], orient="row").with_columns(weight=pl.lit(1.0))
    told = pl.concat([customer_words(profiles), moments.select("customer_id", "feature", "weight")])
    known = gather(told.join(people, on="customer_id").select(_TOLD), people["customer_id"].to_list())
    return known if history is None else known.beside(taken(known.ids, history))


def history_of(answers: pl.DataFrame) -> pl.DataFrame:
    """Return what each customer took and refused: columns customer_id, gesture_id, value from -1 to 1.

    `answers` has the columns customer_id, gesture_id, landed, weight; of several answers the mean counts.
    """
    said, weight = pl.col("landed").cast(pl.Float64) * 2 - 1, pl.col("weight").cast(pl.Float64)
    pair = answers.group_by("customer_id", "gesture_id", maintain_order=True)
    return pair.agg(value=(said * weight).sum() / weight.sum()).sort("customer_id", "gesture_id")


def taken(ids: Sequence[str], history: pl.DataFrame) -> Features:
    """Return a row for each of these customers (one may come several times): what they took and refused before."""
    people = pl.DataFrame({"customer_id": ids}, schema={"customer_id": pl.String}).with_row_index("row")
    told = people.join(history, on="customer_id").select(
        "row", feature=pl.lit(TOOK) + pl.col("gesture_id"), weight=pl.col("value").cast(pl.Float64)
    )
    return gather(told, ids)


def gestures_told(gestures: pl.DataFrame) -> Features:
    """Return one row per gesture of the catalogue (see `catalog.load_gestures`), sorted by id."""
    rows = gestures.unique("gesture_id").sort("gesture_id")
    told = [
        (row, feature, 1.0)
        for row, gesture in enumerate(rows.iter_rows(named=True))
        for feature in _of_gesture(gesture)
    ]
    frame = pl.DataFrame(told, schema={"row": pl.UInt32, "feature": pl.String, "weight": pl.Float64}, orient="row")
    return gather(frame, rows["gesture_id"].to_list())


def gather(told: pl.DataFrame, ids: Sequence[str]) -> Features:
    """Turn rows of (row, feature, weight) into a matrix; the same word twice counts once, at its greatest weight."""
    cells = told.group_by("row", "feature").agg(pl.col("weight").max()).filter(pl.col("weight") != 0)
    names = cells.select("feature").unique().sort("feature").with_row_index("column")
    cells = cells.join(names, on="feature").sort("row", "column")
    matrix = sp.csr_matrix(
        (
            cells["weight"].to_numpy().astype(np.float32),
            (cells["row"].to_numpy().astype(np.int32), cells["column"].to_numpy().astype(np.int32)),
        ),
        shape=(len(ids), len(names)),
    )
    return Features(tuple(ids), tuple(names["feature"].to_list()), matrix)


def customer_words(profiles: ProfileFrames) -> pl.DataFrame:
    """Return what the profiles tell, one row per (customer_id, feature, weight); affinities may be negative."""
    interests = profiles.interests.select(
        "customer_id", feature=pl.format("interest:{}", "topic"), weight=pl.col("affinity").cast(pl.Float64)
    )
    # The slot alone: the value is the customer's own words, and no model should hold them.
    stated = profiles.preferences.select("customer_id", feature=pl.format("prefers:{}", "slot"), weight=pl.lit(1.0))
    return pl.concat(
        [interests, stated, _standing(profiles.customers), _attributes(profiles.customers), _cared(profiles.care)]
    )


def context_features(moment: Mapping[str, object], calendar: Calendar | None = None) -> Iterator[str]:
    """Name what is told of a moment, and what its time tells of a customer with this calendar."""
    facts = {key: fact for key, fact in moment.items() if key != DECIDED_AT}
    return (f"at:{key}={word}" for key, word in _categories(dict(told_by_time(moment, calendar)) | facts))


def _standing(customers: pl.DataFrame) -> pl.DataFrame:
    """Tier, language and country."""
    words = [pl.format(name + ":{}", name).alias(name) for name in ("tier", "language", "country")]
    return _one_weight(customers.select("customer_id", *words))


def _cared(care: pl.DataFrame) -> pl.DataFrame:
    """Care history in bands: few words that many customers share."""
    longest, mood = pl.col("longest_wait_seconds"), pl.col("mood")
    return _one_weight(
        care.select(
            "customer_id",
            wait=_band(
                "wait", longest, (_QUARTER, "minutes"), (_HOUR, "within the hour"), (_DAY, "hours"), last="days"
            ),
            mood=_band("mood", mood, (-0.25, "low"), (0.25, "even"), last="good"),
            contacts=_band("contacts", pl.col("contacts"), (1, "none"), (3, "few"), last="many"),
            incidents=_band("incidents", pl.col("incidents"), (1, "none"), (2, "one"), last="several"),
            unanswered=pl.when(pl.col("unanswered") > 0).then(pl.lit("unanswered:yes")),
            reason=pl.format("reason:{}", "top_reason"),
        )
    )


def _band(family: str, value: pl.Expr, *below: tuple[float, str], last: str) -> pl.Expr:
    """Name the band that a number falls in: below the first edge, below the second..., else the last."""
    named = pl.lit(f"{family}:{last}")
    for edge, name in reversed(below):
        named = pl.when(value < edge).then(pl.lit(f"{family}:{name}")).otherwise(named)
    return pl.when(value.is_not_null()).then(named)


def _one_weight(wide: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and feature column, each of weight 1; nulls tell nothing."""
    long = wide.unpivot(index="customer_id", value_name="feature").drop_nulls("feature")
    return long.select("customer_id", "feature", weight=pl.lit(1.0))


def _attributes(customers: pl.DataFrame) -> pl.DataFrame:
    """Whatever else a customers file brought, as categories."""
    told = [
        (who, f"is:{key}={word}")
        for who, attributes in customers.select("customer_id", "attributes").drop_nulls().iter_rows()
        for key, word in _categories(json.loads(attributes))
    ]
    frame = pl.DataFrame(told, schema={"customer_id": pl.String, "feature": pl.String}, orient="row")
    return frame.with_columns(weight=pl.lit(1.0))


def _categories(facts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what can be a category: short single values of attributes that may be used."""
    for key, value in facts.items():
        if isinstance(value, str | int | float) and key.lower().replace("_", "") not in NEVER_JUDGED_BY:
            word = str(value).strip()
            if 0 < len(word) <= LONGEST_WORD:
                yield key, word


def _of_gesture(gesture: Mapping[str, object]) -> Iterator[str]:
    yield f"gesture:{gesture['gesture_id']}"
    yield f"kind:{gesture['kind']}"
    yield f"cost:{_cost_band(gesture['cost_cents'])}"
    for family, column in (("tag", "tags"), ("channel", "channels"), ("slot", "slots")):
        listed = gesture[column]
        if isinstance(listed, Iterable):
            yield from (f"{family}:{word}" for word in listed)
    if gesture["place"]:
        yield f"place:{gesture['place']}"
    attributes = json.loads(str(gesture["attributes"] or "{}"))
    if attributes.get("category"):
        yield f"category:{attributes['category']}"


def _cost_band(cents: object) -> str:
    """Name the band of a cost. The edges are in cents of whatever currency: a rough word is all a model needs."""
    if not isinstance(cents, int) or cents == 0:
        return "free"
    return "small" if cents < 1000 else "middling" if cents < 10_000 else "great"  # noqa: PLR2004 - named by the words
