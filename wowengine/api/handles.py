"""By which accounts and addresses a customer is known: each with its proof, and nothing without one."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from sqlalchemy.orm import Session

from wowengine import forgetting
from wowengine.api.description import problems
from wowengine.api.edge import Db
from wowengine.api.once import Once
from wowengine.api.shapes import NO_NUL, Asked, CustomerId, Told
from wowengine.errors import BadInput, Conflict, Refused
from wowengine.profiles import handles, proof, refusals
from wowengine.profiles.identity import Address, parse

router = APIRouter(tags=["identity"])

LONGEST = 380
HANDLE = "mastodon:anna@example.social"
EXAMPLE: JsonDict = {"handle": HANDLE, "proof": "code", "proven_at": "2026-11-03T18:20:00Z"}
ANSWERS: dict[str, Any] = {"responses": problems(403, 404, 409)}

HandleText = Annotated[str, Field(min_length=3, max_length=LONGEST, pattern=r"^[^\x00:]+:[^\x00]+$")]
NEEDED = (
    "Say how it was proven: {}. What was typed by an agent or guessed from a name proves nothing; ask for a code with "
    "POST .../handles/challenges."
)


class HandleView(Told):
    """A handle, and how it was proven."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    handle: str = Field(description="`channel:address`.")
    proof: str
    proven_at: datetime


class Handles(Told):
    """All of a customer's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"handles": [EXAMPLE]}]})

    handles: list[HandleView]


class Claim(Asked):
    """A handle that was proven elsewhere."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"handle": "mastodon:anna@example.social", "proof": "oidc"}]}
    )

    handle: HandleText = Field(description="`channel:address`.")
    proof: str | None = Field(
        None, max_length=60, description=f"One of {', '.join(sorted(handles.CLAIMABLE))}; or `code`, with a `code`."
    )
    code: str | None = Field(
        None, max_length=60, pattern=NO_NUL, description="The code that you saw come from that very account."
    )


class Ask(Asked):
    """The account to be proven."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"handle": "mastodon:anna@example.social"}]})

    handle: HandleText = Field(description="`channel:address`.")


class Challenge(Told):
    """What the customer has to post or send from that account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"handle": HANDLE, "code": "wow-7kq2m4xp", "expires_at": "2026-11-04T18:20:00Z"}]
        }
    )

    handle: str
    code: str = Field(description="Shown this once. Tell them never to post a code that somebody else gave them.")
    expires_at: datetime


class Unlinked(Told):
    """What went with a handle."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"handle": HANDLE, "signals_deleted": 3}]})

    handle: str
    signals_deleted: int


@router.get("/customers/{customer_id:path}/handles", summary="A customer's handles", responses=problems(404))
def known_by(customer_id: CustomerId, database: Db) -> Handles:
    """Return by which accounts and addresses they are known, and how each was proven."""
    with database.reading() as session:
        found = handles.handles_of(session, customer_id)
        return Handles(handles=[_view((one.channel, one.address), one.proof, one.proven_at) for one in found])


@router.post("/customers/{customer_id:path}/handles/challenges", status_code=201, **ANSWERS)
def ask(customer_id: CustomerId, body: Ask, database: Db) -> Challenge:
    """Make a code that proves an account: it links the handle when it comes back from there within a day.

    The answer is kept nowhere, not even for a request sent again: that makes a new code, and the older one is void.
    """
    address = parse(body.handle)
    with database.transaction() as session:
        told = proof.challenge(session, customer_id, address)
    if isinstance(told, str):
        raise _no(told, address)
    return Challenge(handle=":".join(address), code=told[0], expires_at=told[1])


@router.post("/customers/{customer_id:path}/handles", status_code=201, response_model=HandleView, **ANSWERS)
def link(customer_id: CustomerId, body: Claim, once: Once, database: Db) -> Response:
    """Link a handle that was proven: by sign-in, by the desk's verified contact, by your own records, by a code."""
    address, by_code = parse(body.handle), body.proof == handles.CODE and body.code is not None
    wrong = None
    if by_code:
        with database.transaction() as session:  # of its own: a wrong code is refused, and counts all the same
            wrong = proof.confirm(session, customer_id, address, body.code or "")

    def work(session: Session) -> HandleView:
        broken = wrong if by_code else handles.link(session, customer_id, address, body.proof or "")
        if broken:
            raise _no(broken, address)
        mine = {(one.channel, one.address): one for one in handles.handles_of(session, customer_id)}
        return _view(address, mine[address].proof, mine[address].proven_at)

    return once.answer(work, HTTPStatus.CREATED)


@router.delete("/customers/{customer_id:path}/handles", response_model=Unlinked, **ANSWERS)
def unlink(
    customer_id: CustomerId,
    handle: Annotated[str, Query(max_length=LONGEST, pattern=NO_NUL, description="`channel:address`.")],
    once: Once,
) -> Response:
    """Take a link back, with every signal that came by it."""
    address = parse(handle)
    return once.answer(
        lambda session: Unlinked(
            handle=":".join(address), signals_deleted=forgetting.unlink(session, customer_id, address)
        )
    )


def _view(address: Address, proven: str, at: datetime) -> HandleView:
    return HandleView(handle=":".join(address), proof=proven, proven_at=at)


def _no(rule: str, address: Address) -> Exception:
    handle = ":".join(address)
    if rule == "not_proven":
        return Refused(NEEDED.format(", ".join(sorted(handles.CLAIMABLE))), rule=rule, handle=handle)
    if rule in proof.UNPROVEN:
        return Refused(refusals.HANDLE[rule], rule=rule, handle=handle)
    kind = BadInput if rule == "nobody" else Conflict
    return kind(refusals.HANDLE[rule], rule=rule, handle=handle)
