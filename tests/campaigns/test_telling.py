"""Bringing notices out: at most once, only while they are true, and without a word of the customer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.campaigns.channels import servers
from tests.campaigns.channels.servers import SECRET, Hooks, PostOffice
from tests.campaigns.making import BUDGET, LATER, NOW, STAFF, customer, proposed
from wowengine.access import users
from wowengine.access.users import Role
from wowengine.campaigns import deliver, ledger, notices, review, standstill, telling
from wowengine.campaigns.channels import https
from wowengine.campaigns.channels.base import InDoubt
from wowengine.campaigns.channels.mail import Letter, Mail
from wowengine.campaigns.channels.webhook import Webhook
from wowengine.campaigns.lifecycle import Actor
from wowengine.campaigns.notices import Notice, Way
from wowengine.campaigns.standstill import Cause
from wowengine.campaigns.telling import Ways
from wowengine.clock import frozen
from wowengine.db.base import Json
from wowengine.db.session import Database
from wowengine.errors import NeedsPerson, Retriable
from wowengine.terms import ActorKind

BOSS = Actor("theo", ActorKind.PERSON)
SENDER = "Volare <care@volare.example>"
DEADLINE = NOW + timedelta(hours=1)
SOON = NOW + timedelta(minutes=40)


class Pen(Mail):
    """Writes nothing, and says what it is told to."""

    def __init__(self, *ends: Exception) -> None:
        self.ends, self.letters = list(ends), list[Letter]()

    def post(self, letter: Letter) -> Json:
        self.letters.append(letter)
        if self.ends:
            raise self.ends.pop(0)
        return {}


@pytest.fixture
def task(database: Database) -> str:
    """A task that Theo has to be told of."""
    with frozen(NOW), database.transaction() as session:
        users.put(session, "theo", Role.ADMIN, "test", email="theo@volare.example", language="it")
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 10_000)
        action_id = proposed(session, deadline_at=DEADLINE).id
        review.approve(session, action_id, BOSS)
    return action_id


def noticed(database: Database, way: Way = Way.EMAIL) -> int:
    with frozen(SOON), database.transaction() as session:
        assert notices.look(session, frozenset({way})) == 1
        return session.scalars(select(Notice.id)).one()


def tell(database: Database, ways: Ways, notice_id: int) -> Notice | None:
    with frozen(SOON):
        telling.tell(database.transaction, ways, notice_id)
    return now_is(database, notice_id)


def now_is(database: Database, notice_id: int) -> Notice | None:
    with database.reading() as session:
        found = session.get(Notice, notice_id)
        if found is not None:
            session.expunge(found)
        return found


@pytest.fixture
def office() -> Iterator[PostOffice]:
    receiver = PostOffice()
    with servers.post_office(receiver):
        yield receiver


def test_a_letter_names_title_time_and_id_in_the_readers_language_and_nothing_of_the_customer(
    database: Database, task: str, office: PostOffice
) -> None:
    notice_id = noticed(database)
    tell(database, Ways(Mail(office.url, SENDER)), notice_id)
    ((_, to, letter),) = office.letters
    assert (to, letter["subject"]) == ("theo@volare.example", "Un compito aspetta le tue mani: Espresso voucher")
    body = letter.get_content().replace("\r\n", "\n")
    assert body == (
        f"Espresso voucher\nSenza valore dopo le 10:00 UTC del 03/11/2026.\nNella console: /actions/{task}\n"
    )
    found = now_is(database, notice_id)
    assert found is not None
    assert found.sent_at == SOON


def test_told_twice_it_goes_once(database: Database, task: str) -> None:
    notice_id, pen = noticed(database), Pen()
    for _ in range(2):
        tell(database, Ways(pen), notice_id)
    assert len(pen.letters) == 1


def test_a_crash_over_a_letter_leaves_it_unwritten_for_good_rather_than_written_twice(
    database: Database, task: str
) -> None:
    notice_id, pen = noticed(database), Pen(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        tell(database, Ways(pen), notice_id)
    found = tell(database, Ways(pen), notice_id)
    assert len(pen.letters) == 1
    assert found is not None
    assert (found.begun_at, found.sent_at) == (SOON, None)


def test_what_surely_did_not_go_goes_later(database: Database, task: str) -> None:
    notice_id, pen = noticed(database), Pen(Retriable("busy", timedelta(minutes=1)))
    with pytest.raises(Retriable):
        tell(database, Ways(pen), notice_id)
    found = tell(database, Ways(pen), notice_id)
    assert len(pen.letters) == 2
    assert found is not None
    assert found.sent_at == SOON


@pytest.mark.parametrize("end", [NeedsPerson("refused"), InDoubt("fell silent")])
def test_what_is_refused_or_in_doubt_is_kept_with_its_reason(database: Database, task: str, end: Exception) -> None:
    found = tell(database, Ways(Pen(end)), noticed(database))
    assert found is not None
    assert (found.sent_at, found.trouble) == (None, str(end))


def test_who_took_it_meanwhile_spares_everybody_the_letter(database: Database, task: str) -> None:
    notice_id, pen = noticed(database), Pen()
    with frozen(LATER), database.transaction() as session:
        deliver.claim(session, task, STAFF)
    assert tell(database, Ways(pen), notice_id) is None
    assert not pen.letters


def test_who_has_no_address_any_more_is_not_written_to(database: Database, task: str) -> None:
    notice_id, pen = noticed(database), Pen()
    with database.transaction() as session:
        users.put(session, "theo", Role.ADMIN, "test", email="")
    found = tell(database, Ways(pen), notice_id)
    assert found is not None
    assert (found.trouble, pen.letters) == (telling.NO_ADDRESS, [])


def test_a_way_that_was_closed_is_said_to_be(database: Database, task: str) -> None:
    found = tell(database, Ways(), noticed(database))
    assert found is not None
    assert found.trouble == telling.NOT_OPEN


def test_in_a_standstill_nobody_is_told(database: Database, task: str) -> None:
    notice_id, pen = noticed(database), Pen()
    with database.transaction() as session:
        standstill.begin(session, Cause.RESTORED, "restored")
    with pytest.raises(Retriable, match="restored"):
        tell(database, Ways(pen), notice_id)
    found = now_is(database, notice_id)
    assert found is not None
    assert found.begun_at is None


def test_the_company_gets_a_signed_event(database: Database, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.CERTIFICATE))
    https.trusted.cache_clear()
    hooks = Hooks()
    with servers.listening(hooks):
        notice_id = noticed(database, Way.WEBHOOK)
        tell(database, Ways(webhook=Webhook(hooks.url, SECRET)), notice_id)
    https.trusted.cache_clear()
    told = hooks.bodies[f"notice-{notice_id}"]
    assert told["type"] == "action.needs_hands"
    assert told["data"] == {"action_id": task, "title": "Espresso voucher", "deadline_at": DEADLINE.isoformat()}
