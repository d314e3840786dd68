"""Names numbered and counted: text is slow to sort, and a million signals name the same customers again and again."""

import polars as pl


def ranked(names: pl.Series) -> pl.Series:
    """Turn names into an Enum of the different ones in their order, which sorts as numbers do; none may be null."""
    return names.cast(pl.Enum(names.unique().sort()))


def commonest(said: pl.DataFrame, name: str) -> pl.DataFrame:
    """Find what each customer has most often in the column `name`; of equally common ones the first by alphabet.

    Returns
    -------
    pl.DataFrame
        ``customer_id`` and `name`, of those alone who have any; in no order.
    """
    counted = said.drop_nulls(name).group_by("customer_id", name).len("times")
    ordered = counted.sort("times", name, descending=[True, False])
    return ordered.unique("customer_id", keep="first").select("customer_id", name)
