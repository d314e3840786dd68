"""The README is the first product: its tables are the code's, and its tour really runs."""

import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from wowengine.campaigns.lifecycle import FINAL, TRANSITIONS, ActionState
from wowengine.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ANYTHING = "…"


def life_table() -> str:
    """The life of an action, as the code has it."""
    steps: dict[ActionState, list[tuple[str, str, str]]] = defaultdict(list)
    for (state, step), transition in TRANSITIONS.items():
        steps[state].append((step, "/".join(sorted(transition.by)), transition.to.upper()))
    lines = ["| From | Step (who) → to |", "|---|---|"]
    for state, known in steps.items():
        told = "; ".join(f"{step} ({who}) → {to}" for step, who, to in known)
        lines.append(f"| {state.upper()} | {told} |")
    final = ", ".join(sorted(state.upper() for state in FINAL))
    return "\n".join([*lines, f"| {final} | final |"])


def settings_table() -> str:
    """Every setting, as the code has it."""
    lines = ["| Variable | Default | What it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        secret = getattr(field.default, "get_secret_value", None)
        default = secret() if secret else field.default
        shown = f"`{default}`" if str(default) else "empty"
        lines.append(f"| `WOW_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section {title!r}"
    return found[1]


def test_the_table_of_the_actions_life_is_the_codes() -> None:
    assert life_table() in README, f"put this into the README:\n\n{life_table()}"


def test_the_table_of_settings_is_the_codes() -> None:
    assert settings_table() in README, f"put this into the README:\n\n{settings_table()}"


def test_every_file_and_folder_the_readme_names_is_there() -> None:
    linked = set(re.findall(r"\]\(([\w./-]+)\)", README))
    rooms = set(re.findall(r"^([\w/]+(?:\.py|/)) +\S", section("Map of the house"), re.MULTILINE))
    assert {"docs/pictures/queue.png", "NOTICE"} <= linked
    assert {name for name in linked if not (ROOT / name).exists()} == set()
    built = {path.name + "/" for path in (ROOT / "wowengine").iterdir() if (path / "__init__.py").exists()}
    assert {room for room in rooms if room.endswith("/")} == built
    assert {room for room in rooms if not (ROOT / "wowengine" / room).exists()} == set()


def tour() -> list[tuple[str, str]]:
    """The commands of the tour, each with the output it is said to print."""
    blocks = re.findall(r"```console\n(.*?)```", section("A tour of five minutes"), re.DOTALL)
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif line.strip():
            steps[-1][1].append(line)
    return [(command, "\n".join(output)) for command, output in steps]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WOW_")}
    binaries = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{plain['PATH']}"
    return plain | {"PATH": binaries, "COLUMNS": "120", "HOME": str(tmp_path)}


def test_the_tour_prints_what_it_says(shell: dict[str, str], tmp_path: Path) -> None:
    script = "set -e\n" + "\n".join(f"echo '@@{n}'\n{command}" for n, (command, _) in enumerate(tour()))
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=shell, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = re.split(r"@@\d+\n", done.stdout)[1:]
    for (command, promised), really in zip(tour(), printed, strict=True):
        pattern = ".*".join(re.escape(part) for part in promised.split(ANYTHING))
        assert re.fullmatch(pattern, really.strip(), re.DOTALL), f"$ {command}\n{really}"
