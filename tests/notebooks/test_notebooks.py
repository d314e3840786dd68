"""The notebooks are really run, cell by cell, on the real data where it lies beside the project and without it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def run(name: str) -> str:
    """Run every code cell in one namespace, as a kernel would; return what was printed."""
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed: list[str] = []
    namespace["print"] = lambda *told, sep=" ", **_: printed.append(sep.join(map(str, told)))
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}:{cell['id']}", "exec"), namespace)  # noqa: S102
    return "\n".join(printed)


def shows_the_way(told: str) -> None:
    assert '"accepted": 3' in told  # Anna's; nothing of whoever is silent or a stranger
    assert '"unlinked": 6' in told
    assert "hiking: I love hiking in the mountains" in told
    assert "long, no sugar" in told
    assert "birthday" in told
    assert "no word of hers is left" in told


def test_signals_become_profiles_on_the_demos_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("01_signals_to_profiles.ipynb")
    assert "make-believe" in told
    shows_the_way(told)


@pytest.mark.real_data
@pytest.mark.usefixtures("shared_data")
def test_signals_become_profiles_on_real_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(NOTEBOOKS.parent)
    told = run("01_signals_to_profiles.ipynb")
    assert "4000 texts, real" in told
    shows_the_way(told)


def test_a_model_is_trained_compared_and_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("02_train_and_compare.ipynb")
    for way in ("auto", "popular", "prior", "linear", "words"):
        assert f"│ {way} " in told
    assert "the parts sum to the score" in told
    assert told.count("assumed") == 5  # day one: all chances are the policy's guess


def test_an_incident_and_a_surprise_are_decided_and_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("03_decide_and_explain.ipynb")
    for basis, gesture in (("floor", "owed:eu261"), ("goodwill", "films"), ("delight", "trail-map")):
        assert f"│ {basis:<8} ┆ {gesture:<10} ┆" in told
    assert "Reg. (EC) 261/2004 Art. 7(1)" in told
    assert "by hand it comes to the same" in told
    assert "you are owed EUR 250.00" in told
    assert "Le spettano EUR 250,00" in told
    assert told.count("Dear Anna Rossi") == told.count("Gentile Anna Rossi") == 3
    before, after = re.findall(r"^(?:before|after) +([0-9a-f]{64})$", told, re.MULTILINE)
    assert before == after
    assert "replayed, it is the same decision" in told
    assert "The receipt is not what was sealed" in told


def test_each_change_that_the_notebook_names_flips_the_winner_when_it_is_made() -> None:
    told = run("03_decide_and_explain.ipynb")
    tried = re.findall(r"^(\w+) of (\S+): (flips|does not flip) (\S+)$", told, re.MULTILINE)
    assert {(rival, won) for _, rival, _, won in tried} == {("songs", "films"), ("coffee", "trail-map")}
    assert {change for change, *_ in tried} == {"propensity", "lever", "value_cents", "cost_cents"}
    assert {came for _, _, came, _ in tried} == {"flips"}


def test_a_campaign_runs_from_its_plan_to_its_lift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("04_campaign_and_lift.ipynb")
    assert re.search(r"g-\d{3}  holdout  nothing", told)
    assert re.search(r"g-\d{3}  full     A coffee on us", told)
    considered, held_out, proposed = re.findall(r"(\d+) (?:considered|held out|proposed)", told)[:3]
    assert int(held_out) + int(proposed) == int(considered) == 240
    proposed, delivered, cents = re.findall(r"proposed (\d+), delivered (\d+), cost \{'EUR': (\d+)\}", told)[0]
    assert int(cents) == 150 * int(delivered) < 150 * int(proposed)
    assert "the interval holds the truth" in told
    assert re.search(r"buyers, \+[\d.]+% to \+[\d.]+%: higher", told)
    assert re.search(r"net EUR [\d.,]+ \(-?[\d.,]+ to [\d.,]+\)", told)
    assert "sure at any look from" in told


def test_no_notebook_holds_an_output() -> None:
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert all(not cell.get("outputs") for cell in cells), path.name
