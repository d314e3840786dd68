"""`GET /v1/audiences/...`: an audience tried before there is a campaign."""

from fastapi.testclient import TestClient

from tests.campaigns.making import NOW, customer
from wowengine.campaigns.audience_words import WORDS
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.profiles.models import Customer


def preview(client: TestClient, text: str) -> dict[str, object]:
    told = client.get("/v1/audiences/preview", params={"audience": text})
    assert told.status_code == 200, told.text
    answer: dict[str, object] = told.json()
    return answer


def test_a_preview_counts_and_gives_reasons(client: TestClient, database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        for number in range(30):
            customer(session, f"c{number:02}", agrees=number % 3 > 0)
            session.get_one(Customer, f"c{number:02}").tier = "gold" if number < 15 else "silver"
        session.add(Customer(id="silent", tier="gold", attributes={}, content_hash="", created_at=NOW, updated_at=NOW))
    with frozen(NOW):
        told = preview(client, 'tier = "gold" AND not open_complaints')
    samples = told.pop("samples")
    assert told == {
        "audience": "tier = gold and not open_complaints",
        "at": "2026-11-03T09:00:00Z",
        "everybody": 31,
        "count": 16,
        "members": 10,
        "objecting": 5,
        "silent": 1,
        "funnel": [
            {"clause": "tier = gold", "alone": 16, "without": 31},
            {"clause": "not open_complaints", "alone": 31, "without": 16},
        ],
    }
    assert isinstance(samples, list)
    assert len(samples) == 10
    assert samples[0] == {"customer_id": "c01", "reasons": ["tier is gold", "no complaint without an answer"]}


def test_what_is_wrong_is_a_problem_with_its_place(quick: TestClient) -> None:
    told = quick.get("/v1/audiences/preview", params={"audience": "tier = gold and intrest(running)"})
    assert told.status_code == 422
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert {name: problem[name] for name in ("code", "column", "found", "expected", "near")} == {
        "code": "bad_input",
        "column": 17,
        "found": "intrest",
        "expected": "a word of the grammar",
        "near": "interest",
    }
    refused = quick.get("/v1/audiences/preview", params={"audience": "attribute(income) > 3"})
    assert "no gesture may depend on 'income'" in refused.json()["detail"]
    assert quick.get("/v1/audiences/preview").status_code == 422
    assert quick.get("/v1/audiences/preview", params={"audience": "x" * 2001}).status_code == 422


def test_the_grammar_lists_every_word_with_an_example_that_works(quick: TestClient) -> None:
    words = quick.get("/v1/audiences/grammar").json()["words"]
    assert [word["form"] for word in words] == [word.form for word in WORDS.values()]
    assert all(preview(quick, word["example"])["count"] == 0 for word in words)
    (interest,) = [word for word in words if word["form"] == "interest(topic, ...)"]
    (topic,) = interest["parameters"]
    assert topic["many"]
    assert "running" in topic["known"]
    assert "architecture" not in topic["known"]
