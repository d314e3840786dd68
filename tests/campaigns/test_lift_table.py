"""Tables as people have them, read as the arms of a trial."""

from typing import Any

import polars as pl
import pytest

from wowengine.campaigns.lift_table import read_arms
from wowengine.errors import BadInput


def told(outcomes: list[Any], arms: list[Any] | None = None, **typed: Any) -> Any:
    arms = ["a"] * len(outcomes) if arms is None else arms
    return read_arms(pl.DataFrame({"arm": arms, "did": pl.Series(outcomes, **typed)}), "arm", "did")


@pytest.mark.parametrize(
    "outcomes",
    [
        ["yes", " No", "YES"],
        ["1", "0", "1"],
        ["true", "FALSE", "True"],
        [True, False, True],
        [1, 0, 1],
        [1.0, 0.0, 1.0],
    ],
)
def test_yes_and_no_are_read_however_they_are_written(outcomes: list[Any]) -> None:
    found = told(outcomes)
    assert found.binary
    assert found.samples[0].mean == pytest.approx(2 / 3)


def test_numbers_are_summed_up_arm_by_arm() -> None:
    found = told(["1", "3", "8"], ["b", "b", "a"])
    assert not found.binary
    assert [(one.arm, one.n, one.mean, one.variance) for one in found.samples] == [("a", 1, 8, 0), ("b", 2, 2, 2)]


def test_rows_that_cannot_count_are_set_aside_by_reason() -> None:
    found = told(["1.5", "", " ", "soon", "nan", "inf", "2", "3"], ["a", "a", "a", "a", "a", "a", "", "b"])
    assert found.set_aside == {"no_arm": 1, "no_outcome": 2, "not_a_number": 3}
    assert sum(one.n for one in found.samples) == 2


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    frame = pl.DataFrame({"_line": [1], "arm": ["a"], "did": ["1"], "list": [[1]]})
    with pytest.raises(BadInput, match="no column 'group'; there are 'arm', 'did', 'list'"):
        read_arms(frame, "group", "did")
    with pytest.raises(BadInput, match="no column '_line'"):
        read_arms(frame, "arm", "_line")
    with pytest.raises(BadInput, match="lists or objects"):
        read_arms(frame, "arm", "list")


@pytest.mark.parametrize("outcomes", [["", ""], ["soon", "later"], [None, None]])
def test_a_table_that_tells_nothing_is_said_to_tell_nothing(outcomes: list[Any]) -> None:
    with pytest.raises(BadInput, match="No row has both"):
        told(outcomes)
