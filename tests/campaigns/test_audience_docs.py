"""The page on audiences says what the code does."""

import inspect
import re
from pathlib import Path

from wowengine.campaigns import audience_grammar
from wowengine.campaigns.audience import parse
from wowengine.campaigns.audience_words import WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "audiences.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)


def test_its_table_of_words_is_the_codes() -> None:
    table = "\n".join(f"| `{word.form}` | {word.kind} | {word.means} | `{word.example}` |" for word in WORDS.values())
    assert table in PAGE, f"put this into docs/audiences.md:\n\n{table}"


def test_its_grammar_is_the_parsers() -> None:
    told = inspect.cleandoc(inspect.getdoc(audience_grammar) or "")
    rules = inspect.cleandoc(told.partition("::\n\n")[2].partition("\n\n")[0])
    assert rules + "\n" in BLOCKS


def test_its_first_sentence_is_an_audience() -> None:
    assert str(parse(BLOCKS[0])) == BLOCKS[0].strip()
