"""Case 16: reviews. What customers say of the care they got is read, with its stars; our reply on the board counts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.campaigns.making import ANNA, BUDGET, STAFF, proposed
from tests.cases.world import World
from wowengine import clock
from wowengine.campaigns import deliver, ledger, review
from wowengine.campaigns.lifecycle import GRACE
from wowengine.clock import frozen
from wowengine.db.session import Database

HEADER = (
    "Review ID,Review Created (UTC),Review Title,Review Content,Review Stars,Reviewer Email,Company Reply,Reply Date"
)


def test_reviews_of_customers_are_signals_and_those_of_strangers_are_not_kept(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    world.wow("migrate")
    people = [
        {"customer_id": who, "email": f"{who}@example.org", "consents": "care;interests;offers"}
        for who in ("anna", "bob")
    ]
    world.wow("import", "customers", str(world.write("people.ndjson", people)))
    day, later = ((clock.now() - timedelta(days=back)).strftime("%Y-%m-%d") for back in (3, 2))
    board = tmp_path / "board.csv"
    lines = (
        HEADER,
        f"r1,{day},Never again,My bag was lost and nobody answered. Terrible.,1,anna@example.org,Sorry!,{later}",
        f"r2,{day},Lovely,I love a good espresso. Great crew!,5,bob@example.org,,",
        f"r3,{day},Meh,I am nobody you know,3,eve@example.org,,",
    )
    board.write_text("\n".join(lines) + "\n", encoding="utf-8")

    told = world.json("collect", "reviews", str(board))
    assert (told["accepted"], told["unlinked"]) == (3, 1)  # two reviews and our reply; nothing of the stranger's
    assert world.json("collect", "reviews", str(board))["accepted"] == 0  # the file is known

    world.wow("profile")
    with world.serving() as api:
        anna, bob = (api.get(f"/v1/customers/{who}/profile").json() for who in ("anna", "bob"))
    assert anna["care"]["mood"] < 0 < bob["care"]["mood"]
    assert anna["care"]["top_reason"] == "lost_bag"
    assert [one["topic"] for one in bob["interests"]] == ["coffee"]


def test_a_review_after_a_gift_closes_the_loop_and_goes_with_its_words(tmp_path: Path) -> None:
    world = World(tmp_path, f"sqlite:///{tmp_path / 'wow.db'}")
    world.wow("migrate")
    people = [
        {"customer_id": who, "email": f"{who}@example.org", "consents": "care;offers;measurement"}
        for who in ("anna", "bob", "cleo")
    ]
    world.wow("import", "customers", str(world.write("people.ndjson", people)))
    database = Database(world.database_url)
    with frozen(clock.now() - timedelta(days=5)), database.transaction() as session:
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        for who in ("anna", "bob", "cleo"):
            given(session, who)
    database.close()
    day = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    board = tmp_path / "board.csv"
    lines = (
        HEADER,
        f"r1,{day},Never again,Rude and late. Terrible.,1,anna@example.org,,",
        f"r2,{day},Lovely,Thank you for the wonderful espresso!,5,bob@example.org,,",
    )
    board.write_text("\n".join(lines) + "\n", encoding="utf-8")
    world.json("collect", "reviews", str(board))

    assert world.json("hear") == {"heard": 2}
    assert world.json("hear") == {"heard": 0}
    with world.serving() as api:
        (espresso,) = api.get("/v1/results", params={"by": "gesture"}).json()["items"]
    assert espresso["delivered"] == 3
    assert said(espresso) == (1, 1)
    world.wow("unlink", "bob", "email:bob@example.org", "--yes")  # with the account goes what was said by it
    (espresso,) = world.json("results", "--by", "gesture")["items"]
    assert said(espresso) == (0, 1)


def said(result: dict[str, Any]) -> tuple[int, int]:
    return result["reactions"]["thanked"], result["reactions"]["complained"]


def given(session: Session, who: str) -> None:
    """A gift that staff brought."""
    action = proposed(session, who)
    review.approve(session, action.id, ANNA)
    with frozen(clock.now() + GRACE):
        held = deliver.claim(session, action.id, STAFF)
        deliver.deliver(session, action.id, STAFF, held.fence, {"note": "given"})
