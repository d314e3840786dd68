"""What a child would say of actions, budgets and time: the small model that the real thing is held against.

It knows the table of the life, and of money only this: an action that is approved and not yet done holds its amount,
a delivered one has spent it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.campaigns.making import NOW
from wowengine.campaigns.lifecycle import AFTERMATH, GRACE, OPEN, TRANSITIONS, UNANSWERED, ActionState, Step
from wowengine.terms import ActorKind

S = ActionState
PAYING = {S.APPROVED, S.CLAIMED, S.SENDING, S.UNCERTAIN}
WAITING = {S.PROPOSED, S.DEFERRED, S.APPROVED}
PUT_OFF = timedelta(hours=1)
NEEDS_TIME = {Step.APPROVE, Step.DEFER, Step.AMEND, Step.RESUME, Step.RETRY, Step.CLAIM}


@dataclass(frozen=True)
class Gesture:
    """What may be proposed: its channel, its deadline, and its stock, None for no limit."""

    name: str
    channel: str
    deadline: datetime | None = None
    stock: int | None = None
    scarce: bool = False


GESTURES = (
    Gesture("espresso", "staff_task", stock=2),
    Gesture("upgrade", "spool", deadline=NOW + timedelta(hours=6)),
    Gesture("lamborghini", "staff_task", stock=1, scarce=True),
)


@dataclass
class Life:
    """One action, as the model knows it."""

    id: str
    who: str
    gesture: Gesture
    words: str  # that were proposed
    amount: int
    since: datetime  # of the proposal
    touched: bool = False  # it is what a person amended another into
    state: ActionState = S.PROPOSED
    version: int = 1
    fence: int = 0
    spent: int = 0
    claimable_at: datetime | None = None
    declined_at: datetime | None = None
    deferred_until: datetime | None = None
    delivered_at: datetime | None = None
    lease_over: bool = False

    def end(self, state: ActionState) -> datetime | None:
        """When the clock would end it, were it in this state."""
        if self.gesture.deadline or state is not S.PROPOSED:
            return self.gesture.deadline
        return max(self.since, self.deferred_until or self.since) + UNANSWERED

    def is_over(self, now: datetime, state: ActionState | None = None) -> bool:
        end = self.end(state or self.state)
        return end is not None and now >= end

    def holds_stock(self) -> bool:
        return self.state in PAYING or (self.gesture.scarce and self.state in OPEN)


@dataclass
class Model:
    """All actions, who agrees, what was granted, and the time."""

    granted: int
    now: datetime = NOW
    agrees: dict[str, bool] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    gone: int = 0  # cents spent for those who were forgotten
    gone_stock: dict[str, int] = field(default_factory=dict)

    def held(self) -> int:
        return sum(life.amount for life in self.lives.values() if life.state in PAYING)

    def committed(self) -> int:
        return self.gone + sum(life.spent for life in self.lives.values())

    def stock_left(self, gesture: Gesture) -> int | None:
        if gesture.stock is None:
            return None
        mine = [life for life in self.lives.values() if life.gesture is gesture]
        taken = sum(life.holds_stock() or life.delivered_at is not None for life in mine)
        return gesture.stock - taken - self.gone_stock.get(gesture.name, 0)

    def open_twin(self, who: str, gesture: Gesture) -> Life | None:
        open_ones = [life for life in self.lives.values() if life.state in OPEN]
        return next((life for life in open_ones if (life.who, life.gesture) == (who, gesture)), None)

    def may(self, life: Life, step: Step, by: ActorKind) -> bool:
        """Whether it will be done, or refused with nothing changed."""
        row = TRANSITIONS.get((life.state, step))
        if step is Step.AMEND and life.state is S.APPROVED:
            return by is ActorKind.PERSON and not life.is_over(self.now, S.PROPOSED)
        if row is None or by not in row.by or (step in NEEDS_TIME and life.is_over(self.now)):
            return False
        return self._timely(life, step) and self._affordable(life, row.to)

    def take(self, life: Life, step: Step) -> None:
        """Let the step be done."""
        if step is Step.AMEND and life.state is S.APPROVED:
            self.take(life, Step.REVOKE)
        life.state = TRANSITIONS[life.state, step].to
        life.version += 1
        life.lease_over = False
        if life.state in (S.PROPOSED, S.DECLINED):
            life.claimable_at, life.declined_at = None, self.now if step is Step.DECLINE else None
        if step in (Step.APPROVE, Step.RETRY, Step.NOT_FOUND):
            life.claimable_at = self.now + (GRACE if step is Step.APPROVE else timedelta())
        life.fence += step is Step.CLAIM
        if step in (Step.DEFER, Step.RESUME):
            life.deferred_until = self.now + (PUT_OFF if step is Step.DEFER else timedelta())
        if life.state is S.DELIVERED:
            life.delivered_at, life.spent = self.now, life.amount

    def swept(self) -> Iterator[tuple[Life, Step]]:
        """What the clock is about to do, one step for each."""
        for life in self.lives.values():
            step = self._due(life)
            if step is not None:
                yield life, step

    def forget(self, who: str) -> None:
        """What was on its way counts as spent, all else is free again."""
        del self.agrees[who]
        for life in [life for life in self.lives.values() if life.who == who]:
            on_its_way = life.state in (S.SENDING, S.UNCERTAIN)
            self.gone += life.amount if on_its_way else life.spent
            pieces = self.gone_stock.get(life.gesture.name, 0)
            self.gone_stock[life.gesture.name] = pieces + (on_its_way or life.delivered_at is not None)
            del self.lives[life.id]

    def _timely(self, life: Life, step: Step) -> bool:
        match step:
            case Step.UNDO if life.state is S.DECLINED:
                return life.declined_at is not None and self.now < life.declined_at + GRACE
            case Step.UNDO:
                return life.claimable_at is not None and self.now < life.claimable_at
            case Step.DEFER:
                return life.gesture.deadline is None or self.now + PUT_OFF < life.gesture.deadline
            case Step.CLAIM:
                grace_over = life.claimable_at is not None and self.now >= life.claimable_at
                return grace_over and self.agrees[life.who]
            case _:
                return True

    def _affordable(self, life: Life, to: ActionState) -> bool:
        """Whether what the state it goes to must hold can be held."""
        if to in OPEN and life.state not in OPEN and self.open_twin(life.who, life.gesture):
            return False
        left, money = self.stock_left(life.gesture), self.granted - self.held() - self.committed()
        needs_piece = to in PAYING or (to in OPEN and life.gesture.scarce)
        if needs_piece and not life.holds_stock() and left == 0:
            return False
        return to not in PAYING or life.state in PAYING or life.amount <= money

    def _due(self, life: Life) -> Step | None:
        if life.state in WAITING and not self.agrees[life.who]:
            return Step.WITHDRAW
        if life.state is S.SENDING and life.lease_over:
            return Step.DOUBT
        if life.is_over(self.now) and (life.state in WAITING or (life.state is S.CLAIMED and life.lease_over)):
            return Step.EXPIRE
        if life.state is S.CLAIMED and life.lease_over:
            return Step.RELEASE
        if life.state is S.DEFERRED and life.deferred_until and life.deferred_until <= self.now:
            return Step.RESUME
        if life.state is S.DELIVERED and life.delivered_at and life.delivered_at + AFTERMATH <= self.now:
            return Step.CLOSE
        return None
