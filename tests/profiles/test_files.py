import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wowengine.errors import BadInput
from wowengine.profiles.sources.files import READERS, read_rows

ROWS = [{"a": "1", "b": "x"}, {"a": "2", "b": None}]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def told(path: Path) -> list[dict[str, object]]:
    return read_rows(path).select("a", "b").to_dicts()


def test_the_same_rows_come_out_of_every_kind_of_file(tmp_path: Path) -> None:
    parquet = io.BytesIO()
    pl.DataFrame(ROWS).write_parquet(parquet)
    assert told(write(tmp_path, "r.csv", "a,b\n1,x\n2,\n")) == ROWS
    assert told(write(tmp_path, "bom.csv", "\ufeffa,b\r\n1,x\r\n2,\r\n")) == ROWS
    assert told(write(tmp_path, "r.ndjson", "\n".join(map(json.dumps, ROWS)))) == ROWS
    assert told(write(tmp_path, "r.parquet", parquet.getvalue())) == ROWS
    assert told(write(tmp_path, "r.toml", '[[gestures]]\na = 1\nb = "x"\n[[gestures]]\na = "2"')) == ROWS


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    frame = read_rows(write(tmp_path, "r.csv", 'a,b\n"one\ntwo",x\n\n2,y\n'))
    assert frame["_line"].to_list() == [2, 5]
    assert read_rows(write(tmp_path, "r.ndjson", '{"a":1}\n\n{"a":2}\n'))["_line"].to_list() == [1, 3]


def test_a_line_that_does_not_parse_is_marked_and_the_rest_goes_on(tmp_path: Path) -> None:
    frame = read_rows(write(tmp_path, "r.ndjson", '{"a":1}\nnonsense\n[1]\n"text"\n{"a":"\\ud800"}\n{"a":2}'))
    assert frame["_broken"].to_list() == [None, "not_json", "not_an_object", "not_an_object", "not_unicode", None]
    ragged = read_rows(write(tmp_path, "r.csv", "a,b\n1,x\n1,2,3\n2,y\n"))
    assert ragged.select("_line", "a", "_broken").rows() == [
        (2, "1", None),
        (3, None, "too_many_cells"),
        (4, "2", None),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", b""),
        ("r.csv", b"\x89PNG\x00\x01"),
        ("r.csv", "a,b\n1,é".encode("latin-1")),
        ("r.csv", "a,b\n1,2".encode("utf-16")),
        ("r.csv", b"a,a\n1,2"),
        ("r.csv", b"a,\n1,2"),
        ("r.csv", b"_line,b\n1,2"),
        ("r.ndjson", b"customer_id,name\n1,Anna\n"),
        ("r.ndjson", '{"a":"é"}'.encode("latin-1")),
        ("r.parquet", b"a,b\n1,2\n"),
        ("r.parquet", b"PAR1" + b"\0" * 40 + b"PAR1"),
        ("r.toml", b"a = "),
        ("r.toml", b"a = 1"),
        ("r.xlsx", b"PK"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_one_clear_line(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(BadInput) as error:
        read_rows(write(tmp_path, name, content))
    assert "\n" not in error.value.message
    assert name in error.value.message


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv cannot be read"):
        read_rows(tmp_path / "gone.csv")


def test_a_parquet_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    pl.DataFrame({"a": list(range(50)), "b": ["x" * 20] * 50}).write_parquet(whole)
    content = whole.getvalue()
    for length in range(1, len(content), 7):
        with pytest.raises(BadInput):
            read_rows(write(tmp_path, "cut.parquet", content[:length]))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), kind=st.sampled_from(sorted(READERS)))
def test_no_bytes_whatever_crash_a_reader(tmp_path: Path, content: bytes, kind: str) -> None:
    try:
        frame = read_rows(write(tmp_path, f"any{kind}", content))
    except BadInput:
        return
    assert "_line" in frame.columns
