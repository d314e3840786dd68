"""A company in a temporary folder, driven through its public faces: the `wow` command, the API, the console."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2 as httpx

T = TypeVar("T")
WOW = Path(sys.executable).with_name("wow")
PATIENCE = 30.0  # seconds within which anything that should happen must have happened


@dataclass
class World:
    """One installation: its settings in the environment, its files in a folder."""

    folder: Path
    database_url: str = ""
    broker_url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        mine = {
            "WOW_HOME": str(self.folder / "home"),
            "WOW_DATABASE_URL": self.database_url,
            "WOW_BROKER_URL": self.broker_url,
            "WOW_PORT": "0",
            "WOW_HOLDOUT_SHARE": "0",
            "COLUMNS": "200",
        }
        plain = {name: value for name, value in os.environ.items() if not name.startswith("WOW_")}
        return plain | mine | self.extra

    def wow(self, *arguments: str, expect: int = 0) -> str:
        """Run a command and return what it printed, or what it complained of; the exit code must be the expected."""
        done = self._run(*arguments, expect=expect)
        return done.stdout if expect == 0 else done.stderr

    def wow_out(self, *arguments: str, expect: int) -> str:
        """Run a command that fails, and return what it printed all the same."""
        return self._run(*arguments, expect=expect).stdout

    def _run(self, *arguments: str, expect: int) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([WOW, *arguments], env=self.env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == expect, f"wow {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str) -> Any:
        """Run a command with ``--json`` and return what it said."""
        return json.loads(self.wow(*arguments, "--json"))

    def write(self, name: str, rows: list[dict[str, Any]]) -> Path:
        """Write rows as a file of newline-delimited JSON."""
        path = self.folder / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Keep a command running for the time of the block, and stop it as its operator would."""
        process = subprocess.Popen(
            [WOW, *arguments],
            env=self.env | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            assert process.stdout is not None
            process.stdout.close()

    @contextlib.contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """Serve console and API for the time of the block; with a broker, a separate worker process runs too."""
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(self.running("serve"))
            address = address_of(server)
            if self.broker_url:
                stack.enter_context(self.running("worker"))
            yield stack.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))


def address_of(server: subprocess.Popen[str]) -> str:
    """Return the address that a server prints when it is ready."""
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        found = re.search(r"Console +(http://\S+?)/?\s", line)
        if found:
            return found[1]
    raise AssertionError("the server did not start:\n" + "".join(said))


def until(look: Callable[[], T | None]) -> T:
    """Look again and again until there is something to see."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        time.sleep(0.2)
    raise AssertionError(f"nothing came within {PATIENCE:.0f} s")
