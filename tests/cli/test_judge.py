"""`wow evaluate`: a company's own files, and every row of them accounted for."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.cases.world import World

DAYS = 10
GESTURES = ("sea", "hills", "coffee", "opera")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Gold customers say yes to every other gesture and the others to the rest; one says so a day."""
    made = World(tmp_path)
    people = [{"customer_id": f"c{n:02}", "tier": "gold" if n % 2 else "blue"} for n in range(30)]
    made.write("customers.ndjson", people)
    things = [{"gesture_id": name, "kind": "surprise", "title": name, "tags": name} for name in GESTURES]
    made.write("gestures.ndjson", things)
    made.write("outcomes.ndjson", [outcome(n, day) for day in range(DAYS) for n in range(30)])
    made.write("train.ndjson", [outcome(n, day) for day in range(DAYS - 2) for n in range(25)])
    made.write("test.ndjson", [outcome(n, day) for day in range(DAYS - 2, DAYS) for n in range(30)])
    return made


def outcome(n: int, day: int, **facts: Any) -> dict[str, Any]:
    thing = (n // 2 + day) % len(GESTURES)
    word = "accepted" if thing % 2 == n % 2 or (n + day) % 7 == 0 else "rejected"
    said = {"customer_id": f"c{n:02}", "gesture_id": GESTURES[thing], "type": word}
    return said | {"occurred_at": f"2026-03-{day + 1:02}T10:{n:02}:00Z"} | facts


def evaluate(world: World, *more: str) -> Any:
    return world.json("evaluate", *files(world), *more)


def files(world: World) -> list[str]:
    named = {f"--{kind}": str(world.folder / f"{kind}.ndjson") for kind in ("customers", "gestures")}
    return [word for pair in named.items() for word in pair]


def of(world: World, *names: str) -> list[str]:
    return [word for name in names for word in (f"--{name}", str(world.folder / f"{name}.ndjson"))]


def test_a_training_and_a_test_file_give_figures_of_the_model_beside_popularity(world: World) -> None:
    told = evaluate(world, *of(world, "train", "test"), "--model", "linear", "--k", "1,3")
    popular, linear = told["models"]
    assert (popular["model"], linear["model"]) == ("popular", "linear")
    assert linear["auc"]["low"] > popular["auc"]["value"]
    assert "ndcg@1" in linear
    assert told["rows"]["test_customers"] == {"warm": 25, "cold": 5}
    assert (told["rows"]["train"], told["rows"]["test"]) == (200, 60)
    assert not (world.folder / "home").exists()  # nothing is stored


def test_every_row_that_is_left_out_is_counted_with_its_rule(world: World) -> None:
    rows = [outcome(n, day) for day in range(DAYS - 3, DAYS) for n in range(25)]
    odd = [
        outcome(1, 9, customer_id="nobody"),
        outcome(1, 9, gesture_id="nothing"),
        outcome(1, 9, type="shrugged"),
        rows[0],
    ]
    world.write("test.ndjson", rows + odd)
    told = evaluate(world, *of(world, "train", "test"), "--model", "prior")["rows"]
    aside = told["set_aside"]["test"]
    assert aside.pop("also_in_train") == 25  # of day 7, which the training file has
    assert sum(aside.values()) == len(odd)
    assert {"unknown_customer", "unknown_gesture", "duplicate"} < set(aside)
    assert told["test"] == 50


def test_one_file_is_split_by_time_or_into_folds_of_strangers(world: World) -> None:
    by_time = evaluate(world, *of(world, "outcomes"), "--model", "prior")["rows"]
    assert (by_time["train"], by_time["test"], by_time["folds"]) == (240, 60, 1)
    told = evaluate(world, *of(world, "outcomes"), "--model", "prior", "--split", "customers", "--folds", "3")
    assert (told["rows"]["test"], told["rows"]["folds"]) == (300, 3)
    assert told["rows"]["test_customers"] == {"warm": 0, "cold": 30}
    assert told["models"][0]["by"]["warm"]["auc"]["value"] is None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_same_rows_give_the_same_figures_in_every_format(world: World, kind: str) -> None:
    for path in list(world.folder.glob("*.ndjson")):
        rows = pl.read_ndjson(path)
        rows.write_csv(path.with_suffix(".csv")) if kind == "csv" else rows.write_parquet(path.with_suffix(".parquet"))
    asked = [*files(world), *of(world, "train", "test"), "--model", "prior"]
    other = [word.replace(".ndjson", f".{kind}") for word in asked]
    assert world.json("evaluate", *other) == world.json("evaluate", *asked)


@pytest.mark.real_data
def test_real_offers_in_three_formats_give_figures_of_strangers(tmp_path: Path, shared_data: Path) -> None:
    """Of in-vehicle coupons a fifth of the respondents are held out: nothing but their profile tells of them."""
    world, source = World(tmp_path), shared_data / "coupon"
    read = {name: pl.read_csv(source / f"{name}.csv", infer_schema=False) for name in ("customers", "outcomes")}
    read["customers"].write_parquet(tmp_path / "customers.parquet")
    held = pl.col("customer_id").str.slice(1).cast(pl.Int64) % 5 == 0
    for name, rows in {"train": read["outcomes"].filter(~held), "test": read["outcomes"].filter(held)}.items():
        rows.write_ndjson(tmp_path / f"{name}.ndjson")
    people = ["--customers", str(tmp_path / "customers.parquet"), "--gestures", str(source / "gestures.csv")]
    told = world.json("evaluate", *people, *of(world, "train", "test"), "--model", "segments")
    popular, segments = told["models"]
    assert told["rows"]["train"] + told["rows"]["test"] == read["outcomes"].height
    assert told["rows"]["test_customers"]["warm"] == 0
    assert segments["auc"]["low"] > popular["auc"]["high"]
    assert segments["ece"]["value"] < 0.06
    assert segments["by"]["cold_customers"]["auc"] == segments["auc"]


def test_what_no_training_row_told_is_named(world: World) -> None:
    rows = [outcome(n, 9, context='{"weather": "hail"}') for n in range(30)]
    world.write("test.ndjson", rows)
    unseen = evaluate(world, *of(world, "train", "test"), "--model", "prior")["rows"]["unseen_features"]
    assert unseen == {"count": 1, "named": ["at:weather=hail"]}


def test_people_get_tables(world: World) -> None:
    told = world.wow("evaluate", *files(world), *of(world, "train", "test"), "--model", "prior")
    assert "Cold customers" in told
    assert "Cold gestures" not in told  # there are none
    assert "25 customers known before" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "test", "--model", "oracle"], "there are popular, prior"),
        (["train", "test", "--k", "five"], "such as 5,10"),
        (["train"], "--outcomes alone"),
        (["train", "missing"], "missing.ndjson cannot be read"),
        (["few", "test"], "answers of 3 customers"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(world: World, arguments: list[str], said: str) -> None:
    world.write("few.ndjson", [outcome(n, 1) for n in range(3)])
    options = ("--train", "--test")
    given = zip(options, arguments[:2], strict=False)
    named = [word for option, name in given for word in (option, f"{world.folder}/{name}.ndjson")]
    told = world.wow("evaluate", *files(world), *named, *arguments[2:], expect=2)
    assert said in told
    assert told.count("\n") == 1
