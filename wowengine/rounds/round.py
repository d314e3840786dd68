"""One pass over customers and their moments: survey, score, decide, propose.

Deciding is arithmetic on one consistent view; proposals are written in small transactions, so that reviewers work on
while a round runs. A round that is cut short and run again proposes nothing twice: one open action per customer,
gesture and subject is a promise of the database.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ledger, propose
from wowengine.campaigns.models import Round
from wowengine.db.session import Database
from wowengine.decide.candidate import Moment
from wowengine.decide.decide import decide
from wowengine.decide.decision import Decision
from wowengine.decide.holdout import Arm, arm_of
from wowengine.decide.policy import Policy, load_policy
from wowengine.decide.regime import Regime, load_regimes
from wowengine.errors import NotFound
from wowengine.recommend.base import Recommender
from wowengine.rounds.config import Config
from wowengine.rounds.sharing import share_out
from wowengine.rounds.situation import Situation, context_of, survey
from wowengine.rounds.training import recommender_for
from wowengine.terms import new_id

CHUNK = 100  # decisions written in one transaction

Progress = Callable[[str, int, int], None]


@dataclass
class RoundReport:
    """What came of everybody considered.

    `refused` counts, per rule, the candidates it stopped; `shadow_prices` tells what one more piece of each gesture
    that was too scarce would have been worth, in cents.
    """

    round_id: str
    considered: int = 0
    proposed: int = 0
    held_out: int = 0
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
    holdout_salt: str
    holdout_share: float
    company: str


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
    with database.reading() as session:
        rules = rules_for(session, config)
        situation = survey(session, clock.now(), customer_ids)
    report = RoundReport(new_id("rnd"))
    with database.transaction() as session:
        _open(session, report, rules, situation)
    shared = share_out(list(_decisions(situation, rules, moments or {}, report, progress)))
    decided, report.shadow_prices = shared.decisions, shared.prices
    for decision in decided:
        report.held_out += decision.arm is Arm.HOLDOUT
        report.refused.update(decision.refusals())
    for start in range(0, len(decided), CHUNK):
        with database.transaction() as session:
            for decision in decided[start : start + CHUNK]:
                told = context_of(decision.moment)
                report.proposed += len(propose.propose(session, decision, report.round_id, context=told))
        if progress:
            progress("proposing", min(start + CHUNK, len(decided)), len(decided))
    with database.transaction() as session:
        _close(session, report)
    return report


def decide_for(
    session: Session, config: Config, customer_id: str, moment: Moment | None = None, *, at: datetime | None = None
) -> Decision:
    """Decide for one customer in one moment, and propose nothing.

    `at` is when it is decided, past or future, with what is known and in force today; left out, it is now.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    situation = survey(session, at or clock.now(), [customer_id])
    if customer_id not in situation.persons:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
    occasion = moment or situation.moments(customer_id)[0]
    return _decide(situation, rules_for(session, config), {customer_id: occasion})[0]


def rules_for(session: Session, config: Config) -> Rules:
    """Return what decisions are made by now: policy file, regimes, and the active model or the prior."""
    policy = load_policy(config.policy)
    return Rules(
        policy=policy,
        regimes=load_regimes(config.regimes),
        recommender=recommender_for(session, config, policy),
        holdout_salt=config.holdout_salt,
        holdout_share=config.holdout_share,
        company=config.company,
    )


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
        for decision in _decide(situation, rules, moments):
            done += 1
            if progress:
                progress("deciding", done, total)
            yield decision


def _decide(situation: Situation, rules: Rules, moments: Mapping[str, Moment]) -> list[Decision]:
    candidates = situation.score(rules.recommender, moments)
    return [
        decide(
            situation.persons[customer_id],
            moment,
            candidates.get(customer_id, []),
            rules.policy,
            rules.regimes,
            arm_of(customer_id, rules.holdout_salt, rules.holdout_share),
            model_version=rules.recommender.version,
            company=rules.company,
        )
        for customer_id, moment in moments.items()
    ]


def _open(session: Session, report: RoundReport, rules: Rules, situation: Situation) -> None:
    """Write down that a round began, and see to it that budgets and stocks stand in the ledger as granted."""
    for budget in rules.policy.budgets:
        ledger.open_account(session, budget.account, budget.currency, budget.granted_cents)
    for gesture_id, stock in situation.stocked():
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


def _close(session: Session, report: RoundReport) -> None:
    row = session.get_one(Round, report.round_id)
    row.finished_at = clock.now()
    row.considered, row.proposed = report.considered, report.proposed
    row.refused = dict(report.refused)
