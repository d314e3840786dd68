"""Which recommender serves now: the trained model where there is one, the content prior before."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from wowengine.recommend.base import Recommender
from wowengine.recommend.bilinear import Bilinear, Floats, constant_form
from wowengine.recommend.calibrate import ASSUMED_WEIGHT
from wowengine.recommend.content import voice
from wowengine.recommend.features import Features
from wowengine.recommend.model import WORDS, Mix, Model
from wowengine.recommend.popular import NO_COUNTS
from wowengine.recommend.prior import Link, prior, shared_words
from wowengine.recommend.scorer import Forms, Scorer, Weighed
from wowengine.recommend.serving import serving


def recommender(
    models: Path,
    base_rate: float,
    counts: Callable[[], pl.DataFrame] = lambda: NO_COUNTS,
    links: Sequence[Link] = (),
    catalogue: Collection[str] | None = None,
) -> Recommender:
    """Return the recommender to use.

    Parameters
    ----------
    models
        Folder of trained models.
    base_rate
        The policy's guess of how often a gesture lands, between 0 and 1.
    counts
        Asked only while there is no model: customers' answers so far (see `dataset.count_answers`).
    links
        What the policy says speaks for what, while there is no model.
    catalogue
        Ids of the gestures to score.

    Raises
    ------
    Misconfigured
        When the active model on disk is not what was trained, or was taught by another catalogue.
    """
    model = serving(models, catalogue)
    return prior(base_rate, counts(), links) if model is None else blended(model)


def blended(model: Model) -> Scorer:
    """Return the model, leaning on what is told of a gesture where it has seen little of it.

    A gesture with n answers learned from is scored n / (n + `ASSUMED_WEIGHT`) as one that was offered, and the rest as
    a new one: by the model's mix for new gestures, or where it has none by the rate that is usual and the words as the
    content prior counts them. Popularity stays out of it: the few answers that a gesture has are in the model already,
    and counted twice they would mislead.
    """

    def forms(people: Features, offered: Features) -> Forms:
        answers = np.array([model.evidence.get(gesture, 0.0) for gesture in offered.ids], dtype=np.float32)
        known = np.array([one in model.acquainted for one in people.ids], dtype=np.float32)
        trust, everybody = answers / (answers + np.float32(ASSUMED_WEIGHT)), np.ones(1, dtype=np.float32)
        ways = dict(model.forms) | {WORDS: shared_words(people.names, offered.names)}
        new = model.new or Mix({WORDS: 1.0}, model.usual)
        offered_before = _mixed(ways, [(model.stranger, 1 - known), (model.known, known)], offered, trust)
        return [*offered_before, *_mixed(ways, [(new, everybody)], offered, 1 - trust)]

    # Choices alone tell in what order, and not how often: such a chance stays assumed, whatever the gesture's evidence.
    evidence = model.evidence if model.answered else {}
    return Scorer(model.version, forms, evidence, model.ground, model.acquainted)


def _mixed(
    ways: Mapping[str, Bilinear], mixes: Sequence[tuple[Mix, Floats]], offered: Features, gestures: Floats
) -> list[Weighed]:
    """Weigh the ways for each customer by the mix that is theirs; a way that counts nowhere is left out."""

    def told(numbers: Iterable[float]) -> Floats:
        shares = [people * np.float32(number) for number, (_, people) in zip(numbers, mixes, strict=True)]
        return np.asarray(np.sum(shares, axis=0), dtype=np.float32)

    slopes = {name: told(mix.slopes.get(name, 0.0) for mix, _ in mixes) for name in ways}
    voices = {name: voice(name, ways[name], offered) for name, slope in slopes.items() if slope.any()}
    weighed = [Weighed(one.form, slopes[name], one.gestures * gestures) for name, one in voices.items()]
    return [*weighed, Weighed(constant_form(1.0), told(mix.intercept for mix, _ in mixes), gestures)]
