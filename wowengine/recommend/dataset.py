"""From what came of gestures to examples that can be learned from.

An example is one offer: a customer at a moment, a gesture, and whether it landed. Several words about the same offer
(approved, shown, accepted, thanked) are one example, and the weightiest word decides. Rows are sorted by stable ids,
and rare features leave, so that a model trained without somebody equals one that never knew them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.bins import attributes_binned
from wowengine.recommend.features import (
    ACQUAINTED,
    OWN,
    UNTOLD,
    Features,
    context_features,
    customer_words,
    family,
    gather,
    gestures_told,
    history_of,
    taken,
)
from wowengine.recommend.moments import apart
from wowengine.terms import OutcomeType

SILENCE = timedelta(days=14)  # shown, and not a word since: a quiet no

OPINIONS = pl.DataFrame(
    [
        # word, landed, weight, authority: a customer's word beats their silence, which beats a reviewer's guess
        (OutcomeType.THANKED.value, True, 1.5, 3),
        (OutcomeType.ACCEPTED.value, True, 1.0, 3),
        (OutcomeType.REJECTED.value, False, 1.0, 3),
        (OutcomeType.COMPLAINED.value, False, 1.0, 3),
        (OutcomeType.SHOWN.value, False, 0.5, 2),
        ("approved", True, 0.25, 1),
        ("declined", False, 0.25, 1),
    ],
    schema={"type": pl.String, "landed": pl.Boolean, "weight": pl.Float32, "authority": pl.Int8},
    orient="row",
)
"""What each word says. `delivered` is missing: that staff did it tells nothing of how it was received."""

FEWEST_CUSTOMERS = 5  # who share a feature before it is learned: fewer would be a name in disguise
NEARLY_EVERY = 0.9  # share of rows told of a family, from which not being told is out of the ordinary
MOST_WORDS = 50  # of one attribute: with more it is an id, no category


@dataclass(frozen=True)
class Examples:
    """Offers that were answered, ready to learn from; every array has one entry an offer.

    Attributes
    ----------
    offers
        Columns customer_id, gesture_id, occurred_at, landed, weight, answered (by the customer, not by a reviewer).
    people
        What was told of the customer and the moment, one row an offer.
    offered
        What is told of each gesture that was offered; the others stand in no matrix, or a model would learn to bury
        what nobody was ever shown.
    gesture
        Row in `offered`.
    """

    offers: pl.DataFrame
    people: Features
    offered: Features
    gesture: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def landed(self) -> NDArray[np.bool_]:
        """Whether it landed."""
        return self.offers["landed"].to_numpy()

    @property
    def weight(self) -> NDArray[np.float32]:
        """How much the word counts."""
        return self.offers["weight"].to_numpy()

    @property
    def count(self) -> NDArray[np.float64]:
        """How many answers the word counts as when chances are told: one at most, however warm it was."""
        return np.minimum(self.weight.astype(np.float64), 1.0)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether the customer answered, in words or by silence."""
        return self.offers["answered"].to_numpy()

    @property
    def answers(self) -> pl.DataFrame:
        """The offers that the customer answered."""
        return self.offers.filter("answered")

    @property
    def only_landed(self) -> bool:
        """Whether nobody ever said no: these are choices (purchases, ratings), and what was not chosen was no offer."""
        return bool(self.landed.all())

    def where(self, keep: NDArray[np.bool_]) -> "Examples":
        """Return the examples where `keep` is true, with the gestures that they alone were offered."""
        offered, gesture = np.unique(self.gesture[keep], return_inverse=True)
        people, offers = _rows(self.people, np.flatnonzero(keep)), self.offers.filter(pl.Series(keep))
        return Examples(offers, people, _rows(self.offered, offered), gesture)

    def knowing(self, earlier: "Examples") -> "Examples":
        """Return the same examples, their customers told also by what they took and refused in earlier ones."""
        before = taken(self.people.ids, history_of(earlier.answers))
        return replace(self, people=self.people.beside(before))

    def learnable(self) -> "Examples":
        """Return the same examples without what only a few share, and with a column for each who answered often."""
        return replace(self, people=_with_identities(shared_features(self.people), self.offers))

    def shared(self) -> "Examples":
        """Return the same examples with what several customers share, and nothing of one alone."""
        return replace(self, people=shared_features(self.people))


def examples(offers: pl.DataFrame, profiles: ProfileFrames, gestures: pl.DataFrame) -> Examples:
    """Lay offers (see `settle`) out with the features of their customer, moment and gesture.

    A customer without a profile is told by the moment alone; an offer of a gesture that left the catalogue is dropped.
    """
    known = offers.join(gestures.select("gesture_id").unique(), on="gesture_id", how="semi")
    people = _moments(known, profiles).beside(_spread(customer_words(profiles), "customer_id", known))
    offered = gestures_told(gestures)
    used = known["gesture_id"].unique().sort()
    rows = np.array([offered.position[one] for one in used], dtype=np.int64)
    return Examples(known.drop("context"), people, _rows(offered, rows), numbered(known["gesture_id"]))


def _spread(told: pl.DataFrame, key: str, offers: pl.DataFrame) -> Features:
    """Return what is told of each offer's `key`, which many offers share: it is gathered once and its rows repeated."""
    keys = offers[key].unique().sort()
    rows = pl.DataFrame({key: keys}).with_row_index("row")
    once = gather(told.join(rows, on=key).select("row", "feature", "weight"), keys.to_list())
    return Features(tuple(offers["customer_id"]), once.names, once.matrix[numbered(offers[key])])


def _moments(offers: pl.DataFrame, profiles: ProfileFrames) -> Features:
    """Return what is told of each moment: by its text, read once, and by its time, which hangs on whose it is."""
    told = apart(offers, profiles.customers)
    words = [
        *((rest, feature) for rest in told["rest"].unique() for feature in context_features(json.loads(rest))),
        *((clock, f"at:{fact}") for clock in told["clock"].drop_nulls().unique() for fact in clock.splitlines()),
        *((day, f"at:{day}") for day in told["days"].drop_nulls().unique()),
    ]
    keys = [*sorted({key for key, _ in words}), ""]  # the last of what tells nothing
    rows = pl.DataFrame(words, schema={"key": pl.String, "feature": pl.String}, orient="row")
    number = {key: place for place, key in enumerate(keys)}
    numbered_rows = pl.col("key").replace_strict(number, return_dtype=pl.UInt32)
    once = gather(rows.select("feature", row=numbered_rows, weight=pl.lit(1.0)), keys)
    matrix = sum(once.matrix[told[name].replace_strict(number, default=number[""]).to_numpy()] for name in told.columns)
    return Features(tuple(offers["customer_id"]), once.names, sp.csr_matrix(matrix))


def settle(outcomes: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Make one row of all words about one offer, sorted by stable ids.

    Parameters
    ----------
    outcomes
        Columns customer_id, gesture_id, occurred_at, type (words of `OPINIONS`, others are passed over), decision_id
        ('' where there is none: then each row is an offer of its own), context (JSON text).
    now
        Silence since `SILENCE` before this time is a quiet no; a younger one says nothing yet.

    Returns
    -------
    offers
        Columns customer_id, gesture_id, occurred_at, context, landed, weight, answered.
    """
    said = outcomes.join(OPINIONS, on="type").filter(
        (pl.col("type") != OutcomeType.SHOWN.value) | (pl.col("occurred_at") <= now - SILENCE)
    )
    order = ("customer_id", "gesture_id", "occurred_at", "decision_id", "type", "context")
    said = said.sort(order).with_row_index("place")
    alone = pl.when(pl.col("decision_id") == "").then(pl.col("place"))
    told_context = pl.col("context").filter(pl.col("context") != "{}").last()
    offers = (
        said.with_columns(alone=alone)
        .sort("authority", "place")
        .group_by("customer_id", "gesture_id", "decision_id", "alone")
        .agg(
            pl.col("place", "occurred_at", "landed", "weight").last(),
            context=told_context.fill_null("{}"),
            answered=pl.col("authority").last() > 1,
        )
    )
    return offers.sort("customer_id", "gesture_id", "occurred_at", "place").select(
        "customer_id", "gesture_id", "occurred_at", "context", "landed", "weight", "answered"
    )


def count_answers(offers: pl.DataFrame) -> pl.DataFrame:
    """Count customers' answers by gesture: columns gesture_id, landed, answered.

    A word counts as one answer, however warm, and silence as half of one: warmth teaches what to like, not how often.
    """
    answers = offers.filter("answered").with_columns(count=pl.min_horizontal(pl.col("weight"), pl.lit(1.0)))
    return (
        answers.group_by("gesture_id")
        .agg(
            landed=(pl.col("landed") * pl.col("count")).sum().cast(pl.Float64),
            answered=pl.col("count").sum().cast(pl.Float64),
        )
        .sort("gesture_id")
    )


def with_untold(form: Bilinear, people: Features) -> Bilinear:
    """Add a feature for what is not told, to each family that nearly every row of training was told of.

    Without it, a customer whose tier is not known, or a moment without its weather, would be scored as one that has
    none of it, and no such row was ever seen. The feature is the mean of its family: what is not told moves nothing.
    """
    told = people.under(form.customer_names)
    mean_told = np.asarray(told.mean(axis=0), dtype=np.float32).ravel()
    share = told.getnnz(axis=0) / max(told.shape[0], 1)
    families: dict[str, list[int]] = {}
    for column, name in enumerate(form.customer_names):
        families.setdefault(family(name), []).append(column)
    untold = frozenset(form.customer_names) & {name + UNTOLD for name in families}
    always = {
        name: at
        for name, at in families.items()
        if name and name + UNTOLD not in untold and share[at].sum() >= NEARLY_EVERY
    }
    if not always:
        return form
    mean = [mean_told[at] / np.float32(share[at].sum()) for at in always.values()]
    vectors = [weight @ form.customer_vectors[at] for weight, at in zip(mean, always.values(), strict=True)]
    biases = [weight @ form.customer_biases[at] for weight, at in zip(mean, always.values(), strict=True)]
    return replace(
        form,
        customer_names=(*form.customer_names, *(name + UNTOLD for name in always)),
        customer_vectors=np.vstack([form.customer_vectors, *vectors]),
        customer_biases=np.concatenate([form.customer_biases, np.array(biases, dtype=np.float32)]),
    )


def _rows(features: Features, rows: NDArray[np.int64]) -> Features:
    """Return some rows, with the columns they use."""
    matrix = features.matrix[rows]
    used = np.unique(matrix.indices)
    names = tuple(features.names[column] for column in used)
    return Features(tuple(features.ids[row] for row in rows), names, sp.csr_matrix(matrix[:, used]))


def numbered(ids: Sequence[str] | pl.Series) -> NDArray[np.int64]:
    """Return the number of each id, from 0 on, in their order; the same id has the same number."""
    return pl.Series(ids, dtype=pl.String).rank("dense").to_numpy().astype(np.int64) - 1


def acquainted(offers: pl.DataFrame) -> list[str]:
    """Return the ids, sorted, of customers whose own answers tell more of them than what they share with others."""
    answers = offers.filter("answered").group_by("customer_id").len()
    return answers.filter(pl.col("len") >= ACQUAINTED)["customer_id"].sort().to_list()


def _with_identities(people: Features, offers: pl.DataFrame) -> Features:
    """Add a column of their own for each customer who is `acquainted`."""
    names = people.names + tuple(OWN + one for one in acquainted(offers))
    return Features(people.ids, names, people.under(names))


def shared_features(people: Features) -> Features:
    """Lay numbers in bins, and drop the features that too few customers share and attributes with too many words.

    That a number is not told is a word of its own, shared by those of whom it is not.
    """
    people = people.binned()
    untold = tuple(attribute + UNTOLD for attribute in attributes_binned(people.names))
    people = Features(people.ids, people.names + untold, people.under(people.names + untold)) if untold else people
    cells, width = people.matrix.tocoo(), len(people.names)
    pairs = np.unique(numbered(people.ids)[cells.row] * width + cells.col)  # a customer and a feature, once each
    sharers = np.bincount(pairs % max(width, 1), minlength=width)
    names = pl.DataFrame({"name": people.names, "sharers": sharers}, schema={"name": pl.String, "sharers": pl.Int64})
    attribute = pl.col("name").str.extract(r"^((?:is|at):[^=]*=)")
    no_category = attribute.is_not_null() & (pl.len().over(attribute) > MOST_WORDS)
    kept = names.with_row_index("column").filter(~no_category).filter(pl.col("sharers") >= FEWEST_CUSTOMERS)
    columns = kept["column"].to_numpy()
    return Features(people.ids, tuple(kept["name"].to_list()), sp.csr_matrix(people.matrix[:, columns]))
