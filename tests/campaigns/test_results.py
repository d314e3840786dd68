"""Does it pay? Held against worlds of which the truth is known, and against worlds too small to say."""

from datetime import timedelta

import pytest

from tests.campaigns.making import BUDGET, LATER, NOW, customer
from tests.campaigns.paying import MONTH, campaign, drawn, standing
from tests.campaigns.test_worked import done
from wowengine.campaigns import ledger
from wowengine.campaigns.campaign import CampaignState
from wowengine.campaigns.lift import Verdict
from wowengine.campaigns.results import FOR_ALL, TOGETHER, Asked, By, Result, of_campaign, results
from wowengine.campaigns.worked import Period
from wowengine.campaigns.worth import BOUGHT, SPENT, Effect, Rates
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.arms import Drawing
from wowengine.decide.policy_chance import Arms
from wowengine.errors import NotFound
from wowengine.terms import Basis, GestureKind

NOBODY = Drawing("salt", 0.0, Arms())
HALF = Drawing("salt", 0.5, Arms())
AFTER = NOW + MONTH + timedelta(days=5)
TRUE = {"treated": 0.35, "held_out": 0.25}
SAME = {"treated": 0.3, "held_out": 0.3}


def ask(database: Database, asked: Asked | None = None) -> Result:
    with frozen(AFTER), database.reading() as session:
        return of_campaign(session, asked or Asked(NOBODY), "cmp_1")


def only(result: Result, outcome: str = BOUGHT) -> Effect:
    (found,) = (one for one in result.effects if one.outcome == outcome)
    return found


def test_a_known_lift_lies_in_the_interval_and_pays_by_the_manager_s_rates(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        drawn(session, 2_400, TRUE)
    seen = ask(database, Asked(NOBODY, rates=Rates(outcome_cents=2_000)))
    effect = only(seen)
    assert effect.lift is not None
    assert effect.lift.once is not None
    assert effect.lift.always is not None
    assert effect.lift.always.low < effect.lift.once.low < 0.10 < effect.lift.once.high < effect.lift.always.high
    assert effect.verdict is Verdict.HIGHER
    assert seen.pays is not None
    assert seen.pays.gain_cents == pytest.approx(2_000 * 1_200 * effect.lift.difference, abs=1)
    assert seen.pays.low_cents == pytest.approx(2_000 * 1_200 * effect.lift.once.low, abs=1)
    assert seen.pays.pays is True
    assert seen.pays.ratio is None  # nothing was spent


def test_purchases_that_tell_their_price_are_what_it_brought(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        drawn(session, 2_000, TRUE, price_cents=5_000, seed=2)
    seen = ask(database)
    effect = only(seen, SPENT)
    assert effect.lift is not None
    assert effect.lift.once is not None
    assert effect.lift.once.low < 500 < effect.lift.once.high  # EUR 5 a customer
    assert seen.pays is not None
    assert seen.pays.gain_cents == pytest.approx(1_000 * effect.lift.difference, abs=1)


def test_money_of_another_currency_is_told_and_never_changed(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        campaign(session)
        drawn(session, 1_000, TRUE, price_cents=5_000, currency="USD")
    seen = ask(sqlite)
    assert only(seen, SPENT).currency == "USD"
    assert seen.pays is not None
    bought = only(seen)
    assert bought.lift is not None
    assert seen.pays.gain_cents == pytest.approx(500 * 1_000 * bought.lift.difference, abs=1)


def test_in_a_small_world_nobody_can_tell_yet_and_it_says_how_many_more_it_takes(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        campaign(session)
        drawn(session, 60, SAME)
        done(session, "espresso", 10).campaign_id = "cmp_1"
    seen = ask(database)
    effect = only(seen)
    assert effect.verdict is Verdict.CANNOT_TELL
    assert seen.tally.cost_cents == {"EUR": 600}
    assert seen.pays is not None
    assert seen.pays.pays is None
    assert seen.pays.staff_cents == 500  # ten minutes at EUR 30 an hour
    assert seen.pays.low_cents < seen.pays.net_cents < seen.pays.high_cents
    # EUR 11 over 30 treated, at EUR 10 a purchase: 3.7 points would pay, in some thousands of customers.
    assert effect.needed is not None
    assert 3_000 < effect.needed < 8_000
    assert effect.more == effect.needed - 60


def test_while_it_runs_a_difference_must_hold_however_often_one_looks(database: Database) -> None:
    with database.transaction() as session:
        campaign(session, state=CampaignState.RUNNING)
        drawn(session, 700, TRUE, seed=5)
    running = only(ask(database))
    assert running.lift is not None
    assert running.lift.once is not None
    assert running.lift.always is not None
    assert not running.lift.once.leaves_doubt
    assert running.lift.always.leaves_doubt
    assert running.verdict is Verdict.CANNOT_TELL


def test_who_was_drawn_lately_is_waited_for(database: Database) -> None:
    with database.transaction() as session:
        campaign(session)
        drawn(session, 100, TRUE, at=AFTER - timedelta(days=3))
    effect = only(ask(database))
    assert (effect.verdict, effect.waiting, effect.arms) == (Verdict.CANNOT_TELL, 100, ())
    assert ask(database).pays is None


def test_arms_that_are_not_as_large_as_planned_are_not_believed(database: Database) -> None:
    with database.transaction() as session:
        campaign(session, holdout=0.2)
        drawn(session, 2_000, TRUE)
    seen = ask(database)
    assert only(seen).skewed
    assert only(seen).verdict is Verdict.CANNOT_TELL
    assert seen.pays is not None
    assert seen.pays.pays is None


def test_who_is_held_out_of_everything_is_held_out_of_a_campaign_too(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        campaign(session, holdout=0.0)
        drawn(session, 400, TRUE)
    effect = only(ask(sqlite, Asked(HALF)))
    assert effect.ratio is not None
    assert effect.ratio.planned == {"held_out": 0.5, "treated": 0.5}
    assert (effect.ratio.told, effect.skewed) == (True, False)


def test_a_campaign_without_a_holdout_cannot_tell(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        campaign(session, holdout=0.0)
    effect = only(ask(sqlite))
    assert (effect.verdict, effect.why) == (Verdict.CANNOT_TELL, "nobody was drawn")


def test_there_is_no_result_of_no_campaign(sqlite: Database) -> None:
    with pytest.raises(NotFound):
        ask(sqlite)


def test_what_went_out_alone_has_the_standing_arms_lift_and_what_did_not_has_none(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        campaign(session)
        standing(session, HALF.experiment, drawn(session, 3_000, TRUE))
        done(session, "espresso")
        done(session, "call", kind=GestureKind.COMPENSATION, basis=Basis.GOODWILL)
    with frozen(AFTER), database.reading() as session:
        told = results(session, Asked(HALF), By.KIND)
    made_good, surprise = told.rows
    assert (made_good.key, made_good.why, made_good.effects) == ("compensation", FOR_ALL, ())
    assert only(surprise).lift == only(told.total).lift is not None
    assert told.total.tally.cost_cents == {"EUR": 1_200}
    assert surprise.tally.cost_cents == {"EUR": 600}
    with frozen(LATER), database.transaction() as session:
        done(session, "book")
    with frozen(AFTER), database.reading() as session:
        by_gesture = {one.key: one for one in results(session, Asked(HALF), By.GESTURE).rows}
    assert by_gesture["espresso"].why == by_gesture["book"].why == TOGETHER


def test_by_campaign_each_counts_its_own_and_a_period_holds_whom_it_drew(database: Database) -> None:
    with frozen(NOW), database.transaction() as session:
        customer(session)
        ledger.open_account(session, BUDGET, "EUR", 100_000)
        for number in (1, 2):
            campaign(session, f"cmp_{number}", starts_at=NOW + timedelta(days=number))
            drawn(session, 40, TRUE, campaign_id=f"cmp_{number}")
        done(session, "espresso").campaign_id = "cmp_1"
        done(session, "cake")
    with frozen(AFTER), database.reading() as session:
        told = results(session, Asked(NOBODY), By.CAMPAIGN)
        nothing = results(session, Asked(NOBODY, Period(since=AFTER)), By.CAMPAIGN)
    assert [(one.key, one.tally.proposed, [arm.n for arm in only(one).arms]) for one in told.rows[:2]] == [
        ("cmp_1", 1, [20, 20]),
        ("cmp_2", 0, [20, 20]),
    ]
    assert [(one.key, one.tally.proposed, one.effects) for one in told.rows[2:]] == [("", 1, ())]
    assert nothing.rows == ()
