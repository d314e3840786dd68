"""Help desks: one row a message, who spoke, and nothing that only an agent believes."""

import json
from typing import Any

import pytest

from tests.profiles.sources.contract import GOLDEN
from wowengine.errors import BadInput
from wowengine.profiles.sources import chatwoot, zendesk

AUDIT = {
    "id": 1,
    "ticket_id": 5,
    "created_at": "2026-11-20T18:30:00Z",
    "author_id": 22,
    "via": {"channel": "web"},
    "events": [
        {"id": 2, "type": "Comment", "author_id": 11, "body": "My bag is lost", "public": True},
        {"id": 3, "type": "Create", "field_name": "requester_id", "value": "11"},
        {"id": 4, "type": "Create", "field_name": "subject", "value": "Bag"},
    ],
}
ANSWER = AUDIT | {
    "id": 9,
    "created_at": "2026-11-20T19:30:00Z",
    "events": [
        {"id": 10, "type": "Comment", "author_id": 22, "body": "We look for it", "public": True},
        {"id": 11, "type": "Comment", "author_id": 22, "body": "She is angry", "public": False},
        {"id": 12, "type": "Change", "field_name": "status", "value": "pending"},
    ],
}


def event() -> dict[str, Any]:
    told = json.loads((GOLDEN / "chatwoot.json").read_bytes())
    assert isinstance(told, dict)
    return told


def rows(module: Any, told: Any) -> list[dict[str, Any]]:
    return list(module.parse(json.dumps(told).encode()).rows)


def test_a_zendesk_ticket_is_its_first_message_and_the_others_answer_it() -> None:
    page = zendesk.parse((GOLDEN / "zendesk.json").read_bytes())
    assert [(row["source_id"], row["kind"], row["direction"], row["in_reply_to"]) for row in page.rows] == [
        ("35", "ticket", "inbound", None),
        ("35:903", "message", "outbound", "35"),
        ("35:904", "message", "inbound", "35"),
        ("36", "ticket", "inbound", None),
    ]
    assert page.rows[0]["author"] == "email:anna@example.org"
    assert page.rows[0]["rating"] == "bad"


def test_a_note_the_customer_never_saw_is_left_out() -> None:
    page = zendesk.parse((GOLDEN / "zendesk.json").read_bytes())
    assert "angry" not in str(page.rows)
    assert page.skipped == {"internal_note": 1}


def test_zendesk_audits_give_the_same_messages_as_tickets() -> None:
    told = rows(zendesk, {"audits": [AUDIT, ANSWER]})
    assert [(row["source_id"], row["direction"], row["text"]) for row in told] == [
        ("5", "inbound", "Bag\n\nMy bag is lost"),
        ("5:10", "outbound", "We look for it"),
    ]


def test_an_export_with_a_ticket_a_line_is_read() -> None:
    line = {"id": 5, "created_at": "2026-11-20T18:30:00Z", "requester": {"id": 11, "email": "anna@example.org"}}
    said = {"id": 1, "author": {"id": 11}, "body": "Late", "public": True, "created_at": "2026-11-20T18:30:00Z"}
    content = "\n".join(json.dumps(line | {"id": n, "comments": [said]}) for n in (5, 6))
    assert [row["author"] for row in zendesk.parse(content.encode()).rows] == ["email:anna@example.org"] * 2


def test_a_chatwoot_message_answers_its_conversation() -> None:
    ticket, message = rows(chatwoot, event())
    assert (ticket["source_id"], ticket["kind"], ticket.get("text")) == ("10", "ticket", None)
    assert (message["source_id"], message["in_reply_to"], message["text"]) == ("10:118", "10", "My bag is lost")
    assert ticket["occurred_at"] == "2026-11-20T19:29:30+01:00"


def test_a_social_profile_that_an_agent_typed_is_nowhere() -> None:
    assert "somebody_else" not in str(rows(chatwoot, event()))


@pytest.mark.parametrize(("signed", "customer_id"), [(True, "c1"), (False, None)])
def test_a_customer_id_counts_only_where_the_site_signed_it(signed: bool, customer_id: str | None) -> None:
    told = event()
    told["conversation"]["contact_inbox"]["hmac_verified"] = signed
    assert {row["customer_id"] for row in rows(chatwoot, told)} == {customer_id}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"private": True}, "internal_note"),
        ({"message_type": "activity"}, "automatic"),
        ({"message_type": "template"}, "automatic"),
        ({"content": ""}, "nothing_said"),
    ],
)
def test_what_no_person_said_to_the_other_is_left_out(facts: dict[str, Any], reason: str) -> None:
    page = chatwoot.parse(json.dumps(event() | facts).encode())
    assert [row["kind"] for row in page.rows] == ["ticket"]
    assert page.skipped == {reason: 1}


def test_our_answer_is_ours() -> None:
    told = event() | {"message_type": "outgoing", "content": "We look", "sender": {"id": 1, "type": "user"}}
    answer = rows(chatwoot, told)[1]
    assert (answer["direction"], answer["author"], answer["customer_id"]) == ("outbound", None, None)


def test_messages_as_the_api_lists_them_are_read() -> None:
    sender = {"id": 14, "email": "anna@example.org", "type": "contact"}
    listed = [
        {
            "id": 1,
            "content": "Late",
            "message_type": 0,
            "created_at": 1795199400,
            "conversation_id": 10,
            "sender": sender,
        },
        {"id": 2, "content": "Sorry", "message_type": 1, "created_at": 1795199500, "conversation_id": 10},
    ]
    told = rows(chatwoot, {"meta": {}, "payload": listed})
    assert [(row["source_id"], row["direction"]) for row in told] == [("10:1", "inbound"), ("10:2", "outbound")]


@pytest.mark.parametrize("module", [zendesk, chatwoot])
def test_a_document_of_something_else_is_refused(module: Any) -> None:
    with pytest.raises(BadInput):
        module.parse(b'{"weather": "fine"}')
