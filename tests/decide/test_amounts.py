"""An amount of money takes no score: what reckons it cannot even be told one."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from wowengine.decide import goodwill, owed
from wowengine.decide.candidate import Candidate, Incident, Moment, Person, Propensity, Reason
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import Offer

ROOT = Path(__file__).parents[2]
DECIDE = ROOT / "wowengine" / "decide"
RECKONERS = ["goodwill", "remedies", "given", "owed", "hearing", "facts", "law", "regime"]
RECKONERS += ["air", "late", "refund", "fixed", "review"]
MAY_KNOW = {"Incident", "Given", "Acceptance", "Verdict"}  # of `candidate`: what happened, and what was done about it
NEVER: set[Any] = {Candidate, Propensity, Reason, Person, Moment, Inputs, Offer}


def reachable(hint: Any, seen: set[Any]) -> set[Any]:
    """Every type that a value of this type may hold, at any depth."""
    for part in get_args(hint):
        reachable(part, seen)
    if isinstance(hint, type) and hint not in seen:
        seen.add(hint)
        if is_dataclass(hint) or issubclass(hint, BaseModel):
            for one in get_type_hints(hint).values():
                reachable(one, seen)
    return seen


@pytest.mark.parametrize("reckons", [goodwill.goodwill, goodwill.severity, owed.assess])
def test_what_reckons_an_amount_is_told_nothing_that_holds_a_score_or_a_person(reckons: Callable[..., Any]) -> None:
    told = {name: hint for name, hint in get_type_hints(reckons).items() if name != "return"}
    known = set[Any]()
    for hint in told.values():
        reachable(hint, known)
    assert Incident in known
    assert known & NEVER == set()


def test_the_walk_over_types_would_find_a_score() -> None:
    assert {Candidate, Propensity, Person, Incident} <= reachable(Inputs, set())


def test_an_incident_holds_no_score_nor_who_suffered_it() -> None:
    names = {one.name for one in fields(Incident)}
    assert not names & {one.name for one in fields(Person)}
    assert not names & {"score", "propensity", "priority", "weight"}


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """What a file imports by name, with where from; also for types alone, and within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)


@pytest.mark.parametrize("name", RECKONERS)
def test_what_reckons_an_amount_imports_of_candidates_only_what_happened(name: str) -> None:
    taken = {what for module, what in imported(DECIDE / f"{name}.py") if module.endswith("candidate")}
    assert taken <= MAY_KNOW


def test_the_import_contract_names_all_that_reckon_and_holds() -> None:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    amounts = contracts["importlinter:contract:amounts"]
    assert set(amounts["source_modules"].split()) == {f"wowengine.decide.{name}" for name in RECKONERS}
    assert {"wowengine.recommend", "wowengine.decide.offer", "wowengine.decide.inputs"} <= set(
        amounts["forbidden_modules"].split()
    )
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--contract", "amounts", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
