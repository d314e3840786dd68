"""The console wired together."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from wowengine.access import Door, Shield
from wowengine.console import customers, done, matches, review, sign_in, tasks
from wowengine.console.visit import SignInNeeded, go, status_of, visit_of
from wowengine.db.session import Database
from wowengine.errors import WowError
from wowengine.rounds import Config

LARGEST_FORM = 64 * 1024  # bytes


def make_app(database: Database, config: Config, *, admin_key: str = "") -> FastAPI:
    """Return the console as an application of its own.

    Parameters
    ----------
    database
        Migrated already.
    config
        The values of a round; the company's name stands on every page.
    admin_key
        Asked for when signing in. Empty: nobody is asked, and only requests to this machine's own names are answered.
    """
    app = FastAPI(openapi_url=None)
    app.state.database, app.state.door, app.state.company = database, Door(admin_key), config.company
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_FORM)  # what says no length is counted
    app.add_middleware(Shield, door=app.state.door, largest=LARGEST_FORM)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(WowError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)
    app.add_api_route("/", _front)
    for pages in (review, tasks, customers, matches, done, sign_in):
        app.include_router(pages.router)
    app.mount("/static", StaticFiles(packages=[("wowengine.console", "static")]))
    app.mount("/htmx", StaticFiles(packages=[("js_lib_htmx", "static/htmx")]))
    return app


def _front() -> Response:
    return go("/review")


async def _sign_in(_request: Request, _error: Exception) -> Response:
    return go("/sign-in")


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, WowError)  # noqa: S101 - registered for nothing else
    return _told(request, status_of(error), error.message)


async def _invalid(request: Request, error: Exception) -> Response:
    """Name the field, and never repeat what was typed into it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    fields = sorted({str(one["loc"][-1]) for one in error.errors()})
    detail = visit_of(request).words("error.invalid", where=", ".join(fields))
    return _told(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail)


async def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    status = HTTPStatus(error.status_code)
    words = visit_of(request).words
    return _told(request, status, words("error.not_found") if status is HTTPStatus.NOT_FOUND else status.phrase)


async def _unexpected(request: Request, _error: Exception) -> Response:
    """Say nothing of the inside; the server's log has it whole."""
    return _told(request, HTTPStatus.INTERNAL_SERVER_ERROR, visit_of(request).words("error.broken"))


def _told(request: Request, status: HTTPStatus, detail: str) -> Response:
    return visit_of(request).render("error.html", status, detail=detail)
