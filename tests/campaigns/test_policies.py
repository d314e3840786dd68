"""How a policy comes into force: one proposes, and where more is spent another activates."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.decide.make import POLICY
from wowengine.campaigns import policies
from wowengine.campaigns.models import PolicyState
from wowengine.db.session import Database
from wowengine.decide.policy import Policy, load_policy, policy_text
from wowengine.decide.rulebook import parse
from wowengine.errors import BadInput, Conflict, NotFound, Refused

GRANTED = "granted_cents = 60000"


def granting(cents: int) -> str:
    """The packaged policy with another budget for surprises: a raise above 60000."""
    return policy_text().replace(GRANTED, f"granted_cents = {cents}", 1)


def version_of(toml: str) -> str:
    return parse(Policy, toml, "policy.toml").version


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def propose(database: Database, file: Path, toml: str, by: str = "anna", **more: Any) -> list[str]:
    with database.transaction() as session:
        return [one.path for one in policies.propose(session, file, toml, by=by, **more).raises]


def activate(database: Database, file: Path, toml: str, by: str = "bruno") -> None:
    with database.transaction() as session:
        policies.activate(session, file, version_of(toml), by=by)


def in_force(database: Database, file: Path) -> policies.InForce:
    with database.reading() as session:
        found = policies.in_force(session, file)
        assert policies.load(session, file).version == found.version
    return found


def states(database: Database) -> list[tuple[str, str]]:
    """Who proposed what became of it, newest first."""
    with database.reading() as session:
        return [(row.proposed_by, row.state) for row in policies.listed(session)]


def test_the_file_holds_until_a_policy_is_activated_and_is_a_draft_from_then_on(database: Database, file: Path) -> None:
    assert in_force(database, file).version == POLICY.version
    file.write_text(granting(1))
    assert in_force(database, file).version == load_policy(file).version
    propose(database, file, granting(0))
    assert in_force(database, file).version == load_policy(file).version
    activate(database, file, granting(0))
    found = in_force(database, file)
    assert (found.version, found.toml, found.activated_by) == (version_of(granting(0)), granting(0), "bruno")
    assert found.since is not None


def test_whoever_proposes_a_raise_cannot_activate_it_and_another_can(database: Database, file: Path) -> None:
    more = granting(60001)
    assert propose(database, file, more) == ["budgets.budget:surprises:EUR (delight, EUR)"]
    for name in ("anna", "Anna", " anna "):
        with pytest.raises(Refused, match=r"60000 -> 60001\), and \w+ proposed it: somebody else must activate it"):
            activate(database, file, more, by=name)
    assert states(database) == [("anna", PolicyState.PROPOSED)]
    activate(database, file, more)
    assert in_force(database, file).version == version_of(more)


def test_what_spends_no_more_needs_no_second_person(database: Database, file: Path) -> None:
    assert propose(database, file, granting(59999)) == []
    activate(database, file, granting(59999), by="anna")
    assert in_force(database, file).activated_by == "anna"


def test_raises_are_told_against_the_active_policy_and_not_against_the_file(database: Database, file: Path) -> None:
    propose(database, file, granting(100))
    activate(database, file, granting(100))
    assert propose(database, file, granting(200)) == ["budgets.budget:surprises:EUR (delight, EUR)"]
    with pytest.raises(Refused):
        activate(database, file, granting(200), by="anna")


def test_a_proposal_is_stale_once_another_policy_is_in_force(database: Database, file: Path) -> None:
    """It lowered spending when it was proposed, and would raise it now: who proposed it may not slip it through."""
    propose(database, file, granting(50000))
    propose(database, file, granting(100), by="carla")
    activate(database, file, granting(100))
    with pytest.raises(Conflict, match="propose it again"):
        activate(database, file, granting(50000), by="anna")
    assert propose(database, file, granting(50000)) != []
    with pytest.raises(Refused):
        activate(database, file, granting(50000), by="anna")
    activate(database, file, granting(50000))
    assert states(database) == [("carla", PolicyState.RETIRED), ("anna", PolicyState.ACTIVE)]


def test_a_file_that_changed_since_makes_a_proposal_stale_too(database: Database, file: Path) -> None:
    propose(database, file, granting(100))
    file.write_text(granting(1))
    with pytest.raises(Conflict, match="proposed to take the place of"):
        activate(database, file, granting(100))


def test_to_go_back_one_proposes_again_and_nothing_of_the_past_is_lost(database: Database, file: Path) -> None:
    for cents in (200, 100):
        propose(database, file, granting(cents))
        activate(database, file, granting(cents))
    with pytest.raises(Conflict, match="was retired"):
        activate(database, file, granting(200))
    with pytest.raises(Conflict, match="in force already"):
        activate(database, file, granting(100))
    with pytest.raises(Conflict, match="in force already"):
        propose(database, file, granting(100))
    propose(database, file, granting(200), by="carla")
    activate(database, file, granting(200))
    assert [state for _, state in states(database)] == ["active", "retired", "retired"]


def test_proposed_again_while_it_waits_it_is_the_second_ones_proposal(database: Database, file: Path) -> None:
    propose(database, file, granting(60001))
    propose(database, file, granting(60001) + "\n# why not\n", by="carla", note="the fair")
    assert states(database) == [("carla", PolicyState.PROPOSED)]
    with pytest.raises(Refused):
        activate(database, file, granting(60001), by="carla")
    activate(database, file, granting(60001), by="anna")
    assert in_force(database, file).toml.endswith("# why not\n")


@pytest.mark.parametrize("before", [True, False], ids=["one is active", "none is active yet"])
def test_of_two_people_who_activate_at_once_one_wins_and_the_other_is_told(
    database: Database, file: Path, before: bool
) -> None:
    if before:
        propose(database, file, granting(50))
        activate(database, file, granting(50))
    told = {"anna": granting(10), "bruno": granting(20)}
    for who, toml in told.items():
        propose(database, file, toml, by=who)
    start, said = threading.Barrier(2, timeout=20), dict[str, str]()

    def go(who: str) -> None:
        start.wait()
        try:
            activate(database, file, told[who], by=who)
            said[who] = "in force"
        except Conflict:
            said[who] = "too late"

    threads = [threading.Thread(target=go, args=(who,)) for who in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said.values()) == ["in force", "too late"]
    winner = next(who for who, word in said.items() if word == "in force")
    assert in_force(database, file).version == version_of(told[winner])
    assert [state for _, state in states(database)].count(PolicyState.ACTIVE) == 1


def test_in_postgresql_the_second_waits_for_the_first_and_then_loses(postgres: Database, file: Path) -> None:
    """Both transactions are open at once: without the lock both would see the old policy in force."""
    for who, cents in (("anna", 10), ("bruno", 20)):
        propose(postgres, file, granting(cents), by=who)
    begun, said = threading.Event(), list[str]()

    def second() -> None:
        begun.set()
        try:
            activate(postgres, file, granting(20), by="bruno")
        except Conflict as conflict:
            said.append(conflict.message)

    other = threading.Thread(target=second)
    with postgres.transaction() as session:
        policies.activate(session, file, version_of(granting(10)), by="anna")
        other.start()
        begun.wait(10)
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert "propose it again" in said[0]


def test_who_looked_before_another_activated_the_same_is_told_so(postgres: Database, file: Path) -> None:
    """What was read before the lock was taken is not what counts."""
    propose(postgres, file, granting(10))
    other = threading.Thread(target=activate, args=(postgres, file, granting(10)))
    with pytest.raises(Conflict, match="in force already"), postgres.transaction() as session:
        [seen] = policies.listed(session)
        other.start()
        other.join(10)
        assert seen.state == PolicyState.PROPOSED
        policies.activate(session, file, seen.version, by="carla")


def test_the_database_itself_holds_that_one_is_active_at_the_most(database: Database, file: Path) -> None:
    propose(database, file, granting(1))
    activate(database, file, granting(1))
    propose(database, file, granting(2))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("update policies set state = 'active', activated_at = proposed_at, activated_by = 'x'"))


def test_an_active_policy_that_cannot_be_read_any_more_gives_way_to_two_people(database: Database, file: Path) -> None:
    """As after an upgrade that asks for a number more."""
    propose(database, file, granting(1))
    activate(database, file, granting(1))
    with database.transaction() as session:
        session.execute(text("update policies set toml = 'base_rate = 0.2'"))
    with (
        database.reading() as session,
        pytest.raises(BadInput, match=r"^policy [0-9a-f]{12}: language: Field required"),
    ):
        policies.load(session, file)
    assert propose(database, file, granting(0)) == ["everything"]
    with pytest.raises(Refused):
        activate(database, file, granting(0), by="anna")
    activate(database, file, granting(0))
    assert in_force(database, file).version == version_of(granting(0))


def test_what_is_no_policy_or_is_nobodys_is_refused(database: Database, file: Path) -> None:
    with pytest.raises(BadInput, match=r"new.toml: base_rtae is not a word"):
        propose(database, file, "base_rtae = 1", name="new.toml")
    for call in (propose, activate):
        with pytest.raises(BadInput, match="nobody is named"):
            call(database, file, granting(1), by=" \n")
    assert states(database) == []


def test_a_policy_is_named_by_as_much_of_its_version_as_is_needed(database: Database, file: Path) -> None:
    for cents in range(20):
        propose(database, file, granting(cents))
    whole = version_of(granting(7))
    with database.reading() as session:
        assert policies.get(session, whole[:12]).toml == granting(7)
        begins = {row.version[0] for row in policies.listed(session)}
        assert len(begins) < 20
        with pytest.raises(Conflict, match="say more"):
            for letter in begins:
                policies.get(session, letter)
        for strange in ("", "x", "%"):
            with pytest.raises(NotFound, match="wow policy list"):
                policies.get(session, strange)
