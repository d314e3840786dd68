"""Every rule that may say no has its word."""

import re
from pathlib import Path

from wowengine import decide
from wowengine.rounds.skips import WORDS

RULE = re.compile(r'Verdict\([^"]*?"([a-z]+\.[a-z_]+)"|"((?:contact|eligibility)\.[a-z_]+)"|RANK = "([a-z.]+)"')


def test_every_rule_has_a_word_and_every_word_a_rule() -> None:
    sources = Path(decide.__file__).parent.glob("*.py")
    found = (name for source in sources for match in RULE.findall(source.read_text("utf-8")) for name in match if name)
    assert set(found) == WORDS.keys()
