"""How soon is it better than a guess? ``python -m benchmarks.learning [--seeds 10] [--json]``.

At the demo's make-believe airline, whose customers answer by hidden tastes: after so many answers, how much less often
the gesture ranked first would land than the best one. For the content prior (of today, and as it was on day one),
popularity, LightFM alone and the blend. The profiles are those that the engine itself reads from the airline's files.
"""

import argparse
import math

import numpy as np
import polars as pl

from benchmarks.airline import NOW, Airline, airline
from benchmarks.say import Found, say
from wowengine.recommend import lightfm_model
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.calibrate import platt, sigmoid
from wowengine.recommend.dataset import Examples, count_answers, examples, settle, with_untold
from wowengine.recommend.evaluate import log_loss
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.popular import popular
from wowengine.recommend.prior import prior
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import Scorer, pair_logits, plainly
from wowengine.recommend.train import shortfall, split_by_time

AFTER = (0, 50, 200, 1000, 5000)
BASE_RATE = 0.2  # the shipped policy's
LIGHTFM = Learner(lightfm_model.NAME, lightfm_model.path)
ALONE, BLEND = "lightfm alone", "blend"
HELD = 4  # of so many customers one is held out, to stop LightFM where it is best


def main() -> None:
    """Draw the curves over several airlines, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    points = pl.concat(curve(airline(seed, given.customers, max(AFTER)), seed) for seed in range(given.seeds))
    say(vars(given) | {f"after {after}": summed(points.filter(after=after)) for after in AFTER}, as_json=given.json)


def curve(world: Airline, seed: int) -> pl.DataFrame:
    """Return how each recommender does after each number of answers: seed, after, recommender, regret, surprise."""
    rows = []
    for after in AFTER:
        for name, scorer in recommenders(world, after, seed).items():
            rows.append((seed, after, name, *judged(scorer, world)))
    return pl.DataFrame(rows, ["seed", "after", "recommender", "regret", "surprise"], orient="row")


def recommenders(world: Airline, after: int, seed: int) -> dict[str, Scorer]:
    """Return who can be asked after so many answers; before there is enough to learn from, the blend is the prior."""
    offers = settle(world.past.head(after), NOW)
    counts = count_answers(offers)
    made = {"day one": prior(BASE_RATE), "prior": prior(BASE_RATE, counts), "popular": popular(BASE_RATE, counts)}
    learned = examples(offers, world.profiles, world.gestures)
    if shortfall(learned, *split_by_time(learned)):
        return made | {BLEND: made["prior"]}
    return made | {ALONE: alone(learned, seed), BLEND: blended(fit(learned, learners(), seed))}


def alone(offers: Examples, seed: int) -> Scorer:
    """Return LightFM as it comes, stopped where it foretells held-out customers best, its scores calibrated there."""
    _, customer = np.unique(offers.offers["customer_id"].to_numpy().astype(np.str_), return_inverse=True)
    held = offers.where(customer % HELD == 0)
    tried = [line(form, held) for form in stages(offers.where(customer % HELD != 0), seed)]
    best = min(range(len(tried)), key=lambda number: tried[number][0])
    form = stages(offers, seed)[best].calibrated(*tried[best][1:])
    return Scorer(ALONE, lambda _people, _offered: plainly(form))


def stages(offers: Examples, seed: int) -> list[Bilinear]:
    """Return LightFM at each stage of its training."""
    known = offers.learnable()
    return [with_untold(form, known.people) for form in lightfm_model.path(known, seed)]


def line(form: Bilinear, held: Examples) -> tuple[float, float, float]:
    """Return the log loss of a stage on these answers, and the slope and intercept of its calibration."""
    scores = pair_logits(plainly(form), held.people, held.offered, held.gesture)[:, None]
    slopes, intercept = platt(scores, held.landed, held.weight.astype(np.float64))
    return log_loss(sigmoid(scores @ slopes + intercept), held.landed), float(slopes[0]), intercept


def judged(scorer: Scorer, world: Airline) -> tuple[float, float]:
    """Return regret and surprise, as means over customers and moments.

    Regret is the best gesture's true chance less that of the one ranked first; among equals, the mean of them.
    Surprise is what the propensities lose in nats to the true chances (the Kullback-Leibler divergence).
    """
    scored = pl.concat(
        scorer.score(world.profiles, world.gestures, moment).frame.with_columns(moment=pl.lit(name))
        for name, moment in world.moments.items()
    )
    true, told, score = pl.col("chance"), pl.col("propensity"), pl.col("score")
    nats = true * (true / told).log() + (1 - true) * ((1 - true) / (1 - told)).log()
    each = (
        world.truth.join(scored, on=["moment", "customer_id", "gesture_id"])
        .group_by("moment", "customer_id")
        .agg(regret=true.max() - true.filter(score == score.max()).mean(), surprise=nats.mean())
    )
    return each.select(pl.col("regret", "surprise").mean()).row(0)


def summed(points: pl.DataFrame) -> Found:
    """Return for each recommender the mean over airlines with its standard error, and what the blend has over it."""
    found: Found = {}
    blend = points.filter(recommender=BLEND).select("seed", blend="regret")
    for (name,), rows in points.join(blend, on="seed").group_by("recommender", maintain_order=True):
        regret, surprise = (mean_error(rows[column]) for column in ("regret", "surprise"))
        found[str(name)] = {
            "regret": regret,
            "surprise": surprise,
            "blend less it": mean_error(rows["blend"] - rows["regret"]),
        }
    return found


def mean_error(values: pl.Series) -> tuple[float, float]:
    """Return the mean and its standard error."""
    known = values.to_numpy()
    error = known.std(ddof=1) / math.sqrt(len(known)) if len(known) > 1 else math.nan
    return round(float(known.mean()), 4), round(float(error), 4)


if __name__ == "__main__":
    main()
