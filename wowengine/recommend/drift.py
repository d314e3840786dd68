"""Has the world drifted? How what is told at serving differs from what was told at training, family by family.

A model's card keeps a `baseline`: how many rows told each word. `compare` lays today's rows beside it with the
population stability index, PSI = Σ (now - then) ln(now / then) over the words of a family: below 0.1 steady, from 0.25
on another population (Siddiqi 2006, "Credit Risk Scorecards"). Chance alone makes a PSI of about (B - 1)(1/n + 1/m)
for B words and n and m customers, spread like chi-squared (Yurdakul & Naranjo 2020), so a family has drifted only
where it stands above both.

A word that few customers share is no word of the baseline, or a card would name somebody. All such words count
together, and with them every word at serving that the baseline does not know.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import chi2

from wowengine.recommend.dataset import FEWEST_CUSTOMERS
from wowengine.recommend.features import Features, family

SHIFTED = 0.1  # PSI beyond what chance brings
FAR = 0.25  # PSI of another population
CHANCE = 0.95  # of reports with no drift in them that should call all families steady
SMOOTHING = 0.5  # rows that every word has beforehand, so that a new one is not infinite

STEADY, MOVED, UNKNOWN = "steady", "shifted", "unknown words"

Baseline = dict[str, Any]
"""Plain counts of customers, and of rows: how many told of a family, a rare word of it, each other word.

    {"customers": 9, "rows": 9, "families": {"tier:": {"told": 9, "rare": 4, "words": {"tier:gold": 5}}}}
"""


@dataclass(frozen=True)
class Drift:
    """How one family of features moved.

    Attributes
    ----------
    family
        Such as ``tier:`` or ``at:weather=``.
    verdict
        `STEADY`; `UNKNOWN` where it moved and nothing rose as much as the words that the model does not know; else
        `MOVED`.
    told_then, told_now
        Share of rows with any word of the family, 0 to 1.
    psi
        Population stability index over its words, those unknown together and those rows that tell none: 0 is no change.
    chance
        The PSI to expect with no drift at all.
    unknown_words, unknown_rows
        Words that the baseline does not know, and how many of today's rows have them.
    """

    family: str
    verdict: str
    told_then: float
    told_now: float
    psi: float
    chance: float
    unknown_words: int
    unknown_rows: int

    @property
    def far(self) -> bool:
        """Whether it moved so far that scorecards are customarily made anew."""
        return self.verdict != STEADY and self.psi - self.chance >= FAR

    def as_json(self) -> dict[str, Any]:
        """Return plain values, rounded for reading."""
        told = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return told | {"far": self.far}


def baseline(features: Features) -> Baseline:
    """Count what is told, for a model's card: plain numbers, and no word that fewer than `FEWEST_CUSTOMERS` share.

    Give it all that was told at training (`Examples.people`), before rare words left. Rows of one customer count as
    one witness. A weight counts as told whatever its size. Numbers are laid in bins, as a model is taught them.
    """
    features = features.binned()
    told, sharers = _told(features.matrix), _sharers(features)
    return {
        "customers": len(set(features.ids)),
        "rows": len(features.ids),
        "families": {
            name: {
                "told": _rows_with(told, at),
                "rare": _rows_with(told, at[sharers[at] < FEWEST_CUSTOMERS]),
                "words": {features.names[c]: _rows_with(told, [c]) for c in at[sharers[at] >= FEWEST_CUSTOMERS]},
            }
            for name, at in _families(features).items()
        },
    }


def compare(then: Baseline, features: Features) -> list[Drift]:
    """Say of each family, by name, how today's rows differ from the baseline; rows should be of the same kind."""
    if not then["rows"] or not features.ids:
        return []
    features = features.laid_in_bins_of(word for one in then["families"].values() for word in one["words"])
    told, columns = _told(features.matrix), _families(features)
    names = sorted({*then["families"], *columns})
    nobody = {"told": 0, "rare": 0, "words": {}}
    noise = 1 / then["customers"] + 1 / len(set(features.ids))
    sure = 1 - (1 - CHANCE) / max(len(names), 1)
    drifts = []
    for name in names:
        at = columns.get(name, np.array([], dtype=np.int64))
        known = then["families"].get(name, nobody)
        now = _counted(features, told, at, known["words"])
        drifts.append(_drift(name, known, then["rows"], now, noise=noise, sure=sure))
    return drifts


@dataclass(frozen=True)
class _Now:
    """Counts of one family today, in rows; `unknown_words` in words."""

    rows: int
    told: int
    unknown_words: int
    unknown_rows: int
    words: Mapping[str, int]


def _counted(features: Features, told: sp.csc_matrix, at: NDArray[np.int64], known: Mapping[str, int]) -> _Now:
    new = [column for column in at if features.names[column] not in known]
    words = {features.names[column]: _rows_with(told, [column]) for column in at if features.names[column] in known}
    return _Now(len(features.ids), _rows_with(told, at), len(new), _rows_with(told, new), words)


def _drift(name: str, known: Baseline, rows: int, now: _Now, *, noise: float, sure: float) -> Drift:
    """Lay both sides out in the same bins, those that tell nothing first and the unknown second, and judge."""
    words = sorted(known["words"])
    before = np.array([rows - known["told"], known["rare"], *(known["words"][word] for word in words)], dtype=float)
    after = np.array([now.rows - now.told, now.unknown_rows, *(now.words.get(word, 0) for word in words)], dtype=float)
    parts, risen = _psi(before, after)
    psi, free = float(parts.sum()), max(int(((before > 0) | (after > 0)).sum()) - 1, 0)
    chance = free * noise
    moved = psi > chance + SHIFTED and psi > float(chi2.ppf(sure, free)) * noise
    strange = risen[1] and parts[1] >= parts[risen].max()
    verdict = (UNKNOWN if strange else MOVED) if moved else STEADY
    shares = known["told"] / rows, now.told / now.rows
    return Drift(name, verdict, *shares, psi, chance, now.unknown_words, now.unknown_rows)


def _psi(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what each bin adds to the PSI, and whether its share has risen; a bin empty on both sides adds nothing."""
    seen = (before > 0) | (after > 0)
    then, now = (seen * (count + SMOOTHING) for count in (before, after))
    then, now = then / then.sum(), now / now.sum()
    ratio = np.divide(now, then, out=np.ones_like(now), where=seen)
    return (now - then) * np.log(ratio), now > then


def _families(features: Features) -> dict[str, NDArray[np.int64]]:
    """Return the columns of each family; what `family` calls '' is told apart by its prefix."""
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(features.names):
        columns.setdefault(family(name) or name.partition(":")[0] + ":", []).append(column)
    return {name: np.array(at, dtype=np.int64) for name, at in columns.items()}


def _told(matrix: sp.csr_matrix) -> sp.csc_matrix:
    """Return 1 where a row tells a word, by columns, which are what is asked for."""
    return sp.csc_matrix(matrix != 0, dtype=np.int32)


def _rows_with(told: sp.csc_matrix, columns: list[int] | NDArray[np.int64]) -> int:
    """Count the rows that tell any of these columns."""
    return int(np.count_nonzero(np.asarray(told[:, columns].sum(axis=1))))


def _sharers(features: Features) -> NDArray[np.int64]:
    """Count the customers who share each word."""
    _, customer = np.unique(np.array(features.ids, dtype=np.str_), return_inverse=True)
    cells = features.matrix.tocoo()
    told = cells.data != 0
    pairs = np.unique(np.stack([customer[cells.row[told]], cells.col[told]]), axis=1)
    return np.bincount(pairs[1], minlength=len(features.names))
