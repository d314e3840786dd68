"""A customer's profile, as far as they agree to it today."""

from datetime import datetime, timedelta

from fastapi.testclient import TestClient

from tests.api.test_signals import signal
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings


def known(database: Database, consents: str = "care;interests;offers") -> None:
    """Anna, who loves hiking and told us how she takes her coffee; her profile is built."""
    said = clock.now() - timedelta(days=3)
    with database.transaction() as session:
        person = {"customer_id": "c1", "name": "Anna Rossi", "tier": "gold", "language": "it", "handles": "x:@anna"}
        take_customers(session, from_mappings([person | {"consents": consents}]))
        posts = [
            signal("1", kind="post", text="I love hiking in the mountains", occurred_at=said.isoformat()),
            signal("2", kind="post", text="I take my coffee long, no sugar", occurred_at=said.isoformat()),
            signal("3", kind="post", text="It's my birthday tomorrow!", occurred_at=said.isoformat()),
        ]
        take_signals(session, from_mappings(posts))
        store.rebuild(session, clock.now())


def test_a_profile_tells_interests_with_the_words_they_rest_on(client: TestClient, database: Database) -> None:
    known(database)
    told = client.get("/v1/customers/c1/profile").json()
    hiking = next(one for one in told["interests"] if one["topic"] == "hiking")
    assert 0 < hiking["affinity"] <= 1
    assert [one["quote"] for one in hiking["evidence"]] == ["I love hiking in the mountains"]
    assert {one["slot"] for one in told["preferences"]} == {"coffee"}
    [moment] = told["moments"]
    tomorrow = (datetime.fromisoformat(moment["told_at"]) + timedelta(days=1)).date()
    assert (moment["kind"], moment["day"]) == ("birthday", tomorrow.isoformat())
    assert told["consents"] == ["care", "interests", "offers"]
    assert (told["name"], told["tier"], told["care"]["signals"]) == ("Anna Rossi", "gold", 3)


def test_who_no_longer_agrees_has_no_interests(client: TestClient, database: Database) -> None:
    known(database)
    with database.transaction() as session:
        person = {"customer_id": "c1", "name": "Anna Rossi", "handles": "x:@anna", "consents": "care"}
        take_customers(session, from_mappings([person]))
    told = client.get("/v1/customers/c1/profile").json()
    assert (told["interests"], told["preferences"], told["moments"], told["consents"]) == ([], [], [], ["care"])


def test_a_customer_without_a_profile_is_told_as_such(client: TestClient, database: Database) -> None:
    with database.transaction() as session:
        take_customers(session, from_mappings([{"customer_id": "a/b c?d"}]))
    told = client.get("/v1/customers/a%2Fb%20c%3Fd/profile").json()
    assert (told["customer_id"], told["care"], told["interests"]) == ("a/b c?d", None, [])
