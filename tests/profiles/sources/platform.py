"""A platform of our own: a real HTTP server that speaks the documented shapes and writes down every call."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn

Query = dict[str, list[str]]
Reply = tuple[int, Any, dict[str, str]]  # status, body (JSON, or bytes as they are), headers
Handler = Callable[[str, Query], Reply]


@dataclass
class Platform:
    """Answers with what its `handler` says; answers `refusals` first, one a call."""

    handler: Handler
    url: str = ""
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refusals: list[Reply] = field(default_factory=list)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        path, query = scope["path"], scope["query_string"].decode()
        self.calls.append(f"{path}?{query}" if query else path)
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        status, body, headers = self.refusals.pop(0) if self.refusals else self.handler(path, parse_qs(query))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"content-type": "application/json", "content-length": str(len(content))} | headers
        encoded = [(name.encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})


@contextlib.contextmanager
def serving(handler: Handler) -> Iterator[Platform]:
    platform = Platform(handler)
    server = uvicorn.Server(
        uvicorn.Config(platform, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    platform.url = f"http://127.0.0.1:{port}"
    try:
        yield platform
    finally:
        server.should_exit = True
        thread.join()
