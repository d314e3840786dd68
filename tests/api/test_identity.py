"""Handles by proof alone, and records merged and parted, as clients ask for it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.profiles.make import customer, customers_in, dump, signal, signals_in
from wowengine.db.session import Database
from wowengine.profiles import handles

ANNA = "mastodon:anna@example.social"


@pytest.fixture
def two(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(), customer("c2"))


def link(client: TestClient, handle: str = ANNA, who: str = "c1", **body: Any) -> tuple[int, Any]:
    told = client.post(f"/v1/customers/{who}/handles", json={"handle": handle} | body)
    return told.status_code, told.json()


@pytest.mark.parametrize("proof", [None, "agent_typed", "looks_alike", "code"])
def test_without_a_proof_nothing_is_linked(client: TestClient, two: None, proof: str | None) -> None:
    status, told = link(client, **({} if proof is None else {"proof": proof}))
    assert (status, told["rule"]) == (403, "not_proven")
    assert [one["handle"] for one in client.get("/v1/customers/c1/handles").json()["handles"]] == ["x:c1"]


@pytest.mark.parametrize("proof", sorted(handles.CLAIMABLE))
def test_a_proven_handle_is_linked_and_linked_again_is_linked(client: TestClient, two: None, proof: str) -> None:
    for _ in range(2):
        status, told = link(client, "Mastodon:@Anna@Example.Social", proof=proof)
        assert (status, told["handle"], told["proof"]) == (201, ANNA, proof)


def test_a_handle_is_of_one_customer_and_nobody_has_too_many(client: TestClient, two: None) -> None:
    assert link(client, "x:c2", proof="oidc")[1]["rule"] == "handle_of_another"
    assert link(client, "x:null", proof="oidc")[0] == 422
    told = [link(client, f"bluesky:a{n}", proof="oidc")[0] for n in range(4)]
    assert told == [201, 201, 201, 409]
    assert link(client, who="nobody", proof="oidc")[0] == 404


def test_a_link_taken_back_takes_what_came_by_it(client: TestClient, two: None, database: Database) -> None:
    link(client, proof="oidc")
    with database.transaction() as session:
        signals_in(session, signal("m1", author=ANNA, channel="mastodon", text="I love hiking"), signal("x1"))
    told = client.request("DELETE", "/v1/customers/c1/handles", params={"handle": ANNA})
    assert (told.status_code, told.json()) == (200, {"handle": ANNA, "signals_deleted": 1})
    again = client.request("DELETE", "/v1/customers/c1/handles", params={"handle": ANNA})
    assert again.status_code == 404
    assert client.get("/v1/customers/c1/profile").json()["care"]["signals"] == 1


def test_a_code_that_comes_back_links_the_account(client: TestClient, two: None) -> None:
    asked = client.post("/v1/customers/c1/handles/challenges", json={"handle": ANNA})
    assert asked.status_code == 201
    post = signal("m1", author=ANNA, channel="mastodon", source="mastodon", text=f"It is me: {asked.json()['code']}")
    told = client.post("/v1/signals", json={"signals": [post]})
    assert told.json()["accepted"] == 1, told.text
    found = client.get("/v1/customers/c1/handles").json()["handles"]
    assert {one["handle"]: one["proof"] for one in found}[ANNA] == "code"
    assert client.post("/v1/customers/c1/handles/challenges", json={"handle": ANNA}).status_code == 409


def test_the_answer_with_a_code_is_kept_nowhere(client: TestClient, two: None, database: Database) -> None:
    headers = {"idempotency-key": "once"}
    asked = client.post("/v1/customers/c1/handles/challenges", json={"handle": ANNA}, headers=headers).json()
    with database.reading() as session:
        assert asked["code"].removeprefix("wow-") not in str(dump(session))


def test_a_code_that_a_trusted_channel_saw_links_and_a_wrong_one_counts(client: TestClient, two: None) -> None:
    code = client.post("/v1/customers/c1/handles/challenges", json={"handle": ANNA}).json()["code"]
    for _ in range(4):
        status, told = link(client, proof="code", code="wow-22222222")
        assert (status, told["rule"]) == (403, "wrong_code")
    assert link(client, "mastodon:eve@example.social", proof="code", code=code)[1]["rule"] == "no_open_code"
    assert link(client, who="c2", proof="code", code=code)[1]["rule"] == "no_open_code"
    status, told = link(client, proof="code", code=code.upper())
    assert (status, told["proof"]) == (201, "code")
    assert link(client, proof="code", code=code)[0] == 201  # sent again, it is linked still


def test_after_five_wrong_codes_the_right_one_is_refused(client: TestClient, two: None) -> None:
    code = client.post("/v1/customers/c1/handles/challenges", json={"handle": ANNA}).json()["code"]
    for _ in range(5):
        link(client, proof="code", code="wow-22222222")
    assert link(client, proof="code", code=code)[1]["rule"] == "no_open_code"


def test_the_same_contact_in_two_spellings_is_offered_to_a_person(client: TestClient, database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(email="a.nna+shop@gmail.com"), customer("c2", email="anna@googlemail.com"))
    assert client.post("/v1/identity/matches").json() == {"found": 1}
    [match] = client.get("/v1/identity/matches").json()["items"]
    assert (match["customer_id"], match["other_id"], match["why"]) == ("c1", "c2", "same_email")
    assert {one["handle"] for one in client.get("/v1/customers/c1/handles").json()["handles"]} == {
        "x:c1",
        "email:a.nna+shop@gmail.com",
    }


def test_an_alias_joins_nobody_and_waits_for_a_person(client: TestClient, two: None) -> None:
    item = {"type": "alias", "messageId": "m1", "userId": "c1", "previousId": "c2"}
    told = client.post("/v1/batch", json={"batch": [item]}).json()
    assert told["results"][0]["result"] == "accepted"
    [match] = client.get("/v1/identity/matches").json()["items"]
    assert (match["customer_id"], match["other_id"], match["why"]) == ("c1", "c2", "alias")
    assert len(client.get("/v1/customers/c1/handles").json()["handles"]) == 1
    wrong = client.post(f"/v1/identity/matches/{match['id']}/accept", json={"keep": "c3"})
    assert (wrong.status_code, wrong.json()["rule"]) == (409, "not_of_this_match")
    made = client.post(
        f"/v1/identity/matches/{match['id']}/accept", json={"keep": "c1"}, headers={"Wow-Actor": "Theo"}
    ).json()
    assert (made["customer_id"], made["into_id"], made["by"]) == ("c2", "c1", "Theo")
    assert client.get("/v1/identity/matches").json() == {"items": [], "next": None}
    assert {one["handle"] for one in client.get("/v1/customers/c1/handles").json()["handles"]} == {"x:c1", "x:c2"}


def test_a_refused_match_does_not_come_back(client: TestClient, two: None) -> None:
    alias = {"type": "alias", "userId": "c1", "previousId": "c2"}
    client.post("/v1/batch", json={"batch": [alias | {"messageId": "m1"}]})
    [match] = client.get("/v1/identity/matches").json()["items"]
    assert client.post(f"/v1/identity/matches/{match['id']}/refuse").json()["refused_by"] == "admin"
    client.post("/v1/batch", json={"batch": [alias | {"messageId": "m2"}]})
    assert client.get("/v1/identity/matches").json()["items"] == []
    assert client.post(f"/v1/identity/matches/{match['id']}/accept", json={"keep": "c1"}).status_code == 409


def test_what_cannot_be_merged_or_undone_says_why(client: TestClient, two: None) -> None:
    body = {"customer_id": "c2", "into": "c1", "reason": "showed both cards"}
    made = client.post("/v1/identity/merges", json=body)
    assert made.status_code == 201
    assert client.post("/v1/identity/merges", json=body).json()["rule"] == "merged_already"
    undo = f"/v1/identity/merges/{made.json()['id']}/undo"
    assert client.post(undo).json()["undone_by"] == "admin"
    assert client.post(undo).json()["rule"] == "undone_already"
    assert client.post("/v1/identity/merges/99/undo").status_code == 404
    assert client.post("/v1/identity/merges", json=body | {"into": "c9"}).status_code == 404
