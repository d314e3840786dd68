"""Ten thousand hostile rows: nothing crashes, and every row is accounted for."""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.profiles.make import customer, customers_in, signal
from wowengine.db.session import Database
from wowengine.profiles.intake import import_customers, import_signals

ROWS, EXAMPLES = 100, 100  # 10,000 rows for each database

NASTY: list[Any] = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\x1b[31m",
        "\r",
        "a\nb",
        "\u202eabc",
        "\ud800",
        "'; drop table signals; --",
        "=1+1",
        "x" * 500,
    ),
    *(
        "x" * 30_000,
        "💣" * 200,
        "e\u0301" * 50,
        "NaN",
        "null",
        "[",
        "[[[[[[",
        '{"a": NaN}',
        "1e999",
        "-0",
        "007",
        ";;;",
        ":",
        "x:",
    ),
    *(
        "0000-00-00",
        "9999-12-31T23:59:59Z",
        "2026-02-30",
        "2026-01-01T25:00:00Z",
        "1969-12-31",
        "2026-03-01T10:00:00+14:59",
    ),
    *(
        None,
        True,
        0,
        -1,
        2**63,
        1.5,
        float("nan"),
        float("inf"),
        [],
        {},
        [1, None],
        {"a": {"b": [1]}},
        ["care", "care"],
    ),
]
FINE: dict[str, list[Any]] = {
    "source": ["x", "desk"],
    "source_id": ["1", "2", "3", 4],
    "kind": ["post", "ticket", "incident"],
    "occurred_at": ["2026-03-01T10:00:00Z", "2026-03-01"],
    "channel": ["x", "email"],
    "author": ["x:c1", "x:c2", "c1"],
    "customer_id": ["c1", "c2", "c3", None],
    "direction": ["inbound", "outbound", None],
    "in_reply_to": ["1", None],
    "text": ["hello", "I love hiking", None],
    "consents": ["care", "care;interests", ""],
    "handles": ["x:c1", "x:c5;email:a@b.it"],
    "email": ["a@b.it", None],
    "attributes": [{"a": 1}, '{"b": 2}', None],
    "handle_proof": [None, "code"],
    "time_zone": ["Europe/Rome", None],
    "delay": [10, "10"],
}
CELLS = st.lists(
    st.text(max_size=30) | st.integers() | st.floats() | st.none() | st.booleans() | st.sampled_from(NASTY),
    min_size=5,
    max_size=20,
)


def rows_of(cells: list[Any], dice: random.Random) -> list[dict[str, Any]]:
    names = [*FINE, "any", "\x00", "x" * 300, "cell:kind", "line", "rule"]
    rows: list[dict[str, Any]] = []
    for _ in range(ROWS):
        hostility = dice.choice((0.0, 0.02, 0.3))
        kept = [name for name in names if dice.random() > hostility / 2] if hostility else list(FINE)
        rows.append({name: dice.choice(cells if dice.random() < hostility else FINE.get(name, cells)) for name in kept})
    return rows


def as_ndjson(rows: list[dict[str, Any]], dice: random.Random) -> bytes:
    junk = ["{", "[]", "null", '"x"', "{]}", "\ufffd"]
    lines = [dice.choice(junk) if dice.random() < 0.02 else json.dumps(row) for row in rows]
    return "\n".join(lines).encode()


def as_csv(rows: list[dict[str, Any]], dice: random.Random) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    names = list(FINE)
    writer.writerow(names)
    for row in rows:
        cells = [str(row.get(name, "")).replace("\x00", "").encode("utf-8", "replace").decode() for name in names]
        cells = [cell.replace("\r", " ") for cell in cells]
        writer.writerow([*cells, "too", "many"] if dice.random() < 0.01 else [*cells[:-1], "end"])
    return text.getvalue().encode()


def as_parquet(rows: list[dict[str, Any]], dice: random.Random) -> bytes:
    columns = {name: [row.get(name) for row in rows] for name in FINE}
    native = {
        name: pl.Series(
            name, [None if value is None else str(value).encode("utf-8", "replace").decode() for value in column]
        )
        for name, column in columns.items()
    }
    native["delay"] = pl.Series("delay", [dice.random() for _ in rows])
    native["handles"] = pl.Series("handles", [[cell] if isinstance(cell, str) else None for cell in native["handles"]])
    native["email"] = native["email"].cast(pl.Binary)
    file = io.BytesIO()
    pl.DataFrame(list(native.values())).write_parquet(file)
    return file.getvalue()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cells=CELLS, seed=st.integers(0, 2**32), kind=st.sampled_from((as_ndjson, as_ndjson, as_csv, as_parquet)))
def test_no_row_crashes_an_import_and_every_row_is_counted(
    database: Database, tmp_path: Path, cells: list[Any], seed: int, kind: Any
) -> None:
    dice = random.Random(seed)
    path = tmp_path / {as_ndjson: "rows.ndjson", as_csv: "rows.csv", as_parquet: "rows.parquet"}[kind]
    path.write_bytes(kind(rows_of(cells, dice), dice))
    with database.reading() as session:  # thrown away at the end
        customers_in(session, customer("c1"), customer("c2", consents=""))
        for bring in (import_signals, import_customers):
            report = bring(session, path)
            assert report.rows == ROWS, report
        again = import_signals(session, path)
        assert again.rows == ROWS


def test_the_fuzz_reaches_every_fate_of_a_row(sqlite: Database, tmp_path: Path) -> None:
    dice = random.Random(1)
    path = tmp_path / "rows.ndjson"
    path.write_bytes(as_ndjson([*rows_of(NASTY, dice), signal(), signal()], dice))
    with sqlite.reading() as session:
        customers_in(session, customer("c1"), customer("c2", consents=""))
        report = import_signals(session, path)
    assert report.rows == ROWS + 2
    assert min(report.accepted, report.duplicate, report.unlinked, sum(report.set_aside.values())) > 0
    assert len(report.set_aside) >= 8
