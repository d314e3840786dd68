"""Who is who, by hand: handles linked by proof and unlinked, records merged and parted, as an operator does it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cases.world import WOW, World
from tests.profiles.make import customer, signal
from wowengine.profiles.handles import CLAIMABLE

ANNA = "mastodon:anna@example.social"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Two records of one person, and what they said."""
    url = request.getfixturevalue("postgres").url if request.param == "postgres" else ""
    made = World(tmp_path, database_url=url)
    people = [
        customer(email="a.nna+shop@gmail.com", handles="x:c1"),
        customer("c2", email="anna@googlemail.com", handles="x:c2"),
    ]
    made.wow("import", "customers", str(made.write("customers.ndjson", people)))
    posts = [
        signal(occurred_at="2026-11-20T10:00:00Z"),
        signal("s2", occurred_at="2026-11-20T10:00:00Z", author="x:c2"),
    ]
    made.wow("import", "signals", str(made.write("signals.ndjson", posts)))
    return made


def rows(world: World, table: str, who: str = "c1") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(world.wow("export", who))["tables"][table]["rows"]
    return told


def known_by(world: World, who: str) -> set[str]:
    return {f"{row['channel']}:{row['address']}" for row in rows(world, "handles", who) if row["customer_id"] == who}


def test_a_proven_handle_is_linked_and_taken_back_with_what_came_by_it(world: World) -> None:
    told = world.json("link", "c1", "Mastodon:@Anna@Example.Social", "--proof", "oidc")
    assert told == {"customer_id": "c1", "handle": ANNA, "proof": "oidc"}
    assert "is c1's" in world.wow("link", "c1", ANNA, "--proof", "oidc")  # again is as once
    assert ANNA in known_by(world, "c1")
    assert world.json("unlink", "c1", "x:c1", "--yes") == {
        "customer_id": "c1",
        "handle": "x:c1",
        "signals_deleted": 1,
    }
    assert rows(world, "signals") == []
    assert "no handle of c1" in world.wow("unlink", "c1", "x:c1", "--yes", expect=1)


def test_what_cannot_be_undone_is_asked_for_first(world: World) -> None:
    command = [str(WOW), "unlink", "c1", "x:c1"]
    for answer, left in (("n\n", 1), ("y\n", 0)):
        done = subprocess.run(command, env=world.env, input=answer, capture_output=True, text=True, check=False)
        assert "cannot be undone" in done.stderr
        assert done.returncode == left
        assert len(rows(world, "signals")) == left


def test_a_merge_is_listed_and_parted_again(world: World) -> None:
    assert world.json("matches") == []
    [match] = world.json("matches", "--look")
    assert (match["customer"], match["other"], match["why"]) == ("c1", "c2", "same_email")
    assert "same_email" in world.wow("matches")
    made = world.json("merge", "c2", "c1", "--why", "showed both cards", "--as", "Theo")
    assert (made["customer"], made["into"], made["why"], made["by"]) == ("c2", "c1", "showed both cards", "Theo")
    assert world.json("matches") == []
    assert world.json("matches", "--merged") == [made]
    assert {"x:c1", "x:c2"} <= known_by(world, "c1")
    parted = world.json("split", str(made["merge"]), "--as", "Rita")
    assert (parted["merge"], parted["undone_by"]) == (made["merge"], "Rita")
    assert known_by(world, "c2") == {"x:c2", "email:anna@googlemail.com"}
    assert world.json("matches", "--merged") == []


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two customers, for what goes wrong and changes nothing."""
    made = World(tmp_path_factory.mktemp("small"))
    made.wow("import", "customers", str(made.write("customers.ndjson", [customer(), customer("c2")])))
    return made


@pytest.mark.parametrize(
    ("arguments", "expect", "said"),
    [
        (("link", "c1", ANNA, "--proof", "agent_typed"), 1, "proves nothing"),
        (("link", "c1", ANNA, "--proof", "code"), 1, "No code is open"),
        (("link", "c1", "x:c2", "--proof", "oidc"), 1, "another customer's"),
        (("link", "c1", "x:null", "--proof", "oidc"), 2, "stands for nobody"),
        (("link", "c1", "anna", "--proof", "oidc"), 2, "names no channel"),
        (("link", "c1", ANNA), 2, "--proof"),
        (("link", "nobody", ANNA, "--proof", "oidc"), 1, "no customer nobody"),
        (("unlink", "c1", "x:c2", "--yes"), 1, "no handle of c1"),
        (("merge", "c1", "c1", "--why", "the same"), 1, "one record already"),
        (("merge", "c1", "nobody", "--why", "a guess"), 1, "no customer nobody"),
        (("merge", "c1", "c2", "--why", " x "), 2, "how you know"),
        (("merge", "c1", "c2", "--why", "x" * 301), 2, "how you know"),
        (("merge", "c1", "c2"), 2, "--why"),
        (("merge", "c1", "c2", "--why", "a guess", "--as", " "), 2, "names nobody"),
        (("split", "99"), 1, "no merge 99"),
        (("split", "0"), 2, "MERGE"),
    ],
)
def test_what_is_wrong_is_one_clear_line(small: World, arguments: tuple[str, ...], expect: int, said: str) -> None:
    complained = small.wow(*arguments, expect=expect)
    assert said in complained
    assert "Traceback" not in complained
    assert small.json("matches", "--merged") == []
    assert known_by(small, "c1") == {"x:c1"}


def test_a_wrong_code_counts_and_the_right_one_links(small: World) -> None:
    from wowengine.db.session import Database
    from wowengine.profiles import proof
    from wowengine.profiles.models import HandleChallenge

    database = Database(f"sqlite:///{small.folder / 'home' / 'wow.db'}")
    with database.transaction() as session:
        told = proof.challenge(session, "c2", ("mastodon", "anna@example.social"))
    assert isinstance(told, tuple)
    wrong = small.wow("link", "c2", ANNA, "--proof", "code", "--code", "wow-22222222", expect=1)
    assert "not the code" in wrong
    with database.reading() as session:
        assert [one.tries for one in session.query(HandleChallenge)] == [1]
    database.close()
    assert small.json("link", "c2", ANNA, "--proof", "code", "--code", told[0])["proof"] == "code"


def test_the_help_of_link_names_every_proof(small: World) -> None:
    told = small.wow("link", "--help")
    assert {proof for proof in CLAIMABLE if proof not in told} == set()
