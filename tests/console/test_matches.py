"""Records that may be one person, side by side; joined, kept apart and taken back without a script."""

import html
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.console.company import HOSTILE
from tests.profiles.make import customer, customers_in, signal, signals_in
from wowengine.db.session import Database
from wowengine.profiles import handles, matching, merging, pairs, proof
from wowengine.profiles.models import Merge, ProbableMatch


@pytest.fixture
def two(database: Database) -> int:
    """Two records with one mailbox, and a third who is somebody else; the id of their match."""
    with database.transaction() as session:
        one = customer(name="Anna Rossi", email="a.nna+shop@gmail.com", phone="+393331234567", tier="gold")
        customers_in(session, one, customer("c2", name="A. Rossi", email="anna@googlemail.com"), customer("c3"))
        signals_in(session, signal(), signal("s2", author="x:c2"))
        matching.look(session)
        return session.scalars(select(ProbableMatch.id)).one()


def shown(page: TestClient, path: str = "/matches") -> str:
    told = page.get(path)
    assert told.status_code == 200, told.text
    return " ".join(html.unescape(told.text).split())


def owners(database: Database) -> set[tuple[str, str]]:
    with database.reading() as session:
        return {(one.address, who) for who in ("c1", "c2") for one in handles.handles_of(session, who)}


def merge_id(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Merge.id).order_by(Merge.id.desc())).first() or 0


def test_two_records_stand_side_by_side_with_why_they_match(page: TestClient, two: int) -> None:
    told = shown(page)
    assert "1 pair waits for a word" in told
    assert "Because both name one mailbox" in told
    assert "a.nna+shop@gmail.com" in told
    assert "anna@googlemail.com" in told
    assert told.count("the same") == 2
    assert "Anna Rossi" in told
    assert "A. Rossi" in told


def test_a_colleague_sees_what_the_question_needs_and_no_secret(page: TestClient, two: int, database: Database) -> None:
    with database.transaction() as session:
        told = proof.challenge(session, "c1", ("mastodon", "anna@example.social"))
    assert isinstance(told, tuple)
    seen = shown(page)
    assert "3331234567" not in seen  # of no use here
    assert "not needed here" in seen
    assert told[0].removeprefix("wow-") not in seen
    assert "hello" not in seen  # nor are their words


def test_they_are_joined_with_the_name_of_whoever_said_so_and_parted_again(
    page: TestClient, two: int, database: Database
) -> None:
    before = owners(database)
    told = page.post(f"/matches/{two}/join", data={"keep": "c1"}).text
    assert "c2 is part of c1 now" in told
    assert "No two records look like one." in told
    assert ("c2", "c1") in owners(database)
    with database.reading() as session:
        [made] = merging.merges(session, 5)
        assert (made.customer_id, made.into_id, made.by, made.reason) == ("c2", "c1", "admin", "match: same_email")
    undone = page.post(f"/merges/{merge_id(database)}/undo").text
    assert "c2 and c1 are two people" in undone
    assert "is part of" not in undone
    assert owners(database) == before


def test_the_record_that_is_kept_is_the_one_whose_button_was_pressed(
    page: TestClient, two: int, database: Database
) -> None:
    buttons = re.findall(r'<button name="keep" value="(\w+)">([^<]+)<', page.get("/matches").text)
    assert buttons == [("c1", "One person: keep c1"), ("c2", "One person: keep c2")]
    page.post(f"/matches/{two}/join", data={"keep": "c2"})
    with database.reading() as session:
        assert merging.records_of(session, "c1") == ["c2", "c1"]


def test_they_are_kept_apart_and_that_is_taken_back(page: TestClient, two: int, database: Database) -> None:
    told = page.post(f"/matches/{two}/apart").text
    assert "c1 and c2 are two people" in told
    assert "No two records look like one." in told
    page.post("/matches/look")
    assert "0 pairs wait" in shown(page)
    assert "1 pair waits" in page.post(f"/matches/{two}/reconsider").text
    with database.reading() as session:
        [match] = pairs.waiting(session, 0, 5)
        assert (match.id, match.refused_by, match.refused_at) == (two, None, None)


def test_what_is_forbidden_says_why_in_the_readers_language_and_changes_nothing(
    page: TestClient, two: int, database: Database
) -> None:
    before = owners(database)
    other = page.post(f"/matches/{two}/join", data={"keep": "c3"})
    assert (other.status_code, "This pair is of two other records." in other.text) == (409, True)
    page.post(f"/matches/{two}/apart")
    late = page.post(f"/matches/{two}/join", data={"keep": "c1"}, headers={"accept-language": "it"})
    assert late.status_code == 409
    assert "Qualcuno ha detto che sono due persone." in late.text
    assert 'role="alert"' in late.text
    assert owners(database) == before


@pytest.mark.parametrize(
    "path", ["/matches/99/join", "/matches/99/apart", "/matches/99/reconsider", "/merges/99/undo", "/matches/0/apart"]
)
def test_what_is_not_there_is_said_to_be_not_there(page: TestClient, path: str) -> None:
    told = page.post(path, data={"keep": "c1"})
    assert told.status_code in {404, 422}
    assert page.get("/matches", params={"joined": "9" * 30}).status_code == 422
    assert page.get("/matches", params={"joined": "99", "apart": "99", "parted": "99"}).status_code == 200


def test_one_customers_pairs_are_shown_alone_and_their_page_leads_there(
    page: TestClient, two: int, database: Database
) -> None:
    with database.transaction() as session:
        customers_in(session, customer("a b&c"), customer("d"))
        pairs.suspect(session, "a b&c", "d", "alias")
    assert "2 pairs of records may be one person" in shown(page, "/customers")
    assert "Perhaps the same person as another record" in shown(page, "/customers/c1")
    assert "/matches" not in shown(page, "/customers/c3")
    (link,) = re.findall(r'href="(/matches\?[^"]+)"', html.unescape(page.get("/customers/a%20b%26c").text))
    alone = shown(page, link)
    assert "another system calls them by both ids" in alone
    assert "anna@googlemail.com" not in alone
    kept = page.post(f"/matches/{two}/join", data={"keep": "c1", "customer": "c1"})
    assert kept.url.params["customer"] == "c1"
    assert "c2 is part of this record" in shown(page, "/customers/c1")
    assert "This record is part of c1" in shown(page, "/customers/c2")


def test_only_so_many_are_shown_and_the_rest_is_counted(page: TestClient, database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, *(customer(f"k{n}") for n in range(24)))
        for n in range(1, 24):
            pairs.suspect(session, "k0", f"k{n}", "alias")
    told = shown(page)
    assert told.count("Two people: keep apart") == 20
    assert "3 more come after these." in told


def test_names_of_strangers_are_shown_as_text(page: TestClient, two: int, database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("<b>x", name=HOSTILE), customer("y"))
        pairs.suspect(session, "<b>x", "y", HOSTILE[:60])
        merging.merge(session, "y", "<b>x", by=HOSTILE[:90], reason=HOSTILE)
    told = page.get("/matches").text
    assert "<script>document" not in told
    assert "<b>x" not in told


def test_it_is_written_in_italian_too(page: TestClient, two: int) -> None:
    told = html.unescape(page.get("/matches", headers={"accept-language": "it"}).text)
    assert "Forse una sola persona" in told
    assert "Perché indicano la stessa casella di posta" in told
    assert "Una sola persona: tieni c1" in told
