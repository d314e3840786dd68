"""Rules of the house that no linter knows: sizes, pins, names that must not appear."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300
LONGEST_FUNCTION = 60


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def package_files() -> list[Path]:
    """The package's own Python; generated migrations are as long as their tables."""
    return [path for path in tracked("wowengine/*.py") if "versions" not in path.parts]


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in package_files()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = {name: lines for path in package_files() for name, lines in functions(path) if lines > LONGEST_FUNCTION}
    assert long == {}


def test_every_package_says_which_question_it_answers() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in package_files()
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_the_pins_name_no_registry_and_no_lock_file_is_tracked() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text()
    assert tracked("uv.lock", "pylock.toml") == []


def test_only_one_file_imports_lightfm() -> None:
    imports = re.compile(r"^\s*(?:from|import) lightfm|import_module\(.lightfm", re.MULTILINE)
    assert [path.name for path in package_files() if imports.search(path.read_text())] == ["lightfm_model.py"]


def test_only_the_session_commits() -> None:
    commits = [str(path.relative_to(ROOT)) for path in package_files() if re.search(r"\.commit\(\)", path.read_text())]
    assert commits == []


def test_only_the_clock_asks_for_the_time() -> None:
    asks = re.compile(r"datetime\.now\(|utcnow\(|date\.today\(|time\.time\(")
    askers = [path.name for path in package_files() if asks.search(path.read_text())]
    assert askers == ["clock.py"]


def test_nothing_names_a_path_of_a_machine() -> None:
    named = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
    here = Path(__file__).resolve()
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".txt", ".ini"}
        and path.resolve() != here
        and named.search(path.read_text())
    ]
    assert found == []
