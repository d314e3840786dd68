"""Who is let in, and how every error is told."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from tests.api.conftest import BASE
from wowengine import api, console
from wowengine.api.app import LARGEST_BODY
from wowengine.api.problems import TABLE
from wowengine.db.session import Database
from wowengine.errors import Retriable, WowError
from wowengine.rounds import Config

KEY = "a long secret"


def routes(app: FastAPI) -> list[tuple[str, str]]:
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def test_without_the_key_every_operation_but_health_is_shut(sqlite: Database, config: Config) -> None:
    app = api.make_app(sqlite, config, admin_key=KEY)
    asking = TestClient(app, BASE)
    for method, path in routes(app):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}):
            told = asking.request(method, path.replace("{", "").replace("}", ""), headers=headers, json={})
            expected = 200 if path == "/healthz" else 401
            assert told.status_code == expected, (method, path)
            if expected == 401:
                assert told.json()["code"] == "unauthorised"
                assert told.headers["www-authenticate"] == "Bearer"


def test_the_key_opens(sqlite: Database, config: Config) -> None:
    asking = TestClient(api.make_app(sqlite, config, admin_key=KEY), BASE)
    assert asking.get("/v1/queue", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_an_open_server_answers_no_other_name_and_no_other_sites_page(quick: TestClient) -> None:
    assert quick.get("/v1/queue", headers={"host": "evil.example"}).status_code == 421
    foreign = quick.post("/v1/outcomes", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/", 404, "not_found"),
        ("GET", "/elsewhere", 404, "not_found"),
        ("DELETE", "/v1/queue", 405, "method_not_allowed"),
        ("GET", "/v1/actions/act_none/verdict", 405, "method_not_allowed"),
        ("GET", "/v1/actions/act_none", 404, "not_found"),
        ("GET", "/v1/customers/nobody/profile", 404, "not_found"),
        ("GET", "/v1/customers/%00/profile", 422, "bad_input"),
        ("GET", "/v1/queue?limit=0", 422, "bad_input"),
        ("GET", "/v1/queue?limit=many", 422, "bad_input"),
        ("GET", "/v1/queue?after=act_none", 404, "not_found"),
    ],
)
def test_every_error_is_a_problem(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    told = client.request(method, path)
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"]


def test_a_refused_method_names_those_that_are_known(quick: TestClient) -> None:
    assert quick.put("/v1/queue").headers["allow"] == "GET"


def test_a_body_that_is_not_json_or_far_too_large_is_told_so(quick: TestClient) -> None:
    as_json = {"content-type": "application/json"}
    assert quick.post("/v1/outcomes", content=b"{", headers=as_json).status_code == 400
    large = b" " * (LARGEST_BODY + 1)
    for content in (large, iter([large])):  # told beforehand, or found out on the way
        told = quick.post("/v1/outcomes", content=content, headers=as_json)
        assert told.status_code == 413
        assert told.headers["content-type"] == "application/problem+json"


def test_a_problem_never_repeats_what_was_sent(quick: TestClient) -> None:
    told = quick.post("/v1/outcomes", json={"customer_id": 7, "type": "my secret", "my secret key": 1})
    assert told.status_code == 422
    assert "my secret" not in told.json()["detail"]
    assert len(told.json()["errors"]) >= 3
    assert not any("my secret" in wrong["what"] for wrong in told.json()["errors"])


@pytest.mark.parametrize("kind", list(TABLE))
def test_each_of_our_errors_has_its_status(sqlite: Database, config: Config, kind: type[WowError]) -> None:
    app = api.make_app(sqlite, config)

    def fail() -> None:
        if kind is Retriable:
            raise Retriable("Later.", after=timedelta(seconds=30), status="ours", kept=1)
        raise kind("No.", status="ours", kept=1)

    app.add_api_route("/fails", fail)
    told = TestClient(app, BASE, raise_server_exceptions=False).get("/fails")
    status, code = TABLE[kind]
    assert told.status_code == status
    assert told.json()["code"] == code
    assert told.json()["status"] == status, "a fact never replaces a standard member"
    assert told.json()["kept"] == 1
    assert (told.headers.get("retry-after") == "30") == (kind is Retriable)


def test_what_breaks_inside_stays_inside(sqlite: Database, config: Config) -> None:
    app = api.make_app(sqlite, config)

    def burst() -> None:
        raise RuntimeError("the password is swordfish")

    app.add_api_route("/bursts", burst)
    told = TestClient(app, BASE, raise_server_exceptions=False).get("/bursts")
    assert told.status_code == 500
    assert told.json()["code"] == "error"
    assert "swordfish" not in told.text
    assert told.headers["x-content-type-options"] == "nosniff"


def test_beside_a_console_the_api_still_answers_for_all_of_v1(sqlite: Database, config: Config) -> None:
    both = api.make_app(sqlite, config)
    both.mount("/", console.make_app(sqlite, config))
    asking = TestClient(both, BASE)
    assert asking.get("/v1/nothing").headers["content-type"] == "application/problem+json"
    assert asking.delete("/v1/queue").status_code == 405
    page = asking.get("/review")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


def test_other_applications_can_stand_at_the_root(sqlite: Database, config: Config) -> None:
    whole = api.make_app(sqlite, config)
    other = Starlette()
    other.add_route("/", lambda _request: PlainTextResponse("other"))
    whole.mount("/", other)
    assert TestClient(whole, BASE).get("/").text == "other"
