from sqlalchemy import select

from wowengine.campaigns.assignments import assign
from wowengine.campaigns.models import Assignment
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.profiles.intake import take_customers
from wowengine.profiles.models import Customer
from wowengine.profiles.sources.rows import from_mappings


def people(database: Database, *names: str) -> None:
    with database.transaction() as session:
        take_customers(session, from_mappings([{"customer_id": name} for name in names]))


def standing(database: Database) -> dict[tuple[str, str], str]:
    with database.reading() as session:
        rows = session.scalars(select(Assignment))
        return {(row.experiment, row.customer_id): row.arm for row in rows}


def test_an_arm_is_written_down_once_and_never_changed_while_the_experiment_lasts(database: Database) -> None:
    people(database, "anna", "ben")
    with database.transaction() as session:
        assert assign(session, "one", {"ben": Arm.HOLDOUT, "anna": Arm.FULL}) == 2
        assert assign(session, "one", {"ben": Arm.RANDOM}) == 0
        assert assign(session, "two", {"ben": Arm.RANDOM}) == 1
        assert assign(session, "two", {}) == 0
    assert standing(database) == {
        ("one", "anna"): "full",
        ("one", "ben"): "holdout",
        ("two", "ben"): "random",
    }


def test_whoever_is_forgotten_stands_in_no_arm(database: Database) -> None:
    people(database, "anna")
    with database.transaction() as session:
        assign(session, "one", {"anna": Arm.FULL})
        session.delete(session.get_one(Customer, "anna"))
    assert standing(database) == {}
