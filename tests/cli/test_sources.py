"""`wow sources` and `wow collect`, as a company runs them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cases.world import World
from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import serving


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, extra={"MASTODON_TOKEN": "secret"})
    people = [
        {"customer_id": "anna", "email": "anna@example.org", "handles": "mastodon:anna@mastodon.example"}
        | {"consents": "care;interests"}
    ]
    made.wow("import", "customers", str(made.write("customers.ndjson", people)))
    return made


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation without a customer, for what goes wrong before one is looked for."""
    made = World(tmp_path_factory.mktemp("bare"))
    (made.folder / "home").mkdir()
    return made


def tell(world: World, text: str) -> None:
    (world.folder / "home" / "sources.toml").write_text(text, encoding="utf-8")


def test_every_source_shows_its_card(bare: World) -> None:
    told = {row["source"]: row for row in bare.json("sources")}
    assert {"mastodon", "bluesky", "x", "feeds", "reviews", "mail", "zendesk", "chatwoot", "cloudevents"} <= set(told)
    assert told["x"]["card"] == "ok"
    assert "express opt-in consent" in told["x"]["permitted use"]
    assert "mastodon" in bare.wow("sources")


def test_a_platform_is_collected_from_and_the_second_time_there_is_nothing_new(world: World) -> None:
    said_at = datetime.now(UTC) - timedelta(days=2)
    with serving(MastodonServer([status(1, said_at)])) as platform:
        tell(world, f'[mastodon]\nbase_url = "{platform.url}"\ntoken_env = "MASTODON_TOKEN"\n')
        assert world.json("collect", "mastodon", "--dry-run")["accepted"] == 1
        assert world.json("collect", "mastodon")["accepted"] == 1
        assert world.json("collect", "mastodon")["accepted"] == 0
        assert {each["authorization"] for each in platform.headers} == {"Bearer secret"}


def test_files_of_a_folder_are_read_and_counted(world: World) -> None:
    inbox = world.folder / "inbox"
    inbox.mkdir()
    (inbox / "monday.mbox").write_bytes((GOLDEN / "mail.mbox").read_bytes())
    (inbox / "broken.mbox").write_bytes(b"\x00\x01")
    tell(world, '[mail]\nown = ["air.example"]\n')
    told = world.json("collect", "mail", str(inbox))
    assert (told["accepted"], told["accounts"], told["skipped"]) == (3, 2, {"autoreply": 1})
    assert sum(told["gave_up"].values()) == 1


@pytest.mark.parametrize(
    ("arguments", "config", "expect", "said"),
    [
        (("gossip",), "", 1, "no source called gossip"),
        (("mastodon",), "", 1, "base_url"),
        (("mastodon", "berta@mastodon.example"), "", 2, "takes no other account"),
        (("mail",), "", 2, "Name the files"),
        (("feeds",), "", 2, "urls"),
        (("x-mentions",), "", 2, "our account there"),
        (("x",), '[x]\ntoken_env = "NOT_SET"\n', 1, "NOT_SET"),
        (("x",), "[gossip]\n", 1, "no source called gossip"),
        (("x",), "not toml", 1, "sources.toml"),
        (("mail", "nowhere.mbox"), "", 1, "cannot be read"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    bare: World, arguments: tuple[str, ...], config: str, expect: int, said: str
) -> None:
    tell(bare, config)
    complained = bare.wow("collect", *arguments, expect=expect)
    assert said in complained
    assert "Traceback" not in complained


def test_nothing_of_the_token_is_printed_or_stored(world: World) -> None:
    tell(world, '[mastodon]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "MASTODON_TOKEN"\n')
    printed = world.wow("collect", "mastodon", "--json", expect=1)
    assert "secret" not in printed
    assert json.dumps("secret").encode() not in (world.folder / "home" / "wow.db").read_bytes()
