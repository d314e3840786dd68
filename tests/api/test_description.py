"""What the API says of itself is complete, and true."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

from wowengine.api import (
    actions,
    alike,
    audiences,
    batch,
    campaign_views,
    cases,
    customers,
    decided,
    decisions,
    deliveries,
    health,
    never,
    outcomes,
    owed,
    reactions,
    results,
    rights,
    signals,
)
from wowengine.api.problems import MEANINGS
from wowengine.api.verdicts import AnyVerdict

EXAMPLED: list[type[BaseModel]] = [
    signals.Batch,
    signals.BatchResult,
    batch.SegmentBatch,
    batch.EventResults,
    customers.ProfileView,
    cases.Cases,
    audiences.Preview,
    audiences.Grammar,
    campaign_views.PlanAsked,
    campaign_views.EditAsked,
    campaign_views.StepAsked,
    campaign_views.TriggerAsked,
    campaign_views.CampaignView,
    campaign_views.CampaignList,
    campaign_views.StepTable,
    campaign_views.ReportView,
    campaign_views.RecipientPage,
    campaign_views.Triggered,
    rights.Exported,
    rights.Forgotten,
    rights.Objection,
    rights.ObjectionView,
    decisions.DecisionAsked,
    decided.DecisionView,
    owed.OwedAsked,
    owed.OwedTold,
    actions.ActionLife,
    alike.Groups,
    alike.Bulk,
    alike.Batch,
    alike.Results,
    never.NeverSaid,
    never.NeverView,
    never.NeverPage,
    deliveries.Claim,
    deliveries.Delivery,
    deliveries.Release,
    deliveries.Heartbeat,
    deliveries.Tick,
    deliveries.HandOver,
    deliveries.TaskPage,
    deliveries.Failure,
    outcomes.OutcomeAsked,
    outcomes.OutcomeView,
    reactions.ReactionAsked,
    results.ResultsView,
    results.CampaignResult,
    health.Health,
]


@pytest.fixture
def told(quick: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = quick.get("/v1/openapi.json").json()
    return document


def operations(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]


def schema_of(told: dict[str, Any], content: dict[str, Any]) -> list[dict[str, Any]]:
    schema = content["content"]["application/json"]["schema"]
    shapes = schema.get("oneOf", [schema])
    return [told["components"]["schemas"][shape["$ref"].rpartition("/")[2]] for shape in shapes]


def test_it_is_openapi_three_one(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.1.0"
    assert told["info"]["license"]["identifier"] == "Apache-2.0"


def test_every_operation_has_words_examples_and_problems(told: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in told["tags"]}
    for name, operation in operations(told):
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= tags, name
        good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert all(schema["examples"] for schema in schema_of(told, good)), name
        if "requestBody" in operation:
            assert all(schema["examples"] for schema in schema_of(told, operation["requestBody"])), name
        problems = {status: answer for status, answer in operation["responses"].items() if not status.startswith("2")}
        assert {"401", "422"} <= set(problems), name
        for answer in problems.values():
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, name
            assert content["example"]["status"], name


def test_every_parameter_and_header_says_what_it_is(told: dict[str, Any]) -> None:
    silent = [
        (name, parameter["name"])
        for name, operation in operations(told)
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "path" and not parameter.get("description")
    ]
    assert silent == []


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    text = json.dumps(told)
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(told["components"]["schemas"])


def test_every_write_but_batches_takes_an_idempotency_key(told: dict[str, Any]) -> None:
    without = {
        name
        for name, operation in operations(told)
        if name.startswith("post")
        and "idempotency-key" not in {parameter["name"] for parameter in operation.get("parameters", [])}
    }
    assert without == {
        "post /v1/signals",  # each item carries an id of its own
        "post /v1/batch",
        "post /v1/owed",  # it stores nothing
        "post /v1/customers/{customer_id}/handles/challenges",  # a code is a secret: its answer must be kept nowhere
    }


@pytest.mark.parametrize("shape", EXAMPLED, ids=lambda shape: shape.__name__)
def test_every_example_is_valid(shape: type[BaseModel]) -> None:
    assert isinstance(shape.model_config.get("json_schema_extra"), dict)
    for example in shape.model_config["json_schema_extra"]["examples"]:  # type: ignore[index, union-attr]
        shape.model_validate_json(json.dumps(example))


def test_every_verdicts_example_is_that_verdict(told: dict[str, Any]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(AnyVerdict)
    body = told["paths"]["/v1/actions/{action_id}/verdict"]["post"]["requestBody"]
    for schema in schema_of(told, body):
        for example in schema["examples"]:
            assert type(adapter.validate_python(example)).__name__ == schema["title"]


def test_people_can_read_it_as_a_page_that_loads_nothing_from_elsewhere(quick: TestClient) -> None:
    page = quick.get("/v1/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert all(f'id="{code}"' in page.text for code in MEANINGS), "a problem's type leads to its meaning"
    assert quick.get("/v1/docs.css").headers["content-type"].startswith("text/css")
