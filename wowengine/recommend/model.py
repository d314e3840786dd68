"""A trained model: several ways of scoring, and how much each counts for whom.

A customer who answered before is known by more than a stranger is, and a gesture that was offered by more than a new
one: so each of these kinds has its own `Mix`. All that is in a model is numbers under names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.curve import STRAIGHT, Curve
from wowengine.recommend.doubt import OF_PAIR, OF_PERSON, TELLS
from wowengine.recommend.features import ACQUAINTED, OWN, UNTOLD

WORDS = "words"  # the words that profile and gesture share: a way of scoring that is made of names alone


@dataclass(frozen=True)
class Mix:
    """How much each way of scoring counts: the mixed score is ``sum of slope * score + intercept``.

    Attributes
    ----------
    slopes
        By name of the way; none is negative. What is not named counts nothing.
    intercept
        In logits.
    """

    slopes: Mapping[str, float]
    intercept: float = 0.0


@dataclass(frozen=True)
class Ground:
    """What turns a score into a chance, and how far that chance may be from the truth (see ``doubt``).

    Attributes
    ----------
    curve
        From scores to chances.
    beyond
        How much people differ beyond what is told of them, in squared logits.
    learned
        How many answers each feature of customers was learned from.
    usual
        How much is usually told of a customer.
    """

    curve: Curve
    beyond: float
    learned: Mapping[str, float]
    usual: float

    @property
    def beyond_known(self) -> float:
        """What is left of it of somebody who answered often: their own answers tell, and at least so many there are."""
        return self.beyond / (1 + self.beyond * TELLS * ACQUAINTED)


NO_GROUND = Ground(STRAIGHT, OF_PERSON + OF_PAIR, {}, 1.0)
"""Nothing learned: a score is taken for the logit that it says it is, and the interval is as wide as it gets."""


@dataclass(frozen=True)
class Model:
    """Ways of scoring learned from answers, and their mixes.

    Attributes
    ----------
    version
        The algorithm's name and the hash of the numbers.
    forms
        By name of the way, sorted.
    stranger, known
        The mix for customers of whom only the profile tells, and for those who have a feature of their own.
    new
        The mix for gestures that were never offered; None where too few gestures were offered to learn it, and the
        content prior speaks for them.
    evidence
        How many answers the model learned from, by gesture.
    usual
        The logit of how often gestures landed.
    ground
        What chances and their intervals rest on.
    answered
        Whether it learned from answers, yes and no: then its scores are logits of landing. Otherwise it learned from
        choices alone, and its scores only rank.
    """

    version: str
    forms: Mapping[str, Bilinear]
    stranger: Mix
    known: Mix
    new: Mix | None
    evidence: Mapping[str, float]
    usual: float = 0.0
    ground: Ground = NO_GROUND
    answered: bool = True

    @cached_property
    def acquainted(self) -> frozenset[str]:
        """Ids of the customers who have a feature of their own."""
        names = (name for form in self.forms.values() for name in form.customer_names)
        return frozenset(name.removeprefix(OWN) for name in names if name.startswith(OWN) and name != OWN + UNTOLD)

    def without(self, customer_id: str) -> "Model":
        """Return the model with nothing of this customer's own in it; the version is the same until it is named anew.

        What they share with others stays until the model is trained again.
        """
        return replace(self, forms={name: _without(form, OWN + customer_id) for name, form in self.forms.items()})


def _without(form: Bilinear, name: str) -> Bilinear:
    if name not in form.customer_names:
        return form
    row = form.customer_names.index(name)
    return replace(
        form,
        customer_names=form.customer_names[:row] + form.customer_names[row + 1 :],
        customer_vectors=np.delete(form.customer_vectors, row, axis=0),
        customer_biases=np.delete(form.customer_biases, row),
    )
