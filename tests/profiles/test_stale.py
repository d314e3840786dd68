"""Building only what changed gives what building everything gives, whatever happened in between."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.profiles.make import Row, customer, customers_in, signal, signals_in
from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import consent, handles, stale, store
from wowengine.profiles.models import Evidence, Interest, Moment, Preference, Profile, Wait
from wowengine.profiles.sources.collect import delete_signals
from wowengine.terms import Purpose

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WHO = ("c1", "c2", "c3")
TEXTS = ("I love hiking", "I hate jazz", "Three hours late, terrible", "Window seat please", "my birthday is tomorrow")
IDS = tuple(f"s{number}" for number in range(6))

said = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from(IDS),
        "author": st.sampled_from(tuple(f"x:{who}" for who in WHO)),
        "text": st.sampled_from(TEXTS),
        "kind": st.sampled_from(("post", "message", "mention")),
        "in_reply_to": st.sampled_from((None, *IDS)),
        "occurred_at": st.integers(1, 9).map(lambda day: f"2026-03-0{day}T10:00:00Z"),
        "direction": st.sampled_from(("inbound", "inbound", "outbound")),
    }
)
deeds = st.one_of(
    st.tuples(st.just("say"), st.lists(said, min_size=1, max_size=3)),  # new, and edits of what stands
    st.tuples(st.just("delete"), st.sampled_from(IDS)),
    st.tuples(st.just("refuse"), st.tuples(st.sampled_from(WHO), st.sampled_from(list(Purpose)))),
    st.tuples(st.just("agree"), st.tuples(st.sampled_from(WHO), st.sampled_from(list(Purpose)))),
)


def do(session: Session, deed: tuple[str, Any]) -> None:
    what, told = deed
    if what == "say":
        signals_in(session, *(signal() | row for row in told))
    elif what == "delete":
        delete_signals(session, "x", [told])
    else:
        who, purpose = told
        consent.say(session, who, {purpose: what == "agree"}, source="link")


def built(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that was built, without the numbers and the hour of building."""
    session.flush()
    left_out = {"built_at", "as_of", "id"}
    told: dict[str, list[tuple[Any, ...]]] = {}
    for table in (Interest, Evidence, Preference, Moment, Wait, Profile):
        rows = session.execute(select(table.__table__)).mappings()
        kept = (tuple(value for name, value in row.items() if name not in left_out) for row in rows)
        told[table.__tablename__] = sorted(kept, key=repr)
    return told


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.lists(deeds, min_size=1, max_size=3), min_size=1, max_size=4))
def test_building_only_what_changed_gives_what_building_everything_gives(
    sqlite: Database, deeds: list[list[tuple[str, Any]]]
) -> None:
    with sqlite.reading() as session, clock.frozen(NOW):  # thrown away at the end
        customers_in(session, *(customer(who) for who in WHO))
        store.rebuild(session, NOW)
        for batch in deeds:
            for deed in batch:
                do(session, deed)
            store.refresh(session, NOW)
        part_by_part = built(session)
        store.rebuild(session, NOW)
        assert part_by_part == built(session)


def test_only_what_changed_is_built(database: Database) -> None:
    rows: list[Row] = [signal("s1", text="I love hiking"), signal("s2", author="x:c2", text="I love jazz")]
    with database.transaction() as session, clock.frozen(NOW):
        customers_in(session, *(customer(who) for who in WHO))
        signals_in(session, *rows)
        assert store.refresh(session, NOW) == len(WHO)
        assert store.refresh(session, NOW) == 0
        signals_in(session, rows[0])  # the same again changes nothing
        assert stale.marked(session) == []
        signals_in(session, rows[0] | {"text": "I hate hiking"})
        assert stale.marked(session) == ["c1"]
        answer = signal("a1", kind="message", direction="outbound", author="x:us", in_reply_to="s2", text="Hello")
        signals_in(session, answer)
        assert stale.marked(session) == ["c1", "c2"]  # an answer of ours ends somebody's wait
        assert store.refresh(session, NOW) == 2


def test_a_handle_that_goes_leaves_nobody_elses_wait_wrong(database: Database) -> None:
    asked = signal("m1", kind="message", author="x:c1", text="Where is my bag?")
    replied = signal("m2", kind="message", author="x:c2", text="And mine?", in_reply_to="m1")
    with database.transaction() as session, clock.frozen(NOW):
        customers_in(session, *(customer(who) for who in WHO))
        signals_in(session, asked, replied)
        store.rebuild(session, NOW)
        handles.unlink(session, "c1", ("x", "c1"))
        [wait] = session.scalars(select(Wait))
        assert wait.customer_id == "c2"  # what was a reply began a thread of its own
