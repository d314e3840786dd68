"""Numbers as words: bins that hold about as many rows each, and whose edges stand in their names.

A model that knows ``is:flights=[3, 12)`` lays 7 flights in it, wherever it is read: the edges need no other place than
the names it was taught by. Edges are rounded, or one would be somebody's own number. A number that is not told is a
word of its own (`features.UNTOLD`).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

BINS = 5
MOST_VALUES = 10  # of one attribute: with more, each is told by too few to be learned by itself
DIGITS = 3  # that an edge keeps

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")  # a leading zero begins a code, such as a postal one
_BIN = re.compile(r"\[(\S+), (\S+)\)")


class Bins:
    """The bins that stand among the names of a model's features."""

    def __init__(self, names: Iterable[str]) -> None:
        self._of: dict[str, list[tuple[float, float, str]]] = {}
        for name in names:
            attribute, word = _split(name)
            if edges := _BIN.fullmatch(word):
                self._of.setdefault(attribute, []).append((float(edges[1]), float(edges[2]), name))

    def word(self, name: str) -> str:
        """Return the bin that a feature such as ``is:flights=7`` falls in, or the name itself where there is none."""
        attribute, word = _split(name) if self._of else ("", name)
        if attribute not in self._of or not _NUMBER.fullmatch(word):
            return name
        return next((one for low, high, one in self._of[attribute] if low <= float(word) < high), name)


def binned_names(names: Sequence[str], matrix: sp.csr_matrix) -> tuple[str, ...]:
    """Return the names with those of an attribute of many numbers replaced by its bins.

    Parameters
    ----------
    names
        Of columns, such as ``is:flights=7``; an attribute with a word that is no number, or with few of them, stays.
    matrix
        Shape (rows, names): who was told what, for the edges. Only what is there counts, in whatever order.
    """
    numbers: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        numbers.setdefault(_split(name)[0], []).append(column)
    rows = matrix.getnnz(axis=0)
    cut = {
        attribute: _cut(attribute, np.repeat([float(_split(names[at])[1]) for at in columns], rows[columns]))
        for attribute, columns in numbers.items()
        if attribute and len(columns) > MOST_VALUES and all(_NUMBER.fullmatch(_split(names[at])[1]) for at in columns)
    }
    kept = [name for name in names if _split(name)[0] not in cut]
    return (*kept, *(name for attribute in sorted(cut) for name in cut[attribute]))


def attributes_binned(names: Sequence[str]) -> list[str]:
    """Return the attributes, such as ``is:flights=``, that have bins among these names, sorted."""
    return sorted({attribute for attribute, word in map(_split, names) if _BIN.fullmatch(word)})


def _cut(attribute: str, values: NDArray[np.float64]) -> list[str]:
    quantiles = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
    inner = sorted({float(f"{edge:.{DIGITS}g}") for edge in quantiles})
    edges = [-np.inf, *inner, np.inf]
    return [f"{attribute}[{low:g}, {high:g})" for low, high in pairwise(edges)]


def _split(name: str) -> tuple[str, str]:
    """Return an attribute and its word: ``is:flights=`` and ``7``; what is no attribute has ''."""
    attribute, equals, word = name.partition("=")
    return (attribute + equals, word) if equals and attribute.startswith(("is:", "at:")) else ("", name)
