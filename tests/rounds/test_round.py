"""One pass from profiles to proposals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from wowengine import clock
from wowengine.campaigns import ledger, policies, store
from wowengine.campaigns.models import Action, Assignment, DecisionRow, Round
from wowengine.db.session import Database
from wowengine.decide.arms import Arm, Drawing
from wowengine.decide.candidate import Moment
from wowengine.decide.decision import Receipt
from wowengine.decide.policy import policy_text
from wowengine.decide.receipt import seal
from wowengine.decide.regime import example
from wowengine.decide.replay import replay
from wowengine.errors import NotFound
from wowengine.profiles.alarm import Alarm
from wowengine.rounds import Config, decide_for, run_round
from wowengine.terms import Basis

Company = Callable[..., Database]
JAZZ = ("anna", "I love jazz, a wonderful jazz concert last night")


def proposed(database: Database) -> dict[str, Action]:
    """What waits, by gesture."""
    with database.reading() as session:
        found = {action.gesture_id: action for action in store.queue(session, limit=100)}
        session.expunge_all()
        return found


def delay(who: str, number: int = 1, **facts: Any) -> dict[str, Any]:
    at = clock.now() - timedelta(days=number)
    told = {"source": "ops", "source_id": f"{who}-{number}", "kind": "incident", "channel": "ops", "customer_id": who}
    flight = {"mode": "air", "type": "delay", "arrival_delay_minutes": 200, "distance_km": 900, "cause": "carrier"}
    route = {"from_country": "IT", "to_country": "FR", "carrier_country": "IT"}
    return told | {"occurred_at": at.isoformat()} | flight | route | facts


def test_what_somebody_loves_becomes_a_proposal_with_its_evidence(company: Company, config: Config) -> None:
    database = company(JAZZ)
    report = run_round(database, config)
    card = proposed(database)["jazz"]
    assert (report.considered, report.proposed, card.customer_id) == (2, 1, "anna")
    assert "jazz" in card.evidence[0]["quote"].lower()
    assert card.evidence[0]["kind"] == "post"
    assert card.why_text


def test_what_somebody_hates_is_never_offered_as_if_they_loved_it(company: Company, config: Config) -> None:
    database = company(("anna", "I hate jazz, what an awful noise"), ("anna", "I don't like fishing at all"))
    run_round(database, config)
    assert proposed(database) == {}


def decided_by(database: Database, config: Config) -> str:
    """The version of the policy that a decision is taken by now."""
    with database.reading() as session:
        return decide_for(session, config, "anna").inputs.policy.version


def test_a_love_of_old_that_turned_is_no_ground_any_more(company: Company, config: Config) -> None:
    database = company(JAZZ, *[("anna", f"I hate jazz now, number {n}") for n in range(4)])
    run_round(database, config)
    assert "jazz" not in proposed(database)


def test_a_round_run_twice_proposes_once(company: Company, config: Config) -> None:
    database = company(JAZZ)
    assert run_round(database, config).proposed == 1
    assert run_round(database, config).proposed == 0


def test_a_round_goes_by_the_policy_that_was_activated_and_not_by_the_file(company: Company, config: Config) -> None:
    database = company(JAZZ)
    none = policy_text().replace("delight = 1 ", "delight = 0 ")
    with database.transaction() as session:
        version = policies.propose(session, config.policy, none, by="anna").row.version
    assert decided_by(database, config) != version
    with database.transaction() as session:
        policies.activate(session, config.policy, version, by="anna")
    config.policy.write_text(policy_text(), encoding="utf-8")
    assert decided_by(database, config) == version
    assert run_round(database, config).proposed == 0
    with database.reading() as session:
        assert session.scalars(select(Round)).one().policy_version == version


def test_a_coffee_is_filled_in_as_they_told_us_and_says_so(company: Company, config: Config) -> None:
    database = company(("anna", "I take my coffee long, no sugar"))
    run_round(database, config)
    card = proposed(database)["coffee"]
    assert card.slots == {"coffee": "long, no sugar"}
    assert "long, no sugar" in card.why_text


def test_without_consent_to_offers_nothing_is_offered_and_the_law_still_holds(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),), consents="care")
    run_round(database, config)
    cards = proposed(database)
    assert cards["owed:eu261"].floor_cents == 25_000
    assert {card.basis for card in cards.values()} == {Basis.FLOOR, Basis.GOODWILL}


def test_an_incident_among_the_signals_is_judged_by_all_its_facts(company: Company, config: Config) -> None:
    train: dict[str, Any] = {"mode": "rail", "price_cents": 10_000, "currency": "EUR", "ticket": "return"}
    flight: dict[str, Any] = {"type": "cancellation", "from_country": "US", "to_country": "US"}
    refused: dict[str, Any] = {"price_cents": 30_000, "currency": "USD", "travelled": "false"}
    database = company(
        incidents=(
            delay("anna", **train),
            delay("ben", **flight, **refused, alternative_accepted=False),
        )
    )
    run_round(database, config)
    paid = {name: card.floor_cents for name, card in proposed(database).items() if card.basis == Basis.FLOOR}
    assert paid == {"owed:eu_rail": 2_500, "owed:us_dot": 30_000}


def test_a_companys_own_promise_is_paid_as_a_law_is(company: Company, config: Config) -> None:
    database = company(
        incidents=(delay("anna", mode="parcel", type="failed_delivery", price_cents=599, currency="EUR"),)
    )
    run_round(database, config)
    assert not any(name.startswith("owed") for name in proposed(database))
    config.regimes.mkdir()
    (config.regimes / "ours.toml").write_text(example("parcel"), encoding="utf-8")
    with database.reading() as session:
        floor = decide_for(session, config, "anna").suggestions[0]
    assert (floor.gesture_id, floor.amount_cents, floor.title) == (
        "owed:our_parcel",
        599,
        "EUR 5.99, our delivery promise",
    )


def test_held_out_customers_get_no_surprise_but_are_made_good(company: Company, config: Config) -> None:
    database = company(JAZZ, incidents=(delay("ben"),))
    report = run_round(database, replace(config, holdout_share=1.0))
    assert report.held_out > 0
    assert {card.customer_id for card in proposed(database).values()} == {"ben"}


def test_everybody_stands_in_an_arm_that_is_written_down_before_anything_is_decided(
    company: Company, config: Config
) -> None:
    database = company(JAZZ)
    report = run_round(database, replace(config, holdout_share=0.5))
    with database.reading() as session:
        assigned = {row.customer_id: row.arm for row in session.scalars(select(Assignment))}
        decided = {row.customer_id: row.arm for row in session.scalars(select(DecisionRow))}
        first = min(session.scalars(select(DecisionRow.decided_at)))
        assert max(session.scalars(select(Assignment.assigned_at))) <= first
    assert assigned.keys() == {"anna", "ben"}
    assert assigned == decided
    assert report.held_out == list(assigned.values()).count("holdout")
    run_round(database, replace(config, holdout_share=0.5))
    with database.reading() as session:
        assert len(session.scalars(select(Assignment)).all()) == 2


def test_whoever_has_just_told_of_a_loss_is_not_surprised(company: Company, config: Config) -> None:
    database = company(JAZZ, ("anna", "My mother died last week and the funeral was yesterday"))
    assert run_round(database, config).proposed == 0
    with database.reading() as session:
        refused = {one.verdict.rule for one in decide_for(session, config, "anna").refused}
        assert "contact.quiet_topic" in refused
        assert decide_for(session, config, "anna", at=clock.now() + timedelta(days=20)).suggestions


def test_in_a_storm_of_bad_words_nobody_is_surprised(
    company: Company, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = company(JAZZ)
    storm = Alarm("crisis", "400 posts, usually 20 and at most 35; 80% in a bad mood, usually 10%.", 400)
    monkeypatch.setattr("wowengine.rounds.situation.alarm.now", lambda _session, at: (at, storm))
    report = run_round(database, config)
    assert report.proposed == 0
    assert report.refused["contact.hold"] > 0
    monkeypatch.undo()
    assert run_round(database, config).proposed == 1


def test_for_the_unsocial_a_round_is_deaf_to_posts_and_check_ins(
    company: Company, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Drawing, "arm", lambda *_: Arm.UNSOCIAL)
    database = company(JAZZ)
    assert run_round(database, config).proposed == 0
    at_the_gate = {"anna": Moment(clock.now(), place="B12", deadline=clock.now() + timedelta(hours=1))}
    run_round(database, config, moments=at_the_gate)
    with database.reading() as session:
        kept = session.scalars(select(DecisionRow)).all()
        assert all(row.receipt["inputs"]["moment"]["place"] is None for row in kept)
        assert decide_for(session, config, "anna").suggestions == ()


def test_a_choice_made_by_lot_keeps_its_chance_with_the_action(
    company: Company, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = company(JAZZ, ("anna", "I take my coffee long, no sugar"), ("ben", "I love jazz, what a jazz concert"))
    monkeypatch.setattr(Drawing, "arm", lambda *_: Arm.RANDOM)
    report = run_round(database, config)
    assert report.drawn == report.proposed == 2
    with database.reading() as session:
        chances = {card.customer_id: card.drawn_with for card in session.scalars(select(Action))}
    assert chances == {"anna": 0.5, "ben": 1.0}


def test_an_incident_answered_once_is_not_answered_again(company: Company, config: Config) -> None:
    database = company(incidents=(delay("anna"),))
    first = run_round(database, config).proposed
    assert first >= 1
    assert run_round(database, config).proposed == 0


def test_the_last_boat_is_set_aside_for_one_person_while_a_reviewer_thinks(company: Company, config: Config) -> None:
    database = company(*[(who, "I love fishing, a day of fishing on the bay") for who in ("anna", "ben")])
    run_round(database, config)
    with database.reading() as session:
        waiting = session.scalars(select(Action).where(Action.gesture_id == "boat")).all()
        assert len(waiting) == 1
        assert ledger.stock_left(session)["boat"] == 0


def test_a_round_leaves_an_account_of_everybody_considered(company: Company, config: Config) -> None:
    database = company(JAZZ)
    report = run_round(database, config)
    with database.reading() as session:
        row = session.get_one(Round, report.round_id)
        assert (row.considered, row.proposed) == (2, 1)
        assert row.finished_at is not None
        assert sum(row.refused.values()) > 0


def test_a_place_and_a_deadline_travel_from_the_moment_to_the_card(company: Company, config: Config) -> None:
    database, closes = company(JAZZ), clock.now() + timedelta(minutes=50)
    run_round(database, config, moments={"anna": Moment(at=clock.now(), place="Gate B12", deadline=closes)})
    card = proposed(database)["jazz"]
    assert (card.place, card.deadline_at) == ("Gate B12", closes)


def test_a_stored_decision_replays_bit_for_bit(company: Company, config: Config) -> None:
    database = company(JAZZ, incidents=(delay("anna"),))
    with database.reading() as session:
        decision = decide_for(session, config, "anna")
    receipt = seal(decision)
    assert seal(replay(Receipt(receipt.body, receipt.sha256))) == receipt


def test_deciding_about_nobody_is_said_to_be_so(company: Company, config: Config) -> None:
    database = company()
    with database.reading() as session, pytest.raises(NotFound, match="nobody"):
        decide_for(session, config, "nobody")
