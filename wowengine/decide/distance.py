"""How far a reason stands from what somebody told us: source x depth of inference x sensitivity of the topic.

People like to be told why where the words were given to us, and mind it where they were gathered elsewhere or read
into (Kim, Barasz and John 2019, doi 10.1093/jcr/ucy039). So words are said only while the product is below a bound.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from wowengine.decide.candidate import Candidate, Evidence
from wowengine.decide.policy_face import Depth, Face, Source
from wowengine.decide.private import folded, touched
from wowengine.terms import SignalKind

ORDINARY = 1.0
_LONGEST_ENDING = 4  # letters: "hiking", "hikes" and "hikers" are one word, "hi" and "highway" are not
_ENDING = re.compile(r"(?<=\w{3})(?:ing|es|s|e)$")
_SOURCES = {
    SignalKind.MESSAGE: Source.MESSAGE,
    SignalKind.TICKET: Source.MESSAGE,
    SignalKind.MENTION: Source.MENTION,
    SignalKind.REVIEW: Source.MENTION,
    SignalKind.POST: Source.POST,
    SignalKind.CHECKIN: Source.POST,
    None: Source.POST,  # not known, as in receipts of old: taken for the farthest of their own words
}
_SPOKEN = {
    Source.STATED: "stated to us",
    Source.MESSAGE: "written to us",
    Source.MENTION: "a public post that names us",
    Source.POST: "a public post of their own",
    Source.OTHERS: "somebody else's words",
    Depth.STATED: "in so many words",
    Depth.LITERAL: "naming the topic",
    Depth.INFERRED: "the topic inferred",
}


class Distance(NamedTuple):
    """The three factors of one piece of evidence, each at least 1."""

    source: Source
    depth: Depth
    factors: tuple[float, float, float]

    @property
    def product(self) -> float:
        """How far it is."""
        source, depth, sensitivity = self.factors
        return source * depth * sensitivity

    def __str__(self) -> str:
        source, depth, sensitivity = self.factors
        topic = "an ordinary topic" if sensitivity <= ORDINARY else "a sensitive one"
        told = f"{_SPOKEN[self.source]} ({source:g}) x {_SPOKEN[self.depth]} ({depth:g}) x {topic} ({sensitivity:g})"
        return f"{told} = {self.product:g}"


def distance(evidence: Evidence, face: Face) -> Distance:
    """Measure one piece of evidence. The most sensitive of its topic and of what its words touch counts."""
    table = face.distance
    source = Source.STATED if evidence.stated else _SOURCES.get(evidence.kind, Source.OTHERS)
    depth = _depth(evidence)
    about = {evidence.topic, *touched(evidence.topic), *touched(evidence.quote)}
    sensitivity = max(table.sensitivity.get(one, ORDINARY) for one in about)
    return Distance(source, depth, (table.source[source], table.depth[depth], sensitivity))


def near_enough(evidence: Evidence, face: Face) -> bool:
    """Return whether we would say to their face that we rest on this."""
    return distance(evidence, face).product < face.distance.bound


def sayable(candidate: Candidate, face: Face) -> tuple[Evidence, ...]:
    """Return the evidence that may be shown and said; the rest is kept to the receipt's inputs."""
    return tuple(one for one in candidate.evidence if near_enough(one, face))


def _depth(evidence: Evidence) -> Depth:
    if evidence.stated:
        return Depth.STATED
    return Depth.LITERAL if _names(evidence.quote, evidence.topic) else Depth.INFERRED


@lru_cache(maxsize=4096)
def _names(quote: str, topic: str) -> bool:
    """Return whether a quote holds a word of the topic, whatever the ending of either."""
    stems = [_ENDING.sub("", word) for word in folded(topic).split()]
    words = folded(quote).split()
    return any(word.startswith(stem) and len(word) <= len(stem) + _LONGEST_ENDING for stem in stems for word in words)
