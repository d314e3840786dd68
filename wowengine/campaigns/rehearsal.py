"""A policy tried on decisions of the past: what would have come out otherwise, for whom, and at what cost. No writes.

Each kept decision is taken twice from its own inputs, by its own policy and by the new one, so that the two differ by
the policy alone. What somebody had been given by then stays as it was. The same suggestion for the same person and
matter counts once, however many rounds would have made it: only one of them can wait or be done.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from wowengine.campaigns import receipts
from wowengine.decide.candidate import Person
from wowengine.decide.decide import decide_on
from wowengine.decide.inputs import Inputs
from wowengine.decide.policy import Policy
from wowengine.decide.receipt import unseal
from wowengine.errors import Conflict
from wowengine.terms import Basis

FEWEST = 5  # people of whom an average may be told
GROUPS: Mapping[str, Callable[[Person], str | None]] = {
    "language": lambda person: person.language,
    "country": lambda person: person.country,
    "tier": lambda person: person.tier,
}

Progress = Callable[[str, int, int], None]


class Matter(NamedTuple):
    """What one suggestion is about: two that agree in this are the same suggestion."""

    customer_id: str
    basis: Basis
    gesture_id: str
    subject: str  # the incident it answers, or ''
    currency: str


Book = dict[Matter, int]  # cents


class Change(NamedTuple):
    """A suggestion that would come, go, or change its amount; None where it is not made."""

    matter: Matter
    before_cents: int | None
    after_cents: int | None

    @property
    def what(self) -> str:
        """``comes``, ``goes`` or ``changes``."""
        if self.before_cents is None:
            return "comes"
        return "goes" if self.after_cents is None else "changes"


class Cost(NamedTuple):
    """What all suggestions on one ground cost, by either policy."""

    basis: Basis
    currency: str
    before_cents: int
    after_cents: int


class PerHead(NamedTuple):
    """Goodwill for each of a group of people for whom something went wrong; None where they are too few to tell."""

    by: str
    group: str
    people: int
    currency: str
    before_cents: float | None
    after_cents: float | None


class Gap(NamedTuple):
    """By how much more a head the group that gets most is given than the one that gets least."""

    by: str
    currency: str
    before_cents: float
    after_cents: float


@dataclass
class Rehearsal:
    """What the new policy would have made of the decisions of some days."""

    version: str
    decisions: int = 0  # that were taken again
    changed: int = 0  # of them
    not_tried: Counter[str] = field(default_factory=Counter)  # why others could not be
    changes: list[Change] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    per_head: list[PerHead] = field(default_factory=list)

    def gaps(self) -> list[Gap]:
        """Return the gap between groups that are large enough; a gap is a question, since harm may differ too."""
        told: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for one in self.per_head:
            if one.before_cents is not None and one.after_cents is not None:
                told[one.by, one.currency].append((one.before_cents, one.after_cents))
        return [
            Gap(by, currency, *(max(side) - min(side) for side in zip(*averages, strict=True)))
            for (by, currency), averages in told.items()
            if len(averages) > 1
        ]


def rehearse(session: Session, policy: Policy, begin: datetime, progress: Progress | None = None) -> Rehearsal:
    """Take every decision kept since `begin` again by this policy, and tell what would have been otherwise."""
    told, before, after = Rehearsal(policy.version), Book(), Book()
    suffered: dict[str, Person] = {}
    total = receipts.count(session, begin)
    for done, receipt in enumerate(receipts.since(session, begin), 1):
        if progress:
            progress("deciding again", done, total)
        try:
            inputs = unseal(receipt)
        except Conflict as gone:
            told.not_tried[gone.message] += 1
            continue
        was, now = _suggested(inputs), _suggested(replace(inputs, policy=policy))
        told.decisions += 1
        told.changed += was != now
        for book, made in ((before, was), (after, now)):
            for matter, cents in made.items():
                book.setdefault(matter, cents)
        if inputs.moment.incident:
            suffered[inputs.person.customer_id] = inputs.person
    told.changes, told.costs = list(_changes(before, after)), _costs(before, after)
    told.per_head = list(_per_head(suffered, before, after))
    return told


def _suggested(inputs: Inputs) -> Book:
    who = inputs.person.customer_id
    return {
        Matter(who, one.basis, one.gesture_id, one.subject, one.currency): one.amount_cents
        for one in decide_on(inputs).suggestions
    }


def _changes(before: Book, after: Book) -> Iterator[Change]:
    for matter in sorted(before.keys() | after.keys()):
        was, now = before.get(matter), after.get(matter)
        if was != now:
            yield Change(matter, was, now)


def _costs(before: Book, after: Book) -> list[Cost]:
    sums: dict[tuple[Basis, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, book in enumerate((before, after)):
        for matter, cents in book.items():
            sums[matter.basis, matter.currency][side] += cents
    return [Cost(basis, currency, *cents) for (basis, currency), cents in sorted(sums.items())]


def _per_head(suffered: Mapping[str, Person], before: Book, after: Book) -> Iterator[PerHead]:
    """Yield the average goodwill of each group, in each currency in which any was given."""
    goodwill = [_given(book) for book in (before, after)]
    currencies = sorted({currency for given in goodwill for _, currency in given})
    for by, group_of in GROUPS.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for customer_id, person in suffered.items():
            groups[group_of(person) or "not known"].append(customer_id)
        for group, people in sorted(groups.items()):
            for currency in currencies:
                sums = [sum(given.get((who, currency), 0) for who in people) for given in goodwill]
                was, now = (cents / len(people) if len(people) >= FEWEST else None for cents in sums)
                yield PerHead(by, group, len(people), currency, was, now)


def _given(book: Book) -> Mapping[tuple[str, str], int]:
    sums: Counter[tuple[str, str]] = Counter()
    for matter, cents in book.items():
        if matter.basis is Basis.GOODWILL:
            sums[matter.customer_id, matter.currency] += cents
    return sums
