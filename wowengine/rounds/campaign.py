"""The round of a campaign: whom it is for, who is held out, what is decided for the others, and what came of each.

The dry run is the same as a look, and writes nothing. Everybody ends in exactly one word of `RecipientState`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import launch, look, propose, purse
from wowengine.campaigns.audience import members, parse
from wowengine.campaigns.campaign import Campaign, Recipient, RecipientState
from wowengine.campaigns.holdings import WAITING
from wowengine.campaigns.lifecycle import DONE, OPEN
from wowengine.campaigns.look import Came
from wowengine.campaigns.models import Action
from wowengine.db import outbox
from wowengine.db.many import among
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Moment
from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision
from wowengine.decide.policy import Budget, Policy
from wowengine.errors import BadInput
from wowengine.profiles.models import Customer
from wowengine.recommend.catalog import load_gestures
from wowengine.rounds.circle import Circle, circle_of, without
from wowengine.rounds.config import Config
from wowengine.rounds.handling import handlings
from wowengine.rounds.round import CHUNK, Progress, Rules, assign_for, decide_each, rules_for
from wowengine.rounds.sharing import share_out
from wowengine.rounds.situation import context_of, survey
from wowengine.rounds.skips import why_not
from wowengine.rounds.wanted import Wanted
from wowengine.terms import Basis

S = RecipientState
MOST_NAMED = 50  # at one trigger
SAMPLES = 10
LOOK = "look"  # the outbox's task: look for a campaign's audience
TOO_DEAR = "it would be more than the campaign may spend on one customer"


@dataclass
class LookReport:
    """What came, or would come, of everybody a campaign was for.

    `states` add up to `considered`. `cost_cents` is what would be spent were all approved; `shadow_prices` are as in a
    round's report; `samples` tells of some people what came of them, with the words that would be said.
    """

    campaign_id: str
    look: int  # 0 for a dry run
    at: datetime
    currency: str
    considered: int = 0
    states: Counter[str] = field(default_factory=Counter)
    gestures: Counter[str] = field(default_factory=Counter)
    cost_cents: int = 0
    shadow_prices: dict[str, float] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        counted = {"states": dict(self.states.most_common()), "gestures": dict(self.gestures.most_common())}
        return vars(self) | counted | {"at": self.at.isoformat()}


def dry_run(
    session: Session, config: Config, campaign_id: str, at: datetime | None = None, named: Collection[str] = ()
) -> LookReport:
    """Tell what a look would come to at a time, past or to come, of a draft too; nothing is written."""
    campaign, when = launch.get(session, campaign_id), at or clock.now()
    rules = rules_of(session, config, campaign)
    circle = circle_of(session, rules.drawing, campaign, when, named={who: Moment(when) for who in named})
    people, prices = decide_all(session, rules, campaign, when, circle)
    return _report(campaign, 0, when, people, prices)


def run_look(
    database: Database,
    config: Config,
    campaign_id: str,
    *,
    audience: str = "",
    progress: Progress | None = None,
) -> LookReport:
    """Look for a campaign's audience, and propose what passes; a look that was cut short goes on where it was.

    With an `audience` it is a look of its own, at those in place of the campaign's own.

    Raises
    ------
    Conflict
        When the campaign does not run, or not any more.
    """
    with database.transaction() as session:
        number, now = look.begin(session, campaign_id, alone=bool(audience)), clock.now()
        campaign = launch.get(session, campaign_id)
        rules = rules_of(session, config, campaign)
        circle = circle_of(session, rules.drawing, campaign, now, audience=audience)
        assign_for(session, config, [*circle.moments, *(one.customer_id for one in circle.settled)])
    with database.reading() as session:
        seen = look.seen(session, campaign_id, number)
        people, prices = decide_all(session, rules, campaign, now, without(circle, seen))
        proposing = _proposer(session)
    for start in range(0, len(people), CHUNK):
        with database.transaction() as session:
            look.write(session, campaign_id, number, people[start : start + CHUNK], proposing)
        if progress:
            progress("proposing", min(start + CHUNK, len(people)), len(people))
    with database.transaction() as session:
        look.end(session, campaign_id, number)
        report = _report(campaign, number, now, people, prices)
        report.states = Counter(look.counts(session, campaign_id, number))
        report.considered = report.states.total()
    return report


def trigger(
    session: Session, config: Config, campaign_id: str, moments: Mapping[str, Moment], *, of_audience: bool = False
) -> list[Recipient]:
    """Look at some people by name, at once; return what came of each, in no row for who is not known.

    With `of_audience`, only who meets the campaign's audience is looked at.

    Raises
    ------
    BadInput
        When nobody is named, or more than `MOST_NAMED`.
    Conflict
        When the campaign does not run.
    """
    if not 0 < len(moments) <= MOST_NAMED:
        raise BadInput(f"Name 1 to {MOST_NAMED} people; more are reached by their audience.", named=len(moments))
    number, now = look.begin(session, campaign_id, alone=True), clock.now()
    campaign = launch.get(session, campaign_id)
    rules = rules_of(session, config, campaign)
    known = set(session.scalars(select(Customer.id).where(among(Customer.id, moments))))
    if of_audience and campaign.audience:
        known &= set(members(session, parse(campaign.audience), now).customer_ids)
    if not known:
        return []
    assign_for(session, config, sorted(known))
    circle = circle_of(session, rules.drawing, campaign, now, named={who: moments[who] for who in sorted(known)})
    people, _ = decide_all(session, rules, campaign, now, circle)
    return look.write(session, campaign_id, number, people, _proposer(session))


def broadcast(session: Session, campaign_id: str, audience: str = "") -> None:
    """Ask for a look at the campaign's whole audience, or at another, as soon as a worker is free."""
    campaign = look.running(session, campaign_id)
    if not (audience or campaign.audience):
        raise BadInput("The campaign has no audience: say one, or name the people it is for.", campaign=campaign_id)
    if audience:
        parse(audience)
    outbox.put(session, LOOK, {"campaign_id": campaign_id, "audience": audience})


def report(session: Session, campaign_id: str, at_look: int | None = None) -> LookReport:
    """Return what came of everybody so far, over all looks or at one."""
    campaign = launch.get(session, campaign_id)
    told = LookReport(campaign_id, at_look or 0, clock.now(), campaign.currency)
    told.states = Counter(look.counts(session, campaign_id, at_look))
    told.considered = told.states.total()
    gestures, told.cost_cents = look.given(session, campaign_id, at_look)
    told.gestures = Counter(gestures)
    return told


def refuse_unknown(session: Session, gestures: Collection[str]) -> None:
    """Refuse gestures that the catalogue does not know, with `NotFound`."""
    Wanted(frozenset(gestures)).of([], load_gestures(session)["gesture_id"])


def rules_of(session: Session, config: Config, campaign: Campaign) -> Rules:
    """Return what a campaign decides by: the rules in force, its own budget, and one gesture for each."""
    rules = rules_for(session, config)
    return replace(rules, policy=_paid_by(rules.policy, campaign))


def decide_all(
    session: Session, rules: Rules, campaign: Campaign, at: datetime, circle: Circle
) -> tuple[list[Came], dict[str, float]]:
    """Return what comes of everybody, by customer, and what a little more of what is scarce would have been worth."""
    if not circle.moments:
        return sorted(circle.settled, key=_who), {}
    unsocial = [who for who in circle.moments if rules.drawing.arm(who) is Arm.UNSOCIAL]
    situation = survey(session, at, list(circle.moments), unsocial)
    moments = {who: moment for who, moment in circle.moments.items() if who in situation.persons}
    alone = decide_each(situation, rules, moments, Wanted(frozenset(campaign.gestures)))
    spent = _spent(session, campaign)
    affordable = [_within(one, campaign.customer_cents, spent.get(one.customer_id, 0)) for one in alone]
    left = purse.left(session, campaign) - _spoken_for(session, campaign)
    shared = share_out(affordable, situation.money_left | {purse.account(campaign.id): max(0, left)})
    people = [*circle.settled, *(_came(one, campaign) for one in shared.decisions)]
    return sorted(people, key=_who), shared.prices


def _proposer(session: Session) -> look.Propose:
    """Return how a campaign's decisions become work: brought as the catalogue says, learned from with their moment."""
    how = handlings(load_gestures(session))

    def proposing(session: Session, decision: Decision, campaign: Campaign) -> list[Action]:
        told = context_of(decision.moment)
        return propose.propose(session, decision, context=told, handlings=how, campaign=campaign)

    return proposing


def _paid_by(policy: Policy, campaign: Campaign) -> Policy:
    own = Budget(
        account=purse.account(campaign.id),
        pays=Basis.DELIGHT,
        currency=campaign.currency,
        granted_cents=campaign.budget_cents,
    )
    others = [one for one in policy.budgets if one.pays is not Basis.DELIGHT]
    one_each = policy.suggestions.model_copy(update={"delight": 1})
    return Policy.model_validate(dict(policy) | {"budgets": (own, *others), "suggestions": one_each})


def _within(decision: Decision, most: int | None, spent: int) -> Decision:
    """Decide again without what is too dear for one customer, where that came first."""
    if most is None or all(one.amount_cents + spent <= most for one in decision.suggestions):
        return decision
    fitting = tuple(one for one in decision.inputs.candidates if one.cost_cents + spent <= most)
    return decide_on(replace(decision.inputs, candidates=fitting))


def _came(decision: Decision, campaign: Campaign) -> Came:
    if decision.suggestions:
        return Came(decision.customer_id, S.QUEUED, decision=decision)
    if not decision.inputs.candidates and campaign.customer_cents is not None:
        return Came(decision.customer_id, S.NO_BUDGET, TOO_DEAR, decision)
    return Came(decision.customer_id, *why_not(decision), decision)


def _spent(session: Session, campaign: Campaign) -> dict[str, int]:
    """Return what this campaign's open and delivered actions cost, by customer."""
    sums = select(Action.customer_id, func.sum(Action.amount_cents))
    mine = sums.where(Action.campaign_id == campaign.id, Action.state.in_(OPEN | DONE)).group_by(Action.customer_id)
    return {who: int(cents) for who, cents in session.execute(mine)}


def _spoken_for(session: Session, campaign: Campaign) -> int:
    """Return what waits for a person's word and is not held yet."""
    waiting = select(func.sum(Action.amount_cents)).where(Action.campaign_id == campaign.id, Action.state.in_(WAITING))
    return int(session.scalar(waiting) or 0)


def _who(came: Came) -> str:
    return came.customer_id


def _report(
    campaign: Campaign, number: int, at: datetime, people: Sequence[Came], prices: dict[str, float]
) -> LookReport:
    report = LookReport(campaign.id, number, at, campaign.currency, len(people), shadow_prices=prices)
    report.states.update(str(one.state) for one in people)
    report.gestures.update(look.tally(people))
    queued = [one.decision for one in people if one.state is S.QUEUED and one.decision]
    report.cost_cents = sum(wish.amount_cents for decision in queued for wish in decision.suggestions)
    report.samples = [_sample(one) for one in people[:: max(1, len(people) // SAMPLES)][:SAMPLES]]
    return report


def _sample(came: Came) -> dict[str, Any]:
    told: dict[str, Any] = {"customer_id": came.customer_id, "state": str(came.state), "reason": came.reason}
    wish = next(iter(came.decision.suggestions), None) if came.decision else None
    said = {"gesture_id": wish.gesture_id, "why_text": wish.why_text, "draft": wish.draft} if wish else {}
    return told | said
