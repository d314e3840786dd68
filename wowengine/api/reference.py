"""The description as a page for people: made on the server, of one piece, no script and nothing from elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from wowengine.access.shield import NOTHING
from wowengine.api.problems import MEANINGS

POLICY = f"{NOTHING}; style-src 'self'"
STYLE = Path(__file__).with_name("templates") / "reference.css"

_templates = Environment(
    loader=PackageLoader("wowengine.api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def install(app: FastAPI) -> None:
    """Serve the page and its stylesheet beside the description itself."""
    app.add_api_route("/v1/docs", _page, include_in_schema=False)
    app.add_api_route("/v1/docs.css", _style, include_in_schema=False)


def _page(request: Request) -> Response:
    told = request.app.openapi()
    page = _templates.get_template("reference.html").render(
        told=told, operations=list(_operations(told)), meanings=MEANINGS
    )
    return HTMLResponse(page, headers={"content-security-policy": POLICY})


def _style() -> Response:
    return FileResponse(STYLE, media_type="text/css")


def _operations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each operation with what the page shows of it."""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            yield operation | {
                "path": path,
                "method": method.upper(),
                "sent": [json.dumps(one, indent=2) for one in _examples(told, operation.get("requestBody"))],
                "answered": [json.dumps(one, indent=2) for one in _examples(told, good)[:1]],
            }


def _examples(told: dict[str, Any], content: dict[str, Any] | None) -> list[Any]:
    """Return the examples of a body: its own, or those of each shape it may have."""
    if content is None:
        return []
    schema = content["content"]["application/json"]["schema"]
    found = []
    for shape in schema.get("oneOf", [schema]):
        named = told["components"]["schemas"][shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape
        found.extend(named.get("examples", []))
    return found
