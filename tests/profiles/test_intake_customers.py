from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.profiles.make import customer, customers_in, dump
from wowengine.db.session import Database
from wowengine.profiles.consent import consents
from wowengine.profiles.intake import Report, import_customers, list_set_aside, take_customers
from wowengine.profiles.models import Consent, Customer, Handle
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import Purpose


def handles(session: Session) -> set[tuple[str, str, str]]:
    return {(one.customer_id, one.channel, one.address) for one in session.scalars(select(Handle))}


def test_a_customer_comes_in_with_handles_and_consents(database: Database) -> None:
    row = customer(
        name="Anna",
        email="Anna@Example.IT",
        phone="+39 333 123-4567",
        handles="x:@Anna;mastodon:anna@example.social",
        country="it",
        language="it_IT",
        joined_on="2020-05-01",
        shoe_size=39,
    )
    with database.transaction() as session:
        assert customers_in(session, row) == Report(accepted=1)
        kept = session.get_one(Customer, "c1")
        assert (kept.name, kept.country, kept.language, kept.attributes) == ("Anna", "IT", "it-IT", {"shoe_size": 39})
        assert handles(session) == {
            ("c1", "email", "anna@example.it"),
            ("c1", "phone", "+393331234567"),
            ("c1", "x", "anna"),
            ("c1", "mastodon", "anna@example.social"),
        }
        assert consents(session) == {"c1": frozenset({Purpose.CARE, Purpose.INTERESTS, Purpose.OFFERS})}


def test_a_second_import_changes_nothing(database: Database) -> None:
    rows = [customer(f"c{n}", email=f"c{n}@x.it") for n in range(50)] + [customer("c1", email="c1@x.it")]
    with database.transaction() as session:
        assert customers_in(session, *rows) == Report(accepted=50, duplicate=1)
        before = dump(session)
        assert customers_in(session, *rows) == Report(duplicate=51)
        assert dump(session) == before


def test_a_changed_row_is_an_edit(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(name="Anna", email="old@x.it"))
        assert customers_in(session, customer(name="Anna B", email="new@x.it")).accepted == 1
        assert session.get_one(Customer, "c1").name == "Anna B"
        assert handles(session) == {("c1", "x", "c1"), ("c1", "email", "new@x.it")}


def test_a_purpose_no_longer_named_is_withdrawn(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer(consents="care;offers"))
        customers_in(session, customer(consents="care"))
        assert consents(session) == {"c1": frozenset({Purpose.CARE})}
        words = [(one.purpose, one.given) for one in session.scalars(select(Consent).order_by(Consent.id))]
        assert words == [("care", True), ("offers", True), ("offers", False)]


def test_a_file_without_the_column_says_nothing_of_consent_and_an_empty_cell_says_no(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        customers_in(session, {"customer_id": "c1", "name": "Anna"})
        assert len(consents(session)["c1"]) == 3
        assert ("c1", "x", "c1") in handles(session)
        customers_in(session, customer(consents=""))
        assert consents(session) == {}


def test_a_customers_own_later_word_outlives_a_new_import(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        at = session.scalars(select(Consent.at)).first()
        own = Consent(
            customer_id="c1", purpose="interests", given=False, legal_basis="consent", source="own link", at=at
        )
        session.add(own)
        session.flush()
        customers_in(session, customer(name="Anna"))
        assert Purpose.INTERESTS not in consents(session)["c1"]


def test_a_handle_has_one_owner_and_the_first_to_prove_it_keeps_it(database: Database) -> None:
    with database.transaction() as session:
        told = customers_in(session, customer("c1", handles="x:a"), customer("c2", handles="X:@A"), customer("c3"))
        assert told == Report(accepted=2, set_aside={"handle_of_another": 1})
        assert session.get(Customer, "c2") is None
        again = customers_in(session, customer("c1", handles="x:b"), customer("c2", handles="x:a"))
        assert again.accepted == 2  # given up by one, it is free for the other
        assert ("c2", "x", "a") in handles(session)


def test_an_unknown_time_zone_is_set_aside(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        rows = [
            customer("c1", time_zone="Europe/Rome"),
            customer("c2", time_zone="Europe"),
            customer("c3", time_zone="?"),
        ]
        assert customers_in(session, *rows).set_aside == {"not_a_time_zone": 2}


def test_rows_set_aside_are_listed_by_where_they_stood_and_only_as_they_stand_now(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("customer_id,email\nc1,secret at home\n,b@x.it\nc3,c@x.it\n")
    with database.transaction() as session:
        assert import_customers(session, path).as_json() == {
            "accepted": 1,
            "duplicate": 0,
            "unlinked": 0,
            "set_aside": {"missing": 1, "not_an_email": 1},
        }
        rows = [(one.file, one.line, one.column, one.rule) for one in list_set_aside(session, 10)]
        assert rows == [("people.csv", 2, "email", "not_an_email"), ("people.csv", 3, "customer_id", "missing")]
        before = dump(session)
        import_customers(session, path)
        assert dump(session) == before
        path.write_text("customer_id,email\nc1,a@x.it\n")
        import_customers(session, path)
        assert list_set_aside(session, 10) == []


def test_a_request_gets_a_result_for_each_row_in_order(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        told = take_customers(session, from_mappings([{"name": "x"}, customer(), customer(), "no row"], first=0))
    assert told.rows() == [
        (0, "set_aside", "customer_id", "missing"),
        (1, "accepted", None, None),
        (2, "duplicate", None, None),
        (3, "set_aside", None, "no row"),
    ]


def test_a_dry_run_tells_and_keeps_nothing(database: Database) -> None:
    with database.reading() as session:
        assert customers_in(session, customer()).accepted == 1
    with database.reading() as session:
        assert session.get(Customer, "c1") is None
