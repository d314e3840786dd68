"""One model out of examples: every way of learning is rehearsed on what it has not seen, and mixed as it did there.

Each way is kept at the stage of training that foretold best, and then trained again on all examples. How much it
counts, for strangers, for customers known before and for new gestures, is the line that best turns the rehearsed
scores into chances (Platt 1999, in several scores; the same is called stacking by Wolpert 1992).
"""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from wowengine.recommend import content, ease, lightfm_model, linear, registry, segments
from wowengine.recommend.calibrate import Doubles, fit_curve, logit, platt, rates, sigmoid
from wowengine.recommend.choices import choosers, fit_choices
from wowengine.recommend.dataset import Examples, count_answers
from wowengine.recommend.doubt import differences, learned_from
from wowengine.recommend.evaluate import log_loss
from wowengine.recommend.model import Ground, Mix, Model
from wowengine.recommend.rehearse import (
    Learner,
    Rehearsal,
    by_customer,
    by_gesture,
    learn,
    rehearse,
    within_customers,
)

FEWEST_KNOWN = 100  # answers of customers known before, to learn from how much to trust what is known of them
FEWEST_GESTURES = 40  # offered, to learn from how much to trust what is told of a new one

PERSONAL = "_personal"  # ends the name of a way that knows customers by themselves
EVEN = 0.5  # what a gesture's rate is drawn to before anything is known: neither way

log = logging.getLogger(__name__)


def learners() -> list[Learner]:
    """Return the ways of learning there are; without LightFM the others do, and it is said.

    LightFM and the linear model learn twice: from what customers share alone, and with a feature of each customer's
    own. Where people differ beyond what is told of them the second is far better, also for strangers, since what one
    person is like is then not taken for what people like them are; elsewhere it learns noise by heart.
    """
    ways = [Learner(module.NAME, module.path) for module in (content, ease, segments, linear)]
    ways.append(Learner(linear.NAME + PERSONAL, linear.path, personal=True))
    if lightfm_model.is_installed():
        name, path = lightfm_model.NAME, lightfm_model.path
        return [*ways, Learner(name, path), Learner(name + PERSONAL, path, personal=True)]
    log.warning("LightFM is not installed: the other ways learn without it. Run: pip install 'wowengine[train]'")
    return ways


def fit(offers: Examples, ways: Sequence[Learner], seed: int = 0) -> Model:
    """Learn from all these offers; where nobody ever said no, as from choices (see `choices`).

    On one thread: the same bytes on every machine of a kind, and five times as fast where other work goes on, since the
    products are small and threads would wait for one another.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        if offers.only_landed:
            names = {way.name for way in ways}
            return fit_choices(offers, [way for way in choosers() if way.name in names], seed)
        return _fit_answers(offers, ways, seed)


def _fit_answers(offers: Examples, ways: Sequence[Learner], seed: int) -> Model:
    strangers = rehearse(offers, ways, by_customer(offers, seed), seed)
    known = rehearse(offers, ways, within_customers(offers, seed), seed)
    stages = _best_stages(offers, strangers, known)
    told, met = offers.answered, known.rows & offers.answered
    stranger = _mix(offers, strangers, stages, told)
    enough = met.sum() >= FEWEST_KNOWN and 0 < offers.landed[met].sum() < met.sum()
    forms = {way.name: learn(offers, way, seed)[stages[way.name]] for way in ways}
    return registry.named(
        Model(
            version="",
            forms=dict(sorted(forms.items())),
            stranger=stranger,
            known=_mix(offers, known, stages, met) if enough else stranger,
            new=_new(offers, ways, stages, seed),
            evidence=_evidence(offers),
            usual=_usual(offers),
            ground=_ground(offers, _mixed(strangers, stages, stranger), told, seed),
        )
    )


def _ground(offers: Examples, scores: Doubles, rows: NDArray[np.bool_], seed: int) -> Ground:
    """Learn what chances rest on from what strangers were scored: of them least is known, so it flatters nobody."""
    landed, count, scored = offers.landed[rows], offers.count[rows], scores[rows]
    who = offers.offers["customer_id"].to_numpy()[rows].astype(np.str_)
    curve = fit_curve(scored, landed, count, who, seed)
    shared = offers.shared()
    learned, usual = learned_from(shared.people.matrix, offers.count)
    return Ground(
        curve=curve,
        beyond=differences(curve.logits(scored), landed, count, who, offers.gesture[rows]),
        learned=dict(zip(shared.people.names, learned.tolist(), strict=True)),
        usual=usual,
    )


def _best_stages(offers: Examples, *rehearsals: Rehearsal) -> dict[str, int]:
    """Choose for each way the stage that foretold best, each calibrated by itself."""
    return {
        name: int(
            np.argmin(
                [
                    sum(_loss(offers, one.scores[name][stage]) for one in rehearsals)
                    for stage in range(len(rehearsals[0].scores[name]))
                ]
            )
        )
        for name in rehearsals[0].scores
    }


def _loss(offers: Examples, scores: Doubles) -> float:
    told = offers.answered
    slopes, intercept = platt(scores[told, None], offers.landed[told], offers.count[told])
    return log_loss(sigmoid(scores[told] * slopes[0] + intercept), offers.landed[told])


def _mix(offers: Examples, rehearsal: Rehearsal, stages: Mapping[str, int], rows: NDArray[np.bool_]) -> Mix:
    ways = np.stack([rehearsal.scores[name][stage][rows] for name, stage in stages.items()], axis=1)
    slopes, intercept = platt(ways, offers.landed[rows], offers.count[rows])
    return Mix(dict(zip(stages, slopes.tolist(), strict=True)), intercept)


def _mixed(rehearsal: Rehearsal, stages: Mapping[str, int], mix: Mix) -> Doubles:
    scored = [rehearsal.scores[name][stage] * mix.slopes[name] for name, stage in stages.items()]
    return np.asarray(np.sum(scored, axis=0) + mix.intercept)


def _new(offers: Examples, ways: Sequence[Learner], stages: Mapping[str, int], seed: int) -> Mix | None:
    if len(offers.offered.ids) < FEWEST_GESTURES:
        return None
    return _mix(offers, rehearse(offers, ways, by_gesture(offers, seed), seed), stages, offers.answered)


def _evidence(offers: Examples) -> dict[str, float]:
    learned = offers.offers.group_by("gesture_id").agg(pl.col("weight").sum().cast(pl.Float64))
    return dict(learned.sort("gesture_id").iter_rows())


def _usual(offers: Examples) -> float:
    """Return the logit of the mean rate of gestures: each counts alike, as does one of which nothing is known."""
    counted = count_answers(offers.offers)
    return logit(sum(rate for rate, _ in rates(counted, EVEN).values()) / max(len(counted), 1)) if len(counted) else 0.0
