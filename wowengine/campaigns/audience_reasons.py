"""Why somebody is of an audience, in sentences that a marketer reads."""

from datetime import date, timedelta
from typing import Any

from wowengine.campaigns.audience_tree import DAY, HOUR, Measure, Value
from wowengine.campaigns.audience_words import WORDS, Parameter, Word


def sentence(measure: Measure, value: Any) -> str:
    """Return what is said of a person of whom a measure gave this value, such as ``likes running (0.62)``."""
    word = WORDS[measure.word]
    known = value is not None and value is not False and not (word.counts and value == 0)
    said = word.opposed if word.opposed and known and value < 0 else word.told if known else word.untold
    return said.format(**_arguments(word, measure.arguments), value=_plain(value))


def _arguments(word: Word, given: tuple[Value, ...]) -> dict[str, str]:
    """Return what was asked, by parameter; words of ours without the underscores that they are written with."""
    if word.parameters and (several := word.parameters[-1]).many:
        return {several.name: " or ".join(_named(several, one) for one in given)}
    return {one.name: _named(one, value) for one, value in zip(word.parameters, given, strict=True)}


def _named(parameter: Parameter, value: Value) -> str:
    return _plain(value).replace("_", " ") if parameter.known else _plain(value)


def _plain(value: Value | None) -> str:
    """Return a value as people say it."""
    match value:
        case str():
            return value
        case timedelta():
            return f"{value / DAY:.0f} days" if value >= 2 * DAY else f"{value / HOUR:.0f} hours"
        case date():
            return value.isoformat()
        case int() | float():
            return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    return ""
