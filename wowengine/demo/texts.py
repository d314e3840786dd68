"""The words of the make-believe world: names, posts, conversations and gestures, as TOML beside the code."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts(name: str) -> dict[str, Any]:
    """Return what a file of ours says, such as ``posts``."""
    return tomllib.loads(as_written(name))


def as_written(name: str) -> str:
    """Return the same file as it stands."""
    return files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
