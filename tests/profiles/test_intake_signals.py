from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.profiles.make import Row, customer, customers_in, dump, results, signal, signals_in, stored
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles.intake import Report
from wowengine.profiles.models import Consent, Signal

SICK = "In hospital again, my diabetes got worse"


def test_a_post_of_a_consenting_customer_is_kept_with_what_it_may_serve(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        assert signals_in(session, signal(author="X:@C1", mood="sunny", language="en")) == Report(accepted=1)
        kept = stored(session)
        assert (kept.customer_id, kept.author, kept.purpose) == ("c1", "x:c1", "care interests offers")
        assert (kept.legal_basis, kept.attributes, kept.direction) == ("consent", {"mood": "sunny"}, "inbound")
        assert session.get_one(Consent, kept.consent_id).purpose == "interests"


@pytest.mark.parametrize("author", ["x:stranger", "c1", "mastodon:c1"])
def test_a_strangers_post_is_counted_and_nothing_of_it_is_kept(database: Database, author: str) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        told = signals_in(session, signal(author=author))
        kept = session.scalars(select(Signal.author)).all()
        # A bare name is meant on the row's own channel, and so is the customer's; the others are nobody's.
        expected: tuple[Report, list[str]] = (
            (Report(accepted=1), ["x:c1"]) if author == "c1" else (Report(unlinked=1), [])
        )
        assert (told, kept) == expected


def test_a_customer_who_agreed_to_nothing_is_no_ones_business(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(consents=""))
        assert signals_in(session, signal()) == Report(unlinked=1)


@pytest.mark.parametrize("kind", ["ticket", "message", "purchase", "incident"])
def test_what_is_owed_needs_no_consent(database: Database, kind: str) -> None:
    with database.transaction() as session:
        customers_in(session, customer(consents=""))
        assert signals_in(session, signal(kind=kind)).accepted == 1
        kept = stored(session)
        assert (kept.purpose, kept.legal_basis, kept.consent_id) == ("care", "contract", None)


def test_an_incident_comes_by_customer_id_and_keeps_its_facts(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        facts: Row = {"mode": "air", "type": "delay", "arrival_delay_minutes": 185, "from_country": "IT"}
        signals_in(session, signal(kind="incident", author=None, customer_id="c1", **facts))
        assert stored(session).attributes == facts


def test_an_unknown_customer_id_is_set_aside(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer("c1"), customer("c2"))
        told = signals_in(
            session, signal("s1", author=None, customer_id="c9"), signal("s2", customer_id="c2"), signal("s3")
        )
        assert told == Report(accepted=1, set_aside={"unknown_customer": 1, "handle_of_another": 1})


def test_a_public_account_is_linked_by_proof_alone(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
        claimed = {"author": "x:not_proven", "customer_id": "c1"}
        assert signals_in(session, signal("s1", **claimed)) == Report(unlinked=1)
        assert signals_in(session, signal("s2", kind="ticket", **claimed)) == Report(accepted=1)


def test_outbound_words_are_the_companys_own_and_kept(database: Database) -> None:
    with database.transaction() as session:
        told = signals_in(session, signal(direction="outbound", author="x:brand", kind="message", in_reply_to="s0"))
        assert told == Report(accepted=1)
        kept = stored(session)
        assert (kept.customer_id, kept.purpose, kept.legal_basis) == (None, "care", "contract")


def test_the_same_again_changes_nothing_and_other_content_is_an_edit(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        signals_in(session, signal(text="one"))
        before, first = dump(session), stored(session)
        first_id, due = first.id, first.expires_at
        assert signals_in(session, signal(text="one")) == Report(duplicate=1)
        assert dump(session) == before
    with clock.frozen(clock.now() + timedelta(days=9)), database.transaction() as session:
        assert signals_in(session, signal(text="two")) == Report(accepted=1)
        session.expire_all()
        kept = stored(session)
        assert (kept.id, kept.text) == (first_id, "two")
        assert kept.expires_at == due  # an edit makes no post younger


def test_duplicates_and_edits_within_one_batch_are_taken_in_order(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        rows = [signal(text=text) for text in ("a", "a", "b", "b", "a")]
        assert results(session, rows) == ["accepted", "duplicate", "accepted", "duplicate", "accepted"]
        assert stored(session).text == "a"


def test_the_same_id_of_another_source_is_another_signal(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
        rows = [signal("1", source=f"source{n}") for n in range(1_500)]
        assert signals_in(session, *rows).accepted == 1_500
        assert signals_in(session, *rows).duplicate == 1_500


def test_posts_are_kept_a_month_and_our_own_records_two_years(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
        signals_in(session, signal("s1"), signal("s2", kind="ticket"))
        for source_id, days in (("s1", 30), ("s2", 730)):
            kept = stored(session, source_id)
            assert kept.expires_at - kept.collected_at == timedelta(days=days)


def test_a_sensitive_text_is_blanked_and_its_row_stays(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        row = signal(kind="ticket", text=SICK, place="Hospital", delay=5, remark=SICK)
        assert signals_in(session, row) == Report(accepted=1)
        kept = stored(session)
        assert (kept.text, kept.place, kept.withheld, kept.attributes) == (None, None, True, {"delay": 5})
        assert signals_in(session, row) == Report(duplicate=1)
        assert signals_in(session, row | {"text": SICK + "!"}) == Report(duplicate=1)  # no trace of it to compare


def test_many_rows_need_no_query_each(sqlite: Database) -> None:
    count = 20_000
    with sqlite.transaction() as session:
        customers_in(session, *(customer(f"c{n}") for n in range(200)))
        statements: list[str] = []
        event.listen(sqlite.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        rows = [signal(f"s{n}", author=f"x:c{n % 200}", text=f"text {n}") for n in range(count)]
        assert signals_in(session, *rows) == Report(accepted=count)
    assert len(statements) < count / 200


def test_the_same_batch_sent_twice_at_once_is_stored_once(database: Database) -> None:
    rows = [signal(f"s{n}", text=f"text {n}") for n in range(50)]

    def send(order: list[Row]) -> Report:
        with database.transaction() as session:
            return signals_in(session, *order)

    with database.transaction() as session:
        customers_in(session, customer())
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(send, [rows, rows[::-1]] * 4))
    assert {report.rows for report in told} == {50}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Signal)) == 50
