"""What every endpoint is given: the database, the values of a round, and who asks."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer

from wowengine.access import Door
from wowengine.access.badge import LONGEST_NAME, tidy
from wowengine.api.problems import Unauthorised
from wowengine.campaigns.lifecycle import Actor
from wowengine.db.session import Database
from wowengine.errors import BadInput
from wowengine.rounds import Config
from wowengine.terms import ActorKind

_bearer = HTTPBearer(
    scheme_name="admin key",
    description="The installation's `WOW_ADMIN_KEY`. Where none is set, only this machine is answered, without a key.",
    auto_error=False,
)


class _WriteKey(HTTPBasic):
    """HTTP Basic; what cannot be decoded is no key, and is answered as one that does not fit."""

    async def __call__(self, request: Request) -> HTTPBasicCredentials | None:  # type: ignore[override]
        try:
            return await super().__call__(request)
        except HTTPException:
            return None


_write_key = _WriteKey(
    scheme_name="write key",
    description="The same key as the user name, without a password: how Segment's libraries send their write key.",
    auto_error=False,
)


def admitted(request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None) -> None:
    """Let in whoever shows the key."""
    door: Door = request.app.state.door
    if not door.opens_for(shown.credentials if shown else ""):
        raise Unauthorised("Send the key of this installation as `Authorization: Bearer ...`.")


def admitted_as_source(
    request: Request,
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    written: Annotated[HTTPBasicCredentials | None, Security(_write_key)] = None,
) -> None:
    """Let in whoever shows the key, also as a write key: the user name of HTTP Basic, as Segment's libraries do."""
    door: Door = request.app.state.door
    if not door.opens_for(written.username if written else shown.credentials if shown else ""):
        raise Unauthorised("Send the key of this installation as the write key.")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _config(request: Request) -> Config:
    config: Config = request.app.state.config
    return config


def _name(
    wow_actor: Annotated[
        str, Header(max_length=LONGEST_NAME, description="Who asks: the name stands in the action's life.")
    ] = "admin",
) -> str:
    name = tidy(wow_actor)
    if not name:
        raise BadInput("The header Wow-Actor names nobody.")
    return name


def _person(name: Annotated[str, Depends(_name)]) -> Actor:
    return Actor(name, ActorKind.PERSON)


def _staff(name: Annotated[str, Depends(_name)]) -> Actor:
    return Actor(name, ActorKind.STAFF)


Db = Annotated[Database, Depends(_database)]
Values = Annotated[Config, Depends(_config)]
Person = Annotated[Actor, Depends(_person)]
Staff = Annotated[Actor, Depends(_staff)]
