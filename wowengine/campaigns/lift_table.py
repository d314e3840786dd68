"""Any table of one row a customer, as the arms of a trial: which column is the arm, which is what they did."""

from dataclasses import dataclass

import polars as pl

from wowengine.campaigns.lift_intervals import Sample
from wowengine.errors import BadInput
from wowengine.profiles.sources.rows import OURS

WORDS = {"1": 1.0, "1.0": 1.0, "true": 1.0, "yes": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0, "no": 0.0}


@dataclass(frozen=True)
class Told:
    """What a table tells: its arms, whether outcomes are 0 or 1, and the rows that were set aside, by reason."""

    samples: list[Sample]
    binary: bool
    set_aside: dict[str, int]


def read_arms(table: pl.DataFrame, arm: str, outcome: str) -> Told:
    """Sum a table up, arm by arm.

    Parameters
    ----------
    table
        One row a customer, of text or typed. An outcome is 0/1 where every cell is 0, 1, true, false, yes or no in
        any case; else numbers. Rows without an arm or an outcome, and outcomes that cannot be read, are set aside.
    arm, outcome
        The names of the columns.

    Raises
    ------
    BadInput
        When a column is not there or holds lists, or no row can be used.
    """
    for column in (arm, outcome):
        if column not in table.columns or column in OURS:
            there = ", ".join(repr(name) for name in table.columns if name not in OURS)
            raise BadInput(f"There is no column {column!r}; there are {there or 'none'}.")
        if table.schema[column].is_nested():
            raise BadInput(f"The column {column!r} holds lists or objects, not one value a row.")
    cells = table.select(arm=_text(arm), outcome=_text(outcome))
    complete = cells.drop_nulls()
    words = complete["outcome"].str.to_lowercase().replace_strict(WORDS, default=None, return_dtype=pl.Float64)
    binary = words.null_count() == 0
    numbers = words if binary else complete["outcome"].cast(pl.Float64, strict=False)
    used = complete.with_columns(outcome=numbers).filter(pl.col("outcome").is_finite())
    if used.is_empty():
        raise BadInput(f"No row has both a value in {arm!r} and a number, or yes or no, in {outcome!r}.")
    no_arm = cells["arm"].null_count()
    set_aside = {
        "no_arm": no_arm,
        "no_outcome": cells.height - no_arm - complete.height,
        "not_a_number": complete.height - used.height,
    }
    return Told(summed(used), binary, {reason: rows for reason, rows in set_aside.items() if rows})


def summed(rows: pl.DataFrame) -> list[Sample]:
    """Sum up rows of ``arm`` (text) and ``outcome`` (numbers), one a customer."""
    value = pl.col("outcome")
    arms = rows.group_by("arm").agg(value.len().alias("n"), value.mean().alias("mean"), value.var().alias("variance"))
    return [Sample(arm, n, mean, variance or 0.0) for arm, n, mean, variance in arms.sort("arm").iter_rows()]


def _text(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)
