"""How an error is told: problem details (RFC 9457), one table from our errors to statuses."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from wowengine.access.shield import NOTHING, headers_under
from wowengine.errors import (
    BadInput,
    Conflict,
    Misconfigured,
    NeedsPerson,
    NotFound,
    Refused,
    Retriable,
    WowError,
)

MEDIA_TYPE = "application/problem+json"
REFERENCE = "/v1/docs"
NOT_JSON = "json_invalid"


class Unauthorised(WowError):
    """No key was shown, or one that does not fit."""


# Our errors, in the order in which they are tried: status and the short word that programs go by.
TABLE: dict[type[WowError], tuple[HTTPStatus, str]] = {
    Unauthorised: (HTTPStatus.UNAUTHORIZED, "unauthorised"),
    BadInput: (HTTPStatus.UNPROCESSABLE_ENTITY, "bad_input"),
    NotFound: (HTTPStatus.NOT_FOUND, "not_found"),
    Refused: (HTTPStatus.FORBIDDEN, "refused"),
    Conflict: (HTTPStatus.CONFLICT, "conflict"),
    NeedsPerson: (HTTPStatus.CONFLICT, "needs_person"),
    Retriable: (HTTPStatus.SERVICE_UNAVAILABLE, "retry_later"),
    Misconfigured: (HTTPStatus.SERVICE_UNAVAILABLE, "misconfigured"),
    WowError: (HTTPStatus.INTERNAL_SERVER_ERROR, "error"),
}
MEANINGS = {
    "unauthorised": "No key was shown, or one that does not fit.",
    "bad_input": "What was sent cannot be used, and nothing was changed.",
    "not_found": "There is no such thing.",
    "refused": "This may not be done.",
    "conflict": "The thing is no longer as you saw it, or not in a state for this step. Look at it again.",
    "needs_person": "A machine must not go on here; a person has to settle it.",
    "retry_later": "It did not work now; try again after the seconds in `Retry-After`.",
    "misconfigured": "The installation lacks something; the detail names the mend.",
    "error": "Something went wrong here, and nothing was changed.",
}
OWN_MEMBERS = frozenset({"type", "title", "status", "detail", "code", "errors"})


class Wrong(BaseModel):
    """One thing that is wrong in what was sent."""

    where: str = Field(description="Where it stands: `body/version`, `query/limit`.")
    what: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong, for people (`title`, `detail`) and for programs (`status`, `code`)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": f"{REFERENCE}#conflict",
                    "title": "Conflict",
                    "status": 409,
                    "code": "conflict",
                    "detail": "You saw version 1; it is at 2. Look at it again.",
                    "version": 2,
                }
            ]
        },
    )

    type: str = Field(description="Address of what this code means.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="A short word that programs go by.")
    detail: str = Field(description="One sentence for people: what happened, what was kept, what to do.")
    errors: list[Wrong] | None = Field(None, description="Each thing that is wrong, where there are several.")


def install(app: FastAPI) -> None:
    """Have every error of this application told as a problem."""
    app.add_exception_handler(WowError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    errors: Sequence[Wrong] | None = None,
    headers: dict[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return an error's answer. Facts stand beside the standard members and never replace one."""
    told = Problem(
        type=f"{REFERENCE}#{code}" if code in MEANINGS else "about:blank",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        errors=list(errors) if errors is not None else None,
        **{name: fact for name, fact in (facts or {}).items() if name not in OWN_MEMBERS},
    )
    content = told.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WowError)  # noqa: S101 - registered for nothing else
    status, code = next(told for kind, told in TABLE.items() if isinstance(error, kind))
    headers = {}
    if isinstance(error, Retriable):
        headers["Retry-After"] = str(max(1, round(error.after.total_seconds())))
    if isinstance(error, Unauthorised):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, code, error.message, headers=headers, facts=error.facts)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Say where and what, and never repeat what was sent: it may be somebody's words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    found = error.errors()
    if any(one["type"] == NOT_JSON for one in found):
        return problem(HTTPStatus.BAD_REQUEST, "bad_input", "The body is not JSON.")
    errors = [Wrong(where="/".join(map(str, one["loc"])), what=one["msg"]) for one in found]
    detail = f"{errors[0].where}: {errors[0].what}" if errors else "What was sent cannot be used."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_input", detail, errors=errors)


async def _plain(_request: Request, error: Exception) -> JSONResponse:
    """Tell what the framework itself refuses: no such address, no such method, too large a body."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers) if error.headers else None
    return problem(status, status.name.lower(), status.description or status.phrase, headers=headers)


async def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    """Say nothing of the inside; the server's log has it whole."""
    headers = headers_under(NOTHING)  # it is told from outside of the shield
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "error", MEANINGS["error"], headers=headers)
