import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from tests.recommend.worlds import GESTURES, NOW, OUTCOMES, checkerboard, frame, gesture, outcome, profiles, told
from wowengine.recommend.dataset import FEWEST_CUSTOMERS, OPINIONS, Examples, count_answers, examples, settle
from wowengine.recommend.features import UNTOLD, occasions
from wowengine.recommend.moments import DECIDED_AT
from wowengine.terms import OutcomeType

LONG_AGO = NOW - timedelta(days=30)


def settled(*words: str, decision_id: str = "d1", start: object = None) -> list[dict[str, object]]:
    rows = [
        outcome("c", "g", word, LONG_AGO + timedelta(hours=n), decision_id=decision_id) for n, word in enumerate(words)
    ]
    return settle(frame(rows, OUTCOMES), NOW).to_dicts()


@pytest.mark.parametrize(
    ("words", "landed", "weight", "answered"),
    [
        (["approved", "shown", "accepted", "delivered", "thanked"], True, 1.5, True),
        (["approved", "accepted", "complained"], False, 1.0, True),  # the customer's last word holds
        (["approved", "rejected"], False, 1.0, True),
        (["approved", "shown"], False, 0.5, True),  # silence
        (["approved", "delivered"], True, 0.25, False),  # that staff did it tells nothing
        (["declined"], False, 0.25, False),
        (["accepted", "shown", "declined"], True, 1.0, True),  # whoever speaks after the customer
    ],
)
def test_many_words_about_one_offer_are_one_example(
    words: list[str], landed: bool, weight: float, answered: bool
) -> None:
    (offer,) = settled(*words)
    assert (offer["landed"], offer["weight"], offer["answered"]) == (landed, weight, answered)


def test_without_a_decision_each_word_is_an_offer_of_its_own() -> None:
    assert [offer["landed"] for offer in settled("accepted", "rejected", decision_id="")] == [True, False]


def test_what_was_shown_lately_says_nothing_yet() -> None:
    rows = [outcome("c", "g", "shown", NOW - timedelta(days=3), decision_id="d1")]
    assert settle(frame(rows, OUTCOMES), NOW).is_empty()


def test_the_moment_is_kept_whichever_word_brought_it() -> None:
    rows = [
        outcome("c", "g", "approved", LONG_AGO, decision_id="d1", context='{"place": "gate 12"}'),
        outcome("c", "g", "accepted", LONG_AGO + timedelta(hours=1), decision_id="d1"),
    ]
    (offer,) = settle(frame(rows, OUTCOMES), NOW).to_dicts()
    assert json.loads(offer["context"]) == {"place": "gate 12"}


def test_every_word_of_an_outcome_is_weighed_but_delivered() -> None:
    assert set(OPINIONS["type"]) == {word.value for word in OutcomeType} - {"delivered"} | {"approved", "declined"}


def test_the_order_of_outcomes_changes_nothing() -> None:
    world = checkerboard()
    one = examples(settle(world.outcomes, NOW), world.profiles, world.gestures)
    other = examples(settle(world.outcomes.reverse(), NOW), world.profiles, world.gestures)
    assert one.offers.equals(other.offers)
    assert one.people.names == other.people.names
    assert (one.people.matrix != other.people.matrix).nnz == 0
    assert (one.gesture == other.gesture).all()


def test_words_of_one_second_are_settled_alike_in_any_order() -> None:
    rows = [
        outcome("c", "g", word, LONG_AGO, decision_id=decision_id, context=moment)
        for word in ("accepted", "rejected", "thanked")
        for decision_id in ("", "d1")
        for moment in ("{}", '{"weather": "rain"}', '{"weather": "sun"}')
    ]
    settled_one_way = settle(frame(rows, OUTCOMES), NOW)
    assert settled_one_way.equals(settle(frame(rows[::-1], OUTCOMES), NOW))


def test_only_gestures_that_were_offered_stand_in_the_matrix() -> None:
    world = checkerboard()
    catalogue = pl.concat([world.gestures, frame([gesture("g_new", "sea")], GESTURES)])
    made = examples(settle(world.outcomes, NOW), world.profiles, catalogue)
    assert "g_new" not in made.offered.ids
    assert "gesture:g_new" not in made.offered.names
    few = made.where(made.gesture < 2)
    assert few.offered.ids == ("g0", "g1")
    assert few.gesture.max() == 1


def test_an_offer_of_a_gesture_that_left_the_catalogue_is_dropped() -> None:
    world = checkerboard()
    made = examples(settle(world.outcomes, NOW), world.profiles, world.gestures.filter(pl.col("gesture_id") != "g0"))
    assert "g0" not in made.offers["gesture_id"].to_list()


def test_a_customer_without_a_profile_is_told_by_the_moment_alone() -> None:
    rows = frame([outcome("c", "g", "accepted", context='{"weather": "rain"}')], OUTCOMES)
    made = examples(settle(rows, NOW), profiles([]), frame([gesture("g")], GESTURES))
    assert told(made.people, 0) == {"at:weather=rain": 1}


@pytest.mark.parametrize(("sharers", "learned"), [(FEWEST_CUSTOMERS - 1, False), (FEWEST_CUSTOMERS, True)])
def test_what_few_share_is_not_learned(sharers: int, learned: bool) -> None:
    people = [{"customer_id": f"c{n}", "tier": "rare" if n < sharers else "blue"} for n in range(20)]
    # Many offers to one person must not make their word common.
    rows = [outcome(f"c{n}", "g", "accepted", NOW + timedelta(hours=m)) for n in range(20) for m in range(9)]
    made = examples(settle(frame(rows, OUTCOMES), NOW), profiles(people), frame([gesture("g")], GESTURES))
    assert "tier:rare" in made.people.names
    assert ("tier:rare" in made.learnable().people.names) is learned


def test_an_attribute_with_very_many_words_is_no_category() -> None:
    people = [
        {"customer_id": f"c{n:03}", "attributes": json.dumps({"points": f"p{n % 60}", "seat": n % 2})}
        for n in range(360)
    ]
    rows = [outcome(str(one["customer_id"]), "g", "accepted") for one in people]
    made = examples(settle(frame(rows, OUTCOMES), NOW), profiles(people), frame([gesture("g")], GESTURES))
    assert made.learnable().people.names == ("is:seat=0", "is:seat=1")


def test_answers_are_counted_by_weight_and_verdicts_are_not() -> None:
    rows = [
        outcome("a", "g", "accepted"),
        outcome("b", "g", "rejected"),
        outcome("c", "g", "shown", LONG_AGO),
        outcome("d", "g", "approved"),
    ]
    assert count_answers(settle(frame(rows, OUTCOMES), NOW)).to_dicts() == [
        {"gesture_id": "g", "landed": 1.0, "answered": 2.5}
    ]


def test_nothing_gives_no_examples() -> None:
    made = examples(settle(frame([], OUTCOMES), NOW), profiles([]), frame([gesture("g")], GESTURES))
    assert len(made) == 0
    assert made.people.matrix.shape == (0, 0)
    assert np.array_equal(made.landed, np.array([], dtype=bool))


def pointed(name: str = "points", last: int = 200) -> Examples:
    """Tell of each of some customers another number, save of those from the 150th on."""
    people: list[dict[str, object]] = [
        {"customer_id": f"c{n:03}", "attributes": json.dumps({name: n} if n < 150 else {})} for n in range(last)
    ]
    rows = [outcome(str(one["customer_id"]), "g", "accepted") for one in people]
    return examples(settle(frame(rows, OUTCOMES), NOW), profiles(people), frame([gesture("g")], GESTURES))


def test_numbers_are_learned_in_bins_and_not_told_is_a_word_of_its_own() -> None:
    learned = pointed().learnable().people
    bins = ["[-inf, 29.8)", "[29.8, 59.6)", "[59.6, 89.4)", "[89.4, 119)", "[119, inf)", UNTOLD]
    assert learned.names == tuple(f"is:points={word}" for word in bins)
    assert learned.matrix.toarray().sum(axis=0).tolist() == [30, 30, 30, 29, 31, 50]


def test_serving_lays_a_number_never_seen_in_the_bin_that_was_learned() -> None:
    names = pointed().learnable().people.names
    served = occasions(profiles([{"customer_id": "new", "attributes": json.dumps({"points": 44.5})}]))
    assert served.under(names).toarray().tolist() == [[0, 1, 0, 0, 0, 0]]


def test_a_number_that_nobody_should_be_judged_by_has_no_bins() -> None:
    assert pointed("income").learnable().people.names == ()


def test_bins_are_those_of_a_company_that_never_knew_who_was_forgotten() -> None:
    made, never = pointed(), pointed(last=149).learnable().people
    left = made.where(made.offers["customer_id"].to_numpy() < "c149").learnable().people
    assert left.names == never.names != made.learnable().people.names
    assert left.matrix.toarray().tolist() == never.matrix.toarray().tolist()


def test_the_time_of_a_moment_tells_what_it_is_on_the_customers_clock() -> None:
    people = [{"customer_id": "c", "attributes": "{}", "time_zone": "Asia/Tokyo", "joined_on": date(2026, 1, 1)}]
    rows = [outcome("c", "g", "accepted", context=json.dumps({DECIDED_AT: "2026-01-31T23:30:00+00:00"}))]
    made = examples(settle(frame(rows, OUTCOMES), NOW), profiles(people), frame([gesture("g")], GESTURES))
    assert made.people.names == (
        "at:day=weekend",
        "at:days_since_joined=30",
        "at:part_of_day=morning",
        "at:season=December to February",
    )
