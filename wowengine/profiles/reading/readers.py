"""Which readers are in force: a company's own where it trained one that is better, else the starter's.

A process reads with one set. Its edges (command line, worker, server) say once where a company's readers lie and
whether the encoder is on, as they say where the database is; nothing else does.
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
from wowengine.profiles.reading.grams import counted, spelt
from wowengine.profiles.reading.reader import Floats, Reader, load

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
        counts = counted(texts.select(spelt(pl.col("text"))).to_series())
        vectors = encoder.encode(texts["text"]) if self.wants_encoder else None
        return {
            name: reader.read(counts, vectors, _abroad(texts["language"], reader))
            for name, reader in self.by_name.items()
        }


class Shelf:
    """Where readers lie: the starter's inside the package, a company's in a folder of its own."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._encoded = False

    def use(self, folder: Path | None, *, encoded: bool = False) -> None:
        """Say where a company's readers lie, and whether to read with the encoder."""
        self._folder, self._encoded = folder, encoded

    def readers(self) -> Readers:
        """Return those in force now; a reader that was trained meanwhile is met at the next call."""
        starter = {name: _starter(name, encoded=self._encoded) for name in OURS}
        return Readers(starter | self._own())

    def _own(self) -> dict[str, Reader]:
        if self._folder is None or not self._folder.is_dir():
            return {}
        cards = sorted(self._folder.glob("*.json"))
        return {card.stem: _company(self._folder, card.stem, card.stat().st_mtime) for card in cards}


shelf = Shelf()


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
