"""Never again: what a reviewer has said not to do for somebody any more. Nothing but delight is ever barred by it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What is never to be done again."""

    GESTURE = "gesture"  # this one gesture, by its id
    KIND = "kind"  # surprises, tips or questions
    TOPIC = "topic"  # whatever has to do with it
    EVERYTHING = "surprises"  # nothing that delights


@dataclass(frozen=True)
class Never:
    """One such word."""

    scope: Scope
    value: str = ""  # the gesture's id, the kind or the topic; '' for everything

    def bars(self, gesture_id: str, kind: str, topics: Collection[str]) -> bool:
        """Return whether a gesture that delights falls under it; `topics` are all that it has to do with."""
        match self.scope:
            case Scope.GESTURE:
                return self.value == gesture_id
            case Scope.KIND:
                return self.value == kind
            case Scope.TOPIC:
                return self.value in topics
            case Scope.EVERYTHING:
                return True

    def __str__(self) -> str:
        match self.scope:
            case Scope.GESTURE:
                return "not this gesture"
            case Scope.KIND:
                return f"no {self.value}"
            case Scope.TOPIC:
                return f"nothing to do with {self.value}"
            case Scope.EVERYTHING:
                return "nothing that delights"
