"""Figures for people, or as one line of JSON."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def say(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        sys.stdout.write(json.dumps(found, default=float) + "\n")
        return
    for name, value in found.items():
        told = ", ".join(f"{key} {figure}" for key, figure in value.items()) if isinstance(value, Mapping) else value
        sys.stdout.write(f"{name}: {told}\n")
