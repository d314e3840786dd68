"""How each gesture is brought, carried from the catalogue to the work that it becomes."""

from collections.abc import Mapping

import polars as pl

from wowengine.campaigns.handling import Handling


def handlings(gestures: pl.DataFrame) -> Mapping[str, Handling]:
    """Return, by gesture, what the catalogue (`recommend.catalog.load_gestures`) says of bringing it."""
    columns = gestures.select("gesture_id", "checklist", "lead_minutes", "window_minutes")
    return {
        gesture_id: Handling(tuple(checklist), lead, window)
        for gesture_id, checklist, lead, window in columns.iter_rows()
    }
