"""After every test of this room: did all of its promises hold?"""

from collections.abc import Iterator

import pytest

from wowengine.campaigns.invariants import check_invariants
from wowengine.db.session import Database


@pytest.fixture
def broken_on_purpose() -> None:
    """Asked for by a test that leaves promises broken, to see that this is noticed."""


@pytest.fixture(autouse=True)
def _promises_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    used = [name for name in ("database", "sqlite", "postgres") if name in request.fixturenames]
    databases = [request.getfixturevalue(name) for name in used]
    yield
    for database in databases:
        assert isinstance(database, Database)
        with database.reading() as session:
            wrong = check_invariants(session)
        assert bool(wrong) == ("broken_on_purpose" in request.fixturenames), wrong
