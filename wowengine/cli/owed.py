"""What is owed by law or by the company's own promises: ``wow owed``, ``wow regimes``."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from pydantic import ValidationError

from wowengine.cli.app import FAILED, AsJson, app, config, money, print_json, settings, show
from wowengine.errors import BadInput

if TYPE_CHECKING:
    from wowengine.decide.regime import Owed, Regime

STDIN = "-"
SHOWN = ("id", "law", "mode", "from", "to", "checked")  # in the table; JSON has all
BOM = b"\xef\xbb\xbf"


@app.command("owed")
def tell_owed(
    file: Annotated[str, typer.Argument(help="NDJSON, an incident a line; - reads standard input.")],
    as_json: AsJson = False,
) -> None:
    """Tell what is owed for each incident, in order, with citations and missing facts. Nothing is stored.

    A line that cannot be read is answered in its place with what is wrong, and the exit code is 1 at the end.
    """
    from wowengine.decide.regime import load_regimes

    regimes = load_regimes(config(settings()).regimes)
    rows, bad = [], 0
    with _opened(file) as lines:
        for number, line in _numbered(lines):
            answer = _answer(line, regimes)
            bad += isinstance(answer, str)
            if as_json:
                print_json(_as_json(number, answer))
            else:
                rows.append(_row(number, answer))
    if not as_json:
        show(rows, as_json=False, title="Owed", empty="No incidents.")
    if bad:
        raise typer.Exit(FAILED)


@app.command("regimes")
def list_regimes(
    example: Annotated[
        str, typer.Option("--example", help="Print an example of a company's promise: parcel, hotel, telecom, store.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the bodies of law and the company's own promises that are asked; or print an example of a promise.

    A company's promises are files in the folder `regimes` under WOW_HOME.
    """
    from wowengine.decide import regime

    if example:
        typer.echo(regime.example(example), nl=False)
        return
    rows = [_regime(one) for one in regime.load_regimes(config(settings()).regimes)]
    if not as_json:
        rows = [{name: row[name] for name in SHOWN} for row in rows]
    show(rows, as_json=as_json, title="Regimes", empty="No regimes.")


def _regime(one: "Regime") -> dict[str, Any]:
    return {
        "id": one.id,
        "law": one.law["en"],
        "kind": str(one.kind),
        "mode": one.mode,
        "types": sorted(one.claims),
        "from": one.effective_from,
        "to": one.effective_to,
        "checked": str(one.checked),
    }


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as lines:
            yield lines
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number from 1."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM).strip()
        if text:
            yield number, text


def _answer(line: bytes, regimes: "tuple[Regime, ...]") -> "Owed | str":
    """Return what is owed, or what is wrong with the line."""
    from wowengine.decide.reported import ReportedIncident

    try:
        return ReportedIncident.model_validate_json(line).answer(regimes)
    except ValidationError as error:
        faults = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_input=False)]
        return "; ".join(f"{where}: {what}" if where else what for where, what in faults)


def _as_json(number: int, answer: "Owed | str") -> object:
    from wowengine.decide.canonical import plain

    return {"line": number, "error": answer} if isinstance(answer, str) else plain(answer)


def _row(number: int, answer: "Owed | str") -> dict[str, Any]:
    if isinstance(answer, str):
        return {"line": number, "regime": "", "verdict": "cannot be read", "amount": "", "why": answer}
    known = answer.amount_cents is not None and answer.currency
    return {
        "line": number,
        "regime": answer.regime,
        "verdict": str(answer.verdict),
        "amount": money(answer.amount_cents or 0, answer.currency or "") if known else "",
        "why": answer.reason,
    }
