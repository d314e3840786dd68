"""More is brought in time in our order than first in, first out; the benchmark prints by how much."""

import pytest

from benchmarks.freshness import WAYS, tasks_of, worked


@pytest.mark.parametrize("seed", [0, 1])
def test_near_saturation_our_order_brings_more_in_time_and_more_by_who_knows_the_customer(seed: int) -> None:
    tasks = tasks_of(seed, 2_000, load=1.0)
    ours = worked(tasks, WAYS["ours"])
    for name in ("first in, first out", "first in, first out, the lost left"):
        theirs = worked(tasks, WAYS[name])
        assert ours.in_time > theirs.in_time, name
        assert ours.by_agent > 2 * theirs.by_agent, name


def test_with_time_for_all_of_it_nothing_is_late() -> None:
    tasks = tasks_of(0, 300, load=0.3)
    assert worked(tasks, WAYS["ours"]).in_time == 1.0
