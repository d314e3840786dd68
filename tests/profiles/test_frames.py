from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl
import pytest

from wowengine.profiles.frames import CUSTOMERS, GESTURES, OUTCOMES, SIGNALS, Contract, check
from wowengine.profiles.sources.rows import from_mappings

SIGNAL = {
    "source": "desk",
    "source_id": "1",
    "kind": "message",
    "occurred_at": "2026-03-01T10:00:00Z",
    "channel": "email",
    "author": "email:a@b.it",
}


def rules(item: Mapping[str, object], contract: Contract = SIGNALS) -> list[tuple[str | None, str]]:
    checked = check(from_mappings([item]), contract)
    return checked.set_aside.select("column", "rule").rows()


def good(item: Mapping[str, object], contract: Contract = SIGNALS) -> dict[str, object]:
    checked = check(from_mappings([item]), contract)
    assert checked.set_aside.is_empty(), checked.set_aside
    return checked.good.row(0, named=True)


@pytest.mark.parametrize("column", ["source", "source_id", "kind", "occurred_at", "channel"])
def test_a_required_cell_that_is_missing_or_blank_sets_its_row_aside(column: str) -> None:
    assert rules(SIGNAL | {column: "  "}) == [(column, "missing")]
    assert rules({name: cell for name, cell in SIGNAL.items() if name != column}) == [(column, "missing")]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("kind", "Post", "not_allowed"),
        ("direction", "sideways", "not_allowed"),
        ("occurred_at", "yesterday", "not_a_time"),
        ("occurred_at", "2026-02-30", "not_a_time"),
        ("occurred_at", "0001-01-01T00:00:00Z", "not_a_time"),
        ("occurred_at", "2026-03-01T10:00:00+99:99", "not_a_time"),
        ("source_id", "x" * 201, "too_long"),
        ("text", "x" * 20_001, "too_long"),
        ("text", "a\x00b", "control_character"),
        ("source", "a\nb", "control_character"),
        ("language", "??", "not_a_language"),
        ("attributes", "[1]", "not_an_object"),
        ("attributes", '{"a": NaN}', "not_an_object"),
        ("note", "y" * 20_001, "too_long"),
    ],
)
def test_a_broken_promise_is_named_with_its_column(column: str, cell: str, rule: str) -> None:
    told = "attributes" if column == "note" else column
    assert rules(SIGNAL | {column: cell}) == [(told, rule)]


def test_an_inbound_signal_must_name_somebody_and_an_outbound_one_need_not() -> None:
    nobody = SIGNAL | {"author": None}
    assert rules(nobody) == [("author", "nobody_named")]
    assert rules(nobody | {"customer_id": "c1"}) == []
    assert rules(nobody | {"direction": "outbound"}) == []


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T05:30:00.25-0430", datetime(2026, 3, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T11:00:00+01", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.123456789Z", datetime(2026, 3, 1, 10, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_every_usual_spelling_and_are_utc(told: str, meant: datetime) -> None:
    assert good(SIGNAL | {"occurred_at": told})["occurred_at"] == meant


def test_text_keeps_its_line_breaks_and_names_lose_their_margins() -> None:
    row = good(SIGNAL | {"text": " a\n b ", "place": "  Gate 4 "})
    assert (row["text"], row["place"], row["direction"]) == (" a\n b ", "Gate 4", "inbound")


def test_unknown_columns_become_attributes_with_their_types() -> None:
    row = good(
        SIGNAL | {"delay": 185, "price": "12.50", "code": "007", "late": True, "who": "x", "nil": None, "l": [1]}
    )
    assert row["attributes"] == '{"code":"007","delay":185,"l":[1],"late":true,"price":12.5,"who":"x"}'


def test_the_same_row_means_the_same_from_any_source() -> None:
    native = pl.DataFrame(
        {
            **{name: [cell] for name, cell in SIGNAL.items()},
            "_line": [1],
            "occurred_at": [datetime(2026, 3, 1, 10)],  # noqa: DTZ001 - Parquet without a zone is what is tried
            "delay": [185],
            "l": [[1, 2]],
        }
    )
    text = from_mappings([SIGNAL | {"delay": "185", "l": [1, 2]}])
    columns = check(text, SIGNALS).good.columns
    assert check(native, SIGNALS).good.select(columns).equals(check(text, SIGNALS).good)


def test_lists_are_read_from_semicolons_and_from_json() -> None:
    for told in ("care; interests;care;", ["care", "interests"], '["care","interests"]'):
        assert good({"customer_id": "1", "consents": told}, CUSTOMERS)["consents"] == ["care", "interests"]
    assert rules({"customer_id": "1", "consents": "care;spam"}, CUSTOMERS) == [("consents", "not_allowed")]
    assert rules({"customer_id": "1", "consents": "[care"}, CUSTOMERS) == [("consents", "not_a_list")]


def test_a_list_column_that_is_there_and_empty_differs_from_one_that_is_not_there() -> None:
    assert good({"customer_id": "1", "consents": ""}, CUSTOMERS)["consents"] == []
    assert good({"customer_id": "1"}, CUSTOMERS)["consents"] is None


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("email", "nobody", "not_an_email"),
        ("phone", "call me", "not_a_phone"),
        ("country", "ITA", "too_long"),
        ("country", "1T", "not_a_country"),
        ("joined_on", "2026-13-01", "not_a_date"),
        ("joined_on", "2026-01-01nonsense", "not_a_date"),
        ("handles", "anna", "not_a_handle"),
        ("handle_proof", "i think so", "not_allowed"),
    ],
)
def test_a_customer_row_keeps_its_promises(column: str, cell: str, rule: str) -> None:
    assert rules({"customer_id": "1", column: cell}, CUSTOMERS) == [(column, rule)]


def test_a_customers_day_is_a_date() -> None:
    assert good({"customer_id": "1", "joined_on": "2026-01-02T00:00:00Z"}, CUSTOMERS)["joined_on"] == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("cost_cents", "12.5", "not_a_whole_number"),
        ("cost_cents", -1, "too_small"),
        ("stock", 10**10, "too_large"),
        ("currency", "euro", "too_long"),
        ("currency", "eur", "not_a_currency"),
        ("valid_until", "2026-01-01", "ends_before_it_begins"),
    ],
)
def test_a_gesture_row_keeps_its_promises(column: str, cell: object, rule: str) -> None:
    gesture = {"gesture_id": "g", "kind": "tip", "title": "T", "valid_from": "2026-02-01"}
    assert rules(gesture | {column: cell}, GESTURES) == [(column, rule)]


def test_a_gestures_empty_cells_have_their_defaults() -> None:
    row = good({"gesture_id": "g", "kind": "tip", "title": "T", "cost_cents": "250.0", "tags": ["a", "b"]}, GESTURES)
    assert (row["cost_cents"], row["value_cents"], row["currency"], row["stock"]) == (250, 0, "EUR", None)
    assert (row["tags"], row["slots"]) == (["a", "b"], [])


def test_an_outcomes_context_is_one_canonical_object() -> None:
    outcome = {"customer_id": "1", "gesture_id": "g", "occurred_at": "2026-01-01", "type": "accepted"}
    assert good(outcome | {"context": {"b": 1, "a": "x"}}, OUTCOMES)["context"] == '{"a":"x","b":1}'
    assert good(outcome, OUTCOMES)["context"] == "{}"
    assert rules(outcome | {"context": "rainy"}, OUTCOMES) == [("context", "not_an_object")]


def test_what_is_set_aside_never_holds_what_the_row_said() -> None:
    checked = check(from_mappings([SIGNAL | {"text": "my secret", "kind": "secret"}]), SIGNALS)
    assert checked.set_aside.columns == ["line", "column", "rule"]
    assert "secret" not in str(checked.set_aside.rows())
