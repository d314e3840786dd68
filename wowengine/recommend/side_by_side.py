"""Models side by side on the same unseen answers: how well each foretells them, and how well it ranks the catalogue.

What a model foretold in several trials (folds) is laid together before anything is measured, so that a figure and its
interval are of all test customers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from wowengine.recommend import ease, lightfm_model, linear, resample, segments
from wowengine.recommend.dataset import Examples, count_answers
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.metrics import Estimate, interval
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import Scorer
from wowengine.recommend.train import AUTO, BASELINES
from wowengine.recommend.trial import NEW, Foretold, Trial, foretell

ALONE = {
    way.name: way
    for way in (
        Learner(segments.NAME, segments.path),
        Learner(ease.NAME, ease.path),
        Learner(linear.NAME, linear.path),
        Learner(lightfm_model.NAME, lightfm_model.path),
    )
}
ALL, WARM, COLD, COLD_GESTURES = "all", "warm_customers", "cold_customers", "cold_gestures"

Figures = dict[str, Estimate]
Judged = dict[str, Figures]
"""By part of the test: `ALL` of it, customers who answered before, those who did not, gestures never offered before."""


def names() -> list[str]:
    """Return the models that can be tried here, baselines first."""
    ways = [name for name in ALONE if name != lightfm_model.NAME or lightfm_model.is_installed()]
    return [*BASELINES, *ways, AUTO]


def learned(name: str, train: Examples, seed: int = 0) -> Scorer:
    """Learn from these offers: by counting, by one way alone beside shared words, or (`AUTO`) by all ways."""
    if name in BASELINES:
        counts = count_answers(train.offers)
        landed, answered = counts.select(pl.col("landed", "answered").sum()).row(0)
        return BASELINES[name]((landed + 1) / (answered + 2), counts)
    return blended(fit(train, learners() if name == AUTO else [ALONE[name]], seed))


def judge(
    trials: Sequence[Trial],
    models: Sequence[str],
    depths: Sequence[int] = (5, 10),
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Judged]:
    """Try these models (see `names`) on the same trials.

    Parameters
    ----------
    trials
        One, or one a fold; their test customers are laid together.
    models
        Names, in the order of what is returned.
    depths
        How much of each customer's list to look at.
    seed
        The same seed and trials give the same figures.
    progress
        Is told of every model and trial that is done: (label, done, total).
    """
    judged: dict[str, Judged] = {}
    total = len(models) * len(trials)
    for name in models:
        told: list[Foretold] = []
        for trial in trials:
            progress("trying models", len(judged) * len(trials) + len(told), total)
            told.append(foretell(learned(name, trial.train, seed), trial, depths))
        judged[name] = measure(told, seed)
    progress("trying models", total, total)
    return judged


def measure(told: Sequence[Foretold], seed: int = 0) -> Judged:
    """Measure what a model foretold in all trials together, for everybody and by what was new to it."""
    answers, lists = pl.concat([one.answers for one in told]), pl.concat([one.lists for one in told])
    warm = pl.col("warm")
    refused = not answers["landed"].all()
    parts = {
        ALL: (answers, lists, ""),
        WARM: (answers.filter(warm), lists.filter(warm), ""),
        COLD: (answers.filter(~warm), lists.filter(~warm), ""),
        COLD_GESTURES: (answers.filter("new"), lists, NEW),
    }
    judged = {
        part: _of_lists(people, prefix, seed) | (_of_answers(rows, seed) if refused else {})
        for part, (rows, people, prefix) in parts.items()
    }
    covered = len(frozenset[str]().union(*(one.chosen for one in told))) / max(told[0].gestures, 1)
    judged[ALL]["coverage"] = Estimate(covered, np.nan, np.nan, np.nan, len(lists))
    return judged


def as_json(judged: dict[str, Judged]) -> list[dict[str, Any]]:
    """Return the figures as plain values, one object a model; the parts of the test stand under ``by``."""
    return [
        {"model": name}
        | _plain(parts[ALL])
        | {"by": {part: _plain(figures) for part, figures in parts.items() if part != ALL}}
        for name, parts in judged.items()
    ]


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: figure.as_json() for name, figure in figures.items()}


def _of_lists(lists: pl.DataFrame, prefix: str, seed: int) -> Figures:
    """Measure lists. Their ``auc`` is per customer, against all that was not had; it stands where nobody said no."""
    kept = [
        name for name in lists.columns if name not in {"customer_id", "warm"} and name.startswith(NEW) == bool(prefix)
    ]
    return {name.removeprefix(prefix): interval(lists[name].to_numpy(), seed) for name in kept}


def _of_answers(answers: pl.DataFrame, seed: int) -> Figures:
    score, chance, landed = (answers[name].to_numpy() for name in ("score", "chance", "landed"))
    who = answers["customer_id"].to_list()
    asked = {
        "auc": resample.auc(score, landed),
        "ece": resample.calibration_error(chance, landed),
        "log_loss": resample.log_loss(chance, landed),
    }
    return {name: resample.estimate(figure, who, seed) for name, figure in asked.items()}
