"""Learning from what came of gestures. A model is registered only if it foretells new answers no worse than without it.

It is tried on the newest fifth of the answers, beside popularity and the content prior, after learning from the rest.
A model that did worse there is not called worse unless the interval of the difference says so: otherwise it cannot be
told, what served serves on, and it is said about how many answers would tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from wowengine import __version__
from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend import drift, registry, resample
from wowengine.recommend.dataset import Examples, count_answers, examples, settle
from wowengine.recommend.evaluate import Quality, evaluate
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.metrics import Estimate
from wowengine.recommend.model import Model
from wowengine.recommend.popular import popular
from wowengine.recommend.prior import prior
from wowengine.recommend.rehearse import FOLDS, Learner
from wowengine.recommend.revision import revision
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import Scorer

NEEDED = 50  # customers' answers before anything is learned
NEEDED_OF_EACH = 5  # of them that landed, and that did not
NEEDED_CUSTOMERS = 10
TRIED_ON = 0.2  # share of the answers, the newest, that a model is tried on
AUTO = "auto"  # the mix of all ways of learning
OWN_DATA = "the company's own"
BASELINES = {"popular": popular, "prior": prior}


@dataclass(frozen=True)
class Difference:
    """How much more the figures of the model are than those of a baseline, on the same answers.

    Attributes
    ----------
    auc, log_loss
        With 95 % intervals over customers; a better model has a higher AUC and a lower log loss.
    """

    auc: Estimate
    log_loss: Estimate

    @property
    def worse(self) -> bool:
        """Whether the model orders worse, or is more surprised; by however little."""
        return not (self.auc.value >= 0 and self.log_loss.value <= 0)

    @property
    def surely_worse(self) -> bool:
        """Whether it is worse by more than noise."""
        return self.auc.high < 0 or self.log_loss.low > 0

    @property
    def times(self) -> float:
        """How many times the answers would tell that it is worse, if all stays as it is; nan where nobody can say.

        An interval narrows with the root of the answers; it tells when its end toward 0 has come to 0.
        """
        gaps = [(-self.auc.value, -self.auc.high), (self.log_loss.value, self.log_loss.low)]
        worse = [((gap - end) / gap) ** 2 for gap, end in gaps if gap > 0 and not np.isnan(end)]
        return min(worse, default=np.nan)

    def as_json(self) -> dict[str, Any]:
        """Return the differences as plain values."""
        return {"auc": self.auc.as_json(), "log_loss": self.log_loss.as_json()}

    def __str__(self) -> str:
        told = (f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})" for one in (self.auc, self.log_loss))
        return "AUC {}, log loss {}".format(*told)


@dataclass(frozen=True)
class TrainReport:
    """What training came to.

    Attributes
    ----------
    said
        One sentence for a person.
    answers, verdicts
        Customers' answers, and reviewers' verdicts, that there were to learn from.
    algorithm
        The ways of learning that were mixed, such as ``lightfm+linear``; '' where nothing was tried.
    weights
        How much each way counts in the registered model, for strangers and for customers known before.
    quality
        On the newest answers: of the model and of each baseline.
    less
        On the same answers: the model less each baseline.
    version
        Of the model that was registered and now serves; None where none was.
    """

    said: str
    answers: int
    verdicts: int
    algorithm: str = ""
    quality: dict[str, Quality] = field(default_factory=dict)
    less: dict[str, Difference] = field(default_factory=dict)
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    version: str | None = None

    @property
    def registered(self) -> bool:
        """Whether a model was registered."""
        return self.version is not None

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "registered": self.registered,
            "version": self.version,
            "said": self.said,
            "algorithm": self.algorithm,
            "answers": self.answers,
            "verdicts": self.verdicts,
            "weights": self.weights,
            "quality": {name: quality.as_json() for name, quality in self.quality.items()},
            "less": {name: difference.as_json() for name, difference in self.less.items()},
        }


def train(
    profiles: ProfileFrames,
    gestures: pl.DataFrame,
    outcomes: pl.DataFrame,
    models: Path,
    *,
    now: datetime,
    seed: int = 0,
    licence_of_data: str = OWN_DATA,
) -> TrainReport:
    """Learn from outcomes and verdicts, and register the model if it is no worse than what serves without it.

    Parameters
    ----------
    profiles, gestures
        Who was offered what; see `dataset.examples`.
    outcomes
        As `dataset.settle` takes them.
    models
        Folder of trained models.
    now
        UTC; what was shown long before and never answered counts as a quiet no.
    seed
        The same seed and outcomes give the same model, byte for byte.
    licence_of_data
        Whose the outcomes are, for the model's card.
    """
    offers = examples(settle(outcomes, now), profiles, gestures)
    early, late = split_by_time(offers)
    answers = int(offers.answered.sum())
    nothing = TrainReport("", answers, len(offers) - answers)
    missing = shortfall(offers, early, late)
    if missing:
        return replace(nothing, said=f"Not enough yet: {missing}.")
    ways = learners()
    scorers, unseen = _scorers(early, ways, seed), late.knowing(early)
    tried = replace(
        nothing,
        algorithm="+".join(sorted(way.name for way in ways)),
        quality={name: evaluate(scorer, unseen) for name, scorer in scorers.items()},
        less={name: _difference(scorers[AUTO], scorers[name], unseen, seed) for name in BASELINES},
    )
    against = _against(tried.less, answers)
    if against:
        return replace(tried, said=f"Not registered: {against} What served, serves on.")
    model = fit(offers, ways, seed)
    said = f"Registered {model.version}, learned from {answers} answers; it serves from now on."
    report = replace(tried, said=said, version=model.version, weights=_weights(model))
    registry.save(models, model, report.as_json() | _facts(offers, now, seed, licence_of_data))
    registry.activate(models, model.version)
    return report


def compare(early: Examples, late: Examples, ways: Sequence[Learner], seed: int = 0) -> dict[str, Quality]:
    """Learn from the early offers and foretell the late answers, beside popularity and the content prior."""
    return {name: evaluate(scorer, late.knowing(early)) for name, scorer in _scorers(early, ways, seed).items()}


def split_by_time(offers: Examples) -> tuple[Examples, Examples]:
    """Return the offers before and from the time when the newest fifth of customers' answers began."""
    at = offers.offers["occurred_at"].dt.timestamp("us").to_numpy()
    answers = np.sort(at[offers.answered])
    if not len(answers):
        return offers, offers.where(np.zeros(len(offers), dtype=np.bool_))
    cut = answers[int(len(answers) * (1 - TRIED_ON))]
    return offers.where(at < cut), offers.where(at >= cut)


def shortfall(offers: Examples, early: Examples, late: Examples) -> str:
    """Say what is missing before anything can be learned, or ''."""
    answers = offers.where(offers.answered)
    landed = int(answers.landed.sum())
    if len(answers) < NEEDED:
        return f"{len(answers)} outcomes, {NEEDED} needed"
    customers = answers.offers["customer_id"].n_unique()
    if customers < NEEDED_CUSTOMERS:
        return f"outcomes of {customers} customers, {NEEDED_CUSTOMERS} needed"
    if min(landed, len(answers) - landed) < NEEDED_OF_EACH:
        return f"{landed} of {len(answers)} outcomes landed, and {NEEDED_OF_EACH} of each kind are needed"
    if early.offers["customer_id"].n_unique() < FOLDS:
        return f"outcomes of {FOLDS} customers are needed before the newest fifth"
    if any(len(np.unique(part.landed[part.answered])) < len((True, False)) for part in (early, late)):
        return "the newest fifth of the outcomes, or all before it, are alike"
    return ""


def _scorers(early: Examples, ways: Sequence[Learner], seed: int) -> dict[str, Scorer]:
    counts = count_answers(early.offers)
    landed, answered = counts.select(pl.col("landed", "answered").sum()).row(0)
    base_rate = (landed + 1) / (answered + 2)
    return {AUTO: blended(fit(early, ways, seed))} | {name: make(base_rate, counts) for name, make in BASELINES.items()}


def _difference(model: Scorer, other: Scorer, unseen: Examples, seed: int) -> Difference:
    who, landed = unseen.answers["customer_id"].to_list(), unseen.landed[unseen.answered]
    ours, theirs = (
        one.logits(unseen.people, unseen.offered, unseen.gesture)[unseen.answered] for one in (model, other)
    )
    chance, their_chance = model.ground.curve.chances(ours), other.ground.curve.chances(theirs)
    auc = resample.difference(resample.auc(ours, landed), resample.auc(theirs, landed))
    loss = resample.difference(resample.log_loss(chance, landed), resample.log_loss(their_chance, landed))
    return Difference(resample.estimate(auc, who, seed), resample.estimate(loss, who, seed))


def _against(less: dict[str, Difference], answers: int) -> str:
    """Say what speaks against the model, or ''."""
    surely = [name for name, difference in less.items() if difference.surely_worse]
    if surely:
        return f"on the newest answers it is worse than {' and '.join(surely)}."
    for name, difference in less.items():
        if difference.worse:
            times = difference.times
            more = "" if np.isnan(times) else f" If it stays so, about {int(np.ceil(answers * times)):,} answers would."
            return f"the newest answers cannot tell whether it is worse than {name}: {difference}.{more}"
    return ""


def _weights(model: Model) -> dict[str, dict[str, float]]:
    mixes = {"strangers": model.stranger, "known": model.known, "new gestures": model.new}
    return {whom: {name: round(slope, 3) for name, slope in mix.slopes.items()} for whom, mix in mixes.items() if mix}


def _facts(offers: Examples, now: datetime, seed: int, licence_of_data: str) -> registry.Card:
    """Return what a model was made of, for its card."""
    times = offers.offers["occurred_at"]
    return {
        "trained_at": now.isoformat(),
        "seed": seed,
        "from": str(times.min()),
        "to": str(times.max()),
        "customers": offers.offers["customer_id"].n_unique(),
        "gestures": len(offers.offered.ids),
        "offers": len(offers),
        "landed": int(offers.landed[offers.answered].sum()),
        "features": {"customers": len(offers.people.names), "gestures": len(offers.offered.names)},
        "licence_of_data": licence_of_data,
        "wowengine": __version__,
        "revision": revision(),
        "baseline": drift.baseline(offers.people),
    }
