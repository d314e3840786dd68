"""How far the truth about one person may be from the chance that is said, as an interval that widens with ignorance.

On the logit scale the error of a chance has three sources, each a variance:

    of the person    people differ beyond anything told of them; learned from customers who answered more than once
    of what is told  each feature told of the person has been learned from some answers, or from none
    of the gesture   its own level has been learned from some answers, or from none

The last two start at a prior variance and shrink as answers come, as in Bayesian logistic regression with a Gaussian
prior whose information matrix is taken as diagonal (MacKay 1992, "The evidence framework applied to classification
networks"): 1 / (1 / prior + p (1 - p) n) after n answers. What is usually told of a customer, and is not told of this
one, stays at the prior; and what is told counts for a gesture by the harmonic sum of what both were learned from: of a
new one, nobody knows who likes it. The priors are assumptions, the same in every house: before many answers have come,
intervals are too wide where people differ little and too narrow where they differ much (``benchmarks/calibration.py``).
"""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import expit

Doubles = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]

OF_TOLD = 0.3  # prior variance, in squared logits, of what all that is told of a person means for a gesture
OF_GESTURE = 0.5  # of a gesture's own level, around what is foretold of it
OF_PERSON = 0.2  # of one person around others like them, for all gestures alike
OF_PAIR = 0.15  # of one person and one gesture, beside that
GUESS_WEIGHT = 100.0  # information that the last two guesses are worth: some 1,400 pairs of answers at a chance of 1/4
LEAST = 0.02  # nobody is known better than to this variance, of the person and of the pair
TASTES = 12.0  # directions in which one feature may speak, which share its answers
TELLS = 0.2  # information of one answer about what is told, p (1 - p) at a chance of 0.28
TINY = 1e-9  # answers: no number is divided by none
REACH = 1.645  # standard deviations from the middle to either end: nine of ten lie between


def limits(
    logits: Floats, about_person: Floats | float, about_gesture: Floats, beyond: Floats | float = OF_PERSON + OF_PAIR
) -> tuple[Doubles, Doubles]:
    """Return the chances between which the truth lies in about nine cases of ten.

    Parameters
    ----------
    logits
        Any shape: the logit of each chance.
    about_person, about_gesture
        The same shape, or one that broadcasts to it: how many answers tell of such a person (`answers_about`), and how
        many of the gesture. More of either never widen an interval.
    beyond
        How much people differ beyond what is told of them, in squared logits (`differences`).

    Returns
    -------
    low, high
        The logits' shape, between 0 and 1, with the chance itself between them.
    """
    middle = np.asarray(logits, dtype=np.float64)
    chance = expit(middle)
    tells = chance * (1 - chance)
    # What is told of a person speaks for a gesture only as far as the gesture is known.
    about_both = about_person * about_gesture / np.maximum(about_person + about_gesture, TINY)
    variance = beyond + _left(OF_TOLD, tells * about_both) + _left(OF_GESTURE, tells * about_gesture)
    reach = REACH * np.sqrt(variance)
    return expit(middle - reach), expit(middle + reach)


def learned_from(told: sp.csr_matrix, weight: Floats) -> tuple[Doubles, float]:
    """Return how many answers each feature was learned from, and how much is usually told of a customer.

    Shapes (n, F) and (n,) in, the features of each answer's customer and how much it counts; (F,) out, and the mean
    sum of squares of a row.
    """
    squares = told.multiply(told).tocsr().astype(np.float64)
    usual = float(squares.sum()) / max(told.shape[0], 1)
    return np.asarray(squares.T @ weight, dtype=np.float64).ravel(), usual


def answers_about(told: sp.csr_matrix, learned: Floats, usual: float) -> Doubles:
    """Return how many answers tell of a person with these features: 0 for somebody of whom nothing is known.

    Parameters
    ----------
    told
        Shape (n, F): the features of each person.
    learned, usual
        Shape (F,), and a number: see `learned_from`. A feature that was never learned (`features.UNTOLD`) has 0.

    Notes
    -----
    Each feature holds a share of what can be doubted of a person, by its square, and so does what is usually told and
    is not. The answers returned are those that would leave one variance where the shares leave theirs on average: a
    harmonic mean, in which much known of one feature does not make up for another that nobody knows.
    """
    squares = told.multiply(told).tocsr().astype(np.float64)
    doubted = squares @ _left(1.0, OF_TOLD * TELLS / TASTES * learned)
    return _telling(np.asarray(squares.sum(axis=1), dtype=np.float64).ravel(), doubted, usual)


def answers_about_one(weights: Floats, learned: Floats, usual: float) -> float:
    """Return `answers_about` one person: shapes (n,), the features told of them and what each was learned from."""
    squares = weights.astype(np.float64) ** 2
    doubted = squares @ _left(1.0, OF_TOLD * TELLS / TASTES * learned)
    return float(_telling(squares.sum(keepdims=True), doubted, usual)[0])


def differences(
    logits: Doubles, landed: NDArray[np.bool_], weight: Doubles, customer: NDArray[Any], gesture: NDArray[Any]
) -> float:
    """Return how much people differ beyond what is told of them: a variance, in squared logits.

    Parameters
    ----------
    logits
        Shape (n,): the logit of each answer's chance, by a model and a curve that never saw its customer.
    landed, weight, customer, gesture
        Shape (n,): what was answered, how much it counts, by whom and about what (as anything that can be compared).

    Notes
    -----
    If a person is more willing than was foretold, all their answers are: two surprises of the same person have a
    product that is the variance on average (a moment estimator; Liang & Zeger 1986 use the same products). Pairs about
    the same gesture tell what is more alike there. Both start from a guess worth `GUESS_WEIGHT`, which stands where
    nobody answered twice. The estimate is of first order: where people differ much it finds some two thirds of it.
    """
    chance = expit(logits)
    surprise, tells = weight * (landed - chance), weight * chance * (1 - chance)
    _, who = np.unique(customer, return_inverse=True)
    _, what = np.unique(gesture, return_inverse=True)
    person_and_gesture = who * (what.max(initial=0) + 1) + what
    known = _over_pairs(tells, who)
    person = max(LEAST, (OF_PERSON * GUESS_WEIGHT + _over_pairs(surprise, who)) / (GUESS_WEIGHT + known))
    known = _over_pairs(tells, person_and_gesture)
    more_alike = _over_pairs(surprise, person_and_gesture) - person * known
    return person + max(LEAST, (OF_PAIR * GUESS_WEIGHT + more_alike) / (GUESS_WEIGHT + known))


def _left(prior: float, information: Floats) -> Doubles:
    """Return the variance that is left of a prior one."""
    return np.asarray(prior / (1 + prior * information), dtype=np.float64)


def _telling(sums: Doubles, doubted: Doubles, usual: float) -> Doubles:
    """Return how many answers tell of persons, from what is told of each and how much of it is in doubt."""
    whole = np.maximum(sums, usual)
    known = sums - doubted
    ratio = np.divide(known, whole - known, out=np.zeros(len(sums)), where=whole > 0)
    return np.asarray(ratio / (OF_TOLD * TELLS), dtype=np.float64)


def _over_pairs(numbers: Doubles, group: NDArray[np.int64]) -> float:
    """Return the sum of products of two numbers, over all ordered pairs of different rows in the same group."""
    _, place = np.unique(group, return_inverse=True)
    return float((np.bincount(place, numbers) ** 2 - np.bincount(place, numbers**2)).sum())
