"""Whatever is sent, the answer is an answer: never a broken server, and every refusal a problem."""

import json
from datetime import timedelta
from inspect import isabstract
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.campaigns.making import world
from wowengine import clock
from wowengine.api import (
    alike,
    decisions,
    deliveries,
    handles,
    identity,
    never,
    outcomes,
    rights,
    signals,
    verdicts,
)
from wowengine.db.session import Database
from wowengine.decide import reported

NASTY = st.sampled_from(
    ["", "\x00", "\ud800", "\u202e", "c1", "espresso", "9" * 400, "'; drop table actions; --", "NaN"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | NASTY
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
VERDICTS = [
    shape for shape in vars(verdicts).values() if isinstance(shape, type) and issubclass(shape, verdicts.Verdict)
]
BODIES: dict[str, list[type[BaseModel]]] = {
    "/v1/signals": [signals.Batch],
    "/v1/customers/c1/handles": [handles.Claim],
    "/v1/customers/c1/handles/challenges": [handles.Ask],
    "/v1/customers/c1/objections": [rights.Objection],
    "/v1/identity/merges": [identity.MergeAsked],
    "/v1/decisions": [decisions.DecisionAsked],
    "/v1/owed": [reported.ReportedIncident],
    "/v1/outcomes": [outcomes.OutcomeAsked],
    "/v1/actions/{action}/verdict": [shape for shape in VERDICTS if not isabstract(shape)],
    "/v1/queue/bulk": [alike.Bulk],
    "/v1/queue/bulk/undo": [alike.Batch],
    "/v1/never-again": [never.NeverSaid],
    "/v1/actions/{action}/claim": [deliveries.Claim],
    "/v1/actions/{action}/deliver": [deliveries.Delivery],
    "/v1/actions/{action}/release": [deliveries.Release],
    "/v1/actions/{action}/fail": [deliveries.Failure],
}


def examples(path: str) -> list[dict[str, Any]]:
    extras: Any = [shape.model_config["json_schema_extra"] for shape in BODIES[path]]
    return [example for extra in extras for example in extra["examples"]]


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, object]:
    """An address, and a body: an example with some of it spoilt, or nothing we ever thought of."""
    path = draw(st.sampled_from(sorted(BODIES)))
    if draw(st.integers(0, 9)) == 0:
        return path, draw(VALUES)
    body = json.loads(json.dumps(draw(st.sampled_from(examples(path)))).replace("c-1001", "c1"))
    place = body
    if "signals" in body:
        (place,) = body["signals"]
        place |= {"customer_id": "c1", "kind": "message"}
    for _ in range(draw(st.integers(0, 2))):
        place[draw(st.sampled_from(sorted(place)) | st.text(max_size=8))] = draw(VALUES)
    return path, body


@pytest.fixture
def waiting(database: Database) -> str:
    """One action of one customer, with a deadline that is still to come."""
    return world(database, deadline_at=clock.now() + timedelta(days=1))


FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(asked=requests(), key=NASTY | st.text(max_size=20))
def test_no_body_breaks_the_server(client: TestClient, waiting: str, asked: tuple[str, object], key: str) -> None:
    path, body = asked
    headers = [(b"content-type", b"application/json")]
    if key.isascii() and key.isprintable():
        headers.append((b"idempotency-key", key.encode()))
    told = client.post(path.replace("{action}", waiting), content=json.dumps(body), headers=headers)
    assert told.status_code < 500, (path, body, told.text)
    assert told.status_code < 400 or told.headers["content-type"] == "application/problem+json"


@FUZZ
@given(
    address=st.sampled_from(
        [
            "GET /v1/customers/{}/profile",
            "GET /v1/customers/{}/export",
            "DELETE /v1/customers/{}",
            "GET /v1/actions/{}",
            "GET /v1/queue?after={}",
            "GET /v1/queue?limit={}",
            "GET /v1/audiences/preview?audience={}",
            "GET /v1/campaigns/{}/recipients",
            "GET /v1/campaigns/{}/dry-run",
            "GET /v1/{}",
        ]
    ),
    word=st.text(max_size=30) | NASTY,
)
def test_no_address_breaks_the_server(client: TestClient, address: str, word: str) -> None:
    method, _, path = address.partition(" ")
    told = client.request(method, path.format(quote(word.encode("utf-8", "surrogatepass"), safe="")))
    assert told.status_code < 500, (address, word, told.text)
    assert told.status_code < 400 or told.headers["content-type"] == "application/problem+json"
