"""The form of a policy, for editors."""

import json
import re
import tomllib
from datetime import time
from typing import Any

import pytest

from wowengine.decide.policy import Policy, policy_text
from wowengine.decide.policy_schema import LOCAL_TIME, comments, schema

SCHEMA = schema()


def tables() -> dict[str, dict[str, Any]]:
    found = {"": SCHEMA} | SCHEMA["$defs"]
    return {name: table for name, table in found.items() if "properties" in table}


def test_it_is_json_and_names_its_dialect() -> None:
    assert json.loads(json.dumps(SCHEMA))["$schema"].startswith("https://json-schema.org/")


def test_it_knows_every_word_asks_for_each_and_refuses_any_other() -> None:
    words = set(tomllib.loads(policy_text())) | {"links"}  # of which the file only shows how they are written
    assert set(SCHEMA["properties"]) == set(Policy.model_fields) == words
    for table in tables().values():
        assert set(table.get("required", ())) == {
            word for word, told in table["properties"].items() if "default" not in told
        }
        assert table["additionalProperties"] is False


def test_bounds_are_told() -> None:
    share = SCHEMA["$defs"]["Ladder"]["properties"]["least_share"]
    assert (share["minimum"], share["maximum"]) == (0, 1)
    assert SCHEMA["$defs"]["Severity"]["enum"] == ["minor", "moderate", "serious", "grave"]


def test_each_word_is_explained_itself_or_by_the_table_it_stands_in() -> None:
    silent = [
        f"{name}.{word}"
        for name, table in tables().items()
        for word, told in table["properties"].items()
        if not (told.get("description") or table.get("description"))
    ]
    assert silent == []
    assert SCHEMA["properties"]["scarce_below"]["description"].startswith("with fewer left than this")
    assert SCHEMA["properties"]["budgets"]["description"].startswith("Named accounts. What is owed by law")


def test_comments_belong_to_the_word_on_their_line_or_the_one_below_them() -> None:
    words = "# the head\n\n# of a\n# kind\none = 1\nbare = 0\ntwo = 2  # the second\n"
    text = f"{words}[deep.er] # down\nfew = [ # many\n  4, # no\n]"
    assert dict(comments(text)) == {
        ("one",): "of a kind",
        ("two",): "the second",
        ("deep", "er"): "down",
        ("deep", "er", "few"): "many",
    }


@pytest.mark.parametrize("text", ["00:00", "21:00:00", "23:59:59.5"])
def test_times_are_toml_s_own(text: str) -> None:
    assert re.search(LOCAL_TIME, text)
    assert time.fromisoformat(text)
    assert "format" not in SCHEMA["$defs"]["QuietHours"]["properties"]["start"]


@pytest.mark.parametrize("text", ["24:00", "9:00", "21:60", "21:00Z"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert not re.search(LOCAL_TIME, text)
