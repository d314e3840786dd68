"""The content prior: what is told of a customer and of a gesture, in one space of words, so that day one is not random.

A customer who likes hiking and a gesture tagged "hiking" share a word. Each shared word lifts the chance from the base
rate by `LIFT` logits times the affinity; a dislike lowers it. Where the words differ and the company knows better, its
policy links the two: hiking with outdoor. All that is an assumption and is shown as one; answers take over as they
come.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from wowengine.recommend.bilinear import Bilinear, Floats
from wowengine.recommend.features import Features
from wowengine.recommend.popular import NO_COUNTS, popular_form
from wowengine.recommend.scorer import Forms, Scorer, plainly

LIFT = 1.0  # logits: at a base rate of 0.20, a full match stands at 0.40
SPACES = {
    "taste": ({"interest"}, {"tag"}),
    "stated": ({"prefers"}, {"slot"}),
    "moment": ({"at", "reason"}, {"tag", "place"}),
}
"""Which families of features may share words: of the customer, and of the gesture. Like speaks with like."""

SHORTEST_WORD = 3  # letters: shorter ones ("1d", "of") match by chance
JOINING = frozenset({"and", "the", "for", "per", "con", "del", "della"})

Words = Mapping[str, frozenset[tuple[str, str]]]
"""Feature -> its words, each with the space it stands in."""


class Link(NamedTuple):
    """A pair that the policy says goes together, or does not.

    Attributes
    ----------
    customer, gesture
        Features by their full names, such as ``interest:hiking`` and ``tag:outdoor`` (see `features`).
    lift
        Logits that the pair adds to the score at an affinity of 1; below zero it takes away. `LIFT` is as much as a
        shared word.
    """

    customer: str
    gesture: str
    lift: float


def prior(base_rate: float, counts: pl.DataFrame = NO_COUNTS, links: Sequence[Link] = ()) -> Scorer:
    """Return the recommender for the days before a model: popularity, and what profile and gesture share.

    Parameters
    ----------
    base_rate
        The policy's guess of how often a gesture lands, between 0 and 1.
    counts
        Columns gesture_id, landed, answered (see `dataset.count_answers`).
    links
        The policy's own: what goes together though it shares no word.

    Raises
    ------
    ValueError
        When a link names no feature or its lift is no number.
    """
    often, linked = popular_form(base_rate, counts), linked_features(links)

    def forms(people: Features, offered: Features) -> Forms:
        return plainly(often, shared_words(people.names, offered.names), linked)

    return Scorer("prior", forms)  # no answers behind it: that a shared word lifts by so much stays an assumption


def linked_features(links: Sequence[Link]) -> Bilinear:
    """Return the form that adds the lift of each linked pair; one dimension a gesture's feature.

    Two links of one pair add up.
    """
    broken = [link for link in links if not (":" in link.customer and ":" in link.gesture and math.isfinite(link.lift))]
    if broken:
        raise ValueError(f"a link needs two features, such as interest:hiking and tag:outdoor, and a lift: {broken[0]}")
    ours = tuple(dict.fromkeys(link.customer for link in links))
    theirs = tuple(dict.fromkeys(link.gesture for link in links))
    lifts = np.zeros((len(ours), len(theirs)), dtype=np.float32)
    for customer, gesture, lift in links:
        lifts[ours.index(customer), theirs.index(gesture)] += lift
    return Bilinear(
        customer_names=ours,
        customer_vectors=lifts,
        customer_biases=np.zeros(len(ours), dtype=np.float32),
        gesture_names=theirs,
        gesture_vectors=np.eye(len(theirs), dtype=np.float32),
        gesture_biases=np.zeros(len(theirs), dtype=np.float32),
    )


def shared_words(customer_names: tuple[str, ...], gesture_names: tuple[str, ...]) -> Bilinear:
    """Return the form that counts the words both sides share, `LIFT` each; one dimension a word.

    A feature of several words ("trail running") gives each an equal share, so that a full match of it counts one.
    """
    theirs = _words(gesture_names, side=1)
    dimension = {word: at for at, word in enumerate(sorted({word for found in theirs.values() for word in found}))}
    ours = {name: found for name, found in _words(customer_names, side=0).items() if not found.isdisjoint(dimension)}
    lengths = np.array([len(found) for found in ours.values()], dtype=np.float32)
    return Bilinear(
        customer_names=tuple(ours),
        customer_vectors=_place(ours, dimension) * np.float32(LIFT) / lengths[:, None],
        customer_biases=np.zeros(len(ours), dtype=np.float32),
        gesture_names=tuple(theirs),
        gesture_vectors=_place(theirs, dimension),
        gesture_biases=np.zeros(len(theirs), dtype=np.float32),
    )


def _words(names: tuple[str, ...], side: int) -> Words:
    """Return the words of the features that may match: ``tag:Trail running`` has "trail" and "running"."""
    found = {}
    for name in names:
        family, _, said = name.partition(":")
        spaces = [space for space, families in SPACES.items() if family in families[side]]
        words = re.findall(rf"[^\W\d_]{{{SHORTEST_WORD},}}", said.rpartition("=")[2].lower())
        if spaces:
            found[name] = frozenset((space, word) for space in spaces for word in words if word not in JOINING)
    return found


def _place(features: Words, dimension: Mapping[tuple[str, str], int]) -> Floats:
    vectors = np.zeros((len(features), len(dimension)), dtype=np.float32)
    for row, found in enumerate(features.values()):
        vectors[row, [dimension[word] for word in found if word in dimension]] = 1.0
    return vectors
