"""A policy is tried on decisions of the past, and nothing is written."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update

from tests.campaigns.test_receipts import kept, nothing_written, some_decision
from tests.decide.make import NOW, POLICY, candidate, decided, incident, moment, person, voucher
from tests.decide.test_spending import edited
from wowengine.campaigns.models import DecisionRow
from wowengine.campaigns.rehearsal import FEWEST, Cost, PerHead, Rehearsal, rehearse
from wowengine.db.session import Database
from wowengine.decide.decision import Decision
from wowengine.decide.policy import Policy
from wowengine.terms import Basis

MONTH = timedelta(days=30)
GENEROUS = edited(("serious = 2000", "serious = 3000"))  # four vouchers of 7 euros, where there were two
MEAN = edited(("goodwill = 1 ", "goodwill = 0 "))


def late(customer_id: str, policy: Policy = POLICY, *, days_ago: int = 0, **facts: str | None) -> Decision:
    """A serious delay of one customer."""
    when = moment(at=NOW - timedelta(days=days_ago), incident=incident())
    return decided(voucher(), who=person(customer_id=customer_id, **facts), when=when, policy=policy)


def tried(database: Database, policy: Policy, *decisions: Decision) -> Rehearsal:
    if decisions:
        kept(database, *decisions)
    with nothing_written(), database.reading() as session:
        return rehearse(session, policy, NOW - MONTH)


def goodwill(told: Rehearsal) -> tuple[int, int]:
    return next((one.before_cents, one.after_cents) for one in told.costs if one.basis is Basis.GOODWILL)


def test_by_its_own_policy_every_decision_comes_out_the_same(database: Database) -> None:
    chance = Random(3)
    told = tried(database, POLICY, *(some_decision(chance, f"c{number}") for number in range(60)))
    assert (told.decisions, told.changed, told.changes, told.not_tried) == (60, 0, [], {})
    assert all(one.before_cents == one.after_cents for one in told.costs)
    assert all(one.before_cents == one.after_cents for one in told.per_head)
    assert told.version == POLICY.version


def test_a_higher_base_changes_amounts_and_is_told_with_its_cost(database: Database) -> None:
    told = tried(database, GENEROUS, late("c1"), late("c2"), decided(candidate(), who=person(customer_id="c3")))
    assert (told.decisions, told.changed) == (3, 2)
    assert [(one.matter.customer_id, one.what, one.before_cents, one.after_cents) for one in told.changes] == [
        ("c1", "changes", 1400, 2800),
        ("c2", "changes", 1400, 2800),
    ]
    assert told.costs == [
        Cost(Basis.DELIGHT, "EUR", 600, 600),
        Cost(Basis.FLOOR, "EUR", 50_000, 50_000),
        Cost(Basis.GOODWILL, "EUR", 2800, 5600),
    ]


def test_suggestions_go_and_come(database: Database) -> None:
    told = tried(database, MEAN, late("c1"))
    assert [(one.what, one.before_cents, one.after_cents) for one in told.changes] == [("goes", 1400, None)]
    assert goodwill(told) == (1400, 0)


def test_what_every_round_would_have_suggested_counts_once(database: Database) -> None:
    """Two rounds gave nothing for one incident; the new policy would give something in each, and it is one thing."""
    told = tried(database, POLICY, *(late("c1", MEAN, days_ago=days) for days in (2, 1)))
    assert (told.decisions, told.changed) == (2, 2)
    assert [(one.what, one.before_cents, one.after_cents) for one in told.changes] == [("comes", None, 1400)]
    assert goodwill(told) == (0, 1400)


def test_only_decisions_of_those_days_are_taken_again(database: Database) -> None:
    told = tried(database, GENEROUS, late("c1"), late("c2", days_ago=31))
    assert told.decisions == 1
    assert {one.matter.customer_id for one in told.changes} == {"c1"}


def test_goodwill_a_head_is_told_by_language_country_and_tier_where_they_are_enough(database: Database) -> None:
    many = [late(f"c{number}", language="it", country="IT", tier="gold") for number in range(FEWEST)]
    few = [late(f"d{number}", language="en", country=None, tier="gold") for number in range(FEWEST - 1)]
    happy = decided(candidate(), who=person(customer_id="e", language="it"))
    told = tried(database, GENEROUS, *many, *few, happy)
    assert told.per_head == [
        PerHead("language", "en", 4, "EUR", None, None),
        PerHead("language", "it", 5, "EUR", 1400, 2800),
        PerHead("country", "IT", 5, "EUR", 1400, 2800),
        PerHead("country", "not known", 4, "EUR", None, None),
        PerHead("tier", "gold", 9, "EUR", 1400, 2800),
    ]


def test_the_gap_between_groups_is_told_of_those_that_are_large_enough(database: Database) -> None:
    """Who was failed more gravely gets more; the new policy raises that alone, and so widens the gap."""
    grave = incident(arrival_delay_minutes=600)
    worse = [
        decided(voucher(), who=person(customer_id=f"g{number}", language="it"), when=moment(incident=grave))
        for number in range(FEWEST)
    ]
    bad = [late(f"s{number}", language="en") for number in range(FEWEST)]
    few = [late("f", language="de")]
    told = tried(database, edited(("grave = 4000", "grave = 5000")), *worse, *bad, *few)
    by_language = {one.group: (one.before_cents, one.after_cents) for one in told.per_head if one.by == "language"}
    assert by_language["en"] == (1400, 1400)
    [gap] = [one for one in told.gaps() if one.by == "language"]
    assert (gap.before_cents, gap.after_cents) == (by_language["it"][0] - 1400, by_language["it"][1] - 1400)  # type: ignore[operator]
    assert [one.by for one in told.gaps()] == ["language"], "one country and one tier alone have no gap"


def test_where_nothing_is_kept_nothing_is_told(database: Database) -> None:
    told = tried(database, GENEROUS)
    assert (told.decisions, told.changes, told.costs, told.per_head) == (0, [], [], [])


def test_a_receipt_that_cannot_be_used_is_counted_and_the_rest_goes_on(database: Database) -> None:
    kept(database, late("c1"), late("c2"))
    with database.transaction() as session:
        session.execute(update(DecisionRow).where(DecisionRow.customer_id == "c1").values(receipt={"inputs": {}}))
    told = tried(database, GENEROUS)
    assert told.decisions == 1
    assert ["not what was sealed" in why for why in told.not_tried] == [True]


def test_progress_is_told_of_every_decision(sqlite: Database) -> None:
    kept(sqlite, late("c1"), late("c2"))
    said: list[tuple[str, int, int]] = []
    with sqlite.reading() as session:
        rehearse(session, POLICY, NOW - MONTH, lambda *word: said.append(word))
    assert said == [("deciding again", 1, 2), ("deciding again", 2, 2)]


def test_receipts_are_read_in_the_order_in_which_they_were_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the edge of what is held at once; of the same suggestion the first amount counts, not the last."""
    monkeypatch.setattr("wowengine.campaigns.receipts.BATCH", 2)
    lately = [late(who, days_ago=days) for who in ("c1", "c2", "c3") for days in (1, 2)]
    told = tried(database, POLICY, *lately, *(late(who, GENEROUS, days_ago=3) for who in ("c1", "c2", "c3")))
    assert goodwill(told) == (3 * 2800, 3 * 1400)
