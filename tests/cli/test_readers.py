"""``wow readers``: a company trains its own, from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wowengine.cli.app import app
from wowengine.profiles.reading.shelf import shelf

TEXTS = {
    "late": ["two hours late again {}", "train delayed {}"],
    "bag": ["my suitcase is gone {}", "you lost my bag {}"],
}


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WOW_HOME", str(tmp_path / "home"))
    path = tmp_path / "tickets.ndjson"
    rows = [(text.format(n), label) for label, texts in TEXTS.items() for text in texts for n in range(10)]
    path.write_text("\n".join(json.dumps({"text": text, "label_reason": label}) for text, label in rows))
    return path


def run(*arguments: str) -> str:
    try:
        answer = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    finally:
        shelf.use(None, encoded=False)
    return answer.output


def test_a_reader_trained_from_tickets_is_listed_as_in_force(labelled: Path) -> None:
    (taught,) = json.loads(run("readers", "train", str(labelled), "--json"))
    assert (taught["name"], taught["labels"], taught["used"]) == ("reason", ["bag", "late"], True)
    assert taught["figures"]["macro_f1"] > taught["before"]["macro_f1"]
    listed = {row["question"]: row for row in json.loads(run("readers", "list", "--json"))}
    assert listed["reason"]["learned from"] == "tickets.ndjson (40, the company's own)"
    assert "corpus" in listed["sentiment"]["learned from"]


def test_people_are_told_whether_it_is_used(labelled: Path) -> None:
    assert "in use from now on" in run("readers", "train", str(labelled))
