"""What a recommender promises: `Recommender` in, `Scores` out. Numbers and a version, no yes or no."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import polars as pl

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.explain import Part, reasons
from wowengine.recommend.features import Contexts

CALIBRATED = "calibrated"  # customers' answers weigh more in it than the policy's guess
ASSUMED = "assumed"  # the policy's guess, more than anything seen


@dataclass(frozen=True)
class Scores:
    """How each gesture suits each customer at their moment. Checked when made.

    Attributes
    ----------
    frame
        One row per customer and gesture, by customer and rank, with the columns of `SCHEMA`. ``score`` orders the
        gestures of one customer; ``propensity`` is the chance that the gesture lands, 0 to 1, and in about nine cases
        of ten the true chance lies from ``propensity_low`` to ``propensity_high``; ``propensity_basis`` is
        `CALIBRATED` or `ASSUMED`; ``rank`` counts from 1.
    parts
        Splits one score into its parts, exactly: (customer_id, gesture_id) -> parts that sum to the score.
    """

    SCHEMA: ClassVar = {
        "customer_id": pl.String(),
        "gesture_id": pl.String(),
        "score": pl.Float32(),
        "propensity": pl.Float64(),
        "propensity_low": pl.Float64(),
        "propensity_high": pl.Float64(),
        "propensity_basis": pl.String(),
        "rank": pl.UInt32(),
        "model_version": pl.String(),
    }

    frame: pl.DataFrame
    parts: Callable[[str, str], list[Part]]

    def __post_init__(self) -> None:
        broken = self._broken()
        if broken:
            raise ValueError(f"these scores break their contract: {broken}")

    def reasons(self, customer_id: str, gesture_id: str, k: int = 3) -> tuple[Part, ...]:
        """Return the `k` feature pairs that speak most for this gesture for this customer, strongest first."""
        return reasons(self.parts(customer_id, gesture_id), k)

    def _broken(self) -> str:
        """Name the promise that is broken, or ''."""
        if dict(self.frame.schema) != self.SCHEMA:
            return f"columns are {dict(self.frame.schema)}"
        low, chance, high = (pl.col(f"propensity{end}") for end in ("_low", "", "_high"))
        place = pl.col("rank").cum_count().over("customer_id")
        promises = {
            "a null": pl.any_horizontal(pl.all().is_null()),
            "a score that is no number": ~pl.col("score").is_finite(),
            "a propensity outside its interval": ~((low >= 0) & (low <= chance) & (chance <= high) & (high <= 1)),
            "a rank that is not its place": place != pl.col("rank"),
        }
        found = self.frame.select(**{name: broken.any() for name, broken in promises.items()})
        return "; ".join(name for name in promises if found[name][0])


class Recommender(Protocol):
    """Scores gestures for customers. It never chooses: whether to make a gesture is decided elsewhere."""

    @property
    def version(self) -> str:
        """What made the scores, to be kept in the receipt of every decision."""
        ...

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
        """Score gestures for the customers of `profiles`.

        Parameters
        ----------
        profiles
            Whom to score for; somebody with an empty profile is scored as anybody.
        gestures
            The catalogue, as `catalog.load_gestures` gives it.
        contexts
            The moment of each customer, where there is one.
        k
            Keep the best k of each customer; all gestures where it is not given.
        leave_out
            Pairs (customer_id, gesture_id) that must not be scored; taken out before the best are chosen.
        history
            What each customer took and refused so far, as `features.history_of` gives it; the rows of others are passed
            over. Without it a customer is scored by the profile and the moment alone.
        """
        ...
