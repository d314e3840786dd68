"""What every request passes before any page or endpoint sees it. Plain ASGI, so it fits round anything.

Refused are requests for a name that is not ours, and orders given by another site's page. Every answer carries the
headers that browsers obey; what is inside may set its own, which are then kept.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from wowengine.access.door import Door

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})  # from our own pages, or typed by the person
TITLES = {403: "Forbidden", 413: "Content too large", 421: "Misdirected request"}

PLAIN = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # never none: browsers would then hide the Origin that `is_foreign` looks at
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
# Answers that are no pages load nothing at all.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Our own pages: our own files, nothing inline, nothing from elsewhere, framed by nobody.
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Shield:
    """An ASGI application round another one.

    Parameters
    ----------
    app
        What is behind it.
    door
        Knows which names we answer to.
    largest
        Bytes of a body at most, as far as its sender says how many there are.
    """

    def __init__(self, app: App, door: Door, largest: int) -> None:
        self._app = app
        self._door = door
        self._largest = largest
        self._headers = _encoded(headers_under(NOTHING))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in self._headers if name not in present]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await _refuse(send_with_headers, *refusal)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return why a request is not let in, as a status and a sentence; None lets it in."""
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._door.answers_to(told.get("host", "")):
            return 421, "This server answers to this machine's own names only."
        if is_foreign(scope["method"], told):
            return 403, "This came from another site's page, so nothing was done."
        length = told.get("content-length", "")
        if length.isdecimal() and int(length) > self._largest:
            return 413, f"More than {self._largest:,} bytes were sent. Nothing was done; send less at a time."
        return None


def headers_under(policy: str) -> dict[str, str]:
    """Return the headers of an answer under this Content-Security-Policy; what browsers then do is in our favour."""
    return PLAIN | {"content-security-policy": policy}


def is_foreign(method: str, headers: Mapping[str, str]) -> bool:
    """Whether another site's page gives an order in our user's name.

    Browsers say where a request comes from (``Sec-Fetch-Site``, or ``Origin`` with older ones). A request that says
    neither comes from no browser, and so carries no badge that its sender did not hold. Source: the reasoning of
    Go 1.25's `net/http.CrossOriginProtection`.
    """
    if method in HARMLESS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in OURS
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


async def _refuse(send: Send, status: int, detail: str) -> None:
    told = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    body = json.dumps(told).encode()
    headers = _encoded({"content-type": "application/problem+json", "content-length": str(len(body))})
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    pairs: Iterable[tuple[str, str]] = headers.items()
    return [(name.encode(), value.encode()) for name, value in pairs]
