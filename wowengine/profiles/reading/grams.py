"""Texts into counted n-grams: words, pairs of words, and runs of letters inside words, hashed.

Every gram is a substring, and the hash of any substring follows from one running sum over all texts (Karp and Rabin
1987), so that a batch is a few passes of array arithmetic. Letters count beside words because customers write
``cancled`` and ``graaazie``.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

BITS = 22  # of a hash: a reader knows some 10^5 grams, and few of them share one
RUNS = range(2, 6)  # letters in a run, the space at a word's edge among them
SPACE = ord(" ")

# Odd, so that all arithmetic modulo 2**64 can be undone; each sort of gram has a multiplier of its own.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_WORD, _PAIR, _RUN, _FINISH = (
    np.uint64(odd) for odd in (0xD6E8FEB86659FD93, 0xCA5A826395121157, 0xA0761D6478BD642F, 0xBF58476D1CE4E5B9)
)

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def spelt(text: pl.Expr) -> pl.Expr:
    """Write a text as it is counted: lower case, each sign a word, links, names and figures without what they say."""
    plain = text.str.to_lowercase().str.replace_all("[’‘`´]", "'")
    plain = plain.str.replace_all(r"https?://\S+|www\.\S+", " §link ").str.replace_all(r"@\w+", " §name ")
    plain = plain.str.replace_all(r"\d+", "0").str.replace_all(r"([^\p{L}\p{N}\p{M}'§])", " $1 ")
    return " " + plain.str.replace_all(r"\s+", " ").str.strip_chars() + " "


def counted(texts: pl.Series) -> sparse.csr_matrix:
    """Count the grams of texts.

    Parameters
    ----------
    texts
        As `spelt` writes them; no nulls.

    Returns
    -------
    csr_matrix
        Texts x ``2 ** BITS``: a one for each gram, as often as it stands in the text.
    """
    lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
    signs = np.frombuffer("".join(texts).encode(), np.uint8)
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    sums, undo = _running(signs)
    rows, columns = [], []
    for starts, stops, kind in _spans(signs, owner):
        rows.append(owner[starts])
        hashed = (sums[stops] - sums[starts]) * undo[starts] * kind
        mixed = (hashed ^ (hashed >> np.uint64(29))) * _FINISH
        columns.append((mixed >> np.uint64(64 - BITS)).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    found = sparse.coo_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(texts), 2**BITS))
    found.has_canonical_format = True  # a gram that stands twice is told twice: adding them up would mean sorting all
    return found.tocsr()


def _running(signs: Bytes) -> tuple[Hashes, Hashes]:
    """Return the running sum of ``sign * base ** place``, and what undoes the place: ``base ** -place``."""
    powers = np.full(len(signs) + 1, _BASE, np.uint64)
    undo = np.full(len(signs) + 1, _INVERSE, np.uint64)
    powers[0] = undo[0] = 1
    powers, undo = np.multiply.accumulate(powers), np.multiply.accumulate(undo)
    sums = np.zeros(len(signs) + 1, np.uint64)
    sums[1:] = np.cumsum((signs.astype(np.uint64) + np.uint64(1)) * powers[:-1])
    return sums, undo


def _spans(signs: Bytes, owner: NDArray[np.int32]) -> Iterator[tuple[Ints, Ints, np.uint64]]:
    """Yield where grams start and stop, and of which sort; a text begins and ends with a space, so none crosses two."""
    spaces = signs == SPACE
    edges = np.flatnonzero(spaces)
    starts, stops = edges[:-1] + 1, edges[1:]
    worded = stops > starts  # nothing stands between the last space of a text and the first of the next
    yield starts[worded], stops[worded], _WORD
    paired = worded[:-1] & worded[1:]
    yield starts[:-1][paired], stops[1:][paired], _PAIR
    before = np.concatenate([[0], np.cumsum(spaces)])
    for length in RUNS:
        begin = np.arange(max(len(signs) - length + 1, 0))
        last = begin + length - 1
        inside = (before[last] == before[begin + 1]) & (owner[begin] == owner[last])
        yield begin[inside], begin[inside] + length, _RUN
