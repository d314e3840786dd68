"""How good scores are, on answers they have not seen."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from wowengine.recommend.calibrate import Doubles
from wowengine.recommend.dataset import Examples
from wowengine.recommend.scorer import Scorer

Booleans = NDArray[np.bool_]

BINS = 10
DEPTH = 5


@dataclass(frozen=True)
class Quality:
    """How well a recommender foretold these answers.

    Attributes
    ----------
    answers
        How many answers it was asked to foretell.
    auc
        Chance that an offer that landed is scored above one that did not: 0.5 is a guess, 1 is perfect.
    log_loss
        Mean surprise in nats at what happened, given the propensity: lower is better.
    ece
        Mean gap between propensity and what happened, over ten bins of equal size: 0 is honest.
    ndcg
        How near the top of their list customers' landed offers stand, to depth five: 1 is perfect.
    """

    answers: int
    auc: float
    log_loss: float
    ece: float
    ndcg: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures, rounded for reading."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def evaluate(scorer: Scorer, unseen: Examples) -> Quality:
    """Measure a recommender on customers' answers; reviewers' verdicts are passed over."""
    logits = scorer.logits(unseen.people, unseen.offered, unseen.gesture)[unseen.answered]
    landed = unseen.landed[unseen.answered]
    _, customer = np.unique(unseen.offers["customer_id"].to_numpy()[unseen.answered], return_inverse=True)
    chance = scorer.ground.curve.chances(logits)
    return Quality(
        answers=len(landed),
        auc=auc(logits, landed),
        log_loss=log_loss(chance, landed),
        ece=calibration_error(chance, landed),
        ndcg=ndcg(customer, logits, landed, DEPTH),
    )


def auc(scores: Doubles, landed: Booleans) -> float:
    """Return the chance that a landed offer is scored above another (ties count half); nan where all are alike."""
    yes, no = int(landed.sum()), int((~landed).sum())
    if not yes or not no:
        return float("nan")
    return float((rankdata(scores)[landed].sum() - yes * (yes + 1) / 2) / (yes * no))


def log_loss(chance: Doubles, landed: Booleans) -> float:
    """Return the mean of -log(chance of what happened), in nats."""
    happened = np.where(landed, chance, 1 - chance)
    return float(-np.log(np.clip(happened, 1e-15, None)).mean())


def calibration_error(chance: Doubles, landed: Booleans, bins: int = BINS) -> float:
    """Return the mean gap between chance and share landed, over bins of equal size by chance (ECE), 0 to 1."""
    order = np.argsort(chance, kind="stable")
    groups = [group for group in np.array_split(order, bins) if len(group)]
    gaps = [abs(chance[group].mean() - landed[group].mean()) * len(group) for group in groups]
    return float(sum(gaps) / len(chance))


def ndcg(customer: NDArray[np.int64], scores: Doubles, landed: Booleans, depth: int) -> float:
    """Return the mean normalised discounted cumulative gain of customers with an offer that landed.

    Source: Järvelin & Kekäläinen 2002. 1 where nobody has one.
    """
    gains = []
    for rows in np.split(np.argsort(customer, kind="stable"), np.flatnonzero(np.diff(np.sort(customer))) + 1):
        hits = landed[rows]
        if hits.any():
            worth = 1 / np.log2(np.arange(2, len(rows) + 2))
            worth[depth:] = 0
            best_first = np.argsort(-scores[rows], kind="stable")
            gains.append((hits[best_first] * worth).sum() / worth[: hits.sum()].sum())
    return float(np.mean(gains)) if gains else 1.0
