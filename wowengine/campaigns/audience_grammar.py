r"""How an audience is read from the text that a marketer writes.

::

    audience  = both, { "or", both } ;
    both      = one, { "and", one } ;
    one       = "not", one | "(", audience, ")" | condition ;
    condition = measure, [ sign, value | [ "not" ], "in", "(", value, { ",", value }, ")" ] ;
    measure   = word, [ "(", value, { ",", value }, ")" ] ;
    sign      = "=" | "!=" | "<" | "<=" | ">" | ">=" ;
    value     = text | number | time | day ;
    text      = a bare word (gold, Europe/Rome) or anything in double quotes, with \" and \\ ;
    number    = 3, 0.25 or -0.5 ;
    time      = 36h, 90d or 2w ;
    day       = 2026-11-03 ;

``and`` binds more tightly than ``or``. Words, and texts when they are compared, may be written large or small. A
condition without a sign asks whether there is any: a text that is known, a number above 0. What is not known meets no
comparison but ``!=`` and ``not in``, which hold wherever ``=`` and ``in`` do not.
"""

import re

from wowengine.campaigns.audience_limits import forbidden
from wowengine.campaigns.audience_tokens import Token, tokens, value_of, wrong
from wowengine.campaigns.audience_tree import (
    EQUALITIES,
    KEYWORDS,
    LISTS,
    And,
    Audience,
    Clause,
    Condition,
    Measure,
    Not,
    Or,
    Sign,
    Value,
)
from wowengine.campaigns.audience_words import WORDS, Kind, Parameter, Word

DEEPEST = 20  # parentheses and nots within one another
FEW = 12  # texts that are worth listing where another is found
END = "`and`, `or` or the end"


def parse(text: str) -> Audience:
    """Read an audience.

    Raises
    ------
    BadInput
        With ``column``, what was ``found``, what was ``expected``, and the ``near`` word that may be meant, or ''.
    """
    reading = _Reading(text)
    clause = reading.either(0)
    if reading.next.kind != "end":
        wrong(reading.next, reading.could_follow)
    return Audience(clause)


class _Reading:
    """A descent through the grammar, one method a rule; `next` is the piece that nothing has taken yet."""

    def __init__(self, text: str) -> None:
        self._rest = tokens(text)
        self.next = next(self._rest)
        self.could_follow = END

    def _take(self) -> Token:
        taken, self.next = self.next, next(self._rest)
        return taken

    def _takes(self, *words: str) -> bool:
        """Take the next piece if it is this keyword or mark."""
        if self.next.kind in {"word", "mark"} and self.next.text.lower() in words:
            self._take()
            return True
        return False

    def _needs(self, mark: str, expected: str) -> None:
        if not self._takes(mark):
            wrong(self.next, expected)

    def either(self, depth: int) -> Clause:
        parts = [self._both(depth)]
        while self._takes("or"):
            parts.append(self._both(depth))
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _both(self, depth: int) -> Clause:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _one(self, depth: int) -> Clause:
        if depth > DEEPEST:
            wrong(self.next, f"at most {DEEPEST} parentheses and nots within one another")
        if self._takes("not"):
            return Not(self._one(depth + 1))
        if self._takes("("):
            inner = self.either(depth + 1)
            self._needs(")", "`)`, `and` or `or`")
            self.could_follow = END
            return inner
        return self._condition()

    def _condition(self) -> Condition:
        word = self._word()
        measure = Measure(word.name, self._arguments(word))
        self.could_follow = END if word.kind is Kind.YES_NO else f"a comparison, {END}"
        if word.kind is Kind.YES_NO or not self._compares():
            return Condition(measure)
        sign = self._sign(word)
        values = self._values(word) if sign in LISTS else (self._value(word, sign),)
        self.could_follow = END
        return Condition(measure, sign, values)

    def _word(self) -> Word:
        token = self._take()
        if token.kind != "word" or token.text.lower() in KEYWORDS:
            wrong(token, "a word such as tier or interest(running)")
        if token.text.lower() not in WORDS:
            wrong(token, "a word of the grammar", WORDS, reason=forbidden(token.text))
        return WORDS[token.text.lower()]

    def _arguments(self, word: Word) -> tuple[Value, ...]:
        if not word.parameters:
            return ()
        self._needs("(", f"`(`, as in {word.form}")
        taken: list[Value] = []
        for place, parameter in enumerate(word.parameters):
            if place:
                self._needs(",", f"`,` and {word.parameters[place].name}, as in {word.form}")
            taken.append(self._argument(parameter))
            while parameter.many and self._takes(","):
                taken.append(self._argument(parameter))
        self._needs(")", f"`)`, as in {word.form}")
        return tuple(taken)

    def _argument(self, parameter: Parameter) -> Value:
        token = self._take()
        value = value_of(token, parameter.kind)
        if isinstance(value, str) and (reason := parameter.refused(value)):
            wrong(token, f"another {parameter.name}", reason=reason)
        if parameter.known and value not in (known := parameter.known()):
            few = f"one of {', '.join(known)}" if len(known) <= FEW else f"a {parameter.name} that is known"
            wrong(token, few, known)
        if parameter.most is not None and not (isinstance(value, float) and 0 <= value <= parameter.most):
            wrong(token, f"a number from 0 to {parameter.most:g}")
        return value

    def _compares(self) -> bool:
        """Whether the next piece begins a comparison; `not` after a measure can only be that of `not in`."""
        return self.next.kind == "sign" or (self.next.kind == "word" and self.next.text.lower() in {"not", "in"})

    def _sign(self, word: Word) -> Sign:
        token = self._take()
        text = token.text.lower()
        if text == "not":
            self._needs("in", "`in`")
            text = "not in"
        if Sign(text) not in EQUALITIES and word.kind is Kind.TEXT:
            wrong(token, f"=, !=, in or not in: {word.name} is a text")
        return Sign(text)

    def _values(self, word: Word) -> tuple[Value, ...]:
        self._needs("(", "`(` and a list")
        values = [self._value(word, Sign.IN)]
        while self._takes(","):
            values.append(self._value(word, Sign.IN))
        self._needs(")", "`,` or `)`")
        return tuple(values)

    def _value(self, word: Word, sign: Sign) -> Value:
        token = self._take()
        ordered = word.kind is Kind.TEXT_OR_NUMBER and sign not in EQUALITIES
        value = value_of(token, Kind.NUMBER if ordered else word.kind)
        if isinstance(value, str) and (reason := word.refused(value)):
            wrong(token, "another text", reason=reason)
        if isinstance(value, str) and word.looks and not re.fullmatch(word.looks, value):
            wrong(token, f"a {word.name} as in {word.example}")
        return value
