"""Reading by the clock: each source in its rhythm, one reader at a time, and no failure that is not seen."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.profiles.make import customer, customers_in, dump
from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import Platform, serving
from wowengine import clock
from wowengine.db.session import Database
from wowengine.errors import Conflict, Misconfigured
from wowengine.profiles.models import Signal
from wowengine.profiles.sources import registry, run, turns
from wowengine.profiles.sources.base import Rate
from wowengine.profiles.sources.collected import Collected
from wowengine.profiles.sources.mastodon import TERMS
from wowengine.profiles.sources.models import SourceTurn

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA, BERTA = "anna@mastodon.example", "berta@mastodon.example"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def server() -> MastodonServer:
    said_at = NOW - timedelta(days=2)
    return MastodonServer([status(1, said_at), status(2, said_at, BERTA)])


@pytest.fixture
def platform(server: MastodonServer) -> Iterator[Platform]:
    with serving(server) as made:
        yield made


@pytest.fixture
def people(database: Database) -> None:
    with database.transaction() as session:
        customers_in(
            session, customer("anna", handles=f"mastodon:{ANNA}"), customer("berta", handles=f"mastodon:{BERTA}")
        )


def by_clock(database: Database, platform: Platform, later: timedelta = timedelta(), **options: Any) -> Any:
    with clock.frozen(NOW + later):
        return run.by_clock(database, "mastodon", {"base_url": platform.url}, {}, **options)


def authors(database: Database) -> list[str | None]:
    with database.reading() as session:
        return sorted(session.scalars(select(Signal.author)), key=str)


def turn(database: Database, source: str = "mastodon") -> SourceTurn:
    with database.reading() as session:
        found = session.get_one(SourceTurn, source)
        session.expunge(found)
    return found


def expire(database: Database) -> None:
    """Let the lease run out, as it does when its holder was killed."""
    with database.transaction() as session:
        session.execute(update(SourceTurn).values(lease_until=LONG_AGO))


@pytest.mark.usefixtures("people")
def test_a_source_is_read_when_it_is_due_and_not_before(database: Database, platform: Platform) -> None:
    assert by_clock(database, platform).report.accepted == 2
    platform.calls.clear()
    assert by_clock(database, platform, HOUR - timedelta(seconds=1)) is None
    assert platform.calls == []
    assert by_clock(database, platform, HOUR) is not None
    assert turn(database).due_at == NOW + 2 * HOUR
    with database.reading() as session, clock.frozen(NOW + HOUR):
        assert turns.due(session, ["mastodon", "bluesky"]) == ["bluesky"]  # never read yet


@pytest.mark.usefixtures("people")
def test_a_run_that_takes_too_long_breaks_off_and_the_next_goes_on_from_there(
    database: Database, platform: Platform
) -> None:
    assert by_clock(database, platform, span=-1).accounts == 1
    assert authors(database) == [f"mastodon:{ANNA}"]
    platform.calls.clear()
    assert by_clock(database, platform, timedelta(minutes=1), span=-1).accounts == 1  # as soon as its rate allows
    assert authors(database) == [f"mastodon:{ANNA}", f"mastodon:{BERTA}"]
    assert "anna" not in str(platform.calls)
    assert (turn(database).place, turn(database).due_at) == (0, NOW + HOUR + timedelta(minutes=1))


@pytest.mark.usefixtures("people")
def test_short_runs_one_after_the_other_keep_the_rate_of_the_card(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(registry.ASKED["mastodon"], terms=replace(TERMS, rate=Rate(4, 300)))
    monkeypatch.setattr(registry, "ASKED", {**registry.ASKED, "mastodon": asked})
    by_clock(database, platform, span=-1)
    assert len(platform.calls) > 2
    assert turn(database).due_at == NOW + timedelta(seconds=300)
    assert by_clock(database, platform, timedelta(minutes=1)) is None


@pytest.mark.usefixtures("people")
def test_whoever_is_asked_to_wait_comes_back_when_the_platform_says(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.remaining = 0  # until five minutes from now
    by_clock(database, platform)
    assert (turn(database).place, turn(database).failures) == (1, 0)
    assert turn(database).due_at == NOW + timedelta(minutes=5)


@pytest.mark.usefixtures("people")
def test_it_waits_longer_with_each_failure_and_forgets_them_when_all_is_well(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    platform.handler = lambda _path, _query: (401, {"error": "The access token is invalid"}, {})
    at, waits = timedelta(), []
    for _ in range(7):
        by_clock(database, platform, at)
        waits.append((turn(database).due_at - (NOW + at)) / HOUR)
        at = turn(database).due_at - NOW
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert (turn(database).failures, turn(database).last_error) == (
        7,
        "not let in: the token is missing or not valid (401)",
    )
    platform.handler = server
    by_clock(database, platform, at)
    assert (turn(database).failures, turn(database).last_error) == (0, None)
    assert turn(database).due_at == NOW + at + HOUR


def test_what_the_company_must_mend_is_kept_with_the_source(database: Database, platform: Platform) -> None:
    told = {"base_url": platform.url, "token_env": "NOT_SET"}
    assert run.by_clock(database, "mastodon", told, {}).failed  # type: ignore[union-attr]
    assert "NOT_SET" in (turn(database).last_error or "")
    run.by_clock(database, "feeds", {}, {})
    assert "urls" in (turn(database, "feeds").last_error or "")
    with clock.frozen(datetime.combine(TERMS.reviewed_on, datetime.min.time(), UTC) + timedelta(days=367)):
        run.by_clock(database, "mastodon", {"base_url": platform.url}, {})
    assert "terms of mastodon" in (turn(database).last_error or "")
    assert platform.calls == []


def test_a_fault_of_ours_ends_the_turn_too_and_is_not_hidden(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run, "collect", stumble)
    with pytest.raises(ZeroDivisionError):
        run.by_clock(database, "mastodon", {"base_url": "http://127.0.0.1:9"}, {})
    assert (turn(database).failures, turn(database).lease_until) == (1, None)


@pytest.mark.parametrize("before", [0, 1])
def test_of_eight_who_want_the_turn_at_once_one_gets_it(database: Database, before: int) -> None:
    together, got = threading.Barrier(8), []
    for _ in range(before):
        with database.transaction() as session:
            had = turns.take(session, "mastodon", only_if_due=False)
            assert had
            turns.give_back(session, had)

    def want() -> None:
        together.wait(10)
        with database.transaction() as session:
            got.append(turns.take(session, "mastodon", only_if_due=False))

    wanting = [threading.Thread(target=want) for _ in range(8)]
    for one in wanting:
        one.start()
    for one in wanting:
        one.join()
    assert len(got) == 8
    assert [one.fence for one in got if one] == [before + 1]


@pytest.mark.usefixtures("people")
def test_nobody_reads_a_source_that_another_reads(database: Database, platform: Platform) -> None:
    told = {"base_url": platform.url}
    with database.transaction() as session:
        assert turns.take(session, "mastodon", only_if_due=True)
    assert by_clock(database, platform) is None
    with pytest.raises(Conflict, match="is being read"):
        run.by_hand(database, "mastodon", told, {})
    with database.reading() as session:
        assert turns.due(session, ["mastodon"]) == []
    assert platform.calls == []
    assert run.dry(database, "mastodon", told, {}).accounts == 2  # changes nothing, so it may
    expire(database)
    assert by_clock(database, platform).accounts == 2


@pytest.mark.usefixtures("people")
def test_whoever_lost_the_turn_stores_nothing_any_more(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    def take_over(path: str, query: dict[str, list[str]]) -> Any:
        if path.endswith("statuses"):
            expire(database)
            with database.transaction() as session:
                assert turns.take(session, "mastodon", only_if_due=False)
        return server(path, query)

    platform.handler = take_over
    by_clock(database, platform)
    assert authors(database) == []
    assert (turn(database).fence, turn(database).failures, turn(database).ended_at) == (2, 0, None)


@pytest.mark.usefixtures("people")
def test_every_page_renews_the_turn(database: Database, platform: Platform, server: MastodonServer) -> None:
    seen: list[datetime | None] = []

    def look(path: str, query: dict[str, list[str]]) -> Any:
        if path.endswith("lookup"):
            seen.append(turn(database).lease_until)
            with database.transaction() as session:  # as if it had been taken a while ago
                session.execute(update(SourceTurn).values(lease_until=LONG_AGO + turns.LEASE))
        return server(path, query)

    platform.handler = look
    by_clock(database, platform)
    assert len(seen) == 2
    assert all(until and until > LONG_AGO + turns.LEASE for until in seen)


@pytest.mark.usefixtures("people")
def test_by_hand_it_is_read_whether_due_or_not_and_the_clock_knows(database: Database, platform: Platform) -> None:
    told = {"base_url": platform.url}
    for _ in range(2):
        assert run.by_hand(database, "mastodon", told, {}).accounts == 2
    assert by_clock(database, platform) is None
    assert turn(database).due_at == NOW + HOUR


def test_single_files_say_nothing_of_the_source(database: Database, tmp_path: Path) -> None:
    told = {"own": ["air.example"], "folder": str(tmp_path)}
    assert run.by_hand(database, "mail", told, {}, [str(tmp_path / "nowhere.mbox")]).failed
    assert (turn(database, "mail").failures, turn(database, "mail").lease_until) == (0, None)
    (tmp_path / "monday.mbox").write_bytes((GOLDEN / "mail.mbox").read_bytes())
    with database.transaction() as session:
        customers_in(session, customer("anna", email="anna@example.org"))
    assert run.by_clock(database, "mail", told, {}).report.accepted == 3  # type: ignore[union-attr]


@pytest.mark.usefixtures("people")
def test_a_turn_names_nobody(database: Database, platform: Platform) -> None:
    by_clock(database, platform, span=-1)
    with database.reading() as session:
        told = str(dump(session)["source_turns"])
    assert "anna" not in told
    assert "berta" not in told


@pytest.mark.parametrize(
    ("told", "failed"),
    [
        (Collected(accounts=2), False),
        (Collected(accounts=0), False),
        (Collected(accounts=2, gave_up=Counter(["no such account"])), False),
        (Collected(accounts=1, gave_up=Counter(["no such account"])), True),
        (Collected(accounts=1, gave_up=Counter(["no such account"]), heard=3), False),
        (Collected(accounts=9, gave_up=Counter(["answered 503"]), hopeless=True), True),
    ],
)
def test_one_lost_account_among_several_is_no_failure_of_the_source(told: Collected, failed: bool) -> None:
    assert told.failed is failed


@pytest.mark.parametrize(
    ("name", "told", "every"),
    [
        ("mastodon", {}, HOUR),
        ("mastodon", {"every_minutes": 10}, timedelta(minutes=10)),
        ("mastodon", {"every_minutes": 1}, timedelta(minutes=5)),  # the span of its rate
        ("mastodon", {"every_minutes": 10_000}, 12 * HOUR),  # what is deleted there must be gone in a day
        ("mastodon", {"every_minutes": 0}, None),
        ("feeds", {"every_minutes": 10_000}, timedelta(minutes=10_000)),  # nothing of it is kept
        ("mail", {}, None),
        ("mail", {"folder": "inbox"}, HOUR),
    ],
)
def test_a_source_is_read_as_often_as_its_card_allows_and_asks_for(
    name: str, told: dict[str, Any], every: timedelta | None
) -> None:
    assert registry.rhythm(name, told) == every


@pytest.mark.parametrize("wrong", ["every_minutes = -1", "every_minutes = true", 'every_minutes = "10"', "folder = 7"])
def test_a_rhythm_or_folder_that_is_none_is_named(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(f"[mail]\n{wrong}\n")
    with pytest.raises(Misconfigured, match=f"{wrong.split(maxsplit=1)[0]} of mail"):
        registry.read_told(path)


def test_a_folder_is_named_from_where_the_file_lies(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[mail]\nfolder = "inbox"\n')
    assert registry.read_told(path)["mail"]["folder"] == os.fspath(tmp_path / "inbox")
