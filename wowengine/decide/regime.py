"""Every body of law we know, and a company's own promises: files of numbers under one of five kinds of arithmetic."""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, RootModel

from wowengine.decide.air import FlightLaw
from wowengine.decide.canonical import digest
from wowengine.decide.fixed import FixedLaw
from wowengine.decide.late import LateLaw
from wowengine.decide.law import Cause, Checked, Citation, Finding, Kind, Owed
from wowengine.decide.refund import RefundLaw
from wowengine.decide.review import ReviewLaw
from wowengine.decide.rulebook import parse
from wowengine.errors import BadInput

__all__ = [
    "Cause",
    "Checked",
    "Citation",
    "Finding",
    "Kind",
    "Owed",
    "Regime",
    "example",
    "load_regimes",
    "parse_regime",
    "regimes_version",
]

# Where several fit and none is the law of the country of departure, the first of them answers.
FILES: Final = (
    "eu261",
    "eu2202",
    "uk261",
    "us_dot_refund",
    "us_dot_bag",
    "us_dot_bumping",
    "eu_rail",
    "appr",
    "eu_coach",
    "eu_ferry",
    "uk_delay_repay",
    "uk_ofcom",
    "montreal",
)

Regime: TypeAlias = Annotated[FlightLaw | LateLaw | RefundLaw | FixedLaw | ReviewLaw, Field(discriminator="arithmetic")]


class _File(RootModel[Regime]):
    """A regime as a file holds it."""


def load_regimes(own: Path | None = None) -> tuple[Regime, ...]:
    """Return every regime we know, those of the law first.

    Parameters
    ----------
    own
        Folder of a company's own promises, a TOML file each; it may be absent.

    Raises
    ------
    BadInput
        When a file of the company's cannot be used, or takes the id of one of ours; the message says which.
    """
    shipped = _shipped()
    return (*shipped, *(_of_company(file, shipped) for file in sorted(own.glob("*.toml") if own else ())))


def parse_regime(text: str, name: str) -> Regime:
    """Read and check the text of a regime's file.

    Raises
    ------
    BadInput
        Naming the file, the place in it and what is wrong there.
    """
    return parse(_File, text, name).root


def example(name: str) -> str:
    """Return the text of an example contract, to be copied and changed; it is never in force by itself.

    Raises
    ------
    BadInput
        When there is none of that name; the message names those there are.
    """
    known = {file.name.removesuffix(".toml"): file for file in _folder("contracts").iterdir()}
    if name not in known:
        raise BadInput(f"There is no example {name!r}; there are {', '.join(sorted(known))}.")
    return known[name].read_text("utf-8")


def regimes_version(regimes: Iterable[Regime]) -> str:
    """Return a hash of what these regimes say."""
    return digest(list(regimes))


@cache
def _shipped() -> tuple[Regime, ...]:
    """Read the package's own files, which do not change while it runs."""
    folder = _folder("regimes")
    return tuple(parse_regime((folder / f"{name}.toml").read_text("utf-8"), f"{name}.toml") for name in FILES)


def _of_company(file: Path, shipped: tuple[Regime, ...]) -> Regime:
    try:
        regime = parse_regime(file.read_text("utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file.name} cannot be read: {error}.") from error
    if regime.id in {one.id for one in shipped}:
        raise BadInput(f"{file.name}: {regime.id} is the id of a regime of ours; give yours another.")
    return regime


def _folder(name: str) -> Traversable:
    return resources.files("wowengine.decide").joinpath(name)
