"""What the API says of itself: OpenAPI 3.1, complete, with an example of everything and every error."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from wowengine import __version__
from wowengine.api.problems import MEANINGS, MEDIA_TYPE, REFERENCE, TABLE, Problem

DESCRIPTION = """
Signals come in; a decision says what could be done for a customer and why; a person approves; staff deliver; what
the customer then did goes back in.

**Errors** are problem details (RFC 9457), `application/problem+json`, with a `code` for programs.
**Writes** take an `Idempotency-Key`: the same request again does nothing more and gets the first answer, byte for
byte. Batches of signals and of events need none, since each item carries its own id; a code that proves an account is
told once, and kept nowhere; and a person is forgotten once, however often it is asked.
**Lists** are pages: send `next` as `after`.
**Who acts** stands in the header `Wow-Actor`; it is kept in the life of the action.
Times are ISO 8601 with their zone; money is whole cents with a currency.
"""
TAGS = [
    {"name": "signals", "description": "What people said, and what happened to them."},
    {"name": "customers", "description": "Who they are, what they care about, what they lived through with us."},
    {"name": "identity", "description": "By which accounts they are known, and which records are one customer."},
    {"name": "audiences", "description": "Whom a campaign would be for, before there is one."},
    {"name": "decisions", "description": "Whether to do something for somebody, and what."},
    {"name": "campaigns", "description": "What marketing means to do, its life, and what came of everybody."},
    {"name": "actions", "description": "What waits for a person's word, and its life."},
    {"name": "deliveries", "description": "From approved to delivered."},
    {"name": "outcomes", "description": "What customers then did."},
    {"name": "results", "description": "What it took, what it did against a holdout, and whether it pays."},
    {"name": "listening", "description": "What is said of the brand, in numbers and without anybody's name."},
    {"name": "health", "description": "Is it up, and does the work get done?"},
]
ALWAYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that an operation may answer with, besides those that each may."""
    listed = sorted({*ALWAYS, *map(HTTPStatus, statuses)})
    return {int(status): _response(status) for status in listed}


def describe(app: FastAPI) -> None:
    """Have the application tell its own description, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own documented way


def _described(app: FastAPI) -> dict[str, Any]:
    told = get_openapi(
        title="wowengine",
        version=__version__,
        summary="Small wonders for customers: decided with care, approved by people, delivered once.",
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_version="3.1.0",
    )
    schemas = told["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    return told


def _response(status: HTTPStatus) -> dict[str, Any]:
    codes = [code for where, code in TABLE.values() if where is status]
    said = " ".join(f"`{code}`: {MEANINGS[code]}" for code in codes) or status.description or status.phrase
    example = {
        "type": f"{REFERENCE}#{codes[0]}" if codes else "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": codes[0] if codes else status.name.lower(),
        "detail": MEANINGS[codes[0]] if codes else status.description,
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": said, "content": content}
