"""What a person may ask: to see what is held, to object, to be forgotten."""

import base64
import hashlib
import re
import time

import pytest
from fastapi.testclient import TestClient

from tests.api.test_customers import known
from tests.api.test_decisions import GESTURES
from tests.campaigns.making import BUDGET
from tests.profiles.make import customer, customers_in, dump, signal, signals_in
from wowengine.campaigns import ledger
from wowengine.db.session import Database
from wowengine.profiles import frames
from wowengine.profiles.check import check
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend.catalog import store_gestures
from wowengine.rounds import Config

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OFFERED = {"customer_id": "c1", "moment": {"place": "Gate B12", "channel": "staff_task"}}


@pytest.fixture
def two(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(language="it"), customer("c2"))
        signals_in(session, signal(text="I love hiking"), signal("s2", author="x:c2", text="I love fishing"))


def merge(client: TestClient) -> None:
    body = {"customer_id": "c2", "into": "c1", "reason": "showed both cards"}
    assert client.post("/v1/identity/merges", json=body).status_code == 201


def test_an_export_tells_every_row_with_its_reason(client: TestClient, two: None) -> None:
    told = client.get("/v1/customers/c1/export")
    assert told.headers["content-type"] == "application/json"
    assert told.headers["cache-control"] == "no-store"
    tables = told.json()["tables"]
    assert [row["text"] for row in tables["signals"]["rows"]] == ["I love hiking"]
    assert all(tables["signals"][fact] for fact in ("what", "why", "kept"))
    assert "fishing" not in told.text


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML;q=0.9, application/json;q=0.5", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0", False),
        ("text/html;q=²", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_it_is_a_page_for_whoever_likes_a_page_better(
    quick: TestClient, sqlite: Database, accept: str, page: bool
) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer(language="it"))
    told = quick.get("/v1/customers/c1/export", headers={b"accept": accept.encode()})
    assert told.headers["content-type"].startswith("text/html") is page
    assert ("Che cosa conserviamo su di te" in told.text) is page
    assert told.headers["vary"] == "Accept"


def test_the_page_may_use_its_own_style_and_nothing_else(quick: TestClient, sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer(name="<script>alert(1)</script>"))
    told = quick.get("/v1/customers/c1/export", headers={"accept": BROWSER})
    (style,) = re.findall(r"<style>(.*?)</style>", told.text)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = told.headers["content-security-policy"]
    assert f"style-src 'sha256-{hashed}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in told.text


def test_a_forgotten_person_is_gone_and_to_ask_again_is_answered(
    client: TestClient, two: None, database: Database, config: Config
) -> None:
    merge(client)
    answer = client.delete("/v1/customers/c2")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["customer_id"], told["already"], told["files"]) == ("c2", False, 0)
    assert (told["rows"]["customers"], told["rows"]["signals"]) == (2, 2)
    for who in ("c1", "c2"):
        again = client.delete(f"/v1/customers/{who}")
        assert (again.status_code, again.json()["already"], again.json()["rows"]) == (200, True, {})
        assert client.get(f"/v1/customers/{who}/export").status_code == 404
    with database.reading() as session:
        assert "hiking" not in str(dump(session))
    assert (config.home / "erased.ndjson").read_text().count('"mark"') == 4
    with database.transaction() as session:
        assert customers_in(session, customer()).set_aside == {"forgotten": 1}


def test_nobody_is_forgotten_who_never_was_here(client: TestClient, two: None, database: Database) -> None:
    told = client.delete("/v1/customers/nobody")
    assert (told.status_code, told.json()["code"]) == (404, "not_found")
    assert client.delete("/v1/customers/c1/profile").status_code == 404
    assert client.get("/v1/customers/c1/profile").status_code == 200
    for path in ("export", "objections"):
        method = "GET" if path == "export" else "POST"
        assert client.request(method, f"/v1/customers/nobody/{path}", json={}).status_code == 404


def test_what_a_request_is_answered_when_it_forgets_is_kept_nowhere(
    client: TestClient, two: None, database: Database
) -> None:
    client.delete("/v1/customers/c1", headers={"idempotency-key": "once"})
    with database.reading() as session:
        assert dump(session)["idempotency"] == []


def test_an_id_with_slashes_is_forgotten_whole(client: TestClient, database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("a/b c?d"), customer("a"))
    assert client.delete("/v1/customers/a%2Fb%20c%3Fd").json()["customer_id"] == "a/b c?d"
    assert client.get("/v1/customers/a/profile").status_code == 200


def test_a_second_after_an_objection_nothing_is_scored_and_nothing_waits(
    client: TestClient, database: Database
) -> None:
    known(database)
    with database.transaction() as session:
        store_gestures(session, check(from_mappings(GESTURES), frames.GESTURES).good)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
    proposed = client.post("/v1/decisions", json=OFFERED | {"propose": True}).json()["proposed"]
    assert [action["gesture_id"] for action in proposed] == ["trail-map"]
    assert client.get("/v1/customers/c1/profile").json()["interests"]
    begun = time.monotonic()
    told = client.post("/v1/customers/c1/objections", json={"purposes": ["offers", "interests", "offers"]})
    assert (told.status_code, told.json()["purposes"], told.json()["withdrawn"]) == (201, ["interests", "offers"], 1)
    assert client.get("/v1/queue").json()["items"] == []
    decided = client.post("/v1/decisions", json=OFFERED | {"propose": True}).json()
    assert decided["suggestions"] == decided["proposed"] == []
    assert "contact.consent" in {judged["rule"] for judged in decided["refused"]}
    profile = client.get("/v1/customers/c1/profile").json()
    assert (profile["interests"], profile["consents"]) == ([], ["care"])
    assert time.monotonic() - begun < 1
    with database.transaction() as session:
        customers_in(session, customer(handles="x:@anna"))
    assert client.get("/v1/customers/c1/profile").json()["consents"] == ["care"]


@pytest.mark.parametrize("asked", ["c1", "c2"])
def test_whoever_was_merged_objects_under_all_records(client: TestClient, two: None, asked: str) -> None:
    merge(client)
    assert client.post(f"/v1/customers/{asked}/objections", json={}).status_code == 201
    for who in ("c1", "c2"):
        assert client.get(f"/v1/customers/{who}/profile").json()["consents"] == []


def test_the_same_objection_under_a_key_is_answered_once(client: TestClient, two: None, database: Database) -> None:
    told = [
        client.post("/v1/customers/c1/objections", json={}, headers={"idempotency-key": "k"}).text for _ in range(2)
    ]
    assert told[0] == told[1]
    with database.reading() as session:
        assert sum(row.count("objection") for row in map(str, dump(session)["consents"])) == 4


@pytest.mark.parametrize(
    "body", [{"purposes": []}, {"purposes": ["gossip"]}, {"purposes": "offers"}, {"reason": "x"}, 7]
)
def test_what_is_no_objection_changes_nothing(quick: TestClient, sqlite: Database, body: object) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
    told = quick.post("/v1/customers/c1/objections", json=body)
    assert (told.status_code, told.headers["content-type"]) == (422, "application/problem+json")
    assert len(quick.get("/v1/customers/c1/profile").json()["consents"]) == 3
