"""Everybody's scores in bulk: each customer stands in one shard, once, whatever the size of a block."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from wowengine.db.session import Database
from wowengine.errors import BadInput
from wowengine.recommend.base import Scores
from wowengine.rounds import Config, bulk, score_shard

SAID = ("anna", "I love jazz"), ("ben", "I love fishing")


def test_two_shards_together_hold_everybody_once(
    company: Callable[..., Database], config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = company(*SAID)
    monkeypatch.setattr(bulk, "BLOCK", 1)
    reports = [score_shard(database, config, tmp_path / "out", f"{part}/2", k=2) for part in (1, 2)]
    frames = [pl.read_parquet(report.path) for report in reports]
    together = pl.concat(frames).sort("customer_id", "rank")
    assert together.schema == Scores.SCHEMA
    assert together.select("customer_id", "rank").rows() == [("anna", 1), ("anna", 2), ("ben", 1), ("ben", 2)]
    assert [report.customers for report in reports] == [frame["customer_id"].n_unique() for frame in frames]
    whole = pl.read_parquet(score_shard(database, config, tmp_path / "whole", k=2).path)
    assert whole.sort("customer_id", "rank").equals(together)


def test_what_somebody_likes_comes_first(company: Callable[..., Database], config: Config, tmp_path: Path) -> None:
    scores = pl.read_parquet(score_shard(company(*SAID), config, tmp_path / "out", k=1).path)
    assert dict(scores.select("customer_id", "gesture_id").iter_rows()) == {"anna": "jazz", "ben": "boat"}


@pytest.mark.parametrize("wrong", ["0/2", "3/2", "half", "1/0"])
def test_a_shard_that_does_not_exist_is_refused(
    company: Callable[..., Database], config: Config, tmp_path: Path, wrong: str
) -> None:
    with pytest.raises(BadInput, match="shard"):
        score_shard(company(), config, tmp_path / "out", wrong)
    assert not (tmp_path / "out").exists()


def test_the_bar_goes_to_the_end(company: Callable[..., Database], config: Config, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    score_shard(company(*SAID), config, tmp_path / "out", progress=lambda *step: seen.append(step))
    assert seen[-1] == ("scoring", 2, 2)
