"""Every regime against cases written from the facts, and a mutation of every number in every file."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from wowengine.decide.regime import Owed, Regime, load_regimes
from wowengine.decide.reported import ReportedIncident

FOLDER = Path(__file__).parent / "golden"
REGIMES = load_regimes()
Case = dict[str, Any]


def golden(name: str = "*") -> list[Case]:
    files = sorted(FOLDER.glob(f"{name}.ndjson"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def told(owed: Owed, expected: Case) -> Case:
    """What was answered, of what is expected."""
    said = {
        "regime": owed.regime,
        "verdict": str(owed.verdict),
        "amount_cents": owed.amount_cents,
        "currency": owed.currency,
        "band": owed.band,
        "needs": list(owed.needs),
        "also": [one.regime for one in owed.also],
        "duties": len(owed.also_due),
        "deadlines": [[one.act, one.within, one.unit] for one in owed.deadlines],
    }
    return {name: said[name] for name in expected}


@cache
def asked(text: str) -> ReportedIncident:
    return ReportedIncident.model_validate_json(text)


def agrees(case: Case, regimes: tuple[Regime, ...]) -> bool:
    owed = asked(json.dumps(case["incident"])).answer(regimes)
    return bool(told(owed, case["expect"]) == case["expect"])


@pytest.mark.parametrize("case", golden(), ids=lambda case: case["case"])
def test_golden_cases_written_from_the_facts(case: Case) -> None:
    owed = ReportedIncident.model_validate_json(json.dumps(case["incident"])).answer(REGIMES)
    assert told(owed, case["expect"]) == case["expect"], owed.reason


def test_there_are_golden_cases_for_every_regime() -> None:
    assert {one.id for one in REGIMES} == {file.stem for file in FOLDER.glob("*.ndjson")}


# --- every number, one more and one less ---

Where = tuple[str | int, ...]
UNWRITTEN = {"citations"}  # what is quoted, and when it was checked


def numbers(value: Any, path: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Each number and each day of a file, one less and one more."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in UNWRITTEN:
                yield from numbers(one, (*path, key))
    elif isinstance(value, date):
        yield from ((path, value + timedelta(days=by)) for by in (-1, 1))
    elif type(value) in {int, float}:
        yield from ((path, value + by) for by in (-1, 1))


def changed(tree: Any, path: Where, value: object) -> Any:
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(tree, dict):
        return {**tree, first: changed(tree[first], rest, value)}
    return [changed(one, rest, value) if index == first else one for index, one in enumerate(tree)]


FILES = sorted(
    (file for file in resources.files("wowengine.decide").joinpath("regimes").iterdir() if file.name.endswith(".toml")),
    key=lambda file: file.name,
)
LAW: TypeAdapter[Regime] = TypeAdapter(Regime)


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_every_number_of_a_law_is_held_by_a_golden_case(name: str) -> None:
    """A wrong number in a file would be a wrong amount to a person; so each one, made wrong, must be noticed."""
    file = next(one for one in FILES if one.name == name)
    law = tomllib.loads(file.read_text("utf-8"))
    whole = LAW.validate_python(law)
    others = tuple(one for one in REGIMES if one != whole)
    assert len(others) == len(REGIMES) - 1
    cases = [*golden(law["id"]), *(case for case in golden() if law["id"] in case["expect"].get("also", ()))]
    survivors, tried = [], 0
    for path, value in numbers(law):
        tried += 1
        try:
            mutant = LAW.validate_python(changed(law, path, value))
        except ValueError:
            continue  # what cannot even be read is noticed
        regimes = tuple(mutant if one == whole else one for one in REGIMES)
        if all(agrees(case, regimes) for case in cases):
            survivors.append(f"{'.'.join(map(str, path))} = {value}")
    assert tried >= 2
    assert survivors == []
