"""The API wired together."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import Match

from wowengine.access import Door, Shield
from wowengine.api import (
    actions,
    alike,
    audiences,
    batch,
    campaigns,
    cases,
    customers,
    decisions,
    deliveries,
    handles,
    health,
    identity,
    listening,
    never,
    outcomes,
    owed,
    policy,
    problems,
    reactions,
    reference,
    results,
    rights,
    signals,
)
from wowengine.api.description import describe
from wowengine.api.edge import admitted, admitted_as_source
from wowengine.api.unpack import Unpack
from wowengine.db.session import Database
from wowengine.rounds import Config

LARGEST_BODY = 8 * 1024 * 1024  # bytes
SUBJECTS = (
    signals,
    handles,
    customers,
    cases,
    rights,  # after what else hangs under a customer: its DELETE takes any id, slashes and all
    identity,
    audiences,
    decisions,
    owed,
    policy,
    campaigns,
    actions,
    alike,
    never,
    deliveries,
    outcomes,
    reactions,
    results,
    listening,
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def make_app(database: Database, config: Config, *, admin_key: str = "") -> FastAPI:
    """Return the API as an application of its own: ``/v1/...`` and ``/healthz``.

    Another application may be mounted beside it at ``/``; whatever begins with ``/v1`` is still answered here.

    Parameters
    ----------
    database
        Migrated already.
    config
        The values of a round.
    admin_key
        Opens everything. Empty: no key is needed, and only requests to this machine's own names are answered.
    """
    app = FastAPI(
        title="wowengine",
        lifespan=_settled,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page would load scripts from elsewhere; `reference` is ours
        redoc_url=None,
    )
    app.state.database, app.state.config, app.state.door = database, config, Door(admin_key)
    app.add_middleware(Unpack, largest=LARGEST_BODY)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)  # what says no length is counted
    app.add_middleware(Shield, door=app.state.door, largest=LARGEST_BODY)
    problems.install(app)
    for subject in SUBJECTS:
        app.include_router(subject.router, prefix="/v1", dependencies=[Depends(admitted)])
    app.include_router(batch.router, prefix="/v1", dependencies=[Depends(admitted_as_source)])
    app.include_router(health.router)
    reference.install(app)
    app.add_api_route("/v1/{rest:path}", _nowhere, methods=METHODS, include_in_schema=False)
    describe(app)
    return app


@asynccontextmanager
async def _settled(_: FastAPI) -> AsyncIterator[None]:
    """Let the garbage collector pass over what is there before the first request, and stays as long as the process.

    Looking through all of that again and again took a sixth of the time of a batch of events.
    """
    if not gc.get_freeze_count():
        gc.freeze()
    yield


def _nowhere(request: Request) -> None:
    """Answer for addresses that do not exist, and for methods that one does not know.

    Without this, an application mounted at ``/`` would answer, with a page.
    """
    others = [route for route in request.app.routes if getattr(route, "endpoint", None) is not _nowhere]
    known = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in others)
    ]
    if known:
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(known)})
    raise HTTPException(HTTPStatus.NOT_FOUND)
