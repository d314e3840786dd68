"""What a profile would be had nobody listened in public."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.frames import ProfileFrames
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.sources.rows import from_mappings
from wowengine.profiles.unsocial import without_public

NOW = clock.now()


def said(number: int, kind: str, text: str, who: str = "anna") -> dict[str, Any]:
    told = {"source": "x", "source_id": str(number), "kind": kind, "channel": "x", "author": f"x:{who}"}
    return told | {"occurred_at": (NOW - timedelta(days=3 * number + 1)).isoformat(), "text": text, "language": "en"}


@pytest.fixture
def frames_of(database: Database) -> Any:
    """Give a function from what was said to frames: as they are, and deaf to what these said in public."""

    def make(*signals: dict[str, Any], unsocial: tuple[str, ...] = ()) -> ProfileFrames:
        people = [
            {"customer_id": who, "handles": f"x:{who}", "consents": "care;interests;offers"} for who in ("anna", "ben")
        ]
        with database.transaction() as session:
            take_customers(session, from_mappings(people))
            take_signals(session, from_mappings(list(signals)))
            store.rebuild(session, NOW)
        with database.reading() as session:
            return without_public(session, store.load_frames(session), unsocial)

    return make


def liked(frames: ProfileFrames, who: str) -> dict[str, float]:
    return dict(frames.interests.filter(pl.col("customer_id") == who).select("topic", "affinity").iter_rows())


POST = said(1, "post", "I love hiking in the mountains")
LETTER = said(2, "message", "We would love a jazz concert, I love jazz")
ALSO_POSTED = said(3, "post", "I love jazz, what a jazz concert")


def test_what_was_said_to_us_stays_and_what_was_posted_goes(frames_of: Any) -> None:
    signals = (POST, LETTER, ALSO_POSTED)
    whole, deaf = frames_of(*signals), frames_of(*signals, unsocial=("anna",))
    assert {"hiking", "jazz"} <= liked(whole, "anna").keys()
    assert "hiking" not in liked(deaf, "anna")
    assert 0 < liked(deaf, "anna")["jazz"] < liked(whole, "anna")["jazz"]


def test_the_others_keep_what_they_posted(frames_of: Any) -> None:
    ours = (POST, said(4, "post", "I love hiking in the mountains", who="ben"))
    assert "hiking" in liked(frames_of(*ours, unsocial=("anna",)), "ben")


def test_a_taste_stated_in_public_is_not_known_either(frames_of: Any) -> None:
    stated = (
        said(1, "mention", "I take my coffee long, no sugar"),
        said(2, "message", "No nuts please, I am vegetarian"),
    )
    whole, deaf = frames_of(*stated).preferences, frames_of(*stated, unsocial=("anna",)).preferences
    assert "coffee" in whole["slot"].to_list()
    assert "coffee" not in deaf["slot"].to_list()
    assert len(deaf) == len(whole) - 1


def test_with_nothing_public_the_sums_are_the_same_to_the_last_bit(frames_of: Any) -> None:
    letters = (LETTER, said(5, "message", "I love hiking in the mountains"))
    assert (
        frames_of(*letters, unsocial=("anna",))
        .interests.sort("topic")
        .equals(frames_of(*letters).interests.sort("topic"))
    )
