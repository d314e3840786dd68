"""Coming in, going out, and how one likes the pages."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import BASE
from wowengine import access, clock, console
from wowengine.access.badge import COOKIE
from wowengine.campaigns import store
from wowengine.console.forms import local_path
from wowengine.db.session import Database
from wowengine.rounds import Config

KEY = "a long secret"
PAGES = ["/", "/review", "/pulse", "/tasks", "/customers", "/customers/c1", "/done", "/actions/act_1"]


@pytest.fixture
def locked(database: Database, config: Config) -> TestClient:
    """A console with a key."""
    return TestClient(console.make_app(database, config, admin_key=KEY), BASE, headers={"accept-language": "en"})


@pytest.mark.parametrize("address", PAGES)
def test_without_the_key_every_page_leads_to_signing_in(locked: TestClient, address: str) -> None:
    told = locked.get(address)
    assert told.url.path == "/sign-in"
    assert 'name="key"' in told.text
    assert "Anna" not in told.text


def test_whoever_shows_the_key_comes_in_and_approvals_bear_their_name(
    locked: TestClient, database: Database, actions: list[str]
) -> None:
    inside = locked.post("/sign-in", data={"name": " Elsa  Blum ", "key": KEY})
    assert inside.url.path == "/review"
    assert "Elsa Blum" in inside.text
    cookie = inside.history[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert KEY not in cookie
    fields = dict(re.findall(r'name="(version|payload_hash)" value="([^"]*)"', inside.text))
    locked.post(f"/review/{actions[0]}/approve", data=fields)
    with database.reading() as session:
        assert store.get(session, actions[0]).approved_by == "Elsa Blum"


@pytest.mark.parametrize("key", ["", "wrong", KEY.upper()])
def test_a_wrong_key_opens_nothing(locked: TestClient, key: str) -> None:
    told = locked.post("/sign-in", data={"name": "Elsa", "key": key})
    assert told.status_code == 403
    assert "does not fit" in told.text
    assert "set-cookie" not in told.headers


def test_nobody_comes_in_without_a_name(locked: TestClient) -> None:
    assert locked.post("/sign-in", data={"name": " \u200b ", "key": KEY}).status_code == 422


def test_a_forged_badge_opens_nothing(locked: TestClient) -> None:
    locked.cookies.set(COOKIE, access.issue("Elsa", "another key", clock.now()))
    assert locked.get("/review").url.path == "/sign-in"


def test_whoever_leaves_is_out(locked: TestClient) -> None:
    locked.post("/sign-in", data={"name": "Elsa", "key": KEY})
    locked.post("/sign-out")
    assert locked.get("/review").url.path == "/sign-in"


def test_an_order_from_another_sites_page_does_nothing(
    locked: TestClient, database: Database, actions: list[str]
) -> None:
    inside = locked.post("/sign-in", data={"name": "Elsa", "key": KEY})
    fields = dict(re.findall(r'name="(version|payload_hash)" value="([^"]*)"', inside.text))
    told = locked.post(f"/review/{actions[0]}/approve", data=fields, headers={"Origin": "http://evil.example"})
    assert told.status_code == 403
    with database.reading() as session:
        assert store.get(session, actions[0]).state == "proposed"


def test_where_the_door_is_open_one_may_still_say_ones_name(page: TestClient) -> None:
    assert "<bdi>admin</bdi>" in page.get("/review").text
    assert 'name="key"' not in page.get("/sign-in").text
    assert "<bdi>Elsa</bdi>" in page.post("/sign-in", data={"name": "Elsa"}).text


def test_pages_speak_the_browsers_language_until_another_is_chosen(page: TestClient) -> None:
    italian = {"accept-language": "it-IT,it;q=0.9,en;q=0.5"}
    assert '<html lang="it"' in page.get("/review", headers=italian).text
    assert '<html lang="en"' in page.get("/review", headers={"accept-language": "fi"}).text
    told = page.post("/preferences", data={"language": "it", "back": "/tasks"})
    assert told.url.path == "/tasks"
    assert '<html lang="it"' in told.text


def test_theme_and_keys_are_remembered_and_nonsense_is_not(page: TestClient) -> None:
    assert 'data-theme="dark"' in page.post("/preferences", data={"theme": "dark"}).text
    assert 'data-keys="off"' in page.post("/preferences", data={"keys": "off"}).text
    assert 'data-theme="dark"' in page.post("/preferences", data={"theme": '"><script>'}).text


@pytest.mark.parametrize("path", ["//evil.example", "http://evil.example", "/\\evil.example", "evil", "/\nx", ""])
def test_preferences_lead_nowhere_else(path: str) -> None:
    assert local_path(path) == "/"


def test_every_page_forbids_scripts_of_others_and_is_not_kept(page: TestClient) -> None:
    for address in ("/review", "/sign-in", "/nothing", "/actions/act_none"):
        told = page.get(address)
        assert "script-src 'self';" in told.headers["content-security-policy"]
        assert "unsafe" not in told.headers["content-security-policy"]
        assert told.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]+src=)|\son\w+=|\sstyle=|javascript:", told.text)


def test_a_page_that_does_not_exist_and_a_form_that_is_wrong_say_so(page: TestClient, actions: list[str]) -> None:
    assert page.get("/nothing").status_code == 404
    told = page.post(f"/review/{actions[0]}/approve", data={"version": "one"})
    assert told.status_code == 422
    assert "payload_hash, version" in told.text


def test_what_breaks_inside_stays_inside(database: Database, config: Config) -> None:
    app = console.make_app(database, config)

    def burst() -> None:
        raise RuntimeError("the password is swordfish")

    app.add_api_route("/bursts", burst)
    told = TestClient(app, BASE, raise_server_exceptions=False).get("/bursts")
    assert told.status_code == 500
    assert "swordfish" not in told.text
    assert "script-src 'self'" in told.headers["content-security-policy"]
