"""Figures for people, or as one line of JSON; and the clock they are taken with."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

Found = dict[str, Any]


@dataclass
class Clock:
    """Seconds that calls took: all together, the quickest of them, and the least work of all cores for one."""

    seconds: float = 0.0
    best: float = float("inf")
    work: float = float("inf")

    def time(self, call: Callable[[], Any]) -> Any:
        """Call, and add the time it took."""
        start, worked = perf_counter(), process_time()
        given = call()
        took, work = perf_counter() - start, process_time() - worked
        self.seconds, self.best, self.work = self.seconds + took, min(self.best, took), min(self.work, work)
        return given


def say(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        sys.stdout.write(json.dumps(found, default=float) + "\n")
        return
    for name, value in found.items():
        told = ", ".join(f"{key} {figure}" for key, figure in value.items()) if isinstance(value, Mapping) else value
        sys.stdout.write(f"{name}: {told}\n")
