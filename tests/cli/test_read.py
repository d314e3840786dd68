"""``wow read``: one line a text, in order, and nothing of what may not be known."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_readers import run
from wowengine.errors import BadInput, Misconfigured

TEXTS = [
    "I love hiking, up at the hut by noon",
    "@brand my flight is three hours late and nobody says a word",
    "coffee: long, no sugar",
    "thanks for the quick help, since my chemo I need more time",
    "my brother loves golf",
    "Odio pescare, che noia mortale",
    "@brand urgent: smoke in the cabin to Lisbon, where do we go? #help",
    "my daughter's insulin is in the lost bag, please help immediately",
]


def told(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "texts.ndjson"
    path.write_text("\n".join(json.dumps({"text": text, "source_id": f"t{at}"}) for at, text in enumerate(TEXTS)))
    return [json.loads(line) for line in run("read", str(path), "--json").splitlines()]


def test_a_text_is_told_in_one_line_in_order(tmp_path: Path) -> None:
    lines = told(tmp_path)
    assert [line["source_id"] for line in lines] == [f"t{at}" for at in range(len(TEXTS))]
    hiking, late, coffee, _, _, fishing, *_ = lines
    assert [(one["id"], one["polarity"], one["whose"]) for one in hiking["interests"]] == [("hiking", "likes", "own")]
    assert (late["sentiment"]["label"], late["reason"]["label"]) == ("negative", "late")
    assert coffee["preferences"] == [{"slot": "coffee", "value": "long, no sugar", "quote": "coffee: long, no sugar"}]
    assert [(one["label"], one["polarity"]) for one in fishing["interests"]] == [("pesca", "dislikes")]


def test_of_a_sensitive_text_no_word_is_told(tmp_path: Path) -> None:
    line = told(tmp_path)[3]
    assert line["dropped"] == ["health"]
    assert line["language"] is line["sentiment"] is line["reason"] is None
    assert line["interests"] == line["preferences"] == []


def test_what_cannot_wait_is_flagged_and_what_a_text_points_to_is_told(tmp_path: Path) -> None:
    smoke = told(tmp_path)[6]
    assert (smoke["urgent"], smoke["safety"], smoke["question"]) == (True, True, True)
    assert smoke["places"] == [{"place": "Lisbon", "country": "PT"}]
    assert smoke["entities"] == [{"kind": "mention", "value": "brand"}, {"kind": "hashtag", "value": "help"}]


def test_who_cannot_wait_is_flagged_even_where_it_may_not_be_said_of_what(tmp_path: Path) -> None:
    line = told(tmp_path)[7]
    assert line["dropped"]
    assert line["urgent"]
    assert line["places"] == line["entities"] == []


def test_somebody_elses_interest_is_dropped_and_said_so(tmp_path: Path) -> None:
    line = told(tmp_path)[4]
    assert line["interests"] == []
    assert line["dropped"] == ["somebody_elses_interest"]


def test_people_get_a_line_without_the_words(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text('text\n"I love hiking"\n')
    assert "+hiking" in run("read", str(path))


def test_a_file_without_texts_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("number\n1\n")
    with pytest.raises(BadInput, match="no column `text`"):
        run("read", str(path))


def test_a_moment_is_told_with_its_day(tmp_path: Path) -> None:
    path = tmp_path / "texts.ndjson"
    path.write_text(json.dumps({"text": "It's my birthday tomorrow!", "occurred_at": "2026-11-27T10:00:00Z"}))
    (line,) = [json.loads(line) for line in run("read", str(path), "--json").splitlines()]
    assert line["moments"] == [{"kind": "birthday", "date": "2026-11-28", "quote": "It's my birthday tomorrow"}]
    assert all(other["moments"] == [] for other in told(tmp_path))


PADEL = """
[[interest]]
id = "padel"
iab = "483"
sensitivity = "none"
label = {en = "padel", it = "padel"}
cues = {any = ["padel"]}
"""


def test_a_company_reads_the_interests_of_its_own_file_and_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("WOW_HOME", str(home))
    path = tmp_path / "texts.csv"
    path.write_text('text\n"I love padel and hiking"\n')
    assert "+padel" not in run("read", str(path))
    (home / "taxonomy.toml").write_text(PADEL)
    assert {"+hiking", "+padel"} <= set(run("read", str(path)).split())
    (home / "taxonomy.toml").write_text("not = toml = at all")
    with pytest.raises(Misconfigured, match=r"taxonomy\.toml"):
        run("read", str(path))
