"""The whole loop over the make-believe world: the queue is full, fitting, and minds what people agreed to."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from wowengine import clock, demo, rounds
from wowengine.campaigns.models import Action
from wowengine.db.session import Database
from wowengine.demo.people import people
from wowengine.demo.seed import SEED
from wowengine.profiles import store
from wowengine.profiles.models import Profile
from wowengine.rounds import Config
from wowengine.terms import Basis, GestureKind

AT_NIGHT = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
BY_DAY = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def test_the_queue_is_full_of_many_fitting_gestures(sqlite: Database, config: Config) -> None:
    with clock.frozen(BY_DAY):
        told = demo.run(sqlite, config)
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).select_from(Profile)) == 240
        proposed = session.scalars(select(Action)).all()
        assert f"{len(proposed)} gestures wait" in " ".join(told)
        assert len(proposed) >= 50
        assert len({action.gesture_id for action in proposed}) >= 8
        assert {action.kind for action in proposed} == set(GestureKind)
        assert {action.basis for action in proposed} == set(Basis)
        assert sum(action.gesture_id == "fishing-on-the-bay" for action in proposed) <= 2
        leaving = [action for action in proposed if action.deadline_at]
        assert leaving
        assert all(action.place and "gate" in action.place for action in leaving)
        open_to_them = {person.customer_id for person in people(SEED, BY_DAY, 240) if person.open_to_gestures}
        assert {action.customer_id for action in proposed if action.basis == Basis.DELIGHT} <= open_to_them


def test_at_night_and_before_any_model_there_is_enough_to_approve(sqlite: Database, config: Config) -> None:
    with clock.frozen(AT_NIGHT):
        demo.seed(sqlite, config, customers=120)
        with sqlite.transaction() as session:
            store.rebuild(session, AT_NIGHT)
        rounds.run_round(sqlite, config)
    with sqlite.reading() as session:
        gestures = session.scalars(select(Action.gesture_id)).all()
    assert len(gestures) >= 50
    assert len(set(gestures)) >= 8
