"""Which way the candidates went: how many came to each stage, and what stopped the others there."""

from collections.abc import Sequence
from dataclasses import dataclass

from wowengine.decide.candidate import Verdict
from wowengine.decide.decision import Decision, Judged

STAGES = ("eligibility", "contact", "face", "arbitration", "allocation")


@dataclass(frozen=True)
class Stage:
    """A stage: who came to it, and who was stopped there, by the rule that spoke first."""

    name: str
    came: int
    stopped: tuple[Judged, ...]


def trace(decision: Decision) -> tuple[Stage, ...]:
    """Return the stages in their order. What the law owes takes no part: it passes them all by."""
    left = {
        gesture_id: words
        for gesture_id, words in decision.words.items()
        if not any(word.rule.startswith("floor.") for word in words)
    }
    stages = []
    for name in STAGES:
        stopped = {gesture_id: word for gesture_id, words in left.items() if (word := _first_no(words, name))}
        judged = tuple(Judged(gesture_id, word) for gesture_id, word in stopped.items())
        stages.append(Stage(name, len(left), judged))
        left = {gesture_id: words for gesture_id, words in left.items() if gesture_id not in stopped}
    return tuple(stages)


def _first_no(words: Sequence[Verdict], stage: str) -> Verdict | None:
    return next((word for word in words if not word.ok and word.rule.startswith(f"{stage}.")), None)
