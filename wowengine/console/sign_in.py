"""Coming in and going out, and how one likes the pages: language, theme, keys."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from wowengine import access
from wowengine.access import Door
from wowengine.access.badge import COOKIE, LASTS, tidy
from wowengine.console.forms import local_path
from wowengine.console.visit import KEYS, KEYS_COOKIE, LANGUAGE, THEME, THEMES, Visit, go, visit_of
from wowengine.console.wording import LANGUAGES

router = APIRouter()

A_YEAR = 365 * 24 * 60 * 60  # seconds
Typed = Annotated[str, Form(max_length=1_000)]


@router.get("/sign-in")
def page(request: Request) -> Response:
    """Ask for the key, where there is one, and for a name."""
    return _form(visit_of(request))


@router.post("/sign-in")
def enter(request: Request, name: Typed = "", key: Typed = "") -> Response:
    """Hand out a badge to whoever shows the key."""
    visit, door = visit_of(request), _door(request)
    if not door.opens_for(key):
        return _form(visit, "sign_in.wrong", HTTPStatus.FORBIDDEN, name)
    if not tidy(name):
        return _form(visit, "sign_in.nameless", HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = go("/review")
    badge = access.issue(tidy(name), door.key, visit.now)
    seconds = int(LASTS.total_seconds())
    answer.set_cookie(
        COOKIE, badge, max_age=seconds, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return answer


@router.post("/sign-out")
def leave() -> Response:
    """Give the badge back."""
    answer = go("/sign-in")
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


@router.post("/preferences")
def prefer(back: Typed = "/", language: Typed = "", theme: Typed = "", keys: Typed = "") -> Response:
    """Remember in the browser how one likes the pages."""
    answer = go(local_path(back))
    wishes = ((LANGUAGE, language, LANGUAGES), (THEME, theme, THEMES), (KEYS_COOKIE, keys, KEYS))
    for cookie, wish, known in wishes:
        if wish in known:
            answer.set_cookie(cookie, wish, max_age=A_YEAR, httponly=True, samesite="lax")
    return answer


def _form(visit: Visit, problem: str = "", status: HTTPStatus = HTTPStatus.OK, name: str = "") -> Response:
    return visit.render("sign_in.html", status, problem=problem, typed=name, asks_key=not _door(visit.request).is_open)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
