"""Would private words reach a suggestion, had the reader's gate missed them? 500 that are private, 500 look-alikes.

Written before the lists, but by the same author on the same day, so these figures flatter: of the first lists 3 of 500
passed, and 478 look-alikes were kept; mended once against them, none passes and 472 are kept. The fairer measure is the
red team of the reader's gate, by another author and not read for these lists: of its 400 texts of our eight families
180 passed the first lists and 149 pass these; of its look-alikes 444 were kept, and now 433. None should pass: that
stands below as a test that is expected to fail.
"""

import csv
import json
from pathlib import Path

import pytest

from tests.decide.make import NOW, POLICY, candidate, moment, person
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Evidence
from wowengine.decide.decide import decide
from wowengine.decide.decision import Suggestion
from wowengine.decide.policy_face import PRIVATE
from wowengine.terms import SignalKind

OURS = Path(__file__).parent / "red_team"
THEIRS = Path(__file__).parents[1] / "profiles" / "reading" / "written"
MOST_MISSED, LEAST_KEPT = 149, 433  # of 400 and of 500 by another author


def written(name: str) -> list[str]:
    texts = []
    for language in ("en", "it"):
        with (OURS / f"{name}.{language}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["family"] for row in rows} == set(PRIVATE)
        texts += [row["text"] for row in rows]
    assert len(set(texts)) == len(texts) == 500
    return texts


def of_another_author(name: str) -> list[str]:
    files = [THEIRS / f"{name}.{language}.ndjson" for language in ("en", "it")]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [row["text"] for row in rows if row.get("kind") in {None, *PRIVATE}]


def suggested(text: str, *, stated: bool) -> tuple[Suggestion, ...]:
    said = Evidence(1, "hiking", text, "mastodon", NOW, stated, SignalKind.POST)
    gesture = candidate(evidence=(said,))
    return decide(person(), moment(), [gesture], POLICY, (), Arm.FULL).suggestions


@pytest.mark.parametrize("stated", [True, False])
def test_no_private_text_reaches_evidence_or_sentence_of_a_suggestion(stated: bool) -> None:
    assert [text for text in written("sensitive") if suggested(text, stated=stated)] == []


def test_nine_of_ten_look_alikes_reach_it() -> None:
    reached = [text for text in written("lookalikes") if suggested(text, stated=False)]
    assert len(reached) >= 450


def test_of_another_authors_texts_no_more_reach_it_than_we_own_up_to() -> None:
    texts = of_another_author("sensitive")
    assert len(texts) == 400
    missed = [text for text in texts if suggested(text, stated=True)]
    assert len(missed) <= MOST_MISSED
    assert sum(bool(suggested(text, stated=False)) for text in of_another_author("lookalikes")) >= LEAST_KEPT


@pytest.mark.xfail(strict=True, reason="Told in other words than the lists know, some private texts still pass.")
def test_none_of_another_authors_texts_reaches_it() -> None:
    assert [text for text in of_another_author("sensitive") if suggested(text, stated=True)] == []
