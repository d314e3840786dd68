"""Who stands in which arm, written down before anything is decided for them: insert-only, once an experiment."""

from collections.abc import Mapping
from typing import cast

import polars as pl
from sqlalchemy import Table
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.models import Assignment
from wowengine.db.many import insert_new
from wowengine.decide.arms import Arm

_TABLE = cast("Table", Assignment.__table__)


def assign(session: Session, experiment: str, arms: Mapping[str, Arm]) -> int:
    """Write down the arms of these customers, by id, where they do not stand yet; return of how many."""
    rows = pl.DataFrame(
        [(experiment, customer_id, arm.value, clock.now()) for customer_id, arm in sorted(arms.items())],
        schema={
            "experiment": pl.String,
            "customer_id": pl.String,
            "arm": pl.String,
            "assigned_at": pl.Datetime("us", "UTC"),
        },
        orient="row",
    )
    return len(insert_new(session, _TABLE, rows, ["customer_id"]))
