"""The best gestures of all customers into Parquet, shard by shard, in memory that does not grow with them.

A shard is the customers whose id has this remainder under a hash. So a customer stays in one shard whoever comes or
goes (ranges of sorted ids would shift), shards are of one size, and one is found without reading the others.
"""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from wowengine.recommend.base import Scores

GROUP = 1 << 17  # rows of a Parquet row group, all of which are held until it is written


@dataclass(frozen=True)
class Shard:
    """Part `index` of `count`, counted from 1, as in ``2/8``.

    Raises
    ------
    ValueError
        When there is no such part.
    """

    index: int = 1
    count: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.count:
            raise ValueError(f"there is no shard {self.index}/{self.count}: they count from 1/{self.count}")

    @classmethod
    def read(cls, text: str) -> "Shard":
        """Read ``i/n``."""
        index, slash, count = text.partition("/")
        if not (slash and index.isdecimal() and count.isdecimal()):
            raise ValueError(f"a shard is written i/n, as in 2/8, not {text!r}")
        return cls(int(index), int(count))

    @property
    def file(self) -> str:
        """Name of its file, which sorts in the order of shards."""
        width = len(str(self.count))
        return f"scores-{self.index:0{width}}-of-{self.count}.parquet"

    def has(self, customer_id: str) -> bool:
        """Whether a customer belongs here: by CRC-32 of the id, the same on every machine and in every version."""
        return zlib.crc32(customer_id.encode()) % self.count == self.index - 1

    def of(self, customer_ids: Iterable[str]) -> list[str]:
        """Return those that belong here, sorted: the same customers make the same blocks."""
        return sorted(one for one in customer_ids if self.has(one))


def write(blocks: Iterable[pl.DataFrame], folder: Path, shard: Shard) -> Path:
    """Write scores into the file of a shard, one block in memory at a time.

    Parameters
    ----------
    blocks
        Frames with the columns of `Scores.SCHEMA`, made as they are asked for. The same blocks make the same bytes.
    folder
        Where the file goes; made where it is missing.
    shard
        Whose scores they are: it names the file.

    Returns
    -------
    path
        Of the file. It appears whole, or, when a block cannot be made, not at all: what stood there before stays.

    Raises
    ------
    ValueError
        When a block has other columns.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as making:
        made = Path(making) / shard.file
        _sink(map(_checked, blocks), made)
        return made.replace(folder / shard.file)


def _sink(blocks: Iterator[pl.DataFrame], path: Path) -> None:
    def source(*_hints: object) -> Iterator[pl.DataFrame]:
        return blocks

    frame = register_io_source(source, schema=Scores.SCHEMA)
    frame.sink_parquet(path, row_group_size=GROUP, sync_on_close="all")


def _checked(block: pl.DataFrame) -> pl.DataFrame:
    if dict(block.schema) != Scores.SCHEMA:
        raise ValueError(f"a block of scores has columns {dict(block.schema)}")
    return block
