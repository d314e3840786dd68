"""One model out of choices alone: purchases, ratings, check-ins, where nobody ever said no.

What was not chosen was not refused, so there is no chance to be calibrated; but each choice was one among all that
could have been chosen, and the ways of learning are mixed so that what was chosen next would have been likeliest: the
conditional logit (McFadden 1974), which looks at the top of a list as a customer does.

Each way is tried on what it has not seen: for customers it knows, for strangers, and for gestures that are new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from wowengine.recommend import content, ease, lightfm_model, metrics, registry, segments
from wowengine.recommend.bilinear import Floats
from wowengine.recommend.calibrate import Doubles
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import Features
from wowengine.recommend.model import WORDS, Mix, Model
from wowengine.recommend.prior import shared_words
from wowengine.recommend.rehearse import FOLDS, Folds, Learner, by_customer, by_gesture, learn, within_customers
from wowengine.recommend.scorer import Forms, lay, plainly, represent

MOST_CUSTOMERS = 1500  # whose choices mix the ways: more of them tell no more
STEEPEST = 50.0  # slope of a mix, in spreads of a way among the gestures of one customer
TOP = 10  # gestures at the head of a list, that a customer looks at
TIMES = (0.0, 0.25, 0.5, 0.75, 1.33, 2.0, 4.0)  # what it counted before, at which a way's weight is tried anew
MOST_PASSES = 3  # over all ways
LEAST_GAIN = 1e-3  # in NDCG: less is noise
LEVEL = 1e-4  # spread of a way that scores all gestures alike, but for rounding

Booleans = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True)
class Choices:
    """What was chosen, and what else could have been.

    Attributes
    ----------
    chosen
        Shape (customers, gestures): how often each chose each, of what the ways had not seen.
    open
        The same shape: what could have been chosen.
    scores
        By way, shape (stages, customers, gestures).
    """

    chosen: Floats
    open: Booleans
    scores: dict[str, Floats]


def choosers() -> list[Learner]:
    """Return the ways of learning from choices alone."""
    ways = [Learner(module.NAME, module.path) for module in (content, ease, segments)]
    if lightfm_model.is_installed():
        ways.append(Learner(lightfm_model.NAME, lightfm_model.warp_path, personal=True))
    return ways


def fit_choices(offers: Examples, ways: Sequence[Learner], seed: int = 0) -> Model:
    """Learn from these choices. Scores only rank: their sigmoid is the chance that a customer's next choice is this."""
    known = stranger = _tried(offers, ways, within_customers(offers, seed), seed)
    if len(set(offers.people.ids)) >= FOLDS:
        stranger = _tried(offers, ways, by_customer(offers, seed), seed)
    new = _tried_new(offers, ways, seed) if len(offers.offered.ids) >= FOLDS else None
    learned = _staged({way.name: learn(offers, way, seed) for way in ways})
    mixes = {
        name: _mix(choices) for name, choices in (("known", known), ("stranger", stranger), ("new", new)) if choices
    }
    wanted = {name for mix in mixes.values() for name in mix.slopes}
    evidence = offers.offers["gesture_id"].value_counts().sort("gesture_id")
    return registry.named(
        Model(
            version="",
            forms={name: form for name, form in sorted(learned.items()) if name in wanted},
            stranger=mixes["stranger"],
            known=mixes["known"],
            new=mixes.get("new"),
            evidence={gesture: float(count) for gesture, count in evidence.iter_rows()},
            answered=False,
        )
    )


def _tried(offers: Examples, ways: Sequence[Learner], folds: Folds, seed: int) -> Choices:
    """Score, for those whose choices were held out (the first fold), everything they had not chosen before."""
    return _held_out(offers, ways, folds == 0, seed, MOST_CUSTOMERS)


def _tried_new(offers: Examples, ways: Sequence[Learner], seed: int) -> Choices:
    """Score the gestures of every fold as new ones: there are few gestures, and one fold's may be unlike the rest."""
    folds = by_gesture(offers, seed)
    tried = []
    for fold in range(FOLDS):
        choices = _held_out(offers, ways, folds == fold, seed, MOST_CUSTOMERS // FOLDS)
        new = np.bincount(offers.gesture[folds == fold], minlength=choices.chosen.shape[1]) > 0
        tried.append(replace(choices, open=choices.open & new))
    return Choices(
        np.concatenate([one.chosen for one in tried]),
        np.concatenate([one.open for one in tried]),
        {name: np.concatenate([one.scores[name] for one in tried], axis=1) for name in tried[0].scores},
    )


def _held_out(offers: Examples, ways: Sequence[Learner], held: NDArray[np.bool_], seed: int, most: int) -> Choices:
    seen = offers.where(~held)
    unseen = offers.where(held).knowing(seen)
    ids = np.unique(np.array(unseen.people.ids, dtype=np.str_))
    ids = np.sort(np.random.default_rng(seed).permutation(ids)[:most])
    people = _once(unseen.people, ids)
    offered = offers.offered
    chosen, had = _counts(unseen, ids, offered), _counts(seen, ids, offered)
    scores = {
        way.name: [_all([content.voice(way.name, form, offered)], people, offered) for form in learn(seen, way, seed)]
        for way in ways
    }
    scores[WORDS] = [_all(plainly(shared_words(people.names, offered.names)), people, offered)]
    return Choices(chosen, (had == 0) | (chosen > 0), {name: np.array(stages) for name, stages in scores.items()})


def _staged(stages: Mapping[str, Sequence[T]]) -> dict[str, T]:
    """Name every stage of every way: each kind of customer and gesture keeps the one that foretells best there."""
    return {
        f"{name}@{stage}" if len(of) > 1 else name: one for name, of in stages.items() for stage, one in enumerate(of)
    }


def _once(people: Features, ids: NDArray[np.str_]) -> Features:
    """Return one row of each of these customers: what was told of them at their first choice."""
    names, first = np.unique(np.array(people.ids, dtype=np.str_), return_index=True)
    rows = first[np.searchsorted(names, ids)]
    return Features(tuple(ids.tolist()), people.names, people.matrix[rows])


def _counts(offers: Examples, ids: NDArray[np.str_], offered: Features) -> Floats:
    """Count what these customers chose of what is offered: shape (customers, gestures)."""
    counts = np.zeros((len(ids), len(offered.ids)), dtype=np.float32)
    who = np.array(offers.people.ids, dtype=np.str_)
    row, what = np.searchsorted(ids, who), np.array([offered.position.get(one, -1) for one in offers.offered.ids])
    column = what[offers.gesture]
    asked = (row < len(ids)) & (ids[np.minimum(row, len(ids) - 1)] == who) & (column >= 0)
    np.add.at(counts, (row[asked], column[asked]), 1.0)
    return counts


def _all(forms: Forms, people: Features, offered: Features) -> Floats:
    left, right = represent(lay(forms, people, offered))
    return left @ right.T


def _mix(choices: Choices) -> Mix:
    """Choose the stage of each way under which the choices were likeliest by it alone, and mix these."""
    best = {
        name: int(np.argmin([_likeliest(choices, stage[None])[1] for stage in of]))
        for name, of in choices.scores.items()
    }
    staged = _staged({name: [(name, stage) for stage in range(len(of))] for name, of in choices.scores.items()})
    named = {called: choices.scores[name][stage] for called, (name, stage) in staged.items() if best[name] == stage}
    ways = np.stack(list(named.values()))
    slopes = _sharpened(choices, ways, _likeliest(choices, ways)[0])
    mixed = np.where(choices.open, np.tensordot(slopes, ways, axes=1), -np.inf)
    usual = float(np.mean(logsumexp(mixed, axis=1)))
    return Mix(dict(zip(named, slopes.tolist(), strict=True)), -usual)


def _sharpened(choices: Choices, ways: Floats, slopes: Doubles) -> Doubles:
    """Weigh one way after another anew while what was chosen comes nearer to the top of the list (NDCG).

    Likelihood looks at the whole list, and a customer at its first few: coordinate ascent on the measure itself, as in
    Metzler & Croft 2007, "Linear feature-based models for information retrieval", from where likelihood left off.
    """
    best = _ndcg(choices, ways, slopes)
    for _ in range(MOST_PASSES):
        moved = False
        for way in range(len(ways)):
            if slopes[way] == 0:  # it tells nothing
                continue
            tried = [np.where(np.arange(len(slopes)) == way, slopes * times, slopes) for times in TIMES]
            found = [_ndcg(choices, ways, one) for one in tried]
            if max(found) > best + LEAST_GAIN:
                best, slopes, moved = max(found), tried[int(np.argmax(found))], True
        if not moved:
            break
    return slopes


def _ndcg(choices: Choices, ways: Floats, slopes: Doubles) -> float:
    mixed = np.where(choices.open, np.tensordot(slopes.astype(np.float32), ways, axes=1), -np.inf)
    depth = min(TOP, mixed.shape[1])
    few = np.argpartition(-mixed, depth - 1, axis=1)[:, :depth]
    order = np.argsort(-np.take_along_axis(mixed, few, axis=1), axis=1, kind="stable")
    wanted = choices.chosen > 0
    found = np.take_along_axis(wanted, np.take_along_axis(few, order, axis=1), axis=1)
    return float(np.nanmean(metrics.ndcg(found, wanted.sum(axis=1), TOP)))


def _likeliest(choices: Choices, ways: Floats) -> tuple[Doubles, float]:
    """Return the slopes under which the choices were likeliest, none negative, and a choice's mean loss in nats."""
    # On one scale, the search is quick; and a way that scores all gestures alike tells nothing, and counts nothing.
    spread = np.array([way.std(axis=1).mean() for way in ways], dtype=np.float64)
    scale = np.where(spread > LEVEL, spread, np.inf)
    scaled, total = ways / scale[:, None, None].astype(np.float32), float(choices.chosen.sum())
    per_customer = choices.chosen.sum(axis=1)

    def loss(slopes: Doubles) -> tuple[float, Doubles]:
        mixed = np.where(choices.open, np.tensordot(slopes.astype(np.float32), scaled, axes=1), -np.inf)
        top = logsumexp(mixed, axis=1)
        expected = np.exp(mixed - top[:, None]) * per_customer[:, None]
        cost = float((per_customer * top).sum()) - float((choices.chosen * np.where(choices.open, mixed, 0.0)).sum())
        slope = np.tensordot(scaled, expected - choices.chosen, axes=2)
        return cost / total, np.asarray(slope, dtype=np.float64) / total

    start, bounds = np.full(len(ways), 1.0 / len(ways)), [(0.0, STEEPEST)] * len(ways)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
    return np.asarray(found.x / scale, dtype=np.float64), float(found.fun)
