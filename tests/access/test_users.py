"""Who works here, and with which rights."""

import pytest

from wowengine.access import users
from wowengine.access.users import NOBODY_YET, Rights, Role
from wowengine.db.audit import AuditRow
from wowengine.db.session import Database
from wowengine.errors import BadInput, NotFound


def test_while_nobody_is_written_down_whoever_comes_in_is_an_admin(database: Database) -> None:
    with database.reading() as session:
        assert users.rights(session, "anna") == NOBODY_YET


def test_once_somebody_is_nobody_else_has_any_rights(database: Database) -> None:
    with database.transaction() as session:
        users.put(session, "anna", Role.ADMIN, "anna")
        assert users.rights(session, "anna") == Rights(Role.ADMIN)
        assert users.rights(session, "bruno") is None


def test_a_change_leaves_what_it_does_not_name(database: Database) -> None:
    with database.transaction() as session:
        users.put(session, "anna", Role.STAFF, "admin", team="gate", email="anna@example.org")
        users.put(session, "anna", Role.REVIEWER, "admin", language="it")
        user = users.everybody(session)[0]
        assert (user.role, user.team, user.email, user.language) == ("reviewer", "gate", "anna@example.org", "it")


def test_who_is_retired_has_no_rights_and_may_come_back(database: Database) -> None:
    with database.transaction() as session:
        users.put(session, "anna", Role.ADMIN, "admin")
        users.put(session, "bruno", Role.STAFF, "anna")
        users.retire(session, "bruno", "anna")
        assert users.rights(session, "bruno") is None
        assert [one.name for one in users.everybody(session)] == ["anna"]
        with pytest.raises(NotFound):
            users.retire(session, "bruno", "anna")
        users.put(session, "bruno", Role.STAFF, "anna")
        assert users.rights(session, "bruno") == Rights(Role.STAFF)


def test_the_last_admin_stays_one(database: Database) -> None:
    with database.transaction() as session:
        users.put(session, "anna", Role.ADMIN, "admin")
        with pytest.raises(BadInput, match="last admin"):
            users.retire(session, "anna", "anna")
        with pytest.raises(BadInput, match="last admin"):
            users.put(session, "anna", Role.STAFF, "anna")
        users.put(session, "bruno", Role.ADMIN, "anna")
        users.retire(session, "anna", "bruno")


def test_a_team_is_its_active_people(database: Database) -> None:
    with database.transaction() as session:
        for name, team in (("anna", "gate"), ("bruno", "gate"), ("carla", "spa"), ("dario", "")):
            users.put(session, name, Role.STAFF, "admin", team=team)
        assert [one.name for one in users.team_of(session, "bruno")] == ["anna", "bruno"]
        assert users.team_of(session, "dario") == users.team_of(session, "nobody") == []


@pytest.mark.parametrize("name", ["", " anna", "anna\n", "a" * 81])
def test_a_name_is_one_line(sqlite: Database, name: str) -> None:
    with sqlite.transaction() as session, pytest.raises(BadInput, match="no name"):
        users.put(session, name, Role.STAFF, "admin")


def test_the_audit_tells_who_gave_whom_which_role(database: Database) -> None:
    with database.transaction() as session:
        users.put(session, "anna", Role.ADMIN, "dario")
    with database.reading() as session:
        row = session.query(AuditRow).one()
        assert (row.kind, row.subject, row.what, row.actor) == ("user", "anna", "put", "dario")
