"""T10: whatever people, workers, the clock and customers do, in whatever order, every promise holds after each step."""

from collections import Counter
from collections.abc import Callable, Sequence, Set
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.campaigns.lives import GESTURES, PUT_OFF, WAITING, Life, Model, S
from tests.campaigns.making import ANNA, BUDGET, STAFF, WORKER, customer, decision, say, suggestion
from tests.campaigns.trials import figure
from wowengine import clock, objecting
from wowengine.campaigns import deliver, ledger, propose, review
from wowengine.campaigns.invariants import check_invariants
from wowengine.campaigns.ledger import PIECE, STOCK
from wowengine.campaigns.lifecycle import GRACE, Actor, Step
from wowengine.campaigns.models import Account, Action
from wowengine.campaigns.sweep import sweep
from wowengine.clock import frozen
from wowengine.db import audit
from wowengine.db.audit import GENESIS, AuditHead
from wowengine.db.base import Base
from wowengine.db.session import Database
from wowengine.errors import BadInput, Conflict, Refused
from wowengine.forgetting import forget
from wowengine.terms import ActorKind, Purpose

GRANTED = 1_500  # enough for two and a half
AMOUNTS = (600, 500)
NOTE = {"note": "given"}
CUSTOMERS = 3
WHAT_HAPPENS = [
    *["bring"] * 8,
    *["decide"] * 5,
    *["propose"] * 3,
    *["let_time_pass"] * 3,
    *["try_anything"] * 2,
    "come_back_too_late",
    "hear_from_a_customer",
]
PASSES = [timedelta(seconds=11)] * 3 + [timedelta(hours=1)] * 3 + [timedelta(days=15)]
WORDS = ["yes"] * 5 + ["no"] * 2 + ["forget me"]
KEPT = {"audit_head", "hash_keys"}  # tables with a row from the beginning

Thing = TypeVar("Thing")
Verb = Callable[[Session, Life, int], object]  # of the session, the action, and the fence that is believed to be its

# Who does what, and how. A step that is taken in another way than by a verb (by the clock, by a newer proposal) is a
# rule of its own below.
VERBS: dict[tuple[Step, Actor], Verb] = {
    (Step.APPROVE, ANNA): lambda s, life, _: review.approve(s, life.id, ANNA, version=life.version),
    (Step.DECLINE, ANNA): lambda s, life, _: review.decline(s, life.id, ANNA, "not_fitting", version=life.version),
    (Step.DEFER, ANNA): lambda s, life, _: review.defer(s, life.id, ANNA, clock.now() + PUT_OFF),
    (Step.AMEND, ANNA): lambda s, life, _: review.amend(s, life.id, ANNA, amount_cents=other_amount(life)),
    (Step.RESUME, ANNA): lambda s, life, _: review.resume(s, life.id, ANNA, version=life.version),
    (Step.UNDO, ANNA): lambda s, life, _: review.undo(s, life.id, ANNA),
    (Step.REVOKE, ANNA): lambda s, life, _: review.revoke(s, life.id, ANNA),
    (Step.CANCEL, ANNA): lambda s, life, _: review.cancel(s, life.id, ANNA),
    (Step.RETRY, ANNA): lambda s, life, _: review.retry(s, life.id, ANNA),
    (Step.CLAIM, STAFF): lambda s, life, _: deliver.claim(s, life.id, STAFF),
    (Step.CLAIM, WORKER): lambda s, life, _: deliver.claim(s, life.id, WORKER),
    (Step.DELIVER, STAFF): lambda s, life, fence: deliver.deliver(s, life.id, STAFF, fence, NOTE),
    (Step.RELEASE, STAFF): lambda s, life, fence: deliver.release(s, life.id, STAFF, fence),
    (Step.RELEASE, WORKER): lambda s, life, fence: deliver.release(s, life.id, WORKER, fence),
    (Step.FAIL, STAFF): lambda s, life, fence: deliver.fail(s, life.id, STAFF, fence, "closed"),
    (Step.FAIL, WORKER): lambda s, life, fence: deliver.fail(s, life.id, WORKER, fence, "no such number"),
    (Step.START, WORKER): lambda s, life, fence: deliver.start(s, life.id, WORKER, fence),
    (Step.CONFIRM, WORKER): lambda s, life, fence: deliver.confirm(s, life.id, WORKER, fence, NOTE),
    (Step.FOUND, ANNA): lambda s, life, _: deliver.found(s, life.id, ANNA, NOTE),
    (Step.FOUND, WORKER): lambda s, life, _: deliver.found(s, life.id, WORKER, NOTE),
    (Step.NOT_FOUND, ANNA): lambda s, life, _: deliver.not_found(s, life.id, ANNA),
    (Step.NOT_FOUND, WORKER): lambda s, life, _: deliver.not_found(s, life.id, WORKER),
}
PEOPLE, HANDS = {ActorKind.PERSON}, {ActorKind.STAFF, ActorKind.WORKER}
BY_FENCE = [verb for verb in VERBS if verb[0] in {Step.DELIVER, Step.RELEASE, Step.FAIL, Step.START, Step.CONFIRM}]
EAGERLY = {Step.APPROVE: 4, Step.START: 4}  # how often each stands among the choices; else once
DEADLY = 11  # so many deeds, and one of them dies before its commit


class CrashError(Exception):
    """The process dies before the commit."""


def pick(things: Sequence[Thing], which: int) -> Thing:
    return things[which % len(things)]


def other_amount(life: Life) -> int:
    return next(amount for amount in AMOUNTS if amount != life.amount)


class Lives(RuleBasedStateMachine):
    """The real thing and the model, side by side."""

    def __init__(self, database: Database, folder: Path, taken: Counter[str]) -> None:
        super().__init__()
        self.database, self.folder, self.taken = database, folder, taken
        self.model, self.customers = Model(GRANTED), 0

    @initialize()
    def begin(self) -> None:
        with frozen(self.model.now), self.database.transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in KEPT:
                    session.execute(delete(table))
            session.execute(update(AuditHead).values(number=0, hash=GENESIS, since=None))
            ledger.open_account(session, BUDGET, "EUR", GRANTED)
            for gesture in GESTURES:
                if gesture.stock is not None:
                    ledger.open_account(session, STOCK + gesture.name, PIECE, gesture.stock)
        for which in range(len(GESTURES)):
            self.propose(which)

    @rule(what=st.sampled_from(WHAT_HAPPENS), which=st.integers(0, 9_999))
    def happen(self, what: str, which: int) -> None:
        """One rule for all, so that what leads far is drawn more often than what ends everything."""
        getattr(self, what)(which)

    def arrive(self) -> None:
        self.customers += 1
        with frozen(self.model.now), self.database.transaction() as session:
            customer(session, f"c{self.customers}")
        self.model.agrees[f"c{self.customers}"] = True

    def propose(self, which: int) -> None:
        """A round looks at a customer: what is open already stays, or makes way for other words."""
        model, gesture, words = self.model, pick(GESTURES, which), pick(("a coffee?", "coffee!"), which // 7)
        while len(model.agrees) < CUSTOMERS:
            self.arrive()
        who = pick(sorted(model.agrees), which // 31)
        with frozen(model.now), self.database.transaction() as session:
            told = suggestion(
                gesture_id=gesture.name,
                channel=gesture.channel,
                deadline_at=gesture.deadline,
                scarce=gesture.scarce,
                draft=words,
            )
            born = propose.propose(session, decision(told, customer_id=who))
        if not model.agrees[who]:
            assert born == []
            return
        twin = model.open_twin(who, gesture)
        if twin and (twin.state is not S.PROPOSED or twin.touched or twin.words == words):
            assert born == []
            return
        if twin:
            self.took(twin, Step.SUPERSEDE)
        assert len(born) == (not gesture.scarce or model.stock_left(gesture) != 0)
        for action in born:
            model.lives[action.id] = Life(action.id, who, gesture, words, action.amount_cents, model.now)

    def decide(self, which: int) -> None:
        """A person does one of the things that can be done now."""
        self.go_on(PEOPLE, which)

    def bring(self, which: int) -> None:
        """Staff or a worker do one of the things that can be done once the grace time is over."""
        self.model.now += GRACE
        self.go_on(HANDS, which)

    def go_on(self, by: Set[ActorKind], which: int) -> None:
        possible = [
            (life, step, actor)
            for life in self.model.lives.values()
            for step, actor in VERBS
            if actor.kind in by and self.model.may(life, step, actor.kind)
            for _ in range(EAGERLY.get(step, 1))
        ]
        if possible:
            self.attempt(*pick(possible, which), dies=which % DEADLY == 0)

    def try_anything(self, which: int) -> None:
        """Somebody tries what may not be possible."""
        if self.model.lives:
            self.attempt(pick(list(self.model.lives.values()), which), *pick(list(VERBS), which // 7))

    def come_back_too_late(self, which: int) -> None:
        """Whoever holds an old fence can change nothing."""
        if self.model.lives:
            life, verb = pick(list(self.model.lives.values()), which), pick(BY_FENCE, which // 7)
            with pytest.raises(Conflict), frozen(self.model.now), self.database.transaction() as session:
                VERBS[verb](session, life, life.fence - 1)
            self.settle()

    def let_time_pass(self, which: int) -> None:
        """The clock does what is due by now; whoever held something may not have been heard of since."""
        self.model.now += pick(PASSES, which)
        if which % 4:
            self.leases_run_out()
        due = list(self.model.swept())
        with frozen(self.model.now), self.database.transaction() as session:
            done = sweep(session)
        assert done == dict(Counter(str(step) for _, step in due))
        for life, step in due:
            self.took(life, step)
        self.settle()

    def hear_from_a_customer(self, which: int) -> None:
        if not self.model.agrees:
            return
        who, word = pick(sorted(self.model.agrees), which), pick(WORDS, which // 7)
        with frozen(self.model.now):
            if word == "forget me":
                forget(self.database, who, self.folder, self.folder / "spool")
            else:
                with self.database.transaction() as session:
                    if word == "yes":
                        say(session, who, agrees=True)
                    else:
                        objecting.object_to(session, who, [Purpose.OFFERS])
        self.heard(who, word)
        self.settle()

    def heard(self, who: str, word: str) -> None:
        self.taken[word] += 1
        if word == "forget me":
            self.model.forget(who)
            return
        self.model.agrees[who] = word == "yes"
        for life in [life for life in self.model.lives.values() if life.who == who and word == "no"]:
            if life.state in WAITING:
                self.took(life, Step.WITHDRAW)

    def leases_run_out(self) -> None:
        with self.database.transaction() as session:
            long_ago = self.model.now - timedelta(days=900)
            session.execute(update(Action).where(Action.lease_until.is_not(None)).values(lease_until=long_ago))
        for life in self.model.lives.values():
            life.lease_over = life.state in (S.CLAIMED, S.SENDING)

    def took(self, life: Life, step: Step) -> None:
        self.model.take(life, step)
        self.taken[step] += 1

    def attempt(self, life: Life, step: Step, actor: Actor, *, dies: bool = False) -> None:
        """Do it, and see that it was done or refused as the model says."""
        possible, verb = self.model.may(life, step, actor.kind), VERBS[step, actor]
        try:
            with frozen(self.model.now), self.database.transaction() as session:
                heir = verb(session, life, life.fence)
                if dies:
                    raise CrashError  # noqa: TRY301 - as a kill, between the last statement and the commit
        except (BadInput, Conflict, Refused):
            assert not possible, f"{step} by {actor.kind} was refused"
        except CrashError:
            pass
        else:
            assert possible, f"{step} by {actor.kind} was done"
            self.took(life, step)
            if step is Step.AMEND and isinstance(heir, Action):
                self.inherit(life, heir.id)
        self.settle()

    def inherit(self, life: Life, heir: str) -> None:
        """Another action has taken its place, of another amount, and waits for a word."""
        told = (heir, life.who, life.gesture, life.words, other_amount(life), self.model.now)
        self.model.lives[heir] = Life(*told, touched=True)

    def settle(self) -> None:
        """Compare everything."""
        with self.database.reading() as session:
            assert check_invariants(session) == []
            real = {row.id: (row.state, row.version, row.fence) for row in session.query(Action)}
            assert real == {life.id: (life.state, life.version, life.fence) for life in self.model.lives.values()}
            money = session.get_one(Account, BUDGET)
            assert (money.held, money.committed) == (self.model.held(), self.model.committed())
            left = {gesture.name: self.model.stock_left(gesture) for gesture in GESTURES if gesture.stock is not None}
            assert ledger.stock_left(session) == left

    def teardown(self) -> None:
        with self.database.reading() as session:
            assert audit.verify(session, {}).broken is None


@pytest.mark.parametrize("examples", [100, pytest.param(300, marks=pytest.mark.long)])
def test_every_promise_holds_whatever_is_done_in_whatever_order(
    database: Database, tmp_path: Path, examples: int
) -> None:
    taken = Counter[str]()
    run_state_machine_as_test(
        lambda: Lives(database, tmp_path, taken),  # type: ignore[arg-type]  # it only calls it
        settings=settings(max_examples=examples, stateful_step_count=50, deadline=None),
    )
    told = ", ".join(f"{step} {count}" for step, count in taken.most_common())
    figure(f"{database.engine.dialect.name}: {examples} lives of 50 steps, no promise broken; taken: {told}")
    assert {step for step, _ in VERBS} <= taken.keys(), "what never happens is not tried"
