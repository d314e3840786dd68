"""`GET /v1/policy`: the numbers that decisions are taken by."""

from fastapi.testclient import TestClient

from tests.decide.make import POLICY
from wowengine.campaigns import policies
from wowengine.db.session import Database
from wowengine.decide.policy import policy_text
from wowengine.rounds import Config


def test_the_packaged_policy_is_shown_until_one_is_activated(
    client: TestClient, database: Database, config: Config
) -> None:
    assert client.get("/v1/policy").json() == {
        "version": POLICY.version,
        "toml": policy_text(),
        "activated_by": None,
        "since": None,
    }
    other = policy_text().replace("alternatives = 3", "alternatives = 2")
    with database.transaction() as session:
        version = policies.propose(session, config.policy, other, by="anna").row.version
        policies.activate(session, config.policy, version, by="anna")
    shown = client.get("/v1/policy").json()
    assert (shown["version"], shown["toml"], shown["activated_by"]) == (version, other, "anna")
    assert shown["since"] is not None
