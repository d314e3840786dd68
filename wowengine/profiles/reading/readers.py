"""Which readers are in force: a company's own where it trained one that is better, else the starter's.

A process reads with one set: its edges say once on which `shelf` it stands.
"""

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.profiles.reading import encoder
from wowengine.profiles.reading.hints import grams_of
from wowengine.profiles.reading.reader import Floats, Reader, Sparse, load
from wowengine.profiles.reading.shelf import shelf

SENTIMENT, REASON, STATES = "sentiment", "reason", "states"
OURS = (SENTIMENT, REASON, STATES)
NEGATIVE, POSITIVE = "negative", "positive"
AT_ONCE = 5_000  # texts counted together: enough to be quick, few enough for memory


@dataclass(frozen=True)
class Readers:
    """Readers by the question they answer: ours, and what else a company taught."""

    by_name: Mapping[str, Reader]

    @property
    def wants_encoder(self) -> bool:
        """Whether one of them learned with the encoder."""
        return any(reader.card.encoder for reader in self.by_name.values())

    def answer(self, texts: pl.DataFrame, names: Collection[str] | None = None) -> Mapping[str, Floats]:
        """Put questions to texts.

        Parameters
        ----------
        texts
            ``text`` and ``language`` (null: unclear).
        names
            Which questions; None: all. The reason alone cannot be asked for: it hangs on the sentiment.

        Returns
        -------
        Mapping
            For each question, texts x labels: probabilities, NaN for what cannot be read, and for the reason of what is
            no complaint.
        """
        parts = [texts[start : start + AT_ONCE] for start in range(0, max(len(texts), 1), AT_ONCE)]
        asked = {name: reader for name, reader in self.by_name.items() if names is None or name in names}
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # array arithmetic lets go of Python's lock
            told = list(threads.map(partial(self._answer, asked), parts))
        return {name: np.concatenate([part[name] for part in told]) for name in asked}

    def _answer(self, asked: Mapping[str, Reader], texts: pl.DataFrame) -> Mapping[str, Floats]:
        if texts.is_empty():
            return {name: np.zeros((0, len(reader.card.labels)), np.float32) for name, reader in asked.items()}
        counts = grams_of(texts["text"])
        vectors = encoder.encode(texts["text"]) if self.wants_encoder else None
        told = {
            name: reader.read(counts, vectors, _abroad(texts["language"], reader))
            for name, reader in asked.items()
            if name != REASON
        }
        if REASON not in asked:
            return told
        return told | {REASON: self._reasons(told[SENTIMENT], counts, vectors, texts["language"])}

    def _reasons(self, felt: Floats, counts: Sparse, vectors: Floats | None, languages: pl.Series) -> Floats:
        """Ask for a reason where something is complained of, and nowhere else."""
        reader = self.by_name[REASON]
        told = np.full((len(felt), len(reader.card.labels)), np.nan, np.float32)
        rows = np.flatnonzero(felt.argmax(axis=1) == self.by_name[SENTIMENT].card.labels.index(NEGATIVE))
        if len(rows):
            some = None if vectors is None else vectors[rows]
            told[rows] = reader.read(counts[rows], some, _abroad(languages[rows], reader))
        return told


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
