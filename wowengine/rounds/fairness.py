"""The audit of fairness over what is kept: decisions taken again for other people, and who suffered the same thing.

Nothing here writes. What is counted as the same thing, how long somebody waited and how bad it was are what a round
goes by (`past`), so that the audit speaks of the harm that decisions saw.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import policies
from wowengine.campaigns.lifecycle import DONE, OPEN
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.decide.candidate import Incident
from wowengine.decide.decision import Receipt
from wowengine.decide.fairness import Difference, Pair, audit
from wowengine.decide.goodwill import severity
from wowengine.decide.policy import Ladder, Policy
from wowengine.decide.receipt import unseal
from wowengine.decide.sufferers import Sufferer
from wowengine.errors import Conflict
from wowengine.profiles.models import Signal, Wait
from wowengine.rounds import past
from wowengine.rounds.config import Config
from wowengine.terms import Basis, SignalKind

BATCH = 50  # receipts held at once

Progress = Callable[[str, int, int], None]


@dataclass
class Tally:
    """What changing one attribute did, over all pairs."""

    pairs: int = 0
    differ: int = 0  # an amount that it may not move
    other_form: int = 0  # the amount stood, and taste chose another form for it
    withheld: int = 0  # the amount stood, and only one of the two was offered a form of it

    def add(self, pair: Pair) -> None:
        """Count one more pair."""
        self.pairs += 1
        self.differ += bool(pair.differences)
        self.other_form += pair.other_form
        self.withheld += pair.withheld


@dataclass(frozen=True)
class Found:
    """A difference, and in which decision it was found."""

    decision_id: str
    customer_id: str
    difference: Difference


@dataclass
class Paired:
    """What came of deciding again for other people."""

    decisions: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))  # by attribute
    found: list[Found] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)  # decisions whose inputs are gone, with the reason

    @property
    def pairs(self) -> int:
        """How many pairs were compared."""
        return sum(tally.pairs for tally in self.tallies.values())


def pair_decisions(session: Session, *, most: int, progress: Progress | None = None) -> Paired:
    """Take the newest kept decisions on incidents, at `most` so many, again for other people; see `decide.fairness`."""
    report = Paired()
    on_incident = DecisionRow.receipt["inputs"]["moment"]["incident"].as_string().is_not(None)
    kept = select(func.count()).select_from(DecisionRow).where(on_incident)
    total = min(most, session.scalars(kept).one())
    newest = select(DecisionRow).where(on_incident).order_by(DecisionRow.decided_at.desc(), DecisionRow.id).limit(most)
    for done, row in enumerate(session.scalars(newest.execution_options(yield_per=BATCH)), 1):
        _pair(report, row)
        session.expunge(row)  # receipts are long, and read once
        if progress:
            progress("deciding again", done, total)
    return report


def sufferers(session: Session, config: Config, at: datetime | None = None) -> list[Sufferer]:
    """Return everybody for whom something went wrong in the last month, and what became of it, by event.

    Whoever wrote with a complaint after it happened counts as having complained of it. Goodwill is counted as it
    stands after people's amendments, in the currency of the policy's ladder.
    """
    now, policy = at or clock.now(), policies.load(session, config.policy)
    events, complaints, actions = _events(session, now), _complaints(session), _actions(session)
    return [
        _sufferer(
            who,
            incident,
            events.get((who, incident.source_id), incident.source_id),
            any(opened >= incident.at for opened in complaints.get(who, ())),
            actions.get((who, incident.source_id), ()),
            policy,
        )
        for who, suffered in sorted(past.incidents(session, now, None).items())
        for incident in suffered
    ]


def _pair(report: Paired, row: DecisionRow) -> None:
    try:
        inputs = unseal(Receipt(row.receipt, row.receipt_hash))
    except Conflict as conflict:
        report.unread[row.id] = conflict.message
        return
    report.decisions += 1
    for pair in audit(inputs):
        report.tallies[pair.attribute].add(pair)
        report.found += [Found(row.id, row.customer_id, one) for one in pair.differences]


def _sufferer(  # noqa: PLR0917 - one sentence: who suffered what, in which event, said so or not, and what was done
    who: str, incident: Incident, event: str, complained: bool, done: Sequence[Action], policy: Policy
) -> Sufferer:
    goodwill = [one for one in done if one.basis == Basis.GOODWILL and one.currency == policy.goodwill.currency]
    return Sufferer(
        customer_id=who,
        occurrence=event,
        severity=severity(incident, policy),
        complained=complained,
        alike=_only_bad(incident, policy.goodwill),
        made_good=any(one.state in DONE for one in done),
        waiting=any(one.state in OPEN for one in done),
        offered_cents=goodwill[-1].amount_cents if goodwill else 0,
        given_cents=sum(one.amount_cents for one in goodwill if one.state in DONE),
    )


def _only_bad(incident: Incident, ladder: Ladder) -> bool:
    """Whether neither a wait nor earlier failures reach a step of the ladder that gives more than the first."""
    counted = ((incident.unanswered_minutes, ladder.wait), (incident.our_failures, ladder.failures))
    return not any(count >= step.at_least and step.times > steps[0].times for count, steps in counted for step in steps)


def _events(session: Session, at: datetime) -> dict[tuple[str, str], str]:
    """Return which event each customer's incident belongs to, as `past` counts who is affected by one."""
    named = select(Signal.customer_id, Signal.source_id, Signal.attributes)
    recent = named.where(Signal.kind == SignalKind.INCIDENT, Signal.occurred_at >= at - past.INCIDENTS_WITHIN)
    return {(str(who), source_id): past.occurrence(source_id, told) for who, source_id, told in session.execute(recent)}


def _complaints(session: Session) -> dict[str, list[datetime]]:
    """Return when each customer began a thread with a complaint."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for who, opened in session.execute(select(Wait.customer_id, Wait.opened_at).where(Wait.reason.is_not(None))):
        found[who].append(opened)
    return found


def _actions(session: Session) -> dict[tuple[str, str], list[Action]]:
    """Return what was proposed to make good each customer's incidents, oldest first."""
    making_good = select(Action).where(Action.basis.in_([Basis.FLOOR, Basis.GOODWILL]), Action.subject != "")
    found: dict[tuple[str, str], list[Action]] = defaultdict(list)
    for action in session.scalars(making_good.order_by(Action.proposed_at, Action.id)):
        found[action.customer_id, action.subject].append(action)
    return found
