"""What customers took and refused reaches whoever scores next, in a round and in bulk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from wowengine import clock
from wowengine.db.session import Database
from wowengine.recommend.scorer import Scorer
from wowengine.rounds import Config, bulk, run_round, score_shard, situation, training

TOOK = pl.DataFrame({"customer_id": ["anna"], "gesture_id": ["jazz"], "value": [1.0]})


@pytest.mark.parametrize("way", ["round", "bulk"])
def test_who_scores_is_told_what_was_taken_before(
    company: Callable[..., Database], config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    given: list[Any] = []
    score = Scorer.score

    def listening(self: Scorer, *told: Any, **named: Any) -> Any:
        given.append(named["history"])
        return score(self, *told, **named)

    monkeypatch.setattr(Scorer, "score", listening)
    for module in (situation, bulk):
        monkeypatch.setattr(module, "history", lambda _session, _at, _who=None: TOOK)
    database = company(("anna", "I love jazz"))
    if way == "round":
        run_round(database, config)
    else:
        score_shard(database, config, tmp_path / "out")
    assert given
    assert all(told is TOOK for told in given)


def test_before_the_first_answer_nothing_was_taken(company: Callable[..., Database]) -> None:
    with company().reading() as session:
        assert training.history(session, clock.now()).rows() == []
