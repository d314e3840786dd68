"""What runs on: ``wow serve``, ``wow worker``, and ``wow demo``, which does everything once and then serves."""

import socket
from typing import TYPE_CHECKING, Annotated

import typer

from wowengine.cli.app import app, bars, config, console, database, money, settings, show
from wowengine.db.session import Database
from wowengine.errors import Misconfigured
from wowengine.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from wowengine.campaigns.models import Action

SHOWN = 12
WAITING = 1000


@app.command()
def serve() -> None:
    """Serve the console and the API; without a broker, the worker runs in this process too."""
    given = settings()
    _serve(given, database(given))


@app.command()
def worker() -> None:
    """Do the work that waits: in this process alone, or with Celery where ``WOW_BROKER_URL`` is set."""
    from wowengine.tasks import run_worker

    given = settings()
    run_worker(database(given), config(given), given.broker_url)


@app.command()
def demo(
    customers: Annotated[int, typer.Option(min=20, help="How many make-believe customers.")] = 240,
    fresh: Annotated[bool, typer.Option(help="Start over, forgetting an earlier demo in the same folder.")] = True,
    stay: Annotated[bool, typer.Option(help="Serve at the end; --no-stay stops after the table.")] = True,
) -> None:
    """Seed a make-believe airline, run a whole round, and serve the console, ready to approve."""
    from wowengine import demo as airline

    given = _demo_settings(settings())
    if fresh:
        airline.forget(given.home)
    opened = database(given)
    with bars() as progress:
        told = airline.run(opened, config(given), customers=customers, progress=progress)
    for line in told:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    _best(opened)
    if stay:
        _serve(given, opened)


def _demo_settings(given: Settings) -> Settings:
    """Give the demo a folder of its own, so that it can start over without touching anybody's data."""
    if given.database_url:
        raise Misconfigured("The demo makes its own SQLite database. Unset WOW_DATABASE_URL for it.")
    return given.model_copy(update={"home": given.home / "demo", "company": "Ala Azzurra"})


def _best(opened: Database) -> None:
    """Print the most promising card of each gesture."""
    from wowengine.campaigns import store

    with opened.reading() as session:
        waiting = sorted(store.queue(session, limit=WAITING), key=lambda one: (-(one.propensity or 0), one.id))
        best = {action.gesture_id: _line(action) for action in reversed(waiting)}
    rows = sorted(best.values(), key=lambda row: row["lands"], reverse=True)
    title = f"{len(waiting)} wait for a person's approval; the most promising of each gesture:"
    show(rows[:SHOWN], as_json=False, title=title, empty="Nothing waits.")


def _line(action: "Action") -> dict[str, str]:
    return {
        "customer": action.customer_id,
        "gesture": action.title,
        "cost": money(action.amount_cents, action.currency),
        "lands": "owed" if action.propensity is None else f"{action.propensity:.0%}",
        "why": action.why_text,
    }


def _serve(given: Settings, opened: Database) -> None:
    import uvicorn

    from wowengine.access import refuse_exposed
    from wowengine.tasks import EmbeddedWorker

    refuse_exposed(given.host, given.admin_key.get_secret_value())
    listener = _listen(given)
    server = uvicorn.Server(uvicorn.Config(site(given, opened), log_level="warning"))
    embedded = None if given.broker_url else EmbeddedWorker(opened, config(given))
    host, port = listener.getsockname()[:2]
    console.print(f"Console  http://{host}:{port}/", highlight=False)
    console.print(f"API      http://{host}:{port}/v1/  (described at http://{host}:{port}/v1/docs)", highlight=False)
    if embedded:
        embedded.start()
    try:
        server.run(sockets=[listener])
    finally:
        if embedded:
            embedded.stop()


def site(given: Settings, opened: Database) -> "FastAPI":
    """Return the one application: the API under ``/v1``, the console at ``/``."""
    from wowengine import api
    from wowengine import console as pages

    key = given.admin_key.get_secret_value()
    whole = api.make_app(opened, config(given), admin_key=key)
    whole.mount("/", pages.make_app(opened, config(given), admin_key=key))
    return whole


def _listen(given: Settings) -> socket.socket:
    """Take the port before anything starts, so that one in use is one clear line."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((given.host, given.port))
        listener.listen()  # whoever comes before the server is up waits a moment instead of being refused
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"{given.host}:{given.port} cannot be listened on: {error.strerror}. Set WOW_PORT to another port."
        ) from error
    return listener
