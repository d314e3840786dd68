"""The interests that may be known of somebody, and the words that show them: an allow list in two TOML files.

``taxonomy.toml`` names each interest and lists the cues that say it; ``implied.toml`` lists what only hints at it. A
company adds to both by a file of its own, which is checked as ours are.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from wowengine.errors import Misconfigured
from wowengine.profiles.reading.shelf import shelf
from wowengine.profiles.reading.words import load, padded

NAME, TELLING, EVERYDAY, WEAK = 4, 3, 2, 1  # says it; shows it; says it, but is said every day; hints at it
ANY, TONGUES = "any", ("en", "it")
HALF_LIFE_DAYS = 90.0
OUTER_SPACES = 2  # of a padded cue
SHORTEST_JOINED = 7  # letters of a hashtag that joins the words of a cue; shorter ones are words of their own

Cue = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
ByLanguage = Mapping[Literal["any", "en", "it"], list[Cue]]

_CUES = {"cue": pl.String, "topic": pl.String, "tier": pl.Int8, "tongue": pl.String}


class _Hints(BaseModel):
    """What only hints at an interest, by language."""

    model_config = ConfigDict(extra="forbid")

    telling: ByLanguage = Field(default_factory=dict)
    weak: ByLanguage = Field(default_factory=dict)


class _Entry(_Hints):
    """An interest as a file has it. An entry for an interest we have may leave out everything but its cues."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    iab: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")] | None = None
    half_life_days: float | None = Field(default=None, ge=7, le=365)
    label: Mapping[Literal["en", "it"], Annotated[str, StringConstraints(min_length=1, max_length=60)]] | None = None
    sensitivity: Literal["none", "proxy", "special"] | None = None
    cues: ByLanguage = Field(default_factory=dict)
    everyday: ByLanguage = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_allowed(self) -> Self:
        if self.sensitivity == "special":
            message = "is marked as special: what tells of health, belief, politics, origin or the like is never known"
            raise ValueError(message)
        return self


class _File(BaseModel):
    """A taxonomy file."""

    model_config = ConfigDict(extra="forbid")

    idioms: list[Cue] = Field(default_factory=list)
    interest: list[_Entry] = Field(default_factory=list)


@dataclass(frozen=True)
class Topic:
    """One interest of the taxonomy.

    Attributes
    ----------
    label
        Its name, by language.
    half_life_days
        After how many days a mention of it counts half.
    iab
        Nearest node of the IAB Content Taxonomy 3.1.
    sensitivity
        ``none``, or ``proxy`` for what may hint at something private and is to be said with care.
    """

    id: str
    label: Mapping[str, str]
    half_life_days: float
    iab: str
    sensitivity: str


@dataclass(frozen=True)
class Taxonomy:
    """Interests and their cues.

    Attributes
    ----------
    topics
        Every interest, by id.
    cues
        ``cue`` (folded, its words two spaces apart), ``topic``, ``tier`` (`NAME`, `TELLING`, `EVERYDAY` or `WEAK`),
        ``tongue`` (``any``, ``en``, ``it``), ``share`` (1 over the number of interests that share it at that tier): one
        row a cue and interest.
    patterns
        Every folded cue and idiom once, the longer ones first: by the language of the text, `ANY` for all others.
    """

    topics: Mapping[str, Topic]
    cues: pl.DataFrame
    patterns: Mapping[str, tuple[str, ...]]


def taxonomy() -> Mapping[str, Topic]:
    """Return every interest that may be known of somebody, by id: ours, and those of the company that reads."""
    return in_force().topics


def in_force() -> Taxonomy:
    """Return the taxonomy that this process reads with; a file that was changed meanwhile is met at the next call."""
    return load_taxonomy(shelf.taxonomy)


def load_taxonomy(extra: Path | None = None) -> Taxonomy:
    """Read the taxonomy.

    Parameters
    ----------
    extra
        A file of a company's own, merged over ours: new interests, or more cues for those we have.

    Raises
    ------
    Misconfigured
        The file cannot be read, an entry is incomplete or wrong, or tells of what must never be known.
    """
    return _merged(extra, extra.stat().st_mtime if extra and extra.exists() else 0.0)


@cache
def _merged(extra: Path | None, changed: float) -> Taxonomy:  # noqa: ARG001 - a change makes it another
    ours = _checked(load("taxonomy.toml"), "taxonomy.toml")
    hints = {name: _Hints.model_validate(told) for name, told in load("implied.toml").items()}
    theirs = _checked(_parsed(extra), extra.name) if extra else _File()
    entries: dict[str, list[_Entry]] = {}
    for entry in (*ours.interest, *theirs.interest):
        entries.setdefault(entry.id, []).append(entry)
    topics = {name: _topic(name, told) for name, told in entries.items()}
    rows = [row for name, told in entries.items() for row in _rows(name, told, hints.get(name, _Hints()))]
    idioms = pl.DataFrame({"cue": [*ours.idioms, *theirs.idioms]}).select(cue=spaced(padded(pl.col("cue"))))
    cues = _spelt(pl.DataFrame(rows, schema=_CUES, orient="row")).join(idioms, on="cue", how="anti")
    return Taxonomy(topics, cues, {tongue: _patterns(cues, idioms["cue"], tongue) for tongue in (*TONGUES, ANY)})


def _patterns(cues: pl.DataFrame, idioms: pl.Series, tongue: str) -> tuple[str, ...]:
    """List what to look for in texts of a language (`ANY`: of an unknown or another one), the longer first."""
    spoken = cues if tongue == ANY else cues.filter(pl.col("tongue").is_in([tongue, ANY]))
    return tuple(sorted({*spoken["cue"], *idioms}, key=lambda cue: (-len(cue), cue)))


def spaced(text: pl.Expr) -> pl.Expr:
    """Put two spaces between the words of padded texts, so that cues side by side share none; "wine's" is wine."""
    words = text.str.replace_all("'s ", " ", literal=True).str.strip_chars()
    return " " + words.str.replace_all(" ", "  ", literal=True) + " "


def _rows(name: str, told: Iterable[_Entry], hints: _Hints) -> Iterator[tuple[str, str, int, str]]:
    """Give the cues of an interest as they stand in the files: cue, interest, tier, tongue."""
    entries = list(told)
    lists = [(NAME, entry.cues) for entry in entries] + [(EVERYDAY, entry.everyday) for entry in entries]
    for entry in (hints, *entries):
        lists += [(TELLING, entry.telling), (WEAK, entry.weak)]
    for tier, by_tongue in lists:
        yield from ((cue, name, tier, tongue) for tongue, cues in by_tongue.items() for cue in cues)


def _spelt(cues: pl.DataFrame) -> pl.DataFrame:
    """Fold cues; let one of several words stand as a hashtag joins it, too; of each keep what proves most."""
    apart = cues.with_columns(cue=padded(pl.col("cue")))
    several = (pl.col("cue").str.count_matches(" ", literal=True) > OUTER_SPACES) & (pl.col("tier") > WEAK)
    joined = apart.filter(several).with_columns(cue=" " + pl.col("cue").str.replace_all(" ", "", literal=True) + " ")
    joined = joined.filter(pl.col("cue").str.len_chars() >= SHORTEST_JOINED + OUTER_SPACES)
    both = pl.concat([apart.with_columns(cue=spaced(pl.col("cue"))), joined]).filter(pl.col("cue").str.contains(r"\S"))
    best = both.sort("tier", descending=True, maintain_order=True).unique(["cue", "topic"], keep="first")
    return best.with_columns(share=1.0 / pl.len().over("cue", "tier")).sort("topic", "cue")


def _topic(name: str, told: list[_Entry]) -> Topic:
    """Merge the entries of an interest: of each field the last that says it."""

    def said(field: str) -> Any:
        return next((value for entry in reversed(told) if (value := getattr(entry, field)) is not None), None)

    label, iab, sensitivity = said("label"), said("iab"), said("sensitivity")
    if label is None or set(label) != {"en", "it"} or iab is None or sensitivity is None:
        message = f"The interest {name!r} is new: give it iab, sensitivity, and a label in en and it."
        raise Misconfigured(message, interest=name)
    return Topic(name, label, said("half_life_days") or HALF_LIFE_DAYS, iab, sensitivity)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"The taxonomy {path.name} cannot be read: {error}. Mend it, or take it away."
        raise Misconfigured(message, file=path.name) from error


def _checked(told: Mapping[str, Any], name: str) -> _File:
    try:
        return _File.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = _where(told, first["loc"])
        raise Misconfigured(f"In the taxonomy {name}, {where}: {first['msg']}", file=name) from error


def _where(told: Mapping[str, Any], place: tuple[int | str, ...]) -> str:
    """Name the place of an error by the interest's id, where it has one."""
    match place:
        case ("interest", int(number), *rest):
            return " ".join(
                str(part) for part in (f"interest {told['interest'][number].get('id', number + 1)!r}", *rest)
            )
        case _:
            return " ".join(str(part) for part in place)
