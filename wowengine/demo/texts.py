"""The words of the make-believe world: names, posts, conversations and gestures, as TOML beside the code."""

import tomllib
from collections.abc import Mapping
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


def filled(text: str, language: str, slots: Mapping[str, str]) -> str:
    """Fill in a sentence's slots; in Italian one goes *ad* Atene and *a* Roma."""
    said = text.format_map(slots)
    return said.replace(" a A", " ad A") if language == "it" else said
