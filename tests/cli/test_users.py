"""``wow users``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wowengine.cli.app import app


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_users_come_change_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WOW_HOME": str(tmp_path), "WOW_DATABASE_URL": "", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    assert "Nobody is written down yet" in run("users")
    run("users", "put", "anna", "--role", "admin", "--team", "gate")
    run("users", "put", "bruno", "--role", "staff", "--as", "anna")
    run("users", "retire", "bruno", "--as", "anna")
    listed = json.loads(run("users", "--json"))
    assert [(one["name"], one["role"], one["team"]) for one in listed] == [("anna", "admin", "gate")]
