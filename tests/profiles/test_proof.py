"""A code must come back from the account it was asked of; then, and only then, the account is the customer's."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.profiles.make import customer, customers_in, results, signal
from wowengine import clock
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.profiles import handles, proof
from wowengine.profiles.identity import Address, owners
from wowengine.profiles.models import Handle, HandleChallenge

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ACCOUNT: Address = ("mastodon", "anna@example.social")


def asked(database: Database, address: Address = ACCOUNT, customer_id: str = "c1") -> str:
    with database.transaction() as session, clock.frozen(NOW):
        told = proof.challenge(session, customer_id, address)
    return told if isinstance(told, str) else told[0]


def known(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(), customer("c2"))


def said(database: Database, text: str, author: str = "mastodon:anna@example.social", at: datetime = NOW) -> list[str]:
    with database.transaction() as session, clock.frozen(at):
        return results(session, [signal(author=author, channel="mastodon", source="mastodon", text=text)])


def owner(database: Database) -> str | None:
    with database.reading() as session:
        return owners(session, [ACCOUNT]).get(ACCOUNT)


def test_the_code_from_the_account_links_it_and_what_came_with_it_is_taken(database: Database) -> None:
    known(database)
    code = asked(database)
    assert said(database, f"Hello! Here is my code: {code.upper()}") == ["accepted"]
    assert owner(database) == "c1"
    with database.reading() as session:
        assert session.scalar(select(Handle.proof).where(Handle.channel == "mastodon")) == handles.CODE


def test_the_code_from_another_account_proves_nothing(database: Database) -> None:
    known(database)
    code = asked(database)
    assert said(database, code, author="mastodon:eve@example.social") == ["unlinked"]
    assert owner(database) is None


def test_a_code_works_once_and_for_a_day(database: Database) -> None:
    known(database)
    code = asked(database)
    assert said(database, code, at=NOW + timedelta(hours=25)) == ["unlinked"]
    second = asked(database)
    assert second != code
    assert said(database, code) == ["unlinked"]  # the older one is void
    assert said(database, second) == ["accepted"]
    with database.transaction() as session:
        handles.unlink(session, "c1", ACCOUNT)
    assert said(database, second) == ["unlinked"]


def test_a_guesser_has_five_tries(database: Database) -> None:
    known(database)
    code = asked(database)
    for _ in range(proof.MOST_TRIES):
        assert said(database, "wow-22222222") == ["unlinked"]
    assert said(database, code) == ["unlinked"]
    assert owner(database) is None


def test_the_code_itself_is_kept_nowhere(database: Database) -> None:
    known(database)
    code = asked(database)
    with database.reading() as session:
        [row] = session.scalars(select(HandleChallenge))
        assert code.removeprefix("wow-") not in str(vars(row))


@pytest.mark.parametrize(
    ("address", "rule"),
    [(("mastodon", "null"), "nobody"), (("x", "c2"), "handle_of_another"), (("x", "c1"), "linked_already")],
)
def test_some_accounts_cannot_be_asked_for(database: Database, address: Address, rule: str) -> None:
    known(database)
    assert asked(database, address) == rule


def test_nobody_is_asked_for_more_accounts_than_a_person_has(database: Database) -> None:
    known(database)
    for n in range(proof.MOST_OPEN):
        assert asked(database, ("bluesky", f"anna{n}")).startswith("wow-")
    assert asked(database, ("bluesky", "one.more")) == "too_many"


def test_a_stranger_is_asked_nothing(database: Database) -> None:
    with pytest.raises(NotFound):
        asked(database)


def test_two_customers_asked_for_one_account_and_whoever_has_its_code_owns_it(database: Database) -> None:
    known(database)
    mine = asked(database)
    asked(database, customer_id="c2")
    assert said(database, mine) == ["accepted"]
    assert owner(database) == "c1"
