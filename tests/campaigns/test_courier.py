"""A worker's errand, with channels that behave and channels that do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from tests.campaigns.making import LATER, NOW, WORKER, approved, now_is, say, world
from wowengine.campaigns import courier, standstill, store
from wowengine.campaigns.channels import open_channels
from wowengine.campaigns.channels.base import Channel, InDoubt, Message, Reach
from wowengine.campaigns.lifecycle import CLOCK, ActionState, Step
from wowengine.clock import frozen
from wowengine.db import outbox
from wowengine.db.base import Json
from wowengine.db.session import Database
from wowengine.errors import NeedsPerson, Retriable
from wowengine.profiles.models import Handle


@dataclass
class Post:
    """A channel that cannot tell repeats apart, and does as it is told."""

    automatic: ClassVar[bool] = True
    deduplicates: ClassVar[bool] = False
    looks_up: ClassVar[bool] = False
    reach: ClassVar[Reach] = Reach.NOTHING
    raises: Exception | None = None
    knows: str = "no"  # yes, no, cannot tell, or no answer
    sent: list[str] = field(default_factory=list)

    def send(self, message: Message) -> Json:
        assert message.payload.draft
        self.sent.append(message.action_id)
        if self.raises:
            raise self.raises
        return {"receipt": message.key}

    def find(self, message: Message) -> Json | None:
        if self.knows == "cannot tell":
            raise NeedsPerson(f"The post keeps no list: ask {message.payload.customer_id}.")
        if self.knows == "no answer":
            raise Retriable("Nobody answers.", timedelta(minutes=1))
        return {"receipt": message.key} if self.knows == "yes" else None


class Registered(Post):
    """A channel whose receiver knows repeats, and answers no questions."""

    deduplicates: ClassVar[bool] = True


class Traced(Post):
    """A channel that takes repeats for new, and can be asked."""

    looks_up: ClassVar[bool] = True


class ToMailbox(Post):
    """A channel that needs an address."""

    reach: ClassVar[Reach] = Reach.EMAIL


def run(database: Database, channels: Mapping[str, Channel], action_id: str) -> ActionState:
    with frozen(LATER):
        courier.carry(database.transaction, channels, action_id, WORKER)
    return ActionState(now_is(database, action_id).state)


def ready(database: Database, channel: str = "spool") -> str:
    action_id = world(database, channel=channel)
    approved(database, action_id)
    return action_id


def doubted(database: Database, post: Post) -> str:
    """An action whose worker died in the call, and which the clock has doubted."""
    action_id = ready(database)
    dying = Post(raises=KeyboardInterrupt())  # type: ignore[arg-type]  # as a kill, it is no Exception
    with pytest.raises(KeyboardInterrupt):
        run(database, {"spool": dying}, action_id)
    with frozen(LATER), database.transaction() as session:
        store.step(session, action_id, Step.DOUBT, CLOCK)
    assert post.sent == []
    return action_id


def test_what_a_machine_can_deliver_is_delivered_once_however_often_it_is_asked(
    database: Database, tmp_path: Path
) -> None:
    action_id, channels = ready(database), open_channels(tmp_path / "spool")
    assert run(database, channels, action_id) is ActionState.DELIVERED
    assert run(database, channels, action_id) is ActionState.DELIVERED
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [f"{action_id}.json"]
    assert now_is(database, action_id).proof["file"] == f"{action_id}.json"  # type: ignore[index]  # delivered has proof


def test_a_persons_work_and_unknown_channels_are_left_to_people(database: Database, tmp_path: Path) -> None:
    action_id = ready(database, channel="bottle post")
    assert run(database, open_channels(tmp_path), action_id) is ActionState.APPROVED


def test_an_errand_that_comes_too_early_does_nothing(sqlite: Database, tmp_path: Path) -> None:
    action_id = ready(sqlite)
    with frozen(NOW):
        courier.carry(sqlite.transaction, open_channels(tmp_path), action_id, WORKER)
    assert now_is(sqlite, action_id).state == ActionState.APPROVED


def test_an_errand_for_somebody_who_was_forgotten_does_nothing(sqlite: Database, tmp_path: Path) -> None:
    with frozen(LATER):
        courier.carry(sqlite.transaction, open_channels(tmp_path), "act_gone", WORKER)
    assert list(tmp_path.glob("act_*")) == []


def test_who_no_longer_agrees_gets_nothing_and_the_action_is_withdrawn(database: Database) -> None:
    action_id, post = ready(database), Post()
    with database.transaction() as session:
        say(session, "c1", agrees=False)
    assert run(database, {"spool": post}, action_id) is ActionState.WITHDRAWN
    assert post.sent == []


def test_sending_is_committed_before_the_call(database: Database) -> None:
    action_id, seen = ready(database), list[str]()

    class Looking(Post):
        def send(self, message: Message) -> Json:
            seen.append(now_is(database, message.action_id).state)
            return super().send(message)

    run(database, {"spool": Looking()}, action_id)
    assert seen == [ActionState.SENDING]


def test_what_surely_did_not_go_out_is_tried_again_after_the_time_given(database: Database) -> None:
    action_id, wait = ready(database), timedelta(minutes=5)
    assert run(database, {"spool": Post(Retriable("The disk is full.", wait))}, action_id) is ActionState.APPROVED
    assert run(database, {"spool": Post()}, action_id) is ActionState.APPROVED  # not before its time
    with frozen(LATER + wait), database.transaction() as session:
        assert {work.args["action_id"] for work in outbox.claim(session, 10)} == {action_id}
    with frozen(LATER + wait):
        courier.carry(database.transaction, {"spool": Post()}, action_id, WORKER)
    assert now_is(database, action_id).state == ActionState.DELIVERED


def test_each_time_the_wait_is_twice_as_long_up_to_an_hour_for_a_minute(sqlite: Database) -> None:
    action_id, at, waits = ready(sqlite), LATER, list[timedelta]()
    for _ in range(9):
        with frozen(at):
            courier.carry(
                sqlite.transaction, {"spool": Post(Retriable("Busy.", timedelta(minutes=1)))}, action_id, WORKER
            )
        claimable_at = now_is(sqlite, action_id).claimable_at
        assert claimable_at
        waits.append(claimable_at - at)
        at = claimable_at
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 64, 64, 64)]


def test_what_never_will_go_out_fails_and_frees_its_money(database: Database) -> None:
    action_id = ready(database)
    assert run(database, {"spool": Post(NeedsPerson("No such number."))}, action_id) is ActionState.FAILED
    assert now_is(database, action_id).failure == "No such number."


def test_when_nobody_knows_it_stays_sending_and_is_not_sent_again(database: Database) -> None:
    action_id, post = ready(database), Post(TimeoutError("no answer"))
    with pytest.raises(TimeoutError):
        run(database, {"spool": post}, action_id)
    assert run(database, {"spool": post}, action_id) is ActionState.SENDING
    assert post.sent == [action_id]


def test_a_doubt_is_looked_up_and_found(database: Database) -> None:
    post = Post(knows="yes")
    assert run(database, {"spool": post}, doubted(database, post)) is ActionState.DELIVERED
    assert post.sent == []


@pytest.mark.parametrize("knows", ["no", "cannot tell"])
def test_a_doubt_on_a_channel_that_cannot_tell_repeats_apart_waits_for_a_person(sqlite: Database, knows: str) -> None:
    post = Post(knows=knows)
    action_id = doubted(sqlite, post)
    assert run(sqlite, {"spool": post}, action_id) is ActionState.UNCERTAIN
    assert post.sent == []


def test_a_doubt_on_a_channel_that_tells_repeats_apart_is_sent_again(database: Database, tmp_path: Path) -> None:
    action_id, channels = doubted(database, Post()), open_channels(tmp_path)
    assert run(database, channels, action_id) is ActionState.APPROVED
    assert run(database, channels, action_id) is ActionState.DELIVERED


def test_what_is_not_found_is_sent_again_where_a_look_up_can_be_relied_on(database: Database) -> None:
    post = Traced()
    action_id = doubted(database, post)
    assert run(database, {"spool": post}, action_id) is ActionState.APPROVED
    assert run(database, {"spool": post}, action_id) is ActionState.DELIVERED
    assert post.sent == [action_id]


def test_where_nobody_can_be_asked_a_doubt_is_sent_again_only_to_who_knows_a_repeat(sqlite: Database) -> None:
    post = Registered(knows="cannot tell")
    action_id = doubted(sqlite, post)
    assert run(sqlite, {"spool": post}, action_id) is ActionState.APPROVED
    assert run(sqlite, {"spool": post}, action_id) is ActionState.DELIVERED


def test_a_look_up_that_may_be_answered_later_is_made_later_and_not_taken_for_a_no(sqlite: Database) -> None:
    post = Traced(knows="cannot tell")
    action_id = doubted(sqlite, post)
    assert run(sqlite, {"spool": post}, action_id) is ActionState.UNCERTAIN
    with pytest.raises(Retriable):
        run(sqlite, {"spool": Traced(knows="no answer")}, action_id)
    assert now_is(sqlite, action_id).state == ActionState.UNCERTAIN


def test_a_channel_that_is_in_doubt_leaves_it_sending_until_the_clock_says_so(sqlite: Database) -> None:
    action_id, post = ready(sqlite), Post(InDoubt("No answer came."))
    assert run(sqlite, {"spool": post}, action_id) is ActionState.SENDING
    assert run(sqlite, {"spool": post}, action_id) is ActionState.SENDING
    assert post.sent == [action_id]


def test_a_machines_channel_that_is_not_open_fails_where_a_person_sees_it(database: Database) -> None:
    action_id = ready(database, channel="webhook")
    assert run(database, {}, action_id) is ActionState.FAILED
    assert "webhook is not open" in str(now_is(database, action_id).failure)


def test_who_cannot_be_reached_is_not_written_to_and_a_person_is_told_why(database: Database) -> None:
    action_id, post = ready(database, channel="email"), ToMailbox()
    assert run(database, {"email": post}, action_id) is ActionState.FAILED
    assert now_is(database, action_id).failure == "No e-mail address was proven theirs."
    assert post.sent == []


def test_a_doubt_is_looked_up_where_it_was_sent_although_they_moved_since(sqlite: Database) -> None:
    action_id, asked = ready(sqlite, channel="email"), list[str]()

    class Looking(ToMailbox):
        def find(self, message: Message) -> Json | None:
            asked.append(message.to)
            return super().find(message)

    lives_at(sqlite, "old@example.org")
    run(sqlite, {"email": ToMailbox(InDoubt("No answer came."))}, action_id)
    lives_at(sqlite, "new@example.org")
    with frozen(LATER), sqlite.transaction() as session:
        store.step(session, action_id, Step.DOUBT, CLOCK)
    assert run(sqlite, {"email": Looking(knows="yes")}, action_id) is ActionState.DELIVERED
    assert asked == ["old@example.org"]


def lives_at(database: Database, mailbox: str) -> None:
    with database.transaction() as session:
        session.add(Handle(customer_id="c1", channel="email", address=mailbox, proof="code", proven_at=NOW))


def test_in_a_standstill_nothing_is_sent_and_it_is_tried_again_until_it_is_over(database: Database) -> None:
    action_id, post = ready(database), Post()
    with frozen(NOW), database.transaction() as session:
        standstill.begin(session, standstill.Cause.RESTORED, "an older copy was restored.")
        standstill.begin(session, standstill.Cause.RESTORED, "twice is as once")
    with pytest.raises(Retriable, match="Nothing is sent: an older copy was restored"):
        run(database, {"spool": post}, action_id)
    assert now_is(database, action_id).state == ActionState.APPROVED
    with database.transaction() as session:
        assert standstill.end(session, standstill.Cause.RESTORED)
        assert not standstill.end(session, standstill.Cause.RESTORED)
    assert run(database, {"spool": post}, action_id) == ActionState.DELIVERED
    assert post.sent == [action_id]
