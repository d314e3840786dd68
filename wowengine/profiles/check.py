"""Good rows apart from bad ones: what each column and row promises, and the first promise a row broke."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from wowengine.profiles.cells import NO_OBJECT, as_text, read_attributes, read_column
from wowengine.profiles.columns import LARGEST_INT, LONGEST_TEXT, Column, Contract, Holds, RowRule

CONTROL = r"[\x00-\x1f\x7f]"

Broken = Iterator[tuple[str, pl.Expr]]  # rules, each with the rows that break it


@dataclass(frozen=True)
class Checked:
    """Rows of one file, parted.

    Attributes
    ----------
    good
        ``_line``, the contract's columns in their types, and ``attributes`` (a JSON object as text).
    set_aside
        ``line``, ``column`` and ``rule``; one row each, never what the row said.
    """

    good: pl.DataFrame
    set_aside: pl.DataFrame


def check(raw: pl.DataFrame, contract: Contract) -> Checked:
    """Part good rows from bad.

    Parameters
    ----------
    raw
        One row per record, with ``_line`` (1-based) and, where a record did not even parse, the rule in ``_broken``.
    contract
        What the rows promise. Columns it does not name are folded into ``attributes``.
    """
    cells = as_text(raw)
    read = cells.select(
        "_line",
        "_broken",
        *(read_column(cells, column) for column in contract.columns),
        read_attributes(cells, contract),
    )
    # A cell that is there and could not be read is null in `read`, and not in `cells`.
    told = cells.select(pl.all().name.prefix("cell:"))
    rules = [*_rules(contract, cells.columns), RowRule("too_long", "attributes", _longer("attributes", LONGEST_TEXT))]
    first = pl.coalesce(pl.when(rule.broken).then(pl.lit(at, pl.Int32)) for at, rule in enumerate(rules))
    judged = pl.concat([read, told], how="horizontal").select(*read.columns, first.alias("_rule"))
    return Checked(
        judged.filter(pl.col("_rule").is_null() & pl.col("_broken").is_null()).drop("_rule", "_broken"),
        _set_aside(judged.filter(pl.col("_rule").is_not_null() | pl.col("_broken").is_not_null()), rules),
    )


def _set_aside(bad: pl.DataFrame, rules: Sequence[RowRule]) -> pl.DataFrame:
    places = pl.DataFrame(
        [(at, rule.column, rule.rule) for at, rule in enumerate(rules)],
        schema={"_rule": pl.Int32, "column": pl.String, "rule": pl.String},
        orient="row",
    )
    unparsed = pl.col("_broken").is_not_null()
    return bad.join(places, on="_rule", how="left", maintain_order="left").select(
        line=pl.col("_line"),
        column=pl.when(~unparsed).then("column"),
        rule=pl.coalesce("_broken", "rule"),
    )


def _rules(contract: Contract, present: Sequence[str]) -> Iterator[RowRule]:
    """Yield what each column promises, in order, then what the row promises as a whole."""
    for column in contract.columns:
        if column.name in present:
            for rule, broken in _broken(column):
                yield RowRule(rule, column.name, broken)
        elif column.required:
            yield RowRule("missing", column.name, pl.lit(value=True))
    yield RowRule("not_an_object", "attributes", pl.col("attributes") == NO_OBJECT)
    yield from contract.rules


def _broken(column: Column) -> Broken:
    cell, value = pl.col(f"cell:{column.name}"), pl.col(column.name)
    if column.required:
        yield "missing", cell.is_null()
    unread = cell.is_not_null() & value.is_null()
    match column.holds:
        case Holds.TIME:
            yield "not_a_time", unread
        case Holds.DAY:
            yield "not_a_date", unread
        case Holds.WHOLE:
            yield "not_a_whole_number", unread
            yield "too_small", value < column.least
            yield "too_large", value > LARGEST_INT
        case Holds.FACTS:
            yield "not_an_object", value == NO_OBJECT
            yield "too_long", _longer(column.name, column.longest)
        case Holds.LIST | Holds.WORDS:
            yield "not_a_list", unread
            for rule, broken in _broken_text(column, pl.element()):
                yield rule, value.list.eval(broken).list.any()
        case _:
            yield from _broken_text(column, value)


def _broken_text(column: Column, text: pl.Expr) -> Broken:
    """Yield what a text breaks: that of a cell, or that of one item of a list."""
    yield "control_character", text.str.contains(r"\x00" if column.holds is Holds.TEXT else CONTROL)
    yield "too_long", text.str.len_chars() > column.longest
    if column.allowed:
        yield "not_allowed", ~text.is_in(column.allowed)
    if column.looks:
        yield column.rule, ~text.str.contains(column.looks)


def _longer(name: str, longest: int) -> pl.Expr:
    return pl.col(name).str.len_chars() > longest
