from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recommend.worlds import checkerboard
from wowengine.recommend.base import Scores
from wowengine.recommend.bulk import Shard, write
from wowengine.recommend.prior import prior

WORLD = checkerboard()
WHOLE = prior(0.3).score(WORLD.profiles, WORLD.gestures, k=3).frame
ALL = Shard(1, 1)


def blocks(rows: int = 30) -> Iterator[pl.DataFrame]:
    return WHOLE.iter_slices(rows)


def test_what_is_written_is_what_was_scored(tmp_path: Path) -> None:
    path = write(blocks(), tmp_path / "new", ALL)
    assert pl.read_parquet(path).equals(WHOLE)
    assert [one.name for one in path.parent.iterdir()] == ["scores-1-of-1.parquet"]


def test_the_same_shard_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write(blocks(), tmp_path, ALL).read_bytes()
    assert write(blocks(), tmp_path, ALL).read_bytes() == first


def test_a_shard_of_nobody_is_an_empty_table(tmp_path: Path) -> None:
    empty = pl.read_parquet(write(iter(()), tmp_path, Shard(2, 3)))
    assert dict(empty.schema) == Scores.SCHEMA
    assert empty.is_empty()


def test_a_file_appears_whole_or_what_was_there_stays(tmp_path: Path) -> None:
    def broken() -> Iterator[pl.DataFrame]:
        yield WHOLE
        raise RuntimeError("no power")

    path = write(blocks(), tmp_path, ALL)
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="no power"):
        write(broken(), tmp_path, ALL)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="columns"):
        write([WHOLE.drop("rank")], tmp_path, ALL)
    assert list(tmp_path.iterdir()) == []


@given(st.sets(st.text(max_size=8)), st.integers(1, 7))
def test_each_customer_is_in_one_shard_whoever_else_there_is(customers: set[str], count: int) -> None:
    shards = [Shard(index + 1, count).of(customers) for index in range(count)]
    assert sorted(one for shard in shards for one in shard) == sorted(customers)
    assert all(Shard(index + 1, count).of([one]) == [one] for index, shard in enumerate(shards) for one in shard)


def test_a_customer_has_the_same_shard_on_every_machine() -> None:
    assert Shard(0xCBF43926 % 7 + 1, 7).has("123456789")  # the check value of CRC-32


def test_shards_are_of_one_size() -> None:
    sizes = [len(Shard(index, 8).of(f"customer-{n}" for n in range(8000))) for index in range(1, 9)]
    assert min(sizes) > 900
    assert max(sizes) < 1100


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b"])
def test_there_are_no_other_shards(text: str) -> None:
    with pytest.raises(ValueError, match="shard"):
        Shard.read(text)


def test_a_shard_is_read_as_it_is_written() -> None:
    assert Shard.read("2/12") == Shard(2, 12)
    assert Shard(2, 12).file == "scores-02-of-12.parquet"
