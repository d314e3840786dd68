"""Who suffered, who said so, and who was made good: for each harm that several shared, and whether the loud got more.

Goodwill does not ask how loudly somebody complains; but those who never wrote cannot have waited for an answer, and a
wait counts, as earlier failures do. So the squeaky wheel is told twice: among all, and among those for whom nothing
counts but how bad it was. Amounts are those of the forms that were chosen, so that tastes move a ratio by a little
(`fairness` holds the amounts to the cent); and whoever was offered nothing is a head like any other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wowengine.decide.policy import Severity

FEWEST: Final = 5  # heads on either side, below which a ratio says nothing


@dataclass(frozen=True)
class Sufferer:
    """One person for whom one thing went wrong, and what became of it. Money in cents of the ladder's currency."""

    customer_id: str
    occurrence: str  # names the one event that several suffered
    severity: Severity
    complained: bool  # wrote to us with a complaint after it happened
    alike: bool  # the ladder counts nothing for them but how bad it was: no wait of theirs, no earlier failure of ours
    made_good: bool  # floor or goodwill was delivered
    waiting: bool  # floor or goodwill is on its way: proposed, approved, being delivered
    offered_cents: int  # goodwill as it was last suggested or amended, whatever became of it
    given_cents: int  # goodwill that was delivered


@dataclass(frozen=True)
class Wheel:
    """Goodwill per head of those who complained over that of those who did not; `ratio` None where one cannot tell."""

    complained: int
    silent: int
    complained_cents: float | None  # per head; None where there is nobody
    silent_cents: float | None
    ratio: float | None
    reason: str  # why one cannot tell, or ''


@dataclass(frozen=True)
class Wheels:
    """Whether the loud get more, told in three ways."""

    offered: Wheel  # among all, what is suggested
    offered_alike: Wheel  # the same, where nothing counts but how bad it was: by the rules it is 1, but for tastes
    given: Wheel  # among all, what people approved and delivered


@dataclass(frozen=True)
class Shared:
    """Those who suffered the same event equally badly."""

    occurrence: str
    severity: Severity
    sufferers: tuple[Sufferer, ...]

    @property
    def suffered(self) -> tuple[str, ...]:
        """All of them, by id."""
        return self._who(lambda _: True)

    @property
    def complained(self) -> tuple[str, ...]:
        """Those who said so."""
        return self._who(lambda one: one.complained)

    @property
    def silent(self) -> tuple[str, ...]:
        """Those who did not."""
        loud = set(self.complained)
        return tuple(who for who in self.suffered if who not in loud)

    @property
    def made_good(self) -> tuple[str, ...]:
        """Those to whom something was delivered for it."""
        return self._who(lambda one: one.made_good)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Those for whom something is on its way."""
        return self._who(lambda one: one.waiting)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Those for whom nothing was done, and nothing is on its way."""
        seen = {*self.made_good, *self.waiting}
        return tuple(who for who in self.suffered if who not in seen)

    def _who(self, holds: Callable[[Sufferer], bool]) -> tuple[str, ...]:
        return tuple(sorted({one.customer_id for one in self.sufferers if holds(one)}))


def shared(sufferers: Iterable[Sufferer]) -> list[Shared]:
    """Return the events that more than one customer suffered, the widest first, each apart by how bad it was."""
    events: dict[str, list[Sufferer]] = defaultdict(list)
    for one in sufferers:
        events[one.occurrence].append(one)
    several = [event for event in events.values() if len({one.customer_id for one in event}) > 1]
    groups = [
        Shared(event[0].occurrence, bad, tuple(one for one in event if one.severity is bad))
        for event in several
        for bad in Severity
        if any(one.severity is bad for one in event)
    ]
    return sorted(groups, key=lambda group: (-len(group.suffered), group.occurrence, group.severity))


def squeaky_wheels(sufferers: Iterable[Sufferer]) -> Wheels:
    """Return whether the loud get more; see `Wheels`. All of them should have suffered equally badly."""
    everybody = list(sufferers)
    return Wheels(
        offered=_wheel(everybody, lambda one: one.offered_cents),
        offered_alike=_wheel([one for one in everybody if one.alike], lambda one: one.offered_cents),
        given=_wheel(everybody, lambda one: one.given_cents),
    )


def _wheel(sufferers: Iterable[Sufferer], cents: Callable[[Sufferer], int]) -> Wheel:
    """Compare by head: who suffered twice is one head with the goodwill of both."""
    heads: dict[str, int] = defaultdict(int)
    loud = set()
    for one in sufferers:
        heads[one.customer_id] += cents(one)
        if one.complained:
            loud.add(one.customer_id)
    noisy, quiet = [heads[who] for who in heads if who in loud], [heads[who] for who in heads if who not in loud]
    reason = _untold(noisy, quiet)
    ratio = None if reason else (sum(noisy) / len(noisy)) / (sum(quiet) / len(quiet))
    return Wheel(len(noisy), len(quiet), _mean(noisy), _mean(quiet), ratio, reason)


def _untold(noisy: Sequence[int], quiet: Sequence[int]) -> str:
    """Return why no ratio can be told, or ''."""
    if min(len(noisy), len(quiet)) < FEWEST:
        return f"too few: {len(noisy)} complained, {len(quiet)} did not; at least {FEWEST} of each are needed"
    if not sum(quiet):
        return "those who complained got goodwill and the others none" if sum(noisy) else "nobody got goodwill"
    return ""


def _mean(cents: Sequence[int]) -> float | None:
    return sum(cents) / len(cents) if cents else None
