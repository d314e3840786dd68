"""Two records made one and parted again: nothing is lost, nothing is left, and a no stays a no."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.profiles.make import Row, customer, customers_in, dump, results, signal, signals_in
from wowengine import clock
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.profiles import consent, merging, pairs, store
from wowengine.profiles.models import Interest, Merge, Signal
from wowengine.terms import Purpose

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEXTS = (
    "I love hiking",
    "I hate jazz",
    "Three hours late, terrible",
    "Window seat please",
    "It's my birthday tomorrow",
)
ITS_OWN = {"merges", "merge_moves"}


def people(session: Session, *signals: Row) -> None:
    with clock.frozen(NOW):
        customers_in(session, customer(), customer("c2"), customer("c3"))
        signals_in(session, *signals)
        store.rebuild(session, NOW)


def merged(session: Session, customer_id: str = "c2", into: str = "c1") -> int | str:
    with clock.frozen(NOW):
        told = merging.merge(session, customer_id, into, by="Theo", reason="showed both cards")
    return told if isinstance(told, str) else told.id


def undone(session: Session, merge_id: int | str) -> str | None:
    assert isinstance(merge_id, int)
    with clock.frozen(NOW):
        told = merging.undo(session, merge_id, by="Theo")
    return told if isinstance(told, str) else None


def everything(session: Session) -> dict[str, Any]:
    session.flush()
    return {name: rows for name, rows in dump(session).items() if name not in ITS_OWN}


def topics(session: Session, customer_id: str) -> set[str]:
    return set(session.scalars(select(Interest.topic).where(Interest.customer_id == customer_id)))


SAID = st.lists(st.tuples(st.sampled_from(("c1", "c2", "c3")), st.sampled_from(TEXTS), st.integers(1, 9)), max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID, refuses=st.sets(st.sampled_from(list(Purpose))))
def test_merging_and_undoing_leaves_everything_as_it_was(
    sqlite: Database, said: list[tuple[str, str, int]], refuses: set[Purpose]
) -> None:
    posts = [
        signal(f"s{at}", author=f"x:{who}", text=text, occurred_at=f"2026-03-0{day}T10:00:00Z")
        for at, (who, text, day) in enumerate(said)
    ]
    with sqlite.reading() as session:  # thrown away at the end, so that each example begins with nothing
        people(session, *posts)
        with clock.frozen(NOW):
            consent.say(session, "c2", dict.fromkeys(refuses, False), source="link")
            store.rebuild(session, NOW)
        before = everything(session)
        assert undone(session, merged(session)) is None
        assert without_numbers(everything(session)) == without_numbers(before)


def without_numbers(tables: dict[str, Any]) -> dict[str, Any]:
    """Evidence is written anew at each build, under new numbers."""
    return tables | {"evidence": sorted(row[1:] for row in tables["evidence"])}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as opened:
        yield opened


def test_both_records_words_teach_the_one_that_is_kept(session: Session) -> None:
    people(session, signal("s1", text="I love hiking"), signal("s2", author="x:c2", text="I love jazz"))
    merged(session)
    assert topics(session, "c1") == {"hiking", "jazz"}
    assert topics(session, "c2") == set()


def test_what_one_record_refuses_is_refused_and_the_other_agrees_to_nothing_more(session: Session) -> None:
    people(session)
    consent.say(session, "c2", {Purpose.OFFERS: False}, source="link")
    made = merged(session)
    yes = consent.consents(session)
    assert (yes.get("c1"), yes.get("c2")) == (frozenset({Purpose.CARE, Purpose.INTERESTS}), None)
    undone(session, made)
    yes = consent.consents(session)
    assert yes["c1"] == {Purpose.CARE, Purpose.INTERESTS, Purpose.OFFERS}
    assert yes["c2"] == {Purpose.CARE, Purpose.INTERESTS}


def test_a_later_word_of_the_customers_own_outlives_the_undoing(session: Session) -> None:
    people(session)
    consent.say(session, "c2", {Purpose.OFFERS: False}, source="link")
    made = merged(session)
    consent.say(session, "c1", {Purpose.OFFERS: False}, source="link")
    undone(session, made)
    assert Purpose.OFFERS not in consent.consents(session)["c1"]


def test_what_came_since_goes_to_whom_it_belongs_when_they_are_parted(session: Session) -> None:
    people(session)
    made = merged(session)
    ticket = signal("s2", kind="ticket", author=None, customer_id="c2", text="Where is my bag?")
    posts = signal("s1", author="x:c2", text="I love jazz"), signal("s3", author="x:c1", text="I love hiking")
    assert results(session, [*posts, ticket]) == ["accepted"] * 3
    assert set(session.scalars(select(Signal.customer_id))) == {"c1"}
    assert results(session, [ticket]) == ["duplicate"]
    undone(session, made)
    owners = session.execute(select(Signal.source_id, Signal.customer_id).order_by(Signal.source_id)).all()
    assert [tuple(row) for row in owners] == [("s1", "c2"), ("s2", "c2"), ("s3", "c1")]


def test_what_came_under_the_first_records_id_goes_all_the_way_back(session: Session) -> None:
    people(session)
    first, on = merged(session, "c2", "c1"), merged(session, "c1", "c3")
    signals_in(session, signal("s2", kind="ticket", author=None, customer_id="c2", text="Where is my bag?"))
    assert session.scalars(select(Signal.customer_id)).all() == ["c3"]
    undone(session, on)
    assert session.scalars(select(Signal.customer_id)).all() == ["c1"]
    undone(session, first)
    assert session.scalars(select(Signal.customer_id)).all() == ["c2"]


def test_what_cannot_be_is_said_and_changes_nothing(session: Session) -> None:
    people(session)
    assert merged(session, "c1", "c1") == "same_record"
    made = merged(session)
    assert merged(session, "c2", "c3") == "merged_already"
    assert merged(session, "c3", "c2") == "merged_already"
    on = merged(session, "c1", "c3")
    assert isinstance(on, int)
    assert merging.records_of(session, "c2") == ["c3", "c1", "c2"]
    assert undone(session, made) == "merged_on"
    assert undone(session, on) is None
    assert undone(session, made) is None
    assert undone(session, made) == "undone_already"
    with pytest.raises(NotFound):
        merged(session, "c9", "c1")


def test_an_address_of_many_people_joins_nobody(session: Session) -> None:
    people(session)
    many = ";".join(f"bluesky:a{n}" for n in range(3))
    customers_in(session, customer("c4", handles=many), customer("c5", handles="bluesky:b1"))
    assert merged(session, "c5", "c4") == "too_many_handles"


def test_a_match_is_offered_once_and_never_after_a_refusal(session: Session) -> None:
    people(session)
    assert pairs.suspect(session, "c2", "c1", "alias")
    assert pairs.suspect(session, "c1", "c2", "alias")
    assert not pairs.suspect(session, "c1", "nobody", "alias")
    [match] = pairs.waiting(session, 0, 10)
    pairs.refuse(session, match.id, by="Theo")
    assert pairs.suspect(session, "c1", "c2", "alias")
    assert pairs.waiting(session, 0, 10) == []
    assert session.scalars(select(Merge)).all() == []
