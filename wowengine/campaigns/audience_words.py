"""The words by which an audience may be described: what each takes, what it gives, and how it is said of a person.

`WORDS` is the whole list. What is not on it cannot be asked; what nobody may be chosen by is refused with its reason.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from wowengine.campaigns.audience_limits import (
    forbidden,
    hinting,
    known_moments,
    known_slots,
    known_topics,
    private,
)
from wowengine.terms import GestureKind, OutcomeType, Purpose


class Kind(StrEnum):
    """What a word gives or takes."""

    YES_NO = "yes or no"
    TEXT = "text"
    NUMBER = "number"
    TEXT_OR_NUMBER = "text or number"
    TIME = "time"
    DAY = "day"


def _allowed(_text: str) -> str:
    return ""


@dataclass(frozen=True)
class Parameter:
    """One argument of a word.

    Attributes
    ----------
    known
        The texts it may be; None: any.
    refused
        Why a text may not be used, or ''.
    most
        The largest number it may be.
    many
        It may be given several times: any of them.
    """

    name: str
    kind: Kind
    known: Callable[[], Collection[str]] | None = None
    refused: Callable[[str], str] = _allowed
    most: float | None = None
    many: bool = False


@dataclass(frozen=True)
class Word:
    """One word.

    Attributes
    ----------
    told, untold
        How it is said of a person of whom it is true or known, and of one of whom it is not.
    opposed
        How a number below 0 is said, where that is another thing.
    looks
        Regular expression of the texts it may be compared with; '' for any.
    refused
        Why a text may not be compared with, or ''.
    counts
        Who is not found has 0 of it.
    """

    name: str
    kind: Kind
    means: str
    example: str
    told: str
    untold: str
    parameters: tuple[Parameter, ...] = ()
    opposed: str = ""
    looks: str = ""
    refused: Callable[[str], str] = _allowed
    counts: bool = False

    @property
    def form(self) -> str:
        """How it is written, such as ``had(kind, within)``."""
        names = (one.name + ", ..." * one.many for one in self.parameters)
        return self.name + (f"({', '.join(names)})" if self.parameters else "")


WITHIN: Final = Parameter("within", Kind.TIME)
_TOPIC: Final = Parameter("topic", Kind.TEXT, known=known_topics, refused=hinting, many=True)
_LISTED: Final = (
    Word("tier", Kind.TEXT, "Their tier.", "tier in (gold, platinum)", "tier is {value}", "tier is not known"),
    Word(
        "language",
        Kind.TEXT,
        "Their language, without its region; read from their words only where they agree to that.",
        "language = it",
        "language is {value}",
        "language is not known",
        looks="[A-Za-z]{2,3}",
    ),
    Word(
        "country",
        Kind.TEXT,
        "Their country, as two letters.",
        "country in (IT, CH)",
        "country is {value}",
        "country is not known",
        looks="[A-Za-z]{2}",
    ),
    Word(
        "time_zone",
        Kind.TEXT,
        "Their time zone.",
        "time_zone = Europe/Rome",
        "time zone is {value}",
        "time zone is not known",
    ),
    Word(
        "joined",
        Kind.DAY,
        "The day they became a customer.",
        "joined >= 2025-01-01",
        "joined on {value}",
        "nobody knows when they joined",
    ),
    Word(
        "tenure",
        Kind.TIME,
        "How long they have been a customer.",
        "tenure >= 365d",
        "customer for {value}",
        "nobody knows since when they are a customer",
    ),
    Word(
        "attribute",
        Kind.TEXT_OR_NUMBER,
        "What a file of customers told besides.",
        "attribute(home_airport) = FCO",
        "{name} is {value}",
        "{name} is not known",
        (Parameter("name", Kind.TEXT, refused=forbidden),),
        refused=private,
    ),
    Word(
        "interest",
        Kind.NUMBER,
        "How strongly they like a topic, or the one of several they like most: -1 to 1. Of those who agree to it.",
        "interest(running, cycling) >= 0.3",
        "likes {topic} ({value})",
        "no interest in {topic} is known",
        (_TOPIC,),
        opposed="dislikes {topic} ({value})",
    ),
    Word(
        "preference",
        Kind.TEXT,
        "What they stated they like. Of those who agree to it.",
        "preference(coffee)",
        "told us of {slot}: {value}",
        "told us nothing of {slot}",
        (Parameter("slot", Kind.TEXT, known=known_slots),),
        refused=private,
    ),
    Word(
        "moment",
        Kind.YES_NO,
        "A moment of their life that they told of comes within this time. Of those who agree to it.",
        "moment(birthday, 7d)",
        "{kind} within {within}",
        "no {kind} within {within} is known",
        (Parameter("kind", Kind.TEXT, known=known_moments), WITHIN),
    ),
    Word(
        "incidents",
        Kind.NUMBER,
        "How often we failed them: a delay, a lost bag, a cancelled booking.",
        "incidents(30d) >= 2",
        "incidents in the last {within}: {value}",
        "no incidents in the last {within}",
        (WITHIN,),
        counts=True,
    ),
    Word(
        "tickets",
        Kind.NUMBER,
        "How many conversations they began with us.",
        "tickets(90d) = 0",
        "tickets in the last {within}: {value}",
        "no tickets in the last {within}",
        (WITHIN,),
        counts=True,
    ),
    Word(
        "unanswered",
        Kind.NUMBER,
        "How many conversations have no answer of ours.",
        "unanswered = 0",
        "tickets without an answer: {value}",
        "no ticket without an answer",
        counts=True,
    ),
    Word(
        "open_complaints",
        Kind.NUMBER,
        "How many complaints have no answer of ours.",
        "not open_complaints",
        "complaints without an answer: {value}",
        "no complaint without an answer",
        counts=True,
    ),
    Word(
        "longest_wait",
        Kind.TIME,
        "Their longest wait for our first answer; an unanswered ticket waits still.",
        "longest_wait(90d) > 24h",
        "waited up to {value} in the last {within}",
        "waited for no answer of ours in the last {within}",
        (WITHIN,),
    ),
    Word(
        "mood",
        Kind.NUMBER,
        "Of their recent texts to us, -1 to 1. Of those who agree to their words being read for interests.",
        "mood < 0",
        "mood is {value}",
        "mood is not known",
    ),
    Word(
        "had",
        Kind.YES_NO,
        "A gesture of this kind was delivered to them.",
        "not had(surprise, 90d)",
        "had a {kind} in the last {within}",
        "had no {kind} in the last {within}",
        (Parameter("kind", Kind.TEXT, known=lambda: list(GestureKind)), WITHIN),
    ),
    Word(
        "had_gesture",
        Kind.YES_NO,
        "This gesture of the catalogue was delivered to them.",
        "had_gesture(espresso, 30d)",
        "had {gesture} in the last {within}",
        "had no {gesture} in the last {within}",
        (Parameter("gesture", Kind.TEXT), WITHIN),
    ),
    Word(
        "outcome",
        Kind.YES_NO,
        "What they did after a gesture, whatever gesture it was.",
        "outcome(thanked, 180d)",
        "{type} in the last {within}",
        "not {type} in the last {within}",
        (Parameter("type", Kind.TEXT, known=lambda: list(OutcomeType)), WITHIN),
    ),
    Word(
        "spoke",
        Kind.YES_NO,
        "They wrote on this channel; in public, only of those who agree to it.",
        "spoke(email, 30d)",
        "wrote on {channel} in the last {within}",
        "wrote nothing on {channel} in the last {within}",
        (Parameter("channel", Kind.TEXT), WITHIN),
    ),
    Word(
        "agrees",
        Kind.YES_NO,
        "They say yes to this purpose today.",
        "agrees(measurement)",
        "says yes to {purpose}",
        "does not say yes to {purpose}",
        (Parameter("purpose", Kind.TEXT, known=lambda: list(Purpose)),),
    ),
    Word(
        "bucket",
        Kind.YES_NO,
        "Drawn by lot into this share of everybody; another name draws others, a larger share keeps all of a smaller.",
        'bucket(0.1, "spring")',
        "drawn by lot ({name}, share {share})",
        "not drawn by lot ({name}, share {share})",
        (Parameter("share", Kind.NUMBER, most=1.0), Parameter("name", Kind.TEXT)),
    ),
)
WORDS: Final[Mapping[str, Word]] = MappingProxyType({word.name: word for word in _LISTED})
