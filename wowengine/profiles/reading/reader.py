"""A reader: one learned question put to texts, such as how they feel or why they complain, answered with probabilities.

Linear, and so quick, small and open to view: a text's grams are weighed and brought to length 1, and every label has
one weight a gram. Where the encoder is on, a second head over its numbers has its say too. Kept as plain
arrays (npz without pickle) beside a card in JSON that names what it learned from, under which licence, and how well it
does.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wowengine.errors import Misconfigured
from wowengine.profiles.reading import grams

# How much the two heads weigh in one answer. Macro-F1 on airline tweets: together 0.785, the grams alone 0.767, the
# encoder alone 0.743, one head over both 0.778.
GRAMS, ENCODED = 0.8, 0.5
LEAST = np.float32(1e-9)

Floats = NDArray[np.float32]
Sparse = Any  # a scipy.sparse.csr_matrix; scipy ships no types
FORMAT = 1


@dataclass(frozen=True)
class Head:
    """Weights of one linear map: numbers x labels, and a bias a label."""

    weights: Floats
    bias: Floats

    def __call__(self, numbers: Any) -> Floats:
        """Return a score a label."""
        return np.asarray(numbers @ self.weights + self.bias, np.float32)


@dataclass(frozen=True)
class Card:
    """What a reader is: its question, what it learned from, and how well it does on texts it has not seen.

    Attributes
    ----------
    name
        The question: ``sentiment``, ``reason``, or a company's own.
    labels
        The answers.
    several
        Whether a text may bear several labels, or exactly one.
    cuts
        With several: the probability from which on each label is borne.
    languages
        Those it learned from. Texts in others are read by the encoder alone, or not at all.
    encoder
        The encoder it learned with, or None.
    learned_from
        Data, licence and how many texts.
    figures
        Held-out accuracy or F1, by name.
    """

    name: str
    labels: tuple[str, ...]
    several: bool
    cuts: tuple[float, ...]
    languages: tuple[str, ...]
    encoder: str | None
    learned_from: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """What was learned for one question.

    Attributes
    ----------
    known, scale
        Hashes of the grams it knows, sorted, and how much each counts.
    home
        Over the grams it knows.
    across
        Over the encoder's numbers, which mean alike in every language; None where it learned without the encoder.
    """

    card: Card
    known: NDArray[np.uint32]
    scale: Floats
    home: Head
    across: Head | None

    def read(self, counts: Sparse, vectors: Floats | None, abroad: NDArray[np.bool_]) -> Floats:
        """Answer for texts.

        Parameters
        ----------
        counts
            Texts x grams, from `hints.grams_of`.
        vectors
            Texts x the encoder's numbers; needed where the card names an encoder.
        abroad
            Which texts are in a language that it has not learned: the encoder alone can read them.

        Returns
        -------
        ndarray
            Texts x labels, probabilities; NaN for what it cannot read.
        """
        told = self._settled(self._weighed(counts))
        if self.across is None or vectors is None:
            told[abroad] = np.nan
        else:
            second = self._settled(self.across(vectors))
            told = np.where(abroad[:, None], second, GRAMS * told + ENCODED * second)
        return sigmoid(told) if self.card.several else softmax(told)

    def _settled(self, scores: Floats) -> Floats:
        """Bring scores to one footing, so that two heads can be weighed against each other."""
        return scores if self.card.several else np.log(softmax(scores) + LEAST)

    def _weighed(self, counts: Sparse) -> Floats:
        """Weigh, bring to length 1, and put to the head: `weigh` and `home` in one, with few passes over the grams."""
        place, scale, weights = self._tables
        shape, column = (counts.shape[0], len(scale)), place[counts.indices]
        squares = sparse.csr_matrix((counts.data**2, column, counts.indptr), shape) @ scale**2
        length = np.sqrt(squares).reshape(-1, 1)
        told = sparse.csr_matrix((counts.data, column, counts.indptr), shape) @ weights
        told = np.divide(told, length, out=np.zeros_like(told), where=length > 0)
        return np.asarray(told + self.home.bias, np.float32)

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int32], Floats, Floats]:
        """Return each hash's place, and scale and weights by place; one place more stands for all that is not known."""
        place = places(self.known)
        place[place < 0] = len(self.known)
        scale = np.append(self.scale, np.float32(0))
        return place, scale, np.vstack([self.scale[:, None] * self.home.weights, np.zeros_like(self.home.weights[:1])])


def places(known: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Map the hash of a gram to its place among those known, or to -1."""
    found = np.full(2**grams.BITS, -1, np.int32)
    found[known] = np.arange(len(known), dtype=np.int32)
    return found


def weigh(counts: Sparse, place: NDArray[np.int32], scale: Floats) -> Sparse:
    """Weigh the grams that are known by their scale, and bring each text to length 1."""
    column = place[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    met = column >= 0
    row, column = row[met], column[met]
    values = counts.data[met] * scale[column]
    length = np.sqrt(np.bincount(row, values * values, minlength=counts.shape[0]))
    shape = (counts.shape[0], len(scale))
    return sparse.csr_matrix(((values / length[row]).astype(np.float32), (row, column)), shape=shape)


def softmax(scores: Floats) -> Floats:
    """Return probabilities that sum to 1 a row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def sigmoid(scores: Floats) -> Floats:
    """Return a probability a label."""
    return np.asarray(1 / (1 + np.exp(-scores)), np.float32)


def save(reader: Reader, folder: Path) -> None:
    """Write ``NAME.npz`` and ``NAME.json`` beside it; the card holds the digest of the arrays."""
    arrays: dict[str, NDArray[Any]] = {"known": reader.known, "scale": reader.scale.astype(np.float16)}
    arrays |= {"weights": reader.home.weights.astype(np.float16), "bias": reader.home.bias}
    if reader.across is not None:
        arrays |= {"across": reader.across.weights.astype(np.float16), "across_bias": reader.across.bias}
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # typed as if an array might be the option
    told = asdict(reader.card) | {"format": FORMAT, "sha256": hashlib.sha256(packed.getvalue()).hexdigest()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reader.card.name}.npz").write_bytes(packed.getvalue())
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / f"{reader.card.name}.json").write_text(text + "\n", encoding="utf-8")


def load(folder: Traversable, name: str) -> Reader:
    """Read a reader back.

    Raises
    ------
    Misconfigured
        The arrays are not those of the card, or of another format.
    """
    told = json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    packed = folder.joinpath(f"{name}.npz").read_bytes()
    digest, written = told.pop("sha256"), told.pop("format")
    if written != FORMAT or hashlib.sha256(packed).hexdigest() != digest:
        raise Misconfigured(f"The arrays of the reader {name!r} are not those of its card: train it again.")
    held_card: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    card = Card(**held_card)
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        held = {key: arrays[key] for key in arrays.files}
    widened = {key: value if key == "known" else value.astype(np.float32) for key, value in held.items()}
    across = Head(widened["across"], widened["across_bias"]) if "across" in widened else None
    return Reader(card, widened["known"], widened["scale"], Head(widened["weights"], widened["bias"]), across)
