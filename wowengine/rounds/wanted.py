"""What a caller asks to be looked at, where that is not everything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wowengine.decide.candidate import Candidate
from wowengine.errors import NotFound


@dataclass(frozen=True)
class Wanted:
    """Some gestures, by id or by a tag, and how many of them to suggest. Empty and None ask for everything."""

    gestures: frozenset[str] = frozenset()
    tag: str = ""
    k: int | None = None  # on each ground

    def of(self, candidates: Iterable[Candidate], known: Collection[str]) -> list[Candidate]:
        """Return the candidates that are asked about.

        Raises
        ------
        NotFound
            When a gesture is named that the catalogue does not know.
        """
        if unknown := sorted(self.gestures.difference(known)):
            raise NotFound(f"The catalogue has no gesture {', '.join(unknown)}.", gestures=unknown)
        return [
            one
            for one in candidates
            if (not self.gestures or one.gesture_id in self.gestures) and (not self.tag or self.tag in one.tags)
        ]


EVERYTHING = Wanted()
