"""Tables for analysis elsewhere: whole, typed, and harmless in a spreadsheet."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns.making import NOW, world
from tests.campaigns.paying import campaign, drawn
from wowengine.campaigns import tables
from wowengine.campaigns.tables import Exported, parts_of, safe, write
from wowengine.db.session import Database
from wowengine.errors import BadInput

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx")


@given(st.lists(st.text() | st.sampled_from(DANGEROUS)))
def test_no_cell_begins_as_a_formula_and_none_loses_a_word(cells: list[str]) -> None:
    made = safe(pl.DataFrame({"cell": cells}, schema={"cell": pl.String}))["cell"].to_list()
    assert all(one[:1] not in set("=+-@\t\r") for one in made)
    assert [one.removeprefix("'") if one[1:] == cell else one for one, cell in zip(made, cells, strict=True)] == cells


@pytest.mark.parametrize("cell", DANGEROUS)
def test_each_beginning_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert safe(pl.DataFrame({"cell": [cell], "number": [-1]})).row(0) == (f"'{cell}", -1)


@pytest.mark.parametrize("name", list(Exported))
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_every_row_and_column_is_there_in_either_form(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: Exported, suffix: str
) -> None:
    monkeypatch.setattr(tables, "FETCH", 7)  # so that there are many parts
    world(database, title="=HYPERLINK(1)")
    with database.transaction() as session:
        campaign(session)
        drawn(session, 20, {"treated": 0, "held_out": 0})
    path, told = tmp_path / f"out{suffix}", list[tuple[str, int, int]]()
    with database.reading() as session:
        rows = write(parts_of(session, name, lambda *one: told.append(one)), path)
    assert rows == {"actions": 1, "decisions": 1, "recipients": 20}[name]
    assert told[-1] == (f"exporting {name}", rows, rows)
    assert list(tmp_path.glob(".export-*")) == []
    frame = pl.read_csv(path) if suffix == ".csv" else pl.read_parquet(path)
    assert frame.height == rows
    assert frame.columns == [column.name for column in tables.TABLES[name].__table__.columns]
    if name is Exported.ACTIONS:
        assert frame["title"].item() == ("'=HYPERLINK(1)" if suffix == ".csv" else "=HYPERLINK(1)")
        at = frame["proposed_at"].item()
        assert at == (NOW if suffix == ".parquet" else "2026-11-03T09:00:00.000000+00:00")
        assert '"coffee"' in frame["slots"].item()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_an_empty_table_has_its_columns(sqlite: Database, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    with sqlite.reading() as session:
        assert write(parts_of(session, Exported.ACTIONS), path) == 0
    frame = pl.read_csv(path) if suffix == ".csv" else pl.read_parquet(path)
    assert (frame.height, frame.columns[0]) == (0, "id")


def test_words_over_several_lines_are_one_cell(tmp_path: Path) -> None:
    cell = 'Dear "Anna",\n=now()'
    write([pl.DataFrame({"draft": [cell]})], tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["draft"], [cell]]


def test_an_export_that_breaks_leaves_the_old_file(tmp_path: Path) -> None:
    def breaks() -> object:
        yield pl.DataFrame({"a": [1]})
        raise RuntimeError

    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        write(breaks(), path)  # type: ignore[arg-type]
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "out.xlsx", tmp_path / "nowhere" / "out.csv"):
        with pytest.raises(BadInput):
            write([], path)
