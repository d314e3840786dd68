"""How honest chances and their intervals are: ``python -m benchmarks.calibration [--json]``.

Curves on real coupon offers, scored by models that never saw the customer, and on made-up scores with a known
distortion; and how many true chances lie in their intervals in made-up worlds (nine of ten should).
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.coupons import coupons
from benchmarks.say import Found, say
from tests.recommend.worlds import NOW, World, hidden_tastes
from wowengine.recommend import lightfm_model
from wowengine.recommend.calibrate import FITS, fit_curve, platt, sigmoid
from wowengine.recommend.curve import Curve, softplus
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.doubt import answers_about, differences, learned_from, limits
from wowengine.recommend.evaluate import calibration_error, log_loss
from wowengine.recommend.features import Features, gestures_told, occasions
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.model import WORDS
from wowengine.recommend.rehearse import Learner, by_customer, rehearse
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import pair_logits

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
BARE = Curve("platt", 1.0, 1.0, 0.0)
FOLDS = 5
FRESH = 20_000  # answers that curves are tried on
FEW = 5  # answers that are left of a gesture, of two gestures in twelve; a third gets none
SEEDS = {50: 20, 200: 20, 1000: 10, 5000: 5}  # worlds by how many outcomes they have
DISTORTIONS: dict[str, Callable[[Doubles], Doubles]] = {
    "straight": lambda scores: 0.6 * scores - 1.0,
    "bent": lambda scores: 2.0 * softplus(scores) - 0.2 * softplus(-scores) - 1.8,
    "saturated": lambda scores: 2.0 * np.tanh(scores) - 1.0,
}


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: Found = {"coupon": _coupon(coupons(given.data / "coupon"))}
    found |= {f"{name}, {count} answers": _distorted(name, count) for name in DISTORTIONS for count in (100, 500, 5000)}
    found |= {f"coverage, {kind}": dict(_covered(kind)) for kind in KINDS}
    found["million_scores_ms"] = _speed()
    say(found, as_json=given.json)


def _ways(scores: Doubles, landed: Booleans, customer: Integers) -> dict[str, Curve]:
    weight = np.ones(len(scores))
    fitted = {kind: make(scores, landed, weight) for kind, make in FITS.items()}
    return fitted | {"chosen": fit_curve(scores, landed, weight, customer), "bare": BARE}


def _figures(chance: Doubles, landed: Booleans) -> Found:
    return {
        "log_loss": round(log_loss(chance, landed), 4),
        "ece": round(calibration_error(chance, landed), 4),
        "brier": round(float(((chance - landed) ** 2).mean()), 4),
    }


def _coupon(offers: Examples) -> Found:
    """Fit curves on four fifths of the customers and try them on the rest, five times."""
    scores, landed, customer = _unseen_logits(offers, lined=False), offers.landed, _numbered(offers, "customer_id")
    fold = np.random.default_rng(0).permutation(customer.max() + 1)[customer] % FOLDS
    chances = {way: np.zeros(len(scores)) for way in (*FITS, "chosen", "bare")}
    kinds = []
    for held in (fold == one for one in range(FOLDS)):
        for way, curve in _ways(scores[~held], landed[~held], customer[~held]).items():
            chances[way][held] = curve.chances(scores[held])
            kinds += [curve.kind] if way == "chosen" else []
    beyond = differences(
        _unseen_logits(offers, lined=True), landed, np.ones(len(landed)), customer, _numbered(offers, "gesture_id")
    )
    told = {way: _figures(chance, landed) for way, chance in chances.items()}
    return told | {"kinds": kinds, "people_differ": round(beyond, 3)}


def _distorted(name: str, count: int, worlds: int = 20) -> Found:
    told: dict[str, list[Found]] = {}
    kinds = []
    for seed in range(worlds):
        chooser, truth = np.random.default_rng(seed), DISTORTIONS[name]
        scores, fresh = chooser.normal(0, 1.5, count), chooser.normal(0, 1.5, FRESH)
        landed, happened = (chooser.random(len(one)) < sigmoid(truth(one)) for one in (scores, fresh))
        ways = _ways(scores, landed, np.arange(count) // 3)
        kinds.append(ways["chosen"].kind)
        for way, curve in ways.items():
            told.setdefault(way, []).append(_figures(curve.chances(fresh), happened))
        told.setdefault("truth", []).append(_figures(sigmoid(truth(fresh)), happened))
    mean: Found = {
        way: {name: round(float(np.mean([one[name] for one in all_])), 4) for name in all_[0]}
        for way, all_ in told.items()
    }
    return mean | {"kinds": {kind: kinds.count(kind) for kind in FITS}}


def _told(count: int, seed: int) -> World:
    return hidden_tastes(count, seed=seed)


def _few(count: int, seed: int) -> World:
    """Two gestures with `FEW` answers, and one with none."""
    world = hidden_tastes(2 * count, seed=seed)
    place, gesture = pl.col("gesture_id").cum_count().over("gesture_id"), pl.col("gesture_id")
    kept = world.outcomes.filter((gesture != "g02") & (~gesture.is_in(["g00", "g01"]) | (place <= FEW)))
    return replace(world, outcomes=kept.head(count))


def _answered(world: World, logits: Doubles, seed: int) -> World:
    """Let everybody answer again, by these logits."""
    who, what = (world.outcomes[name].str.slice(1).cast(pl.Int64).to_numpy() for name in ("customer_id", "gesture_id"))
    landed = np.random.default_rng(seed + 1000).random(len(who)) < sigmoid(logits[who, what])
    words = pl.Series(np.where(landed, "accepted", "rejected"))
    return replace(world, outcomes=world.outcomes.with_columns(type=words), chance=sigmoid(logits))


def _own(count: int, seed: int) -> World:
    """Everybody's liking of everything is also their own, and not told by anything."""
    world = hidden_tastes(count, seed=seed)
    logits = np.log(world.chance / (1 - world.chance))
    return _answered(world, logits + np.random.default_rng(seed).normal(0, 0.6, logits.shape), seed)


def _willing(count: int, seed: int) -> World:
    """Let some people like whatever is done for them, and nothing tell who."""
    world = hidden_tastes(count, seed=seed)
    logits = np.log(world.chance / (1 - world.chance))
    return _answered(world, logits + np.random.default_rng(seed).normal(0, 0.6, (len(logits), 1)), seed)


def _alike(count: int, seed: int) -> World:
    """Nobody differs from anybody."""
    world = hidden_tastes(count, seed=seed)
    level = np.random.default_rng(seed).normal(-1, 0.5, world.chance.shape[1])
    return _answered(world, np.broadcast_to(level, world.chance.shape), seed)


def _strong(count: int, seed: int) -> World:
    """Tastes are nearly twice as strong."""
    world = hidden_tastes(count, seed=seed)
    logits = np.log(world.chance / (1 - world.chance))
    return _answered(world, 1.7 * (logits - logits.mean()) - 0.5, seed)


KINDS = {"told": _told, "few": _few, "own": _own, "willing": _willing, "alike": _alike, "strong": _strong}


def _covered(kind: str) -> Iterator[tuple[str, Found]]:
    for count, seeds in SEEDS.items():
        worlds = [_coverage(KINDS[kind](count, seed)) for seed in range(seeds)]
        names = [name for name in worlds[0] if all(name in one for one in worlds)]
        yield str(count), {name: round(float(np.mean([one[name] for one in worlds])), 3) for name in names}


def _coverage(world: World) -> Found:
    """Learn from a world, and count how many of its true chances lie in their intervals."""
    offers = examples(settle(world.outcomes, NOW), world.profiles, world.gestures)
    known, weight = offers.shared().people, offers.weight.astype(np.float64)
    people = occasions(world.profiles, {one: {"weather": "sun"} for one in world.profiles.customers["customer_id"]})
    logits, evidence = _learned(offers, people, gestures_told(world.gestures))
    who, what = (_numbered(offers, name) for name in ("customer_id", "gesture_id"))
    beyond = differences(_unseen_logits(offers, lined=True), offers.landed, weight, who, what)
    told = answers_about(people.under(known.names), *learned_from(known.matrix, weight))
    few = evidence <= FEW
    low, high = limits(logits, told[:, None], evidence, beyond)
    inside = (low <= world.chance) & (world.chance <= high)
    found: Found = {"inside": inside.mean(), "width": (high - low).mean()}
    return found | ({"inside_few": inside[:, few].mean()} if few.any() else {})


def _learned(offers: Examples, people: Features, offered: Features) -> tuple[Doubles, Doubles]:
    """Return the logits of everybody and everything, and how many answers each gesture was learned from."""
    model = fit(offers, learners())
    forms = blended(model).forms(people, offered)
    gestures, everybody = range(len(offered.ids)), np.ones(len(people.ids), dtype=np.int64)
    logits = np.stack([pair_logits(forms, people, offered, everybody * at) for at in gestures], axis=1)
    return logits, np.array([model.evidence.get(one, 0.0) for one in offered.ids])


def _unseen_logits(offers: Examples, *, lined: bool) -> Doubles:
    """Score offers by models that never saw the customer, at the best stage; put on Platt's line, or bare."""
    tried = []
    rehearsed = rehearse(offers, [Learner(lightfm_model.NAME, lightfm_model.path)], by_customer(offers, 0), 0).scores
    for scores in rehearsed[lightfm_model.NAME]:
        ways = np.stack([scores, rehearsed[WORDS][0]], axis=1)
        slopes, intercept = platt(ways, offers.landed, offers.weight.astype(np.float64))
        logits = ways @ slopes + intercept
        tried.append((log_loss(sigmoid(logits), offers.landed), logits if lined else scores))
    return min(tried, key=lambda one: one[0])[1]


def _numbered(offers: Examples, name: str) -> Integers:
    _, numbers = np.unique(offers.offers[name].to_numpy().astype(np.str_), return_inverse=True)
    return np.asarray(numbers, dtype=np.int64)


def _speed() -> Found:
    """Milliseconds for a million scores, the best of five: each kind of curve, and the intervals."""
    chooser = np.random.default_rng(0)
    scores, landed = chooser.normal(size=FRESH), chooser.random(FRESH) < sigmoid(chooser.normal(size=FRESH))
    many, people = chooser.normal(size=1_000_000), chooser.random(1_000_000) * 50
    curves = {kind: make(scores, landed, np.ones(FRESH)) for kind, make in FITS.items()}
    calls: dict[str, Callable[[], object]] = {kind: partial(curve.chances, many) for kind, curve in curves.items()}
    calls["limits"] = partial(limits, many, people, people)
    return {name: round(min(_seconds(call) for _ in range(5)) * 1000, 1) for name, call in calls.items()}


def _seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


if __name__ == "__main__":
    main()
