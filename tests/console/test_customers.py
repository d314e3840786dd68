"""Finding a customer, and everything we may know of them."""

from fastapi.testclient import TestClient

from wowengine.db.session import Database
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings


def test_customers_are_found_by_a_part_of_their_name_or_id(page: TestClient, actions: list[str]) -> None:
    assert "8 customers" in page.get("/customers").text
    found = page.get("/customers", params={"q": "ROSS"}).text
    assert "1 customer" in found
    assert "Anna Rossi" in found
    assert "Theo Brandt" not in found
    assert "Theo Brandt" in page.get("/customers", params={"q": "c2"}).text


def test_signs_of_a_search_mean_themselves(page: TestClient, actions: list[str]) -> None:
    for q in ("%", "_", "\\", "' or 1=1 --"):
        assert "Nobody of that name or id." in page.get("/customers", params={"q": q}).text


def test_a_customers_page_tells_interests_with_their_words(page: TestClient, actions: list[str]) -> None:
    told = page.get("/customers/c1").text
    assert "jazz" in told
    assert "amo il jazz dal vivo" in told
    assert "surprises" in told
    assert f"/actions/{actions[0]}" in told
    assert "waits for a person" in told


def test_who_agreed_to_nothing_and_has_no_profile_is_shown_as_such(page: TestClient, database: Database) -> None:
    with database.transaction() as session:
        take_customers(session, from_mappings([{"customer_id": "a/b c?d#e"}]))
    assert 'href="/customers/a/b%20c%3Fd%23e"' in page.get("/customers").text
    told = page.get("/customers/a/b%20c%3Fd%23e")
    assert told.status_code == 200
    assert "silence means no" in told.text
    assert "No profile was built yet" in told.text


def test_nobody_is_shown_who_is_not_known(page: TestClient, actions: list[str]) -> None:
    assert page.get("/customers/nobody").status_code == 404
