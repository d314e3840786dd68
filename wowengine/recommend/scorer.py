"""One way from bilinear forms to `Scores`, for every recommender of the house.

A recommender is a list of forms, each with a weight per customer and per gesture; the weighted sum of their logits is
the score. Laid side by side, the forms are one product of two matrices, so representations are made once and all the
rest is `top_k`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.base import ASSUMED, CALIBRATED, Scores
from wowengine.recommend.bilinear import Bilinear, Floats, row_of
from wowengine.recommend.calibrate import ASSUMED_WEIGHT, sigmoid
from wowengine.recommend.doubt import answers_about, limits
from wowengine.recommend.explain import Part, merged
from wowengine.recommend.features import Contexts, Features, gestures_told, occasions
from wowengine.recommend.model import NO_GROUND, Ground
from wowengine.recommend.topk import top_k


@dataclass(frozen=True)
class Weighed:
    """A form, and how much it counts: for each customer, shape (n,), times for each gesture, shape (m,)."""

    form: Bilinear
    customers: Floats
    gestures: Floats


Forms = Sequence[Weighed]
"""Whose weighted sum is the score."""


def plainly(*forms: Bilinear) -> Forms:
    """Return these forms, counting in full for everybody."""
    one = np.ones(1, dtype=np.float32)
    return [Weighed(form, one, one) for form in forms]


@dataclass(frozen=True)
class Scorer:
    """A recommender made of bilinear forms.

    Attributes
    ----------
    version
        What made the scores.
    forms
        Gives the forms for these customers and gestures.
    answers
        How many answers each gesture's propensity was learned from; none where it is assumed.
    ground
        What its chances rest on.
    acquainted
        Ids of the customers whom it knows by their own answers.
    """

    version: str
    forms: Callable[[Features, Features], Forms]
    answers: Mapping[str, float] = field(default_factory=dict)
    ground: Ground = NO_GROUND
    acquainted: frozenset[str] = frozenset()

    def score(
        self,
        profiles: ProfileFrames,
        gestures: pl.DataFrame,
        contexts: Contexts | None = None,
        *,
        k: int | None = None,
        leave_out: pl.DataFrame | None = None,
        history: pl.DataFrame | None = None,
    ) -> Scores:
        """Score gestures for customers: see `Recommender.score`."""
        people, offered = occasions(profiles, contexts, history), gestures_told(gestures)
        laid = lay(self.forms(people, offered), people, offered)
        left, right = represent(laid)
        allowed = None if leave_out is None else _allowed(people, offered, leave_out)
        best, scores = top_k(left, right, len(offered.ids) if k is None else k, allowed)

        def parts(customer_id: str, gesture_id: str) -> list[Part]:
            customer, gesture = people.position[customer_id], offered.position[gesture_id]
            return merged(part for one in laid for part in one.parts(customer, gesture))

        return Scores(self._frame(people, offered.ids, best, scores), parts)

    def logits(self, people: Features, offered: Features, gesture: NDArray[np.int64]) -> NDArray[np.float64]:
        """Score row i of `people` for the gesture in row ``gesture[i]`` of `offered`."""
        return pair_logits(self.forms(people, offered), people, offered, gesture)

    def _frame(self, people: Features, offered: Sequence[str], best: NDArray[np.int64], scores: Floats) -> pl.DataFrame:
        customer, place = np.nonzero(best >= 0)
        chosen, score = best[customer, place], scores[customer, place]
        answers = np.array([self.answers.get(gesture, 0.0) for gesture in offered])
        logit = self.ground.curve.logits(score)
        low, high = limits(logit, self._about(people)[customer], answers[chosen], self._beyond(people)[customer])
        known = pl.Series(answers[chosen] >= ASSUMED_WEIGHT, dtype=pl.Boolean)
        return pl.DataFrame(
            {
                "customer_id": pl.Series(people.ids, dtype=pl.String).gather(customer),
                "gesture_id": pl.Series(offered, dtype=pl.String).gather(chosen),
                "score": score,
                "propensity": sigmoid(logit),
                "propensity_low": low,
                "propensity_high": high,
                "rank": place.astype(np.uint32) + np.uint32(1),
            }
        ).select(
            pl.col("customer_id", "gesture_id", "score", "propensity", "propensity_low", "propensity_high"),
            propensity_basis=pl.when(known).then(pl.lit(CALIBRATED)).otherwise(pl.lit(ASSUMED)),
            rank=pl.col("rank"),
            model_version=pl.lit(self.version),
        )

    def _about(self, people: Features) -> NDArray[np.float64]:
        """Return how many answers tell of each customer."""
        told = people.under(tuple(self.ground.learned))
        return answers_about(told, np.array(list(self.ground.learned.values())), self.ground.usual)

    def _beyond(self, people: Features) -> NDArray[np.float64]:
        """Return how far each customer may differ from what is told of them: less where they answered themselves."""
        met = np.array([one in self.acquainted for one in people.ids], dtype=np.bool_)
        return np.where(met, self.ground.beyond_known, self.ground.beyond)


@dataclass(frozen=True)
class Laid:
    """A form laid over customers and gestures: what it knows of each, and how much it counts for them."""

    weighed: Weighed
    people: sp.csr_matrix
    offered: sp.csr_matrix

    @property
    def form(self) -> Bilinear:
        """The form itself."""
        return self.weighed.form

    def parts(self, customer: int, gesture: int) -> list[Part]:
        """Split its share of one score, by row numbers."""
        customers, gestures = self.weighed.customers, self.weighed.gestures
        weight = float(customers[customer % len(customers)] * gestures[gesture % len(gestures)])
        return self.form.parts(row_of(self.people, customer), row_of(self.offered, gesture), weight)


def lay(forms: Forms, people: Features, offered: Features) -> list[Laid]:
    """Lay forms over customers and gestures."""
    return [Laid(one, people.under(one.form.customer_names), offered.under(one.form.gesture_names)) for one in forms]


def represent(laid: Sequence[Laid]) -> tuple[Floats, Floats]:
    """Return two float32 matrices whose product is the weighted sum of the forms: shapes (n, D) and (m, D)."""
    left = np.hstack([one.form.customers(one.people) * one.weighed.customers[:, None] for one in laid])
    right = np.hstack([one.form.gestures(one.offered) * one.weighed.gestures[:, None] for one in laid])
    return left.astype(np.float32), right.astype(np.float32)


def pair_logits(forms: Forms, people: Features, offered: Features, gesture: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score row i of `people` for the gesture in row ``gesture[i]`` of `offered`, and no other pair."""
    left, right = represent(lay(forms, people, offered))
    return np.asarray(np.einsum("nd,nd->n", left, right[gesture]), dtype=np.float64)


def _allowed(people: Features, offered: Features, leave_out: pl.DataFrame) -> NDArray[np.bool_]:
    allowed = np.ones((len(people.ids), len(offered.ids)), dtype=np.bool_)
    for customer_id, gesture_id in leave_out.select("customer_id", "gesture_id").iter_rows():
        if customer_id in people.position and gesture_id in offered.position:
            allowed[people.position[customer_id], offered.position[gesture_id]] = False
    return allowed
