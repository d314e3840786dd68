"""Who is of an audience: held against a slow answer in plain Python, person by person."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from tests.campaigns.asking_audiences import audiences, clauses, conditions
from tests.campaigns.audience_crowd import Someone, crowd, keep, meets, merged
from tests.campaigns.making import NOW, customer
from wowengine import objecting
from wowengine.campaigns.audience import Audience, Membership, members, parse
from wowengine.campaigns.audience_tree import Clause, Condition, left_out
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import NotFound
from wowengine.forgetting import forget
from wowengine.profiles import consent, store
from wowengine.profiles.models import Customer, Interest
from wowengine.terms import Purpose

SOME = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Town(NamedTuple):
    """A crowd, and where it is kept."""

    people: list[Someone]
    database: Database


@pytest.fixture
def town(database: Database) -> Town:
    people = crowd(40)
    keep(database, people)
    return Town(people, database)


def asked(database: Database, text: str | Audience) -> Membership:
    with database.reading() as session:
        return members(session, parse(text) if isinstance(text, str) else text, NOW)


def of(membership: Membership) -> list[str]:
    """Everybody who meets it, whether they may be targeted or not."""
    return sorted([*membership.customer_ids, *membership.objecting, *membership.silent])


@SOME
@given(audience=audiences)
def test_it_is_whom_one_finds_who_asks_person_by_person(town: Town, audience: Audience) -> None:
    found = asked(town.database, audience)
    assert of(found) == [one.id for one in town.people if meets(one, audience.clause)]
    assert found.customer_ids == [one for one in of(found) if one in may(town.people)]
    assert (found.count, found.everybody) == (len(of(found)), len(town.people))


@pytest.mark.parametrize("seed", range(3))
def test_so_it_is_in_other_crowds(sqlite: Database, seed: int) -> None:
    people = crowd(25, seed)
    keep(sqlite, people)

    @settings(max_examples=40, deadline=None)
    @given(audience=audiences)
    def agrees(audience: Audience) -> None:
        assert of(asked(sqlite, audience)) == [one.id for one in people if meets(one, audience.clause)]

    agrees()


def may(people: list[Someone]) -> set[str]:
    return {one.id for one in people if one.agrees(Purpose.OFFERS)}


@settings(SOME, max_examples=200)
@given(condition=conditions())
def test_every_word_alone_is_what_it_says(town: Town, condition: Condition) -> None:
    assert of(asked(town.database, Audience(condition))) == [p.id for p in town.people if meets(p, condition)]


@settings(SOME, max_examples=60)
@given(clause=clauses)
def test_the_funnel_counts_each_clause_alone_and_the_rest_without_it(town: Town, clause: Clause) -> None:
    for step, (gone, rest) in zip(asked(town.database, Audience(clause)).funnel, left_out(clause), strict=True):
        assert step.clause == str(gone)
        assert step.alone == sum(meets(one, gone) for one in town.people)
        assert step.without == sum(rest is None or meets(one, rest) for one in town.people)


@settings(SOME, max_examples=60)
@given(clause=clauses)
def test_every_member_has_a_reason_and_nobody_else_has(town: Town, clause: Clause) -> None:
    found = asked(town.database, Audience(clause))
    assert all(found.reasons(who) for who in found.customer_ids)
    with pytest.raises(NotFound, match="is not of this audience"):
        found.reasons("nobody")


def one_customer(database: Database, **traits: object) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        for name, value in traits.items():
            setattr(session.get_one(Customer, "c1"), name, value)
        consent.say(session, "c1", {Purpose.INTERESTS: True}, "test")
        last = {"mentions": 1, "half_life_days": 90.0, "last_at": NOW}
        session.add(Interest(customer_id="c1", topic="running", affinity=0.62, **last))
        session.add(Interest(customer_id="c1", topic="jazz", affinity=-0.5, **last))


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("tier = gold and interest(running) >= 0.3", ["tier is gold", "likes running (0.62)"]),
        ("tier = silver or interest(running)", ["likes running (0.62)"]),
        ("interest(jazz) < 0", ["dislikes jazz (-0.50)"]),
        ("not (tier = silver and interest(running))", ["tier is gold"]),
        ("not (tier = silver or mood > 0)", ["tier is gold", "mood is not known"]),
        ("not interest(live_music, golf)", ["no interest in live music or golf is known"]),
        (
            "not had(surprise, 90d) and incidents(36h) = 0",
            ["had no surprise in the last 90 days", "no incidents in the last 36 hours"],
        ),
        ("tenure >= 365d and attribute(airport) = FCO", ["customer for 400 days", "airport is FCO"]),
        ("tier = gold and tier != silver", ["tier is gold"]),
        ("not had_gesture(trail_map, 9d)", ["had no trail_map in the last 9 days"]),
        ("agrees(offers) and bucket(1, x)", ["says yes to offers", "drawn by lot (x, share 1)"]),
    ],
)
def test_reasons_are_sentences_of_what_let_them_in(sqlite: Database, text: str, reasons: list[str]) -> None:
    joined = NOW.date() - timedelta(days=400)
    one_customer(sqlite, tier="gold", attributes={"airport": "FCO"}, joined_on=joined)
    assert asked(sqlite, text).reasons("c1") == reasons


def test_who_objects_or_never_agreed_is_counted_and_not_targeted(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        for who in ("agrees", "objects", "refused"):
            customer(session, who, agrees=who != "refused")
        session.add(Customer(id="silent", attributes={}, content_hash="", created_at=NOW, updated_at=NOW))
        objecting.object_to(session, "objects", [Purpose.OFFERS])
    found = asked(database, "not tier")
    assert (found.customer_ids, found.objecting, found.silent) == (["agrees"], ["objects", "refused"], ["silent"])
    assert found.count == 4
    with pytest.raises(NotFound):
        found.reasons("objects")


def test_a_word_taken_back_is_unread_at_once(database: Database) -> None:
    one_customer(database)
    assert asked(database, "interest(running)").customer_ids == ["c1"]
    with frozen(NOW), database.transaction() as session:
        consent.object_to(session, "c1", [Purpose.INTERESTS], "test")
    found = asked(database, "interest(running)")
    assert found.count == 0
    assert asked(database, "not interest(running)").reasons("c1") == ["no interest in running is known"]


def test_who_is_forgotten_is_gone_at_once(database: Database, tmp_path: Path) -> None:
    one_customer(database)
    assert asked(database, "interest(running)").count == 1
    forget(database, "c1", tmp_path, tmp_path / "spool")
    assert (asked(database, "interest(running)").count, asked(database, "not tier").everybody) == (0, 0)


def test_a_record_that_was_merged_is_nobody_of_its_own(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session, "one")
        customer(session, "two")
        merged(session, "two", "one")
    found = asked(database, "not tier")
    assert (found.customer_ids, found.everybody) == (["one"], 1)


def test_a_larger_share_of_a_drawing_keeps_the_smaller_and_another_name_draws_others(sqlite: Database) -> None:
    keep(sqlite, crowd(200))

    def drawn(share: float, name: str) -> set[str]:
        return set(of(asked(sqlite, f"bucket({share}, {name})")))

    grown = [drawn(share, "spring") for share in (0, 0.1, 0.3, 1)]
    assert all(less < more for less, more in pairwise(grown))
    assert 40 <= len(drawn(0.3, "spring")) <= 80
    assert drawn(0.3, "spring") != drawn(0.3, "autumn")


def test_a_sample_is_spread_over_all_of_them(sqlite: Database) -> None:
    keep(sqlite, crowd(120))
    found = asked(sqlite, "agrees(offers)")
    sample = found.sample(10)
    assert len(sample) == 10
    assert sample[0] == found.customer_ids[0]
    assert sample[-1] > found.customer_ids[len(found.customer_ids) * 3 // 4]
    assert asked(sqlite, "tier = platinum").sample(10) == []


def test_nothing_at_all_is_an_audience_of_nobody(sqlite: Database) -> None:
    found = asked(sqlite, "tier = gold or interest(running) or attribute(airport) > 3 or longest_wait(9d) > 1h")
    assert (found.count, found.everybody, found.sample(10)) == (0, 0, [])
    assert {(step.alone, step.without) for step in found.funnel} == {(0, 0)}


def test_it_is_read_as_of_the_time_asked_about(sqlite: Database) -> None:
    keep(sqlite, [one for one in crowd(80) if one.moments])
    with sqlite.reading() as session:
        soon = members(session, parse("moment(birthday, 3d)"), NOW)
        later = members(session, parse("moment(birthday, 3d)"), NOW + timedelta(days=7))
    assert soon.count
    assert later.count
    assert of(soon) != of(later)


def test_profiles_that_are_built_are_what_is_read(sqlite: Database) -> None:
    """An interest that was read from a post, and not written by a test."""
    from tests.profiles.make import customer as row
    from tests.profiles.make import customers_in, signal, signals_in

    with frozen(NOW), sqlite.transaction() as session:
        customers_in(session, row("c1", tier="gold", handles="x:c1"))
        when = (NOW - timedelta(days=2)).isoformat()
        signals_in(session, signal("s1", occurred_at=when, text="I love running, my running club is the best"))
        store.rebuild(session, NOW)
    found = asked(sqlite, "interest(running) and spoke(x, 7d) and not mood")
    assert found.customer_ids == ["c1"]


def test_the_funnel_shows_which_clause_bites(sqlite: Database) -> None:
    with frozen(NOW), sqlite.transaction() as session:
        for number in range(20):
            customer(session, f"c{number:02}")
            told = session.get_one(Customer, f"c{number:02}")
            told.tier, told.country = "gold" if number < 10 else "silver", "IT" if number == 3 else "CH"
    funnel = asked(sqlite, "tier = gold and (country = IT or time_zone) and not mood").funnel
    assert [(step.clause, step.alone, step.without) for step in funnel] == [
        ("tier = gold", 10, 1),
        ("country = IT", 1, 0),
        ("time_zone", 0, 1),
        ("not mood", 20, 1),
    ]


def test_an_answer_that_is_yet_to_come_is_none(sqlite: Database) -> None:
    hour = timedelta(hours=1)
    (waits,) = crowd(1)
    waits.waits = [(NOW - 30 * hour, NOW + 30 * hour, "late")]
    keep(sqlite, [waits])
    assert asked(sqlite, "unanswered = 1 and open_complaints = 1 and longest_wait(9d) = 30h").count == 1
    with sqlite.reading() as session:
        assert members(session, parse("unanswered = 0 and longest_wait(9d) = 60h"), NOW + 40 * hour).count == 1
