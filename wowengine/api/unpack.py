"""Bodies that come packed with gzip are unpacked, up to a size: a few bytes can hold a gigabyte."""

import zlib
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wowengine.api.problems import problem

GZIP = 16 + zlib.MAX_WBITS  # zlib's own way of asking for gzip's header


class Unpack:
    """An ASGI application round another one, behind whatever limits the packed size.

    Parameters
    ----------
    app
        What is behind it.
    largest
        Bytes of an unpacked body at the most.
    """

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, its body unpacked."""
        if scope["type"] != "http" or Headers(scope=scope).get("content-encoding", "").lower() != "gzip":
            await self._app(scope, receive, send)
            return
        try:
            body = unpack(await _whole(receive), self._largest)
        except zlib.error:
            refused = problem(HTTPStatus.BAD_REQUEST, "bad_input", "The body says that it is gzip, and is not.")
            await refused(scope, receive, send)
            return
        if body is None:
            told = f"Unpacked it has more than {self._largest:,} bytes. Nothing was done; send less at a time."
            too_much = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content_too_large", told)
            await too_much(scope, receive, send)
            return
        await self._app(_plain(scope, len(body)), _once(body, receive), send)


def unpack(packed: bytes, largest: int) -> bytes | None:
    """Unpack gzip, or return None if it holds more bytes than allowed; stops there, and not at the end.

    Raises
    ------
    zlib.error
        When it is no gzip, or cut off.
    """
    reader = zlib.decompressobj(GZIP)
    body = reader.decompress(packed, largest + 1)
    if len(body) > largest:
        return None
    if not reader.eof:
        raise zlib.error("cut off")
    return body


async def _whole(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _plain(scope: Scope, length: int) -> Scope:
    """Say of the body what is now true of it."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    del headers["content-encoding"]
    headers["content-length"] = str(length)
    return {**scope, "headers": headers.raw}


def _once(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()  # only whether the client has gone
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
