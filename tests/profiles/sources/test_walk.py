"""Walking down a timeline that grows meanwhile: every post is read, and none twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.profiles.sources.walk import Walk


def page(timeline: list[int], walk: Walk, size: int) -> tuple[list[int], Walk]:
    """One page as a platform gives it: newest first, below the token and above what was read before."""
    top = int(walk.page) if walk.page else max(timeline, default=0) + 1
    above = sorted((each for each in timeline if int(walk.since or 0) < each < top), reverse=True)
    shown = above[:size]
    token = str(shown[-1]) if len(above) > size else ""
    return shown, walk.down(token, str(shown[0]) if shown else "")


@given(arrivals=st.lists(st.integers(0, 4), max_size=20), size=st.integers(1, 3))
def test_every_post_is_read_once_however_many_arrive_between_two_pages(arrivals: list[int], size: int) -> None:
    timeline: list[int] = []
    read: list[int] = []
    walk = Walk("account")
    for arrived in [*arrivals, *[0] * (sum(arrivals) + 4)]:
        timeline += range(len(timeline) + 1, len(timeline) + 1 + arrived)
        shown, walk = page(timeline, Walk.read(str(walk)), size)  # through its text, as after a crash
        read += shown
    assert sorted(read) == timeline


@pytest.mark.parametrize("cursor", [None, "", "[]", "null", "3", '{"since"', '{"since": 3}', "1:2"])
def test_a_cursor_that_is_none_begins_anew(cursor: str | None) -> None:
    assert Walk.read(cursor) in {Walk(), Walk(since="3")}
