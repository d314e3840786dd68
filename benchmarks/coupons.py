"""Real offers to real people: in-vehicle coupons (UCI, Wang et al. 2017, CC BY 4.0), read from where they lie."""

import json
from pathlib import Path

import polars as pl

from tests.recommend.worlds import GESTURES, NOW, frame, profiles
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.terms import NEVER_JUDGED_BY

FILES = ("customers", "gestures", "outcomes")


def coupons(folder: Path, *, everything: bool = False) -> Examples:
    """Read the offers; with everything, what no gesture may depend on is told too, under other names."""
    read = {name: pl.read_csv(folder / f"{name}.csv", infer_schema=False) for name in FILES}
    people = []
    for row in read["customers"].iter_rows(named=True):
        told = {key: value for key, value in row.items() if value and key not in {"customer_id", "consents"}}
        if everything:
            told = {
                f"told {key}" if key.lower().replace("_", "") in NEVER_JUDGED_BY else key: told[key] for key in told
            }
        people.append({"customer_id": row["customer_id"], "attributes": json.dumps(told)})
    offered = read["gestures"].with_columns(
        pl.col("tags", "channels").str.split(";"), pl.col("cost_cents").cast(pl.Int64), attributes=pl.lit("{}")
    )
    outcomes = read["outcomes"].with_columns(
        pl.col("occurred_at").str.to_datetime(time_zone="UTC", time_unit="us"), decision_id=pl.lit("")
    )
    gestures = frame([row | {"slots": []} for row in offered.to_dicts()], GESTURES)
    return examples(settle(outcomes, NOW), profiles(people), gestures)


def _free(name: str) -> str:
    """Return a name under which an attribute is told even where nobody should be judged by it."""
    return f"told {name}" if name.lower().replace("_", "") in NEVER_JUDGED_BY else name
