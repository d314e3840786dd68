"""``wow doctor``: what is missing or misconfigured, and the mend. Exits non-zero when something must be mended."""

import os
import socket
import sys
from collections.abc import Callable, Iterator

import typer

from wowengine import clock
from wowengine.cli.app import AsJson, app, connect, console, outlets, print_json, settings
from wowengine.cli.finding import Finding
from wowengine.cli.sound_models import lightfm, model
from wowengine.db.session import Database, refuse_unsafe
from wowengine.errors import WowError
from wowengine.settings import Settings

LAGGING_SECONDS = 60
GIVEN_TIME = 3  # failures in a row: a platform may be down for a while
DEFAULT_SALT = "wowengine"


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look at everything the engine leans on; name what is missing or misconfigured, with the mend."""
    findings = list(examine())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            mark = {"ok": "[green]ok[/]", "hint": "[yellow]hint[/]", "broken": "[red]broken[/]"}[finding.state]
            console.print(f"{mark:>6}  {finding.what}: {finding.said}", highlight=False)
            if finding.mend:
                console.print(f"        -> {finding.mend}", highlight=False, soft_wrap=True)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Yield a finding for each thing looked at; a broken one does not stop the rest."""
    try:
        given = settings()
    except WowError as error:
        yield Finding("settings", "broken", error.message, "Correct or unset it; the README lists what each may be.")
        return
    yield Finding("python", "ok", sys.version.split()[0])
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("home", _home),
        ("database", _database),
        ("work waiting", _outbox),
        ("sending", _sending),
        ("sources", _sources),
        ("broker", _broker),
        ("channels", _channels),
        ("staff", _staff),
        ("policy", _policy),
        ("LightFM", lightfm),
        ("model", model),
        ("access", _access),
        ("holdout", _holdout),
        ("port", _port),
    ]
    for what, check in checks:
        try:
            yield check(given)
        except WowError as error:
            yield Finding(what, "broken", error.message)
        except Exception as error:  # noqa: BLE001 - a doctor reports any illness and goes on with the round
            yield Finding(what, "broken", f"{type(error).__name__}: {str(error).splitlines()[0]}")


def _home(given: Settings) -> Finding:
    try:
        given.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("home", "broken", f"{given.home} cannot be made: {error.strerror}", "Set WOW_HOME elsewhere.")
    if not os.access(given.home, os.W_OK):
        return Finding(
            "home", "broken", f"{given.home} cannot be written", "Give the right to write, or move WOW_HOME."
        )
    return Finding("home", "ok", str(given.home))


def _database(given: Settings) -> Finding:
    from sqlalchemy.exc import OperationalError

    from wowengine import migrations

    opened = connect(given)
    kind = "SQLite" if opened.is_sqlite else "PostgreSQL"
    try:
        at, newest = migrations.current(opened), migrations.newest()
    except OperationalError as error:
        said = f"{kind} does not answer: {str(error.orig).strip().splitlines()[0]}"
        return Finding("database", "broken", said, "Start it, or correct WOW_DATABASE_URL.")
    refuse_unsafe(opened)
    migrations.refuse_newer(at)
    if at == newest:
        return Finding("database", "ok", f"{kind} at migration {at}")
    if opened.is_sqlite:
        return Finding("database", "hint", f"SQLite at {at or 'no migration'}", "Any command brings it to today.")
    said = f"PostgreSQL at {at or 'no migration'}, needed {newest}"
    return Finding("database", "broken", said, "Run: wow migrate")


def _outbox(given: Settings) -> Finding:
    from wowengine.db import outbox

    opened: Database = connect(given)
    with opened.reading() as session:
        since = outbox.oldest_waiting(session)
    waited = (clock.now() - since).total_seconds() if since else 0
    if waited > LAGGING_SECONDS:
        return Finding("work waiting", "hint", f"the oldest since {waited:.0f} s", "Start `wow serve` or `wow worker`.")
    return Finding("work waiting", "ok", "nothing late")


def _sending(given: Settings) -> Finding:
    from wowengine.campaigns import standstill

    with connect(given).reading() as session:
        standing = standstill.first(session)
        if standing is None:
            return Finding("sending", "ok", "nothing stands in its way")
        said = f"nothing is sent since {standing.since:%Y-%m-%d %H:%M} UTC: {standing.why}"
    return Finding("sending", "broken", said, "Settle what it names, then run: wow reconcile --settled")


def _sources(given: Settings) -> Finding:
    from wowengine.profiles.sources import registry, turns

    told = registry.read_told(given.home / registry.FILE)
    by_clock = [name for name in told if registry.rhythm(name, told[name])]
    with connect(given).reading() as session:
        failing = turns.failing(session, by_clock)
    if not failing:
        return Finding("sources", "ok", f"read by the clock: {', '.join(by_clock) or 'none'}")
    said = "; ".join(f"{one.source} failed {one.times} x in a row: {one.why}" for one in failing)
    worst = failing[0]
    state = "broken" if worst.times >= GIVEN_TIME else "hint"
    return Finding("sources", state, said, f"It is tried again by itself. To try now: wow collect {worst.source}")


def _broker(given: Settings) -> Finding:
    if not given.broker_url:
        return Finding("broker", "ok", "none: an in-process worker does the work")
    from kombu.connection import Connection
    from kombu.exceptions import OperationalError

    try:
        with Connection(given.broker_url, connect_timeout=3) as connection:  # type: ignore[no-untyped-call]
            connection.ensure_connection(max_retries=1, timeout=3)
    except (OperationalError, OSError) as error:
        said = f"does not answer ({error}); nothing is lost, work waits in the database"
        return Finding("broker", "broken", said, "Start it, correct WOW_BROKER_URL, or unset it.")
    return Finding("broker", "ok", "answers")


def _channels(given: Settings) -> Finding:
    from sqlalchemy import select

    from wowengine.campaigns.channels import AUTOMATIC, open_channels
    from wowengine.recommend.models import Gesture

    known = outlets(given)
    opened = open_channels(given.spool, known)
    said = f"open: {', '.join(sorted(opened))}"
    for name in sorted(AUTOMATIC - opened.keys()):
        if known.begun(name):
            lacks = " and ".join(f"WOW_{one.upper()}" for one in known.missing(name))
            return Finding("channels", "broken", f"{said}; {name} is half configured", f"Set {lacks} too.")
    with connect(given).reading() as session:
        named = {name for names in session.scalars(select(Gesture.channels)) for name in names}
    wanted = sorted((named & AUTOMATIC) - opened.keys())
    if wanted:
        lacks = " and ".join(f"WOW_{one.upper()}" for name in wanted for one in known.missing(name))
        said += f"; gestures go by {' and '.join(wanted)} too, and will fail"
        return Finding("channels", "broken", said, f"Set {lacks}, or let those gestures go another way.")
    return Finding("channels", "ok", said)


def _staff(given: Settings) -> Finding:
    from wowengine.access import users

    with connect(given).reading() as session:
        unreached = [(user.name, user.role) for user in users.everybody(session) if not user.email]
    if unreached:
        name, role = unreached[0]
        said = f"not told of what waits, for want of an address: {', '.join(name for name, _ in unreached)}"
        return Finding("staff", "hint", said, f"Run: wow users put {name!r} --role {role} --email ...")
    return Finding("staff", "ok", "everybody who is written down has an address")


def _policy(given: Settings) -> Finding:
    from wowengine.campaigns import policies
    from wowengine.decide.policy import load_policy

    draft = load_policy(given.policy)
    with connect(given).reading() as session:
        found = policies.in_force(session, given.policy)
        standing = policies.load(session, given.policy)
    if found.activated_by is None:
        which = str(given.policy) if given.policy.exists() else "the packaged default"
        return Finding("policy", "ok", f"{which}, version {draft.version[:12]}")
    said = f"version {found.version[:12]}, activated by {found.activated_by}"
    if given.policy.exists() and draft != standing:
        mend = f"Run: wow policy propose {given.policy}, or take the file away."
        return Finding("policy", "hint", f"{said}; {given.policy} says otherwise, and is only a draft", mend)
    return Finding("policy", "ok", said)


def _access(given: Settings) -> Finding:
    from wowengine.access import refuse_exposed

    refuse_exposed(given.host, given.admin_key.get_secret_value())
    return Finding("access", "ok", "by admin key" if given.admin_key.get_secret_value() else "this machine only")


def _holdout(given: Settings) -> Finding:
    if given.holdout_salt.get_secret_value() == DEFAULT_SALT:
        mend = "Set WOW_HOLDOUT_SALT to a secret of your own before the first real round."
        return Finding("holdout", "hint", f"{given.holdout_share:.0%}, by the salt everybody has", mend)
    return Finding("holdout", "ok", f"{given.holdout_share:.0%}{_standing_arms(given)}")


def _standing_arms(given: Settings) -> str:
    from wowengine.campaigns import policies

    with connect(given).reading() as session:
        arms = policies.load(session, given.policy).arms
    shares = {"random": arms.random, "generic": arms.generic, "unsocial": arms.unsocial}
    return "".join(f", {name} {share:.0%}" for name, share in shares.items() if share)


def _port(given: Settings) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given.host, given.port))
        except OSError as error:
            return Finding(
                "port", "hint", f"{given.port}: {error.strerror}", "Another server runs there; WOW_PORT moves."
            )
    return Finding("port", "ok", str(given.port))
