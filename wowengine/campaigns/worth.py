"""What a treatment brought, and whether that pays for it. "Cannot tell yet" is an answer, with how many more it takes.

Gain is the lift times everybody treated; the cost is what was spent and the time of staff. Nothing of another currency
enters: amounts are never changed at a rate of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wowengine.campaigns.drawn import Followed, Side
from wowengine.campaigns.lift import Lift, Trial, Verdict, customers_needed, measure
from wowengine.campaigns.lift_intervals import Sample
from wowengine.campaigns.lift_plan import SampleRatio
from wowengine.errors import BadInput

BOUGHT, SPENT = "bought", "spent"


@dataclass(frozen=True)
class Rates:
    """What time and outcomes are worth: the manager's to say. In whole cents of one currency.

    Attributes
    ----------
    hourly_cents
        An hour of staff.
    outcome_cents
        One more customer who buys, where purchases do not tell their prices.
    within_days
        How long after they were drawn what customers buy counts, 1 or more.
    """

    currency: str = "EUR"
    hourly_cents: int = 3_000
    outcome_cents: int = 1_000
    within_days: int = 30


@dataclass(frozen=True)
class Effect:
    """What being treated did to one outcome, against those held out.

    Attributes
    ----------
    outcome
        ``bought`` (a share of customers, 0 to 1) or ``spent`` (cents a customer).
    currency
        Of ``spent``; empty for ``bought``.
    waiting
        How many were drawn so lately that nothing is known of them.
    lift, ratio
        None where an arm is empty.
    verdict, why
        What can be said by now, in a word and a sentence.
    needed
        Customers of both arms together that it takes to see a difference that would just pay; None where that cannot
        be told.
    """

    outcome: str
    currency: str
    arms: tuple[Sample, ...]
    waiting: int
    lift: Lift | None
    ratio: SampleRatio | None
    verdict: Verdict
    why: str
    needed: int | None = None

    @property
    def skewed(self) -> bool:
        """Whether the arms are not as large as planned, so that nothing can be believed."""
        return self.ratio is not None and self.ratio.told and self.ratio.alarm

    @property
    def more(self) -> int | None:
        """How many more customers it takes than are in."""
        return None if self.needed is None else max(0, self.needed - sum(one.n for one in self.arms))


@dataclass(frozen=True)
class Return:
    """What came in less what went out, in cents; `low` and `high` are the ends of the 95 % interval of `net_cents`.

    `ratio` is the net for each cent that went out; None where nothing did.
    """

    currency: str
    gain_cents: int
    cost_cents: int
    staff_cents: int
    net_cents: int
    low_cents: int
    high_cents: int
    ratio: float | None
    pays: bool | None  # None: cannot tell yet


@dataclass(frozen=True)
class Outlay:
    """What a treatment took: cents spent by currency, and minutes of staff."""

    cost_cents: Mapping[str, int]
    staff_minutes: float

    def staff_cents(self, rates: Rates) -> int:
        """Return what the time of staff comes to."""
        return round(self.staff_minutes * rates.hourly_cents / 60)

    def total(self, rates: Rates) -> int:
        """Return cost and time in the currency of the rates, without what was spent in others."""
        return self.cost_cents.get(rates.currency, 0) + self.staff_cents(rates)


@dataclass(frozen=True)
class Treatment:
    """All that is known of one.

    Attributes
    ----------
    held_out
        The share that was to be held out, 0 to 1; 0 where none was.
    over
        Whether nobody is drawn any more: until then a difference must hold however often one looks.
    """

    seen: Followed
    outlay: Outlay
    rates: Rates
    held_out: float
    over: bool

    @property
    def settled(self) -> bool:
        """Whether this is the one look at the end."""
        return self.over and not self.seen.waiting

    @property
    def shares(self) -> dict[str, float] | None:
        """The planned shares of the arms, where both are planned."""
        planned = {Side.TREATED.value: 1 - self.held_out, Side.HELD_OUT.value: self.held_out}
        return planned if all(planned.values()) else None

    def value(self, outcome: str, currency: str) -> int:
        """Return what one more of an outcome is worth, in cents of the rates' currency; 0 where that is not known."""
        return self.rates.outcome_cents if outcome == BOUGHT else int(currency == self.rates.currency)

    def worth_seeing(self, outcome: str, currency: str) -> float:
        """Return the difference that would just pay for what was spent; 0 where that is not known."""
        each = self.seen.treated * self.value(outcome, currency)
        return self.outlay.total(self.rates) / each if each else 0.0


def effects(treatment: Treatment) -> tuple[Effect, ...]:
    """Return what it did: to who buys, and to what they spend in each currency."""
    seen = treatment.seen
    spent = (_effect(SPENT, currency, arms, treatment) for currency, arms in seen.spent.items())
    return (_effect(BOUGHT, "", seen.bought, treatment), *spent)


def returns(found: tuple[Effect, ...], treatment: Treatment) -> Return | None:
    """Return what it brought less what it took, by what customers spent where that is known; None without an interval.

    Those still waited for are taken to do as the others did, since what they were given is paid for already.
    """
    rates, outlay = treatment.rates, treatment.outlay
    effect = max(found, key=lambda one: (one.outcome, one.currency) == (SPENT, rates.currency))
    if effect.lift is None:
        return None
    interval = effect.lift.once if treatment.settled else effect.lift.always
    if interval is None:
        return None
    each = treatment.seen.treated * treatment.value(effect.outcome, effect.currency)
    gain, low, high = (round(each * value) for value in (effect.lift.difference, interval.low, interval.high))
    out = outlay.total(rates)
    return Return(
        currency=rates.currency,
        gain_cents=gain,
        cost_cents=outlay.cost_cents.get(rates.currency, 0),
        staff_cents=outlay.staff_cents(rates),
        net_cents=gain - out,
        low_cents=low - out,
        high_cents=high - out,
        ratio=round((gain - out) / out, 3) if out else None,
        pays=_pays(effect, low - out, high - out),
    )


def _pays(effect: Effect, low: int, high: int) -> bool | None:
    if effect.skewed or low <= 0 <= high:
        return None
    return low > 0


def _effect(outcome: str, currency: str, arms: list[Sample], treatment: Treatment) -> Effect:
    seen = treatment.seen
    empty = Effect(outcome, currency, tuple(arms), seen.waiting, None, None, Verdict.CANNOT_TELL, _nobody(arms, seen))
    if len(arms) < len(Side):
        return empty
    trial = measure(arms, Side.HELD_OUT.value, binary=outcome == BOUGHT, shares=treatment.shares)
    (lift,) = trial.lifts
    verdict, why = lift.verdict, lift.why
    if (
        verdict is not Verdict.CANNOT_TELL
        and not treatment.settled
        and (lift.always is None or lift.always.leaves_doubt)
    ):
        verdict, why = Verdict.CANNOT_TELL, "it still runs, and to who looks early it may be chance"
    needed = _needed(trial, treatment.worth_seeing(outcome, currency))
    return replace(empty, lift=lift, ratio=trial.ratio, verdict=verdict, why=why, needed=needed)


def _nobody(arms: list[Sample], seen: Followed) -> str:
    if seen.waiting:
        return f"{seen.waiting:,} were drawn too lately to know"
    if not arms:
        return "nobody was drawn"
    return "nobody is held out" if arms[0].arm == Side.TREATED else "everybody is held out"


def _needed(trial: Trial, difference: float) -> int | None:
    control = next(one for one in trial.arms if one.arm == trial.control)
    if not difference or (not trial.binary and not control.variance):
        return None
    try:
        return customers_needed(trial, difference)[Side.TREATED.value]
    except BadInput:  # not even if everybody bought would it pay
        return None
