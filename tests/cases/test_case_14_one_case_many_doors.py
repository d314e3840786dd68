"""Case 14: known by every door. A customer writes in two places; a code proves the second; a wrong merge is undone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cases.world import World
from wowengine import clock

ACCOUNT = "mastodon:anna@example.social"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    made.wow("migrate")
    people = "customer_id,name,handles,consents\nc1,Anna Rossi,messenger:anna.77,care;interests;offers\n"
    people += "web-9,A. Rossi,email:anna@example.org,care;interests;offers\nc2,Theo Brandt,x:theo,care;interests\n"
    (tmp_path / "customers.csv").write_text(people, encoding="utf-8")
    made.wow("import", "customers", str(tmp_path / "customers.csv"))
    return made


def message(source_id: str, channel: str, author: str, text: str, hours_ago: int = 1) -> dict[str, Any]:
    at = (clock.now() - timedelta(hours=hours_ago)).isoformat()
    where = {"source": channel, "source_id": source_id, "kind": "message", "channel": channel}
    return where | {"author": author, "text": text, "occurred_at": at}


def test_one_customer_is_known_by_both_doors_and_a_wrong_merge_leaves_no_trace(world: World) -> None:
    with world.serving() as api:
        first = message("m1", "messenger", "messenger:anna.77", "Where is my bag? It did not arrive in Rome.")
        second = message("t1", "mastodon", ACCOUNT, "@alaazzurra still no bag, second day.")
        took = api.post("/v1/signals", json={"signals": [first, second]}).json()
        assert (took["accepted"], took["unlinked"]) == (1, 1)  # nobody proved yet that the account is Anna's

        typed = api.post("/v1/customers/c1/handles", json={"handle": ACCOUNT, "proof": "agent_typed"})
        assert typed.status_code == 403

        code = api.post("/v1/customers/c1/handles/challenges", json={"handle": ACCOUNT}).json()["code"]
        proof = message("t2", "mastodon", ACCOUNT, f"@alaazzurra {code}")
        assert api.post("/v1/signals", json={"signals": [proof, second]}).json()["accepted"] == 2

        world.wow("profile")
        anna = api.get("/v1/customers/c1/profile").json()
        assert anna["care"]["contacts"] == 3  # by two doors, one customer
        proofs = {one["handle"]: one["proof"] for one in api.get("/v1/customers/c1/handles").json()["handles"]}
        assert proofs == {"messenger:anna.77": "company_record", ACCOUNT: "code"}

        theo = api.get("/v1/customers/c2/profile").json()
        wrong = {"customer_id": "c2", "into": "c1", "reason": "both asked about a bag"}
        made = api.post("/v1/identity/merges", json=wrong).json()
        assert "x:theo" in {one["handle"] for one in api.get("/v1/customers/c1/handles").json()["handles"]}
        api.post(f"/v1/identity/merges/{made['id']}/undo").raise_for_status()
        assert untimed(api.get("/v1/customers/c2/profile").json()) == untimed(theo)
        assert untimed(api.get("/v1/customers/c1/profile").json()) == untimed(anna)

        right = {"customer_id": "web-9", "into": "c1", "reason": "she signed in to both"}
        api.post("/v1/identity/merges", json=right).raise_for_status()
        mail = message("e1", "email", "email:anna@example.org", "And now by mail: my bag, please.")
        assert api.post("/v1/signals", json={"signals": [mail]}).json()["accepted"] == 1
        world.wow("profile")
        assert api.get("/v1/customers/c1/profile").json()["care"]["contacts"] == 4


def test_one_issue_by_two_doors_is_one_case_and_our_answer_counts_once(world: World) -> None:
    with world.serving() as api:
        claim = {"handle": ACCOUNT, "proof": "sign_in"}
        api.post("/v1/customers/c1/handles", json=claim).raise_for_status()
        by_chat = message("m1", "messenger", "messenger:anna.77", "You lost my suitcase, it is missing!", hours_ago=30)
        by_post = message("t1", "mastodon", ACCOUNT, "My suitcase is still missing, you lost it.", hours_ago=6)
        answer = message("t2", "mastodon", "mastodon:us@example.social", "We found it.", hours_ago=5)
        answer |= {"direction": "outbound", "in_reply_to": "t1"}
        took = api.post("/v1/signals", json={"signals": [by_chat, by_post, answer]}).json()
        assert took["accepted"] == 3
        world.wow("profile")
        [case] = api.get("/v1/customers/c1/cases").json()["cases"]
        assert (case["channels"], case["threads"], case["contacts"]) == (["messenger", "mastodon"], 2, 2)
        assert case["reason"]
        assert case["first_answer_seconds"] == pytest.approx(25 * 3600, abs=60)

        wrong = {"customer_id": "c1", "into": "c2", "reason": "both lost a suitcase"}
        made = api.post("/v1/identity/merges", json=wrong).json()
        assert api.get("/v1/customers/c1/cases").json() == {"customer_id": "c2", "cases": [case]}
        api.post(f"/v1/identity/merges/{made['id']}/undo").raise_for_status()
        assert api.get("/v1/customers/c1/cases").json() == {"customer_id": "c1", "cases": [case]}
        assert api.get("/v1/customers/c2/cases").json()["cases"] == []
        assert api.get("/v1/customers/nobody/cases").status_code == 404


def untimed(profile: dict[str, Any]) -> dict[str, Any]:
    """Leave out when it was built, and what has waited a little longer since."""
    care = {
        name: told for name, told in profile["care"].items() if name not in {"as_of", "longest_wait_seconds", "mood"}
    }
    return profile | {"care": care, "interests": [one["topic"] for one in profile["interests"]]}
