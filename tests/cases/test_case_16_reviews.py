"""Case 16: reviews. What customers say of the care they got is read, with its stars; our reply on the board counts."""

from datetime import timedelta
from pathlib import Path

from tests.cases.world import World
from wowengine import clock

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
