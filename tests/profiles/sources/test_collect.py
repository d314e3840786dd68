"""Collecting: nobody is asked for who is not linked and agreed; what is gone at the source is gone here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import delete, select

from tests.profiles.make import customer, customers_in, dump
from tests.profiles.sources.contract import GOLDEN, feed_server
from tests.profiles.sources.mastodon_server import MastodonServer, status
from tests.profiles.sources.platform import Platform, Query, Reply, serving
from tests.profiles.sources.x_server import XServer, tweet
from wowengine import clock
from wowengine.db.session import Database
from wowengine.errors import Misconfigured
from wowengine.profiles import store
from wowengine.profiles.models import Consent, Customer, Evidence, Interest, Signal
from wowengine.profiles.sources import registry
from wowengine.profiles.sources.base import Account, Page, SourceKind, Terms
from wowengine.profiles.sources.collect import MOST_PAGES, collect
from wowengine.profiles.sources.collected import Collected
from wowengine.profiles.sources.http import Api
from wowengine.profiles.sources.mastodon import TERMS, Mastodon
from wowengine.profiles.sources.models import SourceCursor
from wowengine.profiles.sources.x import XMentions

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = "mastodon:anna@mastodon.example"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def server() -> MastodonServer:
    return MastodonServer()


@pytest.fixture
def platform(server: MastodonServer) -> Iterator[Platform]:
    with serving(server) as made:
        yield made


@pytest.fixture
def anna(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles=ANNA))


@dataclass(frozen=True)
class Unstorable:
    """A source whose cursor is no text, so that what was stored before it must be taken back."""

    inner: Mastodon
    name: str = "mastodon"
    stored_as: str = "mastodon"
    kind: SourceKind = SourceKind.ACCOUNT
    terms: Terms = TERMS

    def parse(self, content: bytes) -> Page:
        return self.inner.parse(content)

    def fetch(self, account: Account, cursor: str | None) -> Page:
        return replace(self.inner.fetch(account, cursor), cursor=object())  # type: ignore[arg-type]


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@contextmanager
def mastodon(platform: Platform, **facts: Any) -> Iterator[Mastodon]:
    with Api(platform.url, sleep=lambda _: None) as api:
        yield Mastodon(api, **facts)


def collected(database: Database, platform: Platform, **options: Any) -> Collected:
    with mastodon(platform) as source:
        return collect(database, source, sleep=lambda _: None, **options)


def texts(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(Signal.text).order_by(Signal.source_id)))


@pytest.mark.usefixtures("anna")
def test_a_linked_and_consenting_customers_posts_are_collected_to_the_end(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses = [status(n, days_ago(5), content=f"<p>Post {n}</p>") for n in range(5)]
    server.page = 2
    assert collected(database, platform).report.accepted == 5
    assert texts(database) == [f"Post {n}" for n in range(5)]
    assert collected(database, platform).report.rows == 5  # looked at again, as they may have changed
    assert len(texts(database)) == 5


@pytest.mark.usefixtures("anna")
def test_the_second_run_asks_from_where_the_first_stopped(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses = [status(1, days_ago(5))]
    collected(database, platform)
    server.statuses.append(status(2, days_ago(1), content="<p>News</p>"))
    platform.calls.clear()
    collected(database, platform)
    assert texts(database) == ["A fine day for hiking", "News"]
    assert f"min_id={server.statuses[0]['id']}" in platform.calls[0]


@pytest.mark.parametrize("consents", ["", None])
def test_nobody_is_asked_for_whose_owner_is_silent(
    database: Database, platform: Platform, server: MastodonServer, consents: str | None
) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles=ANNA, consents=consents))
    server.statuses = [status(1, days_ago(1))]
    assert collected(database, platform).accounts == 0
    assert platform.calls == []


def test_nobody_is_asked_for_whose_handle_is_on_another_channel(database: Database, platform: Platform) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles="x:anna@mastodon.example"))
    assert collected(database, platform).accounts == 0
    assert platform.calls == []


@pytest.mark.usefixtures("anna")
def test_a_consent_taken_back_stops_the_run_at_the_next_call(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses, server.page = [status(n, days_ago(5)) for n in range(6)], 2

    def withdraw(path: str, query: dict[str, list[str]]) -> Any:
        if path.endswith("statuses"):
            with database.transaction() as session:
                for purpose in ("care", "interests", "offers"):
                    words = {"legal_basis": "consent", "source": "link", "at": clock.now(), "given": False}
                    session.add(Consent(customer_id="anna", purpose=purpose, **words))
        return server(path, query)

    platform.handler = withdraw
    told = collected(database, platform)
    assert len([call for call in platform.calls if "statuses" in call]) == 1
    assert told.report.accepted == 0
    assert texts(database) == []


@pytest.mark.usefixtures("anna")
def test_strangers_are_in_no_table(database: Database, platform: Platform, server: MastodonServer) -> None:
    berta = status(1, days_ago(1), acct="berta@mastodon.example", content="<p>secret words</p>")
    mixed_up = berta | {"id": "117676965888000002", "account": berta["account"] | {"id": "109"}}
    platform.handler = lambda path, query: (200, [berta, mixed_up], {}) if "statuses" in path else server(path, query)
    assert set(collected(database, platform).skipped) == {"another_account"}
    with database.reading() as session:
        assert "berta" not in str(dump(session))


@pytest.mark.usefixtures("anna")
def test_an_edit_at_the_source_is_an_edit_here(database: Database, platform: Platform, server: MastodonServer) -> None:
    server.statuses = [status(1, days_ago(3))]
    collected(database, platform)
    server.statuses[0] |= {"content": "<p>A fine day for sailing</p>", "edited_at": "2026-11-25T10:00:00.000Z"}
    collected(database, platform)
    assert texts(database) == ["A fine day for sailing"]


@pytest.mark.usefixtures("anna")
def test_what_is_deleted_at_the_source_goes_here_with_all_it_fed(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses = [
        status(1, days_ago(3), content="<p>I love hiking in the mountains</p>"),
        status(2, days_ago(2), content="<p>I love chess</p>"),
    ]
    collected(database, platform)
    with database.transaction() as session:
        store.rebuild(session, NOW)
        assert "hiking" in set(session.scalars(select(Interest.topic)))
    del server.statuses[0]
    told = collected(database, platform)
    assert told.deleted == 1
    assert texts(database) == ["I love chess"]
    with database.reading() as session:
        assert "hiking" not in set(session.scalars(select(Interest.topic)))
        assert "hiking" not in set(session.scalars(select(Evidence.topic)))


@pytest.mark.usefixtures("anna")
def test_a_server_that_is_down_deletes_nothing(database: Database, platform: Platform, server: MastodonServer) -> None:
    server.statuses = [status(1, days_ago(3))]
    collected(database, platform)
    platform.handler = lambda _path, _query: (503, {"error": "down"}, {})
    told = collected(database, platform)
    assert (told.gave_up, told.hopeless) == ({"answered 503": 1}, True)
    assert len(texts(database)) == 1


def test_one_lost_account_does_not_keep_the_others_from_being_read(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles=f"mastodon:aaron@gone.example;{ANNA}"))
    server.statuses = [status(1, days_ago(1))]
    told = collected(database, platform)
    assert (told.gave_up, told.hopeless, told.report.accepted) == ({"no such account": 1}, False, 1)


def test_a_token_that_is_not_let_in_is_tried_once_and_not_for_everybody(database: Database, platform: Platform) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles=f"mastodon:aaron@gone.example;{ANNA}"))
    platform.handler = lambda _path, _query: (401, {"error": "The access token is invalid"}, {})
    told = collected(database, platform)
    assert (told.accounts, told.hopeless) == (1, True)
    assert len(platform.calls) == 1


@pytest.mark.usefixtures("anna")
def test_a_dry_run_tells_and_changes_nothing(database: Database, platform: Platform, server: MastodonServer) -> None:
    server.statuses = [status(1, days_ago(3))]
    with database.reading() as session:
        before = dump(session)
    assert collected(database, platform, dry_run=True).report.accepted == 1
    with database.reading() as session:
        assert dump(session) == before


@pytest.mark.usefixtures("anna")
def test_a_cursor_is_kept_only_with_what_was_stored(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses = [status(1, days_ago(3))]
    with mastodon(platform) as source, pytest.raises(AttributeError):
        collect(database, Unstorable(source))
    with database.reading() as session:
        assert session.scalars(select(SourceCursor)).all() == []
        assert session.scalars(select(Signal)).all() == []


@pytest.mark.usefixtures("anna")
def test_ids_and_cursors_that_no_database_holds_change_nothing(
    database: Database, platform: Platform, server: MastodonServer, tmp_path: Path
) -> None:
    strange = "109\x00\ud800"
    platform.handler = lambda path, _query: (
        (200, {"id": strange, "acct": "anna"}, {}) if "lookup" in path else (200, [], {"link": "<?min_id=1>"})
    )
    collected(database, platform)
    path = tmp_path / "strange.json"
    path.write_text(json.dumps({"tickets": [{"id": strange, "status": "deleted"}]}))
    with registry.opened("zendesk", {}) as source:
        assert collect(database, source, [str(path)]).deleted == 0
    with database.reading() as session:
        assert [cursor.source for cursor in session.scalars(select(SourceCursor))] == ["zendesk"]


@pytest.mark.usefixtures("anna")
def test_a_cursor_may_be_long(database: Database, platform: Platform, server: MastodonServer) -> None:
    newest = "9" * 3000
    platform.handler = lambda path, query: (
        server(path, query) if "lookup" in path else (200, [], {"link": f'<?min_id={newest}>; rel="prev"'})
    )
    collected(database, platform)
    with database.reading() as session:
        assert session.scalars(select(SourceCursor.value)).one() == f"109:{newest}"


@pytest.mark.usefixtures("anna")
def test_a_used_up_rate_ends_the_run_and_says_for_how_long(
    database: Database, platform: Platform, server: MastodonServer
) -> None:
    server.statuses, server.remaining = [status(1, days_ago(3))], 0
    told = collected(database, platform)
    assert told.wait_seconds == pytest.approx(300)
    assert [call for call in platform.calls if "id%5B%5D" in call] == []


def test_feeds_are_heard_and_never_stored(database: Database) -> None:
    heard: list[pl.DataFrame] = []
    with serving(feed_server()) as platform, registry.opened("feeds", {}) as source:
        with database.reading() as session:
            before = {name: rows for name, rows in dump(session).items() if name != "source_cursors"}
        told = collect(database, source, [f"{platform.url}/feed"], listen=lambda _session, rows: heard.append(rows))
    assert (told.heard, told.report.rows) == (1, 0)
    assert heard[0]["listening_only"].to_list() == ["true"]
    with database.reading() as session:
        assert {name: rows for name, rows in dump(session).items() if name != "source_cursors"} == before


def test_of_who_mentions_us_only_linked_customers_are_kept(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", handles="x:anna"))
    mentions = [tweet(1, days_ago(1), text="@air hello"), tweet(2, days_ago(1), "berta", text="secret words @air")]
    heard: list[pl.DataFrame] = []
    with serving(XServer(mentions)) as platform, Api(platform.url) as api:
        told = collect(database, XMentions(api), ["air"], listen=lambda _session, rows: heard.append(rows))
    assert (told.report.accepted, told.report.unlinked) == (1, 1)
    assert heard[0].height == 2
    assert texts(database) == ["@air hello"]
    with database.reading() as session:
        assert "berta" not in str(dump(session))
        assert "secret" not in str(dump(session))


def test_a_mailbox_is_read_once_and_its_customers_thread_is_whole(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", email="anna@example.org"))
    path = tmp_path / "mail.mbox"
    path.write_bytes((GOLDEN / "mail.mbox").read_bytes())
    with registry.opened("mail", {"own": ["air.example"]}) as source:
        first = collect(database, source, [str(path)])
        second = collect(database, source, [str(path)])
    assert (first.report.accepted, first.skipped) == (3, {"autoreply": 1})
    assert (second.report.rows, second.skipped) == (0, {"read_before": 1})
    with database.transaction() as session:
        store.rebuild(session, NOW)
        assert store.care_waits(session)["first_answer_seconds"].to_list() == [3600.0]


def test_a_ticket_deleted_at_the_desk_goes_with_all_that_was_said_in_it(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna", email="anna@example.org", handles="zendesk:12"))
    first, second = tmp_path / "monday.json", tmp_path / "tuesday.json"
    first.write_bytes((GOLDEN / "zendesk.json").read_bytes())
    second.write_text('{"tickets": [{"id": 35, "status": "deleted"}]}')
    with registry.opened("zendesk", {}) as source:
        assert collect(database, source, [str(first)]).report.accepted == 4
        assert collect(database, source, [str(second)]).deleted == 3
    assert texts(database) == ["No comments listed\n\nWhere is my refund?"]


@pytest.mark.usefixtures("anna")
def test_a_cursor_goes_with_its_customer(database: Database, platform: Platform, server: MastodonServer) -> None:
    server.statuses = [status(1, days_ago(3))]
    collected(database, platform)
    with database.transaction() as session:
        assert session.scalars(select(SourceCursor.customer_id)).all() == ["anna"]
        session.execute(delete(Customer).where(Customer.id == "anna"))
        assert session.scalars(select(SourceCursor)).all() == []


@pytest.mark.usefixtures("anna")
def test_a_server_whose_pages_never_end_is_left_after_a_while(database: Database, platform: Platform) -> None:
    def endless(path: str, query: Query) -> Reply:
        if "lookup" in path:
            return MastodonServer()(path, query)
        if "min_id" not in query:
            return 404, {}, {}
        newer = int(query["min_id"][0]) + 1
        return 200, [], {"link": f'<https://mastodon.example/api?min_id={newer}>; rel="prev"'}

    platform.handler = endless
    collected(database, platform)
    assert len([call for call in platform.calls if "min_id" in call]) == MOST_PAGES


@pytest.mark.usefixtures("anna")
def test_terms_that_nobody_has_read_for_a_year_stop_everything(database: Database, platform: Platform) -> None:
    last_day = datetime.combine(TERMS.reviewed_on, datetime.min.time(), UTC) + timedelta(days=365)
    with clock.frozen(last_day):
        collected(database, platform)
    platform.calls.clear()
    with clock.frozen(last_day + timedelta(days=1)), pytest.raises(Misconfigured, match="terms of mastodon"):
        collected(database, platform)
    assert platform.calls == []
