"""How each way of learning scores what it has not seen: the ground on which ways are chosen, mixed and calibrated.

Three things can be new: the customer, the answer of a customer who answered before, and the gesture. Each is held out
in turn, fold by fold, and scored by models that never saw it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.content import voice
from wowengine.recommend.dataset import Examples, acquainted, numbered, with_untold
from wowengine.recommend.model import WORDS
from wowengine.recommend.prior import shared_words
from wowengine.recommend.scorer import pair_logits, plainly

FOLDS = 4

Folds = NDArray[np.int64]
"""The fold of each offer, shape (offers,)."""


@dataclass(frozen=True)
class Learner:
    """A way to learn: the same model at several stages of training, of which validation picks one.

    Attributes
    ----------
    name
        What it is called in a model and its card.
    path
        From examples and a seed to the stages.
    personal
        Whether customers who answered often get a feature of their own (see `Examples.learnable`).
    """

    name: str
    path: Callable[[Examples, int], Sequence[Bilinear]]
    personal: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """Scores of offers by models that did not see them.

    Attributes
    ----------
    rows
        Shape (offers,): which offers were scored as they were meant to be.
    scores
        By learner, shape (stages, offers); what shared words say, under `WORDS`, at one stage.
    """

    rows: NDArray[np.bool_]
    scores: dict[str, NDArray[np.float64]]


def by_customer(offers: Examples, seed: int) -> Folds:
    """Hold out whole customers: each is a stranger to the model that scores them."""
    return _dealt(numbered(offers.offers["customer_id"].to_list()), seed)


def by_gesture(offers: Examples, seed: int) -> Folds:
    """Hold out whole gestures: each is new to the model that scores it."""
    return _dealt(offers.gesture, seed)


def within_customers(offers: Examples, seed: int) -> Folds:
    """Hold out answers of each customer, by chance: the model knows their other answers."""
    customer = numbered(offers.offers["customer_id"].to_list())
    shuffled = np.random.default_rng(seed).permutation(len(customer))
    order = shuffled[np.argsort(customer[shuffled], kind="stable")]
    start = np.searchsorted(customer[order], customer[order])
    folds = np.empty(len(customer), dtype=np.int64)
    folds[order] = (np.arange(len(customer)) - start + customer[order]) % FOLDS
    return folds


def rehearse(offers: Examples, learners: Sequence[Learner], folds: Folds, seed: int) -> Rehearsal:
    """Score every offer at every stage by models that never saw its fold.

    ``rows`` are those whose customer is known to the model that scored them; of strangers, all (see `by_customer`).
    """
    scores: dict[str, list[NDArray[np.float64]]] = {}
    known = np.zeros(len(offers), dtype=np.bool_)
    for fold in np.unique(folds):
        held = folds == fold
        seen = offers.where(~held)
        unseen = offers.where(held).knowing(seen)
        known[held] = np.isin(np.array(unseen.people.ids), acquainted(seen.offers))
        for learner in learners:
            stages = learn(seen, learner, seed)
            told = scores.setdefault(learner.name, [np.zeros(len(offers)) for _ in stages])
            for stage, form in zip(told, stages, strict=True):
                spoken = [voice(learner.name, form, unseen.offered)]
                stage[held] = pair_logits(spoken, unseen.people, unseen.offered, unseen.gesture)
    told_words = {WORDS: [words(offers)]}
    return Rehearsal(known, {name: np.array(stages) for name, stages in (scores | told_words).items()})


def learn(offers: Examples, learner: Learner, seed: int) -> list[Bilinear]:
    """Learn from these offers, and return the forms at every stage."""
    known = offers.learnable() if learner.personal else offers.shared()
    return [with_untold(form, known.people) for form in learner.path(known, seed)]


def words(offers: Examples) -> NDArray[np.float64]:
    """Score each offer by the words that profile and gesture share."""
    form = shared_words(offers.people.names, offers.offered.names)
    return pair_logits(plainly(form), offers.people, offers.offered, offers.gesture)


def _dealt(number: NDArray[np.int64], seed: int) -> Folds:
    """Deal numbers out to folds by chance: in the order of ids those of one kind may stand at equal distances."""
    order = np.random.default_rng(seed).permutation(number.max(initial=-1) + 1)
    return np.asarray(order[number] % FOLDS, dtype=np.int64)
