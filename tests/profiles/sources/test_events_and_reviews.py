"""CloudEvents, reviews and ActivityStreams: what each rule of the format means for a signal."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles.sources.contract import GOLDEN
from wowengine.errors import BadInput
from wowengine.profiles.sources import activitystreams, cloudevents, reviews
from wowengine.profiles.sources.as2 import NODES, PROPERTIES, broken_rule

EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/ops",
    "type": "com.example.flight.cancelled",
    "time": "2026-11-20T18:30:00Z",
    "data": {"customer_id": "c1"},
}


def incident(**facts: Any) -> dict[str, Any]:
    (row,) = cloudevents.parse(json.dumps(EVENT | facts).encode()).rows
    return row


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"specversion": "0.3"}, "specversion_not_supported"),
        ({"specversion": 1.0}, "specversion_not_supported"),
        ({"specversion": None}, "specversion_not_supported"),
        ({"id": ""}, "id_missing"),
        ({"source": None}, "source_missing"),
        ({"type": 3}, "type_missing"),
        ({"bad_name": "x"}, "attribute_name_not_allowed"),
        ({"data_base64": "aGk="}, "data_twice"),
    ],
)
def test_an_event_that_breaks_the_specification_is_refused_by_its_rule(facts: Any, rule: str) -> None:
    with pytest.raises(BadInput) as told:
        cloudevents.parse(json.dumps(EVENT | facts).encode())
    assert told.value.facts["rule"] == rule


def test_in_a_batch_a_bad_event_does_not_stop_the_others() -> None:
    page = cloudevents.parse((GOLDEN / "cloudevents.json").read_bytes())
    assert [row["customer_id"] for row in page.rows] == ["c1", "c2"]
    assert page.skipped == {"specversion_not_supported": 1}


def test_source_and_id_together_name_an_event() -> None:
    told = {incident(id=i, source=s)["source_id"] for i in ("1", "2") for s in ("/a", "/b")}
    assert len(told) == 4
    assert incident()["source_id"] == incident(subject="other words")["source_id"]
    assert len(incident(id="x" * 500)["source_id"]) <= 200


@pytest.mark.parametrize(
    ("event_type", "mode", "kind"),
    [
        ("com.example.flight.cancelled.v1", "air", "cancellation"),
        ("com.example.FlightDelayed", "air", "delay"),
        ("org.rail.train.late", "rail", "delay"),
        ("flight.boarding-denied", "air", "denied_boarding"),
        ("com.example.parcel.delivery_failed", "parcel", "failed_delivery"),
        ("com.example.bag.lost", "other", "lost_bag"),
        ("com.example.something", "other", "other"),
    ],
)
def test_the_type_of_an_event_tells_the_incidents_type_and_mode(event_type: str, mode: str, kind: str) -> None:
    row = incident(type=event_type)
    assert (row["mode"], row["type"]) == (mode, kind)


def test_the_facts_of_the_event_win_over_what_its_type_suggests() -> None:
    row = incident(data={"customer_id": "c1", "type": "delay", "arrival_delay_minutes": 200, "source": "forged"})
    assert (row["type"], row["arrival_delay_minutes"], row["source"]) == ("delay", 200, "cloudevents")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,date,rating,title,text,order_id,email", "1,2026-11-20,4,Good,Nice crew,O-1,anna@example.org"),
        (
            "Review ID,Review created date,Stars,Review title,Review content,Reference number,Consumer email",
            "1,2026-11-20,4,Good,Nice crew,O-1,anna@example.org",
        ),
    ],
)
def test_a_review_is_read_whatever_its_board_calls_the_columns(header: str, row: str) -> None:
    (told,) = reviews.parse(f"{header}\n{row}\n".encode()).rows
    assert (told["text"], told["rating"], told["order_id"]) == ("Good\n\nNice crew", "4", "O-1")
    assert (told["author"], told["kind"], told["source_id"]) == ("email:anna@example.org", "review", "1")


def test_reviews_as_ndjson_are_the_same_reviews() -> None:
    line = {"id": "1", "created_at": "2026-11-20", "stars": 4, "text": "Nice", "customer_id": "c1"}
    (told,) = reviews.parse(json.dumps(line).encode()).rows
    assert (told["customer_id"], told["rating"], told["text"]) == ("c1", "4", "Nice")


def test_our_reply_on_the_board_answers_the_review() -> None:
    rows = reviews.parse((GOLDEN / "reviews.csv").read_bytes()).rows
    reply = next(row for row in rows if row.get("direction") == "outbound")
    assert (reply["in_reply_to"], reply["text"]) == ("r-1", "We are sorry.")


def test_a_reviewers_name_proves_nothing_and_is_not_kept() -> None:
    page = reviews.parse((GOLDEN / "reviews.csv").read_bytes())
    assert "Berta" not in str(page.rows)
    assert page.skipped == {"nobody_named": 1}


@pytest.mark.parametrize("content", [b"", b"name,age\nAnna,30\n", b'"a\n'])
def test_a_file_that_holds_no_reviews_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        reviews.parse(content)


def test_who_acts_must_be_who_wrote_it() -> None:
    page = activitystreams.parse((GOLDEN / "activitystreams.json").read_bytes())
    assert "forged" not in str(page.rows)
    assert page.deleted == ["https://mastodon.example/users/anna/statuses/0"]
    assert page.skipped == {"not_theirs": 2}


def test_an_update_is_the_same_signal_with_other_words() -> None:
    told = json.loads((GOLDEN / "activitystreams.json").read_bytes())["orderedItems"][0]
    edited = told | {
        "type": "Update",
        "object": told["object"] | {"content": "<p>Edited</p>", "updated": "2026-11-21T00:00:00Z"},
    }
    before, after = (activitystreams.parse(json.dumps(each).encode()).rows[0] for each in (told, edited))
    assert before["source_id"] == after["source_id"]
    assert (before["text"], after["text"]) == ("A fine day for hiking", "Edited")


@pytest.mark.parametrize(("to", "rows"), [("as:Public", 1), ("https://a.example/followers", 0), (None, 1)])
def test_what_is_not_said_to_everybody_is_left_out(to: str | None, rows: int) -> None:
    note = {
        "type": "Note",
        "id": "https://a.example/1",
        "attributedTo": "https://a.example/u",
        "published": "2026-11-20T18:30:00Z",
        "content": "hi",
    } | ({"to": to} if to else {})
    assert len(activitystreams.parse(json.dumps(note).encode()).rows) == rows


def test_an_arrival_is_a_check_in() -> None:
    arrival = {
        "type": "Arrive",
        "id": "https://a.example/1",
        "actor": "https://a.example/u",
        "published": "2026-11-20T18:30:00Z",
        "location": {"type": "Place", "name": "Gate B12"},
    }
    (row,) = activitystreams.parse(json.dumps(arrival).encode()).rows
    assert (row["kind"], row["place"]) == ("checkin", "Gate B12")


@pytest.mark.parametrize(
    ("node", "rule"),
    [
        ({"type": "Collection", "totalItems": -1}, "totalItems_not_allowed"),
        ({"type": "Note", "published": "yesterday"}, "published_not_allowed"),
        ({"type": "Note", "id": 7}, "id_not_allowed"),
        ({"type": "Video", "duration": "two hours"}, "duration_not_allowed"),
        ({"type": "Place", "accuracy": 101}, "accuracy_not_allowed"),
        ({"type": "Link", "hreflang": "en_GB"}, "hreflang_not_allowed"),
        ({"type": "Note", "nameMap": {"en": 1}}, "nameMap_not_allowed"),
        ({"type": "Question", "oneOf": [], "anyOf": []}, "one_of_and_any_of"),
        ({"type": "Collection", "orderedItems": []}, "collection_with_ordered_items"),
        ({"type": "Create", "object": {"type": "Note", "name": 3}}, "name_not_allowed"),
        ({"type": "Create", "object": [["nested"]]}, "object_not_allowed"),
        (True, "not_an_object"),
        (None, "not_an_object"),
    ],
)
def test_a_document_that_breaks_the_vocabulary_is_refused_by_its_rule(node: Any, rule: str) -> None:
    assert broken_rule(node) == rule


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["Note", "Create", "Collection"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "id", *sorted(NODES), *sorted(PROPERTIES)]), inner, max_size=5)
    ),
    max_leaves=15,
)


@settings(max_examples=500, deadline=None)
@given(document=VALUES)
def test_any_document_is_read_or_refused_by_a_rule(document: Any) -> None:
    content = json.dumps(document).encode()
    rule = broken_rule(document)
    if rule:
        with pytest.raises(BadInput) as told:
            activitystreams.parse(content)
        assert told.value.facts["rule"] == rule
    else:
        activitystreams.parse(content)


def test_a_document_deeper_than_any_real_one_is_refused() -> None:
    deep = '{"object":' * 200 + "{}" + "}" * 200
    with pytest.raises(BadInput, match="too_deep"):
        activitystreams.parse(deep.encode())
    with pytest.raises(BadInput, match="JSON"):
        activitystreams.parse(b'{"object":' * 100_000)
