"""The same request answered once: a client that lost our answer repeats it under the same key."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wowengine.api.edge import Db
from wowengine.db import idempotency
from wowengine.db.idempotency import LONGEST_KEY, Answer
from wowengine.db.session import Database
from wowengine.errors import Conflict

REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True)
class Write:
    """A request that changes something: done in one transaction, and with a key done once."""

    database: Database
    key: str | None
    route: str
    body: bytes

    def answer(self, work: Callable[[Session], BaseModel], status: HTTPStatus = HTTPStatus.OK) -> Response:
        """Do the work and answer with what it returns; or, under a key known already, with the first answer's bytes.

        Raises
        ------
        BadInput
            When the key was used with another body.
        Conflict
            When the first request under this key is still being answered.
        """
        with self.database.transaction() as session:
            known = idempotency.recall(session, self.key, self.route, self.body) if self.key else None
            if known is None:
                fresh = Answer(status, work(session).model_dump_json())
                self._remember(session, fresh)
        given = known or fresh
        headers = {REPLAYED: "true"} if known else None
        return Response(given.body, given.status, headers, media_type="application/json")

    def _remember(self, session: Session, answer: Answer) -> None:
        if not self.key:
            return
        try:
            idempotency.remember(session, self.key, self.route, self.body, answer)
        except IntegrityError as error:  # somebody else put this key in while we worked; our work is rolled back
            raise Conflict("The first request with this key is still being answered. Send it again.") from error


async def _write(
    request: Request,
    database: Db,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=LONGEST_KEY,
            pattern=r"^[\x21-\x7e]+$",
            description="Any text of your own, such as a UUID. Sent again within three days with the same body, the "
            "request does nothing more and gets the first answer, byte for byte.",
        ),
    ] = None,
) -> Write:
    return Write(database, idempotency_key, request.url.path, await request.body())


Once = Annotated[Write, Depends(_write)]
