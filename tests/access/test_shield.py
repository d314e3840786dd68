"""What every request passes first."""

import asyncio
from typing import Any

import pytest

from wowengine.access import Door, Shield
from wowengine.access.shield import NOTHING, Message, Receive, Scope, Send, is_foreign

HERE = {"host": "127.0.0.1:8600"}


def answer(method: str, headers: dict[str, str], *, key: str = "", own: dict[str, str] | None = None) -> list[Message]:
    """Send one request through a shield with an application behind it that always answers 200."""
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        mine = [(name.encode(), value.encode()) for name, value in (own or {}).items()]
        await send({"type": "http.response.start", "status": 200, "headers": mine})
        await send({"type": "http.response.body", "body": b"done"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "headers": raw}
    asyncio.run(Shield(app, Door(key), largest=100)(scope, receive, send))
    return sent


def headers_of(sent: list[Message]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_carries_the_headers_that_browsers_obey() -> None:
    told = headers_of(answer("GET", HERE))
    assert told["content-security-policy"] == NOTHING
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["referrer-policy"] == "same-origin"


def test_what_is_inside_may_set_its_own_policy() -> None:
    sent = answer("GET", HERE, own={"Content-Security-Policy": "script-src 'self'"})
    policies = [value for name, value in sent[0]["headers"] if name.lower() == b"content-security-policy"]
    assert policies == [b"script-src 'self'"]


def test_a_name_that_is_not_ours_is_refused_while_the_door_is_open() -> None:
    assert answer("GET", {"host": "evil.example"})[0]["status"] == 421
    assert answer("GET", {})[0]["status"] == 421
    assert answer("GET", {"host": "wow.example"}, key="key")[0]["status"] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_an_order_from_another_sites_page_is_refused(site: str) -> None:
    sent = answer("POST", HERE | {"sec-fetch-site": site})
    assert sent[0]["status"] == 403
    assert headers_of(sent)["content-type"] == "application/problem+json"
    assert sent[1]["body"] != b"done"


def test_reading_and_our_own_pages_orders_pass() -> None:
    assert answer("GET", HERE | {"sec-fetch-site": "cross-site"})[0]["status"] == 200
    assert answer("POST", HERE | {"sec-fetch-site": "same-origin"})[0]["status"] == 200
    assert answer("POST", HERE | {"origin": "http://127.0.0.1:8600"})[0]["status"] == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "http://127.0.0.1:8600.evil.example"]
)
def test_older_browsers_are_known_by_their_origin(origin: str) -> None:
    assert is_foreign("POST", HERE | {"origin": origin})


def test_a_program_that_says_no_origin_is_no_browser() -> None:
    assert not is_foreign("POST", HERE)


def test_a_body_that_says_it_is_too_large_is_not_waited_for() -> None:
    assert answer("POST", HERE | {"content-length": "101"})[0]["status"] == 413
    assert answer("POST", HERE | {"content-length": "100"})[0]["status"] == 200
