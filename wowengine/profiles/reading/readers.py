"""Which readers are in force: a company's own where it trained one that is better, else the starter's.

A process reads with one set: its edges say once on which `shelf` it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.profiles.reading import encoder
from wowengine.profiles.reading.hints import grams_of
from wowengine.profiles.reading.reader import Floats, Reader, load
from wowengine.profiles.reading.shelf import shelf

SENTIMENT, REASON = "sentiment", "reason"
OURS = (SENTIMENT, REASON)
AT_ONCE = 20_000  # texts counted together: enough to be quick, few enough for memory


@dataclass(frozen=True)
class Readers:
    """Readers by the question they answer: ours, and what else a company taught."""

    by_name: Mapping[str, Reader]

    @property
    def wants_encoder(self) -> bool:
        """Whether one of them learned with the encoder."""
        return any(reader.card.encoder for reader in self.by_name.values())

    def answer(self, texts: pl.DataFrame) -> Mapping[str, Floats]:
        """Put every question to texts.

        Parameters
        ----------
        texts
            ``text`` and ``language`` (null: unclear).

        Returns
        -------
        Mapping
            For each question, texts x labels: probabilities, NaN for what cannot be read.
        """
        parts = [self._answer(texts[start : start + AT_ONCE]) for start in range(0, max(len(texts), 1), AT_ONCE)]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.by_name}

    def _answer(self, texts: pl.DataFrame) -> Mapping[str, Floats]:
        if texts.is_empty():
            return {name: np.zeros((0, len(reader.card.labels)), np.float32) for name, reader in self.by_name.items()}
        counts = grams_of(texts["text"])
        vectors = encoder.encode(texts["text"]) if self.wants_encoder else None
        return {
            name: reader.read(counts, vectors, _abroad(texts["language"], reader))
            for name, reader in self.by_name.items()
        }


def in_force() -> Readers:
    """Return those in force now; a reader that was trained meanwhile is met at the next call."""
    starter = {name: _starter(name, encoded=shelf.encoded) for name in OURS}
    return Readers(starter | _own(shelf.folder))


def _own(folder: Path | None) -> dict[str, Reader]:
    if folder is None or not folder.is_dir():
        return {}
    cards = sorted(folder.glob("*.json"))
    return {card.stem: _company(folder, card.stem, card.stat().st_mtime) for card in cards}


@cache
def _starter(name: str, *, encoded: bool) -> Reader:
    """Load a reader of the starter: the one that learned with the encoder, or the one without."""
    home = files(__package__).joinpath("starter")
    return load(home.joinpath("encoded") if encoded else home, name)


@cache
def _company(folder: Path, name: str, changed: float) -> Reader:  # noqa: ARG001 - a change makes it another
    return load(folder, name)


def _abroad(languages: pl.Series, reader: Reader) -> NDArray[np.bool_]:
    """Tell which texts are in a language that a reader has not learned; what is unclear counts as learned."""
    return (~languages.is_in(reader.card.languages)).fill_null(value=False).to_numpy()
