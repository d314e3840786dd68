"""What a law gives that we cannot reckon: it is named, and a person weighs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from wowengine.decide.facts import Missing
from wowengine.decide.hearing import Bar, Hearing
from wowengine.decide.law import Claim, Law, Owed


class ReviewLaw(Law):
    """No amounts."""

    arithmetic: Literal["review"]
    claims: Mapping[str, Claim]
    why: str  # why a person must look at it


@dataclass(frozen=True)
class Review(Hearing[ReviewLaw]):
    """One incident before a law that a person must weigh."""

    def owed(self) -> Owed:
        """Return that a person must look at it, or what is missing to say even that."""
        if isinstance(self.in_scope, frozenset):
            return self._cannot_tell(self.in_scope)
        return self._review(self.regime.why)

    @property
    def bars(self) -> Iterable[Bar]:
        """None that we could tell."""
        return ()

    @property
    def claim(self) -> Claim:
        """What the law asks of this kind of incident."""
        return self.regime.claims[self.incident.type]

    @property
    def amount(self) -> int | Missing:
        """Nothing is certain but that a person must look."""
        return 0
