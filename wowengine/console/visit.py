"""Whoever looks at a page: their name, language and theme, and how a page is shown to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.access import Door, read
from wowengine.access.badge import COOKIE
from wowengine.access.shield import PAGES, headers_under
from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import ActionState, Actor, DeclineReason, expires_at
from wowengine.console.card import left
from wowengine.console.wording import LANGUAGES, Words, preferred, urgency, words
from wowengine.db.session import Database
from wowengine.errors import BadInput, NotFound, Refused, WowError
from wowengine.terms import ActorKind

ANYBODY = "admin"  # who acts where the door is open and nobody said their name
NOTICE = timedelta(seconds=8)  # so long a page tells what was just done
THEMES = ("system", "light", "dark")
KEYS = ("on", "off")
LANGUAGE, THEME, KEYS_COOKIE = "wow_language", "wow_theme", "wow_keys"

S = ActionState
COUNTED = {"review": (S.PROPOSED,), "tasks": (S.APPROVED, S.CLAIMED, S.FAILED, S.UNCERTAIN)}

templates = Environment(
    loader=PackageLoader("wowengine.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals |= {
    "LANGUAGES": LANGUAGES,
    "THEMES": THEMES,
    "REASONS": tuple(DeclineReason),
    "NOTICE": NOTICE,
    "ends_at": expires_at,
    "left": left,
    "urgency": urgency,
    "words_of": words,
}


STATUSES = {NotFound: HTTPStatus.NOT_FOUND, Refused: HTTPStatus.FORBIDDEN, BadInput: HTTPStatus.UNPROCESSABLE_ENTITY}


class SignInNeeded(WowError):
    """The door is shut, and they have not shown the key."""


@dataclass(frozen=True)
class Visit:
    """One request of one person."""

    request: Request
    database: Database
    company: str
    open_door: bool
    name: str
    words: Words
    theme: str
    keys: str
    now: datetime

    @property
    def person(self) -> Actor:
        """Who gives a verdict."""
        return Actor(self.name, ActorKind.PERSON)

    @property
    def staff(self) -> Actor:
        """Who delivers."""
        return Actor(self.name, ActorKind.STAFF)

    def show(self, session: Session, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
        """Render a page of ours, with the counts of what waits in its rail."""
        return self.render(template, status, waiting=waiting(session), **values)

    def render(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
        """Render a template with what every one of them may use; its rail counts nothing unless told what."""
        common = {"visit": self, "t": self.words, "w": self.words, "now": self.now, "here": self.request.url.path}
        page = templates.get_template(template).render({"waiting": {}} | common | values)
        return HTMLResponse(page, status, headers=headers_under(PAGES) | {"cache-control": "no-store"})


def waiting(session: Session) -> dict[str, int]:
    """Count what waits on each page of the rail."""
    counts = store.counts(session)
    return {page: sum(counts.get(state, 0) for state in states) for page, states in COUNTED.items()}


def go(path: str, **query: str | None) -> Response:
    """Send the browser on, after a form did something."""
    told = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(f"{path}?{told}" if told else path, HTTPStatus.SEE_OTHER)


def status_of(problem: WowError | None) -> HTTPStatus:
    """Return the status of a page that tells of a problem, or of none."""
    if problem is None:
        return HTTPStatus.OK
    return next((status for kind, status in STATUSES.items() if isinstance(problem, kind)), HTTPStatus.CONFLICT)


def visit_of(request: Request) -> Visit:
    """Say who asks, signed in or not."""
    door: Door = request.app.state.door
    now, cookies = clock.now(), request.cookies
    badge = read(cookies.get(COOKIE, ""), door.key, now)
    language = preferred(request.headers.get("accept-language", ""), cookies.get(LANGUAGE))
    theme, keys = cookies.get(THEME), cookies.get(KEYS_COOKIE)
    return Visit(
        request=request,
        database=request.app.state.database,
        company=request.app.state.company,
        open_door=door.is_open,
        name=badge.name if badge else (ANYBODY if door.is_open else ""),
        words=words(language),
        theme=theme if theme in THEMES else THEMES[0],
        keys=keys if keys in KEYS else KEYS[0],
        now=now,
    )


def _admitted(request: Request) -> Visit:
    visit = visit_of(request)
    if not visit.name:
        raise SignInNeeded("Sign in first.")
    return visit


Visitor = Annotated[Visit, Depends(_admitted)]
