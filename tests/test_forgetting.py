"""What belongs to a person is written down table by table; one deleted post takes along what rested on it."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from tests.campaigns import making
from tests.cases.world import World
from tests.profiles.make import customer, customers_in, dump, signal, signals_in, stored
from wowengine import clock
from wowengine.belongings import IMPERSONAL, PERSONAL, belongings
from wowengine.campaigns import never, remarks, review
from wowengine.campaigns import store as actions
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.remarks import Remark
from wowengine.db.base import Base
from wowengine.db.session import Database
from wowengine.decide.never import Never, Scope
from wowengine.errors import NotFound
from wowengine.exporting import export
from wowengine.forgetting import forget, forget_signal, unlink
from wowengine.profiles import merging, store, suppression
from wowengine.recommend import registry
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.features import OWN
from wowengine.recommend.model import Mix, Model
from wowengine.recommend.serving import serving
from wowengine.terms import ActorKind


def test_every_table_says_whether_it_is_about_people() -> None:
    named = {*PERSONAL, *IMPERSONAL}
    assert {table.name for table in Base.metadata.sorted_tables} == named
    assert not PERSONAL.keys() & IMPERSONAL.keys()


def test_every_table_that_leads_to_a_customer_is_exported_and_forgotten() -> None:
    walked = {table.name for table, _, _ in belongings(["c1"], [])}
    led = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name in {"customers", "actions"} for key in table.foreign_keys)
    }
    assert led <= walked


def test_an_export_has_every_column_of_every_row(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        signals_in(session, signal(text="I love hiking"))
        store.rebuild(session, clock.now())
        exported = export(session, "c1")["tables"]
        for name in ("customers", "signals", "interests", "evidence", "profiles", "consents", "handles"):
            assert [set(row) for row in exported[name]["rows"][:1]] == [set(Base.metadata.tables[name].c.keys())], name


def test_nobody_who_is_not_there_is_exported(sqlite: Database) -> None:
    with sqlite.reading() as session, pytest.raises(NotFound, match="nothing to export"):
        export(session, "nobody")


def test_a_deleted_post_takes_the_interest_and_the_suggestion_along(database: Database) -> None:
    with database.transaction() as session:
        customers_in(session, customer())
        signals_in(session, signal(text="I love hiking"), signal("s2", text="I love fishing"))
        store.rebuild(session, clock.now())
        cited = {
            "signal_id": stored(session).id,
            "source": "x",
            "at": clock.now().isoformat(),
            "quote": "I love hiking",
        }
        action = making.proposed(session)
        action.evidence = [cited]
        session.flush()
        forget_signal(session, "x", "s1")
        assert actions.get(session, action.id).state == ActionState.WITHDRAWN
        assert store.load_frames(session).interests["topic"].to_list() == ["fishing"]


def test_a_suppressed_name_is_known_by_its_mark_alone(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        suppression.suppress(session, ["customer:c1"], [suppression.ERASED])
        suppression.suppress(session, ["customer:c1"], [suppression.ERASED])
        found = suppression.suppressed(session, ["customer:c1", "customer:c2"], [suppression.ERASED])
        assert found == {"customer:c1": frozenset({suppression.ERASED})}
        suppression.lift(session, ["customer:c1"], [suppression.ERASED])
        assert suppression.suppressed(session, ["customer:c1"], [suppression.ERASED]) == {}


def test_what_colleagues_said_and_never_again_are_shown_and_go_with_the_person(
    database: Database, tmp_path: Path
) -> None:
    rosa = Actor("rosa", ActorKind.PERSON)
    with database.transaction() as session:
        customers_in(session, customer(), customer("c2"))
        action = making.proposed(session)
        remarks.ask(session, action.id, rosa, "bruno", "Is she the one who fell ill?")
        remarks.answer(session, action.id, Actor("bruno", ActorKind.PERSON), "She is.")
        for who in ("c1", "c2", None):
            review.never_again(session, who, Never(Scope.GESTURE, "trip"), rosa, "She fell ill on one.")
        tables = export(session, "c1")["tables"]
        assert [row["text"] for row in tables["remarks"]["rows"]] == ["Is she the one who fell ill?", "She is."]
        assert [row["value"] for row in tables["never_again"]["rows"]] == ["trip"]
    gone = forget(database, "c1", tmp_path, tmp_path).rows
    assert (gone["remarks"], gone["never_again"]) == (2, 1)
    with database.reading() as session:
        assert session.scalars(select(Remark)).all() == []
        assert {said.customer_id for said in never.listed(session)} == {"c2", None}


@pytest.mark.parametrize("asked", ["c1", "c2"])
def test_whoever_was_merged_of_two_records_is_shown_both(sqlite: Database, asked: str) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer(), customer("c2"), customer("c3"))
        signals_in(session, signal(text="I love hiking"), signal("s2", author="x:c2"), signal("s3", author="x:c3"))
        assert not isinstance(merging.merge(session, "c2", "c1", by="Theo", reason="showed both cards"), str)
        tables = export(session, asked)["tables"]
        assert {row["id"] for row in tables["customers"]["rows"]} == {"c1", "c2"}
        assert {row["source_id"] for row in tables["signals"]["rows"]} == {"s1", "s2"}
        assert {row["customer_id"] for row in tables["consents"]["rows"]} == {"c1", "c2"}
        assert [row["into_id"] for row in tables["merges"]["rows"]] == ["c1"]


def test_a_handle_taken_back_withdraws_the_suggestion_that_rests_on_it(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        customers_in(session, customer())
        signals_in(session, signal(text="I love hiking"))
        action = making.proposed(session)
        action.evidence = [{"signal_id": stored(session).id, "source": "x", "at": clock.now().isoformat(), "quote": ""}]
        session.flush()
        assert unlink(session, "c1", ("x", "c1")) == 1
        assert actions.get(session, action.id).state == ActionState.WITHDRAWN
        with pytest.raises(NotFound):
            unlink(session, "c1", ("x", "c1"))


def test_who_asked_to_be_forgotten_is_no_longer_known_by_the_model_that_learned_their_taste(tmp_path: Path) -> None:
    names = (OWN + "anna", OWN + "kim", "interest:sea")
    numbers, none = np.ones((3, 2), dtype=np.float32), np.zeros(3, dtype=np.float32)
    form = Bilinear(names, numbers, none, ("tag:a", "tag:b", "tag:c"), numbers, none)
    mix = Mix({"lightfm": 1.0})
    model = registry.named(Model("", {"lightfm": form}, mix, mix, None, {"g1": 9.0}))
    world = World(tmp_path)
    rows = [{"customer_id": who, "name": who, "consents": "care"} for who in ("anna", "kim")]
    world.wow("import", "customers", str(world.write("customers.ndjson", rows)))
    models = tmp_path / "home" / "models"
    registry.save(models, model, {})
    registry.activate(models, model.version)
    gone = world.wow("forget", "anna", "--yes")
    served = serving(models)
    assert served is not None
    assert served.acquainted == {"kim"}
    assert not any(b"anna" in path.read_bytes() for path in models.rglob("*") if path.is_file())
    assert "Train again" in gone


@pytest.mark.parametrize("asked", ["anna", "nina"])
def test_whoever_was_merged_of_two_records_is_forgotten_under_both(
    database: Database, tmp_path: Path, asked: str
) -> None:
    with database.transaction() as session:
        customers_in(session, customer("anna"), customer("nina"), customer("kim"))
        signals_in(session, *(signal(who, author=f"x:{who}") for who in ("anna", "nina", "kim")))
        assert not isinstance(merging.merge(session, "nina", "anna", by="Theo", reason="showed both cards"), str)
    gone = forget(database, asked, tmp_path, tmp_path / "spool")
    assert (gone.rows["customers"], gone.rows["signals"], gone.rows["handles"]) == (2, 2, 2)
    with database.reading() as session:
        left = dump(session)
        assert "anna" not in str(left)
        assert "nina" not in str(left)
        assert [row[0] for row in left["customers"]] == ["kim"]
        assert len(left["signals"]) == 1


def test_who_was_parted_again_keeps_what_they_agreed_to_and_no_more(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        customers_in(session, customer(), customer("c2"))
        signals_in(session, signal("before", author="x:c2"))
        made = merging.merge(session, "c2", "c1", by="Theo", reason="showed both cards")
        assert not isinstance(made, str)
        signals_in(session, signal("on c1's yes", author="x:c2", text="I love hiking"))
        merging.undo(session, made.id, by="Theo")
    forget(database, "c1", tmp_path, tmp_path / "spool")
    with database.reading() as session:
        assert stored(session, "before").customer_id == "c2"
        assert "hiking" not in str(dump(session))
