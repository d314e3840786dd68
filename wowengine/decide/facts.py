"""Yes, no, or what one would have to know first. A missing fact is named, never guessed."""

from typing import TypeAlias

Missing: TypeAlias = frozenset[str]
Answer: TypeAlias = bool | Missing


def unknown(fact: str) -> Missing:
    """Return the answer of somebody who lacks this fact."""
    return frozenset({fact})


def every(*answers: Answer) -> Answer:
    """Return whether all hold: one no decides, whatever else is missing."""
    if False in answers:
        return False
    return missing(*answers) or True


def some(*answers: Answer) -> Answer:
    """Return whether at least one holds: one yes decides, whatever else is missing."""
    if True in answers:
        return True
    return missing(*answers) or False


def opposite(answer: Answer) -> Answer:
    """Return no for yes and yes for no; what is not known stays so."""
    return answer if isinstance(answer, frozenset) else not answer


def missing(*answers: object) -> Missing:
    """Return all the facts that the answers lack."""
    return frozenset().union(*(answer for answer in answers if isinstance(answer, frozenset)))
