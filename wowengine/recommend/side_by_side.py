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
from wowengine.recommend.metrics import Estimate, interval, paired
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
ALL, WARM, COLD, COLD_GESTURES = "all", "warm", "cold_customers", "cold_gestures"
LESS_AUTO = "less_auto"

Figures = dict[str, Estimate]
Judged = dict[str, Figures]
"""By part of the test: `ALL` of it, customers who answered before, those who did not, gestures never offered before.

Where `AUTO` was tried too, `LESS_AUTO` holds how much more each figure of another model is than that of `AUTO`, on
all of the test.
"""


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
    told: dict[str, Foretold] = {}
    total = len(models) * len(trials)
    for name in models:
        of_model: list[Foretold] = []
        for trial in trials:
            progress("trying models", len(told) * len(trials) + len(of_model), total)
            of_model.append(foretell(learned(name, trial.train, seed), trial, depths))
        told[name] = _together(of_model)
    progress("trying models", total, total)
    judged: dict[str, Judged] = {}
    for name, one in told.items():
        progress("measuring", len(judged), len(told))
        other = AUTO in told and name != AUTO
        judged[name] = measure(one, seed) | ({LESS_AUTO: differ(one, told[AUTO], seed)} if other else {})
    progress("measuring", len(told), len(told))
    return judged


def measure(told: Foretold, seed: int = 0) -> Judged:
    """Measure what a model foretold, for everybody and by what was new to it."""
    answers, lists, warm = told.answers, told.lists, pl.col("warm")
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
    covered = len(told.chosen) / max(told.gestures, 1)
    judged[ALL]["coverage"] = Estimate(covered, np.nan, np.nan, np.nan, len(lists))
    return judged


def differ(ours: Foretold, theirs: Foretold, seed: int = 0) -> Figures:
    """Measure how much more each figure of one model is than another's, of the same answers and customers.

    An interval without 0 in it tells them apart, also where the intervals of the two figures overlap.
    """
    figures = {
        name: paired(ours.lists[name].to_numpy(), theirs.lists[name].to_numpy(), seed) for name in _of_all(ours.lists)
    }
    if ours.answers["landed"].all():
        return figures
    who, other = ours.answers["customer_id"].to_list(), _statistics(theirs.answers)
    of_answers = {
        name: resample.estimate(resample.difference(figure, other[name]), who, seed)
        for name, figure in _statistics(ours.answers).items()
    }
    return figures | of_answers


def as_json(judged: dict[str, Judged]) -> list[dict[str, Any]]:
    """Return the figures as plain values, one object a model; the parts of the test stand under ``by``."""
    return [
        {"model": name}
        | _plain(parts[ALL])
        | {"by": {part: _plain(parts[part]) for part in (WARM, COLD, COLD_GESTURES)}}
        | ({LESS_AUTO: _plain(parts[LESS_AUTO])} if LESS_AUTO in parts else {})
        for name, parts in judged.items()
    ]


def _together(told: Sequence[Foretold]) -> Foretold:
    """Lay together what one model foretold in several trials on the same catalogue."""
    return Foretold(
        pl.concat([one.answers for one in told]),
        pl.concat([one.lists for one in told]),
        frozenset[str]().union(*(one.chosen for one in told)),
        told[0].gestures,
    )


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: figure.as_json() for name, figure in figures.items()}


def _of_lists(lists: pl.DataFrame, prefix: str, seed: int) -> Figures:
    """Measure lists. Their ``auc`` is per customer, against all that was not had; it stands where nobody said no."""
    return {name: interval(lists[prefix + name].to_numpy(), seed) for name in _of_all(lists)}


def _of_all(lists: pl.DataFrame) -> list[str]:
    """Name the figures that each customer's list has."""
    return [name for name in lists.columns if name not in {"customer_id", "warm"} and not name.startswith(NEW)]


def _of_answers(answers: pl.DataFrame, seed: int) -> Figures:
    who = answers["customer_id"].to_list()
    return {name: resample.estimate(figure, who, seed) for name, figure in _statistics(answers).items()}


def _statistics(answers: pl.DataFrame) -> dict[str, resample.Statistic]:
    score, chance, landed = (answers[name].to_numpy() for name in ("score", "chance", "landed"))
    return {
        "auc": resample.auc(score, landed),
        "ece": resample.calibration_error(chance, landed),
        "log_loss": resample.log_loss(chance, landed),
    }
