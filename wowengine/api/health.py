"""Whether the server is up, and the work gets done."""

from typing import Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from wowengine import __version__
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.shapes import Told
from wowengine.db import outbox

router = APIRouter(tags=["health"])


class Health(Told):
    """How it stands. Alive says little: the age of the oldest waiting work says whether workers work."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ok", "version": "0.1.0", "waiting": 0, "oldest_seconds": 0.0, "given_up": 0}]
        }
    )

    status: Literal["ok"]
    version: str
    waiting: int = Field(description="Pieces of work that are due and in nobody's hands.")
    oldest_seconds: float = Field(description="Since when the oldest of them has been due.")
    given_up: int = Field(description="Done without success in the last 30 days: for a person to see.")


@router.get("/healthz", summary="Is it up?", responses=problems())
def health(database: Db) -> Health:
    """Answer when server and database do, with how much work waits and since when. Needs no key."""
    with database.reading() as session:
        backlog = outbox.backlog(session)
    return Health(
        status="ok",
        version=__version__,
        waiting=backlog.waiting,
        oldest_seconds=round(backlog.oldest_seconds, 3),
        given_up=backlog.given_up,
    )
