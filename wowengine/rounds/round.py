"""One pass over customers and their moments: survey, score, decide, propose.

Deciding is arithmetic on one consistent view; proposals are written in small transactions, so that reviewers work on
while a round runs. A round that is cut short and run again proposes nothing twice: one open action per customer,
gesture and subject is a promise of the database.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import assignments, ledger, policies, propose
from wowengine.campaigns.models import Round
from wowengine.db.many import among
from wowengine.db.session import Database
from wowengine.decide.arms import Arm, Drawing
from wowengine.decide.candidate import Moment
from wowengine.decide.decide import decide
from wowengine.decide.decision import Decision
from wowengine.decide.policy import Policy
from wowengine.decide.regime import Regime, load_regimes
from wowengine.errors import NotFound
from wowengine.profiles.models import Customer
from wowengine.recommend.base import Recommender
from wowengine.recommend.catalog import load_gestures
from wowengine.rounds.config import Config
from wowengine.rounds.handling import handlings
from wowengine.rounds.sharing import share_out
from wowengine.rounds.situation import Situation, context_of, stocked, survey
from wowengine.rounds.training import recommender_for
from wowengine.rounds.wanted import EVERYTHING, Wanted
from wowengine.terms import new_id

CHUNK = 100  # decisions written in one transaction

Progress = Callable[[str, int, int], None]


@dataclass
class RoundReport:
    """What came of everybody considered.

    `refused` counts, per rule, the candidates it stopped; `drawn`, the decisions in which a lot or an arm put something
    else before the best; `shadow_prices` tells in cents what one piece more of each stock, or one cent more of each
    budget, of which there was too little would have been worth.
    """

    round_id: str
    considered: int = 0
    proposed: int = 0
    held_out: int = 0
    drawn: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    shadow_prices: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return vars(self) | {"refused": dict(self.refused.most_common())}


@dataclass(frozen=True)
class Rules:
    """What a decision is made by: the policy, the law, and who scores."""

    policy: Policy
    regimes: tuple[Regime, ...]
    recommender: Recommender
    drawing: Drawing
    company: str

    def draw(self, customer_id: str, moment: Moment) -> float:
        """Return the number by which chance speaks on this occasion."""
        subject = moment.incident.source_id if moment.incident else ""
        return self.drawing.chance(customer_id, f"{moment.at.isoformat()} {subject}")


def run_round(
    database: Database,
    config: Config,
    *,
    customer_ids: Sequence[str] | None = None,
    moments: Mapping[str, Moment] | None = None,
    progress: Progress | None = None,
) -> RoundReport:
    """Decide for these customers (or everybody) and propose what passed.

    `moments` gives customers an occasion of their own, such as a check-in; the others' occasions are their
    unanswered incidents and plain today.
    """
    report = RoundReport(new_id("rnd"))
    with database.reading() as session:
        rules = rules_for(session, config)
    with database.transaction() as session:
        unsocial = _open(session, report, rules, customer_ids)
    with database.reading() as session:
        situation = survey(session, clock.now(), customer_ids, unsocial)
    # A check-in is said in public too: for who is not listened to, it is no occasion.
    occasions = {who: moment for who, moment in (moments or {}).items() if who not in unsocial or moment.incident}
    alone = list(_decisions(situation, rules, occasions, report, progress))
    shared = share_out(alone, situation.money_left)
    decided, report.shadow_prices = shared.decisions, shared.prices
    how = handlings(situation.gestures)
    for decision in decided:
        report.held_out += decision.arm is Arm.HOLDOUT
        report.drawn += not all(one.by_rank for one in decision.suggestions)
        report.refused.update(decision.refusals())
    for start in range(0, len(decided), CHUNK):
        with database.transaction() as session:
            for decision in decided[start : start + CHUNK]:
                told = context_of(decision.moment)
                fresh = propose.propose(session, decision, report.round_id, context=told, handlings=how)
                report.proposed += len(fresh)
        if progress:
            progress("proposing", min(start + CHUNK, len(decided)), len(decided))
    with database.transaction() as session:
        _close(session, report)
    return report


def decide_for(
    session: Session,
    config: Config,
    customer_id: str,
    moment: Moment | None = None,
    *,
    at: datetime | None = None,
    wanted: Wanted = EVERYTHING,
) -> Decision:
    """Decide for one customer in one moment, and propose nothing.

    `at` is when it is decided, past or future, with what is known and in force today; left out, it is now.

    Raises
    ------
    NotFound
        When there is no such customer, or a gesture that was asked for is not in the catalogue.
    """
    rules = rules_for(session, config)
    unsocial = [customer_id] if rules.drawing.arm(customer_id) is Arm.UNSOCIAL else ()
    situation = survey(session, at or clock.now(), [customer_id], unsocial)
    if customer_id not in situation.persons:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
    occasion = moment or situation.moments(customer_id)[0]
    return decide_each(situation, rules, {customer_id: occasion}, wanted)[0]


def assign_for(session: Session, config: Config, customer_ids: Sequence[str]) -> None:
    """Write down in which arm these customers stand, where that is not known yet; do so before deciding for them."""
    _assign(session, _drawing(config, policies.load(session, config.policy)), customer_ids)


def rules_for(session: Session, config: Config) -> Rules:
    """Return what decisions are made by now: the policy in force, regimes, and the active model or the prior."""
    policy = policies.load(session, config.policy)
    return Rules(
        policy=policy,
        regimes=load_regimes(config.regimes),
        recommender=recommender_for(session, config, policy),
        drawing=_drawing(config, policy),
        company=config.company,
    )


def _drawing(config: Config, policy: Policy) -> Drawing:
    return Drawing(config.holdout_salt, config.holdout_share, policy.arms)


def _decisions(
    situation: Situation,
    rules: Rules,
    given: Mapping[str, Moment],
    report: RoundReport,
    progress: Progress | None,
) -> Iterator[Decision]:
    """Yield a decision a customer and occasion: one wave per occasion, so that scoring is done for many at once."""
    occasions = {who: [given[who]] if who in given else situation.moments(who) for who in situation.persons}
    total, done = sum(map(len, occasions.values())), 0
    report.considered = len(occasions)
    for wave in range(max(map(len, occasions.values()), default=0)):
        moments = {who: listed[wave] for who, listed in occasions.items() if wave < len(listed)}
        for decision in decide_each(situation, rules, moments):
            done += 1
            if progress:
                progress("deciding", done, total)
            yield decision


def decide_each(
    situation: Situation, rules: Rules, moments: Mapping[str, Moment], wanted: Wanted = EVERYTHING
) -> list[Decision]:
    """Decide for each of these customers in their moment, alone: what is scarce is not shared out yet."""
    candidates = situation.score(rules.recommender, moments)
    moments = {who: replace(moment, hold=situation.hold) for who, moment in moments.items()}
    return [
        decide(
            situation.persons[customer_id],
            moment,
            wanted.of(candidates.get(customer_id, []), situation.gestures["gesture_id"]),
            rules.policy,
            rules.regimes,
            rules.drawing.arm(customer_id),
            model_version=rules.recommender.version,
            company=rules.company,
            draw=rules.draw(customer_id, moment),
            k=wanted.k,
        )
        for customer_id, moment in moments.items()
    ]


def _open(session: Session, report: RoundReport, rules: Rules, customer_ids: Sequence[str] | None) -> frozenset[str]:
    """Write down that a round began, who stands in which arm, and what budgets and stocks were granted.

    Return those to whose public words the round is to be deaf.
    """
    unsocial = _assign(session, rules.drawing, customer_ids)
    for budget in rules.policy.budgets:
        ledger.open_account(session, budget.account, budget.currency, budget.granted_cents)
    for gesture_id, stock in stocked(load_gestures(session)):
        ledger.open_account(session, ledger.STOCK + gesture_id, ledger.PIECE, stock)
    session.add(
        Round(
            id=report.round_id,
            started_at=clock.now(),
            refused={},
            model_version=rules.recommender.version,
            policy_version=rules.policy.version,
        )
    )
    return unsocial


def _assign(session: Session, drawing: Drawing, customer_ids: Sequence[str] | None) -> frozenset[str]:
    everybody = (
        select(Customer.id) if customer_ids is None else select(Customer.id).where(among(Customer.id, customer_ids))
    )
    # Held, so that nobody is forgotten between being read and being written down.
    arms = {who: drawing.arm(who) for who in session.scalars(everybody.with_for_update(key_share=True))}
    assignments.assign(session, drawing.experiment, arms)
    return frozenset(who for who, arm in arms.items() if arm is Arm.UNSOCIAL)


def _close(session: Session, report: RoundReport) -> None:
    row = session.get_one(Round, report.round_id)
    row.finished_at = clock.now()
    row.considered, row.proposed = report.considered, report.proposed
    row.refused = dict(report.refused)
