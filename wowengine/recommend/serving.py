"""The model that serves, kept while its files stay as they are: reading and proving them costs a tenth of a decision.

One is kept, so that a model from which somebody was taken out is let go by the next decision of each process.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from wowengine.recommend import registry
from wowengine.recommend.model import Model

Marks = tuple[tuple[str, int, int], ...]
"""Of each file of a model: name, bytes, and when it was written, in nanoseconds."""


def serving(models: Path, catalogue: Collection[str] | None = None) -> Model | None:
    """Return the model that serves, or None before the first; see `registry.load` for what it refuses."""
    history = registry.activated(models)
    if not history:
        return None
    return _read(models, history[-1], frozenset(catalogue or ()), _marks(models / history[-1]))


@lru_cache(maxsize=1)
def _read(models: Path, version: str, catalogue: frozenset[str], _marks: Marks) -> Model:
    return registry.load(models, version, catalogue)


def _marks(folder: Path) -> Marks:
    files = ((path.name, path.stat()) for path in sorted(folder.glob("*")))
    return tuple((name, one.st_size, one.st_mtime_ns) for name, one in files)
