"""The audit of fairness over a database: kept decisions taken again, and who suffered the same thing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.campaigns.making import ANNA, STAFF
from tests.campaigns.test_receipts import nothing_written
from wowengine import clock
from wowengine.campaigns import deliver, review
from wowengine.campaigns.lifecycle import GRACE
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.session import Database
from wowengine.decide import decide as deciding
from wowengine.decide import fairness as paired
from wowengine.decide.inputs import Inputs
from wowengine.decide.offer import Offer, offers
from wowengine.decide.sufferers import Sufferer, shared
from wowengine.rounds import Config, fairness, past, run_round

Company = Callable[..., Database]


def late(who: str, *, days_ago: float = 2, flight: str = "AZ 12", **facts: Any) -> dict[str, Any]:
    """A late flight, as the company's systems tell of it."""
    at = (clock.now() - timedelta(days=days_ago)).isoformat()
    told = {"source": "ops", "source_id": f"{flight} {who}", "kind": "incident", "channel": "ops", "customer_id": who}
    flown = {"mode": "air", "type": "delay", "arrival_delay_minutes": 200, "cause": "extraordinary"}
    return told | {"occurred_at": at, "occurrence": flight, "from_country": "IT", "to_country": "FR"} | flown | facts


def complains(who: str, hours_ago: float) -> dict[str, Any]:
    at = (clock.now() - timedelta(hours=hours_ago)).isoformat()
    told = {"source": "x", "source_id": f"complaint {who}", "kind": "message", "channel": "x", "author": f"x:{who}"}
    text = "My flight was three hours late and nobody told us anything. Terrible service!"
    return told | {"occurred_at": at, "text": text, "language": "en"}


@pytest.fixture
def flight(company: Company, config: Config) -> Database:
    """Both were late on the same flight; Anna complains, and Ben says nothing. A round has been."""
    database = company(incidents=(late("anna"), late("ben"), complains("anna", hours_ago=0.5)))
    run_round(database, config)
    return database


def suffered(database: Database, config: Config) -> dict[str, Sufferer]:
    with nothing_written(), database.reading() as session:
        return {one.customer_id: one for one in fairness.sufferers(session, config)}


def test_kept_decisions_on_incidents_are_taken_again_and_no_amount_differs(flight: Database) -> None:
    seen = list[tuple[str, int, int]]()
    with nothing_written(), flight.reading() as session:
        report = fairness.pair_decisions(session, most=9, progress=lambda *told: seen.append(told))
    assert report.decisions == 2  # the two of an ordinary day are not about harm
    assert report.pairs > 200
    assert (report.found, report.unread) == ([], {})
    assert {"person.name", "person.open_complaints", "candidate.score"} <= set(report.tallies)
    assert seen == [("deciding again", 1, 2), ("deciding again", 2, 2)]


def test_only_the_newest_so_many_are_taken(flight: Database) -> None:
    with flight.reading() as session:
        assert fairness.pair_decisions(session, most=1).decisions == 1


def test_a_planted_lever_is_found_in_kept_decisions_and_named(
    flight: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pleasing(inputs: Inputs) -> list[Offer]:
        """Give those who complain half as much again."""
        made, loud = offers(inputs), inputs.person.open_complaints > 0
        return [
            one._replace(goodwill=replace(one.goodwill, cents=one.goodwill.cents * 3 // 2))
            if loud and one.goodwill
            else one
            for one in made
        ]

    monkeypatch.setattr(deciding, "offers", pleasing)
    monkeypatch.setattr(paired, "offers", pleasing)
    with flight.reading() as session:
        report = fairness.pair_decisions(session, most=9)
    assert {one.difference.attribute for one in report.found} == {"person.open_complaints"}
    assert {one.customer_id for one in report.found} == {"anna", "ben"}
    assert report.tallies["person.open_complaints"].differ > 0
    assert report.tallies["person.name"].differ == 0


def test_a_decision_whose_receipt_was_touched_is_told_of_and_the_rest_goes_on(flight: Database) -> None:
    with flight.transaction() as session:
        ben = session.query(DecisionRow).where(DecisionRow.customer_id == "ben").order_by(DecisionRow.id).all()
        about = next(row for row in ben if row.receipt["inputs"]["moment"]["incident"])
        touched = about.receipt | {"owed": None, "suggestions": []}
        session.execute(update(DecisionRow).where(DecisionRow.id == about.id).values(receipt=touched))
    with flight.reading() as session:
        report = fairness.pair_decisions(session, most=9)
    assert report.decisions == 1
    assert list(report.unread) == [about.id]
    assert "not what was sealed" in report.unread[about.id]


def test_who_said_nothing_is_listed_beside_who_complained(flight: Database, config: Config) -> None:
    people = suffered(flight, config)
    assert (people["anna"].complained, people["ben"].complained) == (True, False)
    assert people["anna"].waiting
    assert people["ben"].waiting
    assert people["anna"].offered_cents == people["ben"].offered_cents == 2000
    [group] = shared(people.values())
    assert (group.occurrence, group.complained, group.silent) == ("AZ 12", ("anna",), ("ben",))


def test_what_was_delivered_counts_as_made_good(flight: Database, config: Config) -> None:
    with flight.transaction() as session:
        [mine] = session.query(Action).where(Action.customer_id == "anna", Action.subject != "").all()
        review.approve(session, mine.id, ANNA)
    with clock.frozen(clock.now() + GRACE), flight.transaction() as session:
        taken = deliver.claim(session, mine.id, STAFF)
        deliver.deliver(session, mine.id, STAFF, taken.fence, {"note": "handed over"})
    people = suffered(flight, config)
    anna, ben = people["anna"], people["ben"]
    assert (anna.made_good, anna.waiting, anna.given_cents) == (True, False, 2000)
    assert (ben.made_good, ben.waiting, ben.given_cents) == (False, True, 0)


def test_a_complaint_of_before_it_happened_is_about_something_else(company: Company, config: Config) -> None:
    database = company(incidents=(late("anna"), complains("anna", hours_ago=72)))
    assert not suffered(database, config)["anna"].complained


def test_a_question_is_no_complaint_and_its_wait_is_told_where_the_ladder_counts_it(
    company: Company, config: Config
) -> None:
    waiting = complains("anna", hours_ago=5) | {"text": "Hello, where can I see my booking?"}
    people = suffered(company(incidents=(late("anna"), late("ben"), waiting)), config)
    assert (people["anna"].alike, people["ben"].alike) == (False, True)
    assert not people["anna"].complained


def test_an_earlier_failure_of_ours_is_told_where_the_ladder_counts_it(company: Company, config: Config) -> None:
    database = company(incidents=(late("anna"), late("ben"), late("ben", days_ago=20, flight="AZ 3")))
    with database.reading() as session:
        told = {(one.customer_id, one.occurrence): one.alike for one in fairness.sufferers(session, config)}
    assert told == {("anna", "AZ 12"): True, ("ben", "AZ 3"): True, ("ben", "AZ 12"): False}


def test_the_same_event_is_what_a_round_counts_as_affected(company: Company, config: Config) -> None:
    said = (late("anna"), late("ben"), late("anna", flight="AZ 9"), late("ben", flight="AZ 1", occurrence=""))
    database = company(incidents=said)
    with database.reading() as session:
        counted = past.incidents(session, clock.now(), None)
        people = fairness.sufferers(session, config)
    affected = {(who, one.source_id): one.affected for who, listed in counted.items() for one in listed}
    events = {one.occurrence for one in people}
    assert events == {"AZ 12", "AZ 9", "AZ 1 ben"}
    for one in people:
        many = len({other.customer_id for other in people if other.occurrence == one.occurrence})
        flown = one.occurrence if one.occurrence.endswith("ben") else f"{one.occurrence} {one.customer_id}"
        assert affected[one.customer_id, flown] == many


def test_where_nothing_went_wrong_nobody_suffered(company: Company, config: Config) -> None:
    database = company()
    run_round(database, config)
    assert suffered(database, config) == {}
    with database.reading() as session:
        assert fairness.pair_decisions(session, most=9).decisions == 0
