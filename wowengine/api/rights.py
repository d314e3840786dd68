"""What a person may ask of us: to see what is held, to object, to be forgotten."""

import base64
import hashlib
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from sqlalchemy.orm import Session

from wowengine import clock, exporting, forgetting, objecting
from wowengine.access.shield import NOTHING
from wowengine.api.description import problems
from wowengine.api.edge import Db, Values
from wowengine.api.once import Once
from wowengine.api.shapes import Asked, CustomerId, Told, Word
from wowengine.errors import NotFound
from wowengine.terms import Purpose

router = APIRouter(tags=["customers"])

PAGE, JSON = "text/html", "application/json"
# The page's one stylesheet stands in it, so that it can be kept as a file; nothing else is let in.
STYLE_HASH = base64.b64encode(hashlib.sha256(exporting.STYLE.encode()).digest()).decode()
HEADERS = {"cache-control": "no-store", "vary": "Accept"}
PAGE_HEADERS = HEADERS | {"content-security-policy": f"{NOTHING}; style-src 'sha256-{STYLE_HASH}'"}
TASTES: JsonDict = {
    "what": "tastes, faded",
    "why": "offers",
    "kept": "as long as the signals they rest on",
    "rows": [{"customer_id": "c-1001", "topic": "jazz", "affinity": 0.82}],
}


class TableView(Told):
    """Rows of one kind, and why they are held."""

    what: str
    why: str
    kept: str = Field(description="How long.")
    rows: list[dict[str, Any]] = Field(description="Every column of every row that is theirs.")


class Exported(Told):
    """All that is held about one person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "language": "it",
                    "at": "2026-11-03T18:20:00Z",
                    "tables": {"interests": TASTES},
                }
            ]
        }
    )

    customer_id: str
    language: str | None
    at: datetime
    tables: dict[str, TableView]


class Forgotten(Told):
    """What went."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "already": False,
                    "rows": {"customers": 1, "signals": 41},
                    "files": 1,
                    "models": 1,
                }
            ]
        }
    )

    customer_id: str
    already: bool = Field(description="They had been forgotten before, and nothing was left to go.")
    rows: dict[str, int] = Field(description="How many, by table. Amounts stay in the ledger, without a person.")
    files: int = Field(description="Messages that lay ready for other systems.")
    models: int = Field(
        description="Trained models that knew them by a row of their own, which went. Train again where there is one: "
        "what was learned from them and others together goes only then."
    )


class Objection(Asked):
    """What somebody objects to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"purposes": ["interests", "offers"]}]})

    purposes: list[Annotated[Purpose, Word]] = Field(
        default_factory=lambda: list(Purpose), min_length=1, description="Left out: all of them."
    )


class ObjectionView(Told):
    """What was written down, and what it ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "c-1001",
                    "purposes": ["interests", "offers"],
                    "at": "2026-11-03T18:20:00Z",
                    "withdrawn": 2,
                }
            ]
        }
    )

    customer_id: str
    purposes: list[Purpose]
    at: datetime
    withdrawn: int = Field(description="Suggestions that waited and needed their yes.")


@router.get(
    "/customers/{customer_id:path}/export",
    summary="All that is held about a person",
    response_model=Exported,
    responses={200: {"content": {PAGE: {"schema": {"type": "string"}}}}, **problems(404)},
)
def export(
    customer_id: CustomerId,
    database: Db,
    accept: Annotated[str, Header(description="`text/html` for a page in the person's own language.")] = JSON,
) -> Response:
    """Return every row that is theirs, table by table, with what it is, why it is held and how long.

    Who was merged of several records is shown all of them, whichever is asked for.
    """
    with database.reading() as session:
        exported = exporting.export(session, customer_id)
    if _wants_page(accept):
        return HTMLResponse(exporting.as_html(exported), headers=PAGE_HEADERS)
    return Response(exporting.as_json(exported), headers=HEADERS, media_type=JSON)


@router.post(
    "/customers/{customer_id:path}/objections",
    summary="Object",
    status_code=201,
    response_model=ObjectionView,
    responses=problems(404),
)
def object_to(customer_id: CustomerId, body: Objection, once: Once) -> Response:
    """Write down that they object; it holds from this moment on, and no later import undoes it.

    From now on nothing is scored or delivered that needs their yes to these purposes, and what waited is withdrawn.
    """

    def work(session: Session) -> ObjectionView:
        purposes = sorted(set(body.purposes))
        withdrawn = objecting.object_to(session, customer_id, purposes)
        return ObjectionView(customer_id=customer_id, purposes=purposes, at=clock.now(), withdrawn=withdrawn)

    return once.answer(work, HTTPStatus.CREATED)


@router.delete("/customers/{customer_id:path}", summary="Forget a person", responses=problems(404))
def forget(customer_id: CustomerId, database: Db, config: Values) -> Forgotten:
    """Forget them everywhere, under all their records and for good; no import brings them back.

    Asked again, it answers that it was done already. The answer is not kept: it would name whom it forgot.
    """
    try:
        gone = forgetting.forget(database, customer_id, config.home, config.spool)
    except NotFound:
        with database.reading() as session:
            if not forgetting.is_forgotten(session, customer_id):
                raise
        return Forgotten(customer_id=customer_id, already=True, rows={}, files=0, models=0)
    return Forgotten(customer_id=customer_id, already=False, rows=dict(gone.rows), files=gone.files, models=gone.models)


def _wants_page(accept: str) -> bool:
    """Whether a page is liked better than JSON; who has no preference gets JSON."""
    liked = dict(_ranges(accept))
    return liked.get(PAGE, 0.0) > liked.get(JSON, 0.0)


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Read an Accept header as media ranges with their weights; what is no weight is none."""
    found = []
    for part in accept.split(","):
        name, *parameters = (word.strip() for word in part.lower().split(";"))
        weight = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        found.append((name, float(weight) if weight.replace(".", "", 1).isdecimal() and weight.isascii() else 0.0))
    return found
