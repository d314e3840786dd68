import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from tests.recommend.worlds import NOW, hidden_tastes
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.doubt import (
    LEAST,
    OF_GESTURE,
    OF_PAIR,
    OF_PERSON,
    OF_TOLD,
    REACH,
    answers_about,
    differences,
    learned_from,
    limits,
)
from wowengine.recommend.features import gestures_told, occasions
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import pair_logits

LOGITS = st.floats(-12, 12)
ANSWERS = st.floats(0, 1e6)
BEYOND = st.floats(2 * LEAST, 3)


def one(number: float) -> NDArray[np.float64]:
    return np.array([number])


def rows(*cells: list[float]) -> sp.csr_matrix:
    return sp.csr_matrix(np.array(cells))


@given(LOGITS, ANSWERS, ANSWERS, BEYOND)
def test_the_chance_lies_in_its_interval(logit: float, person: float, gesture: float, beyond: float) -> None:
    low, high = limits(one(logit), one(person), one(gesture), beyond)
    assert 0 <= low[0] < expit(logit) < high[0] <= 1


@given(LOGITS, ANSWERS, ANSWERS, ANSWERS, BEYOND)
def test_more_answers_never_widen_it(logit: float, person: float, gesture: float, more: float, beyond: float) -> None:
    low, high = limits(one(logit), one(person), one(gesture), beyond)
    for known in ((person + more, gesture), (person, gesture + more)):
        nearer, nigher = limits(one(logit), one(known[0]), one(known[1]), beyond)
        assert nearer[0] >= low[0] - 1e-12
        assert nigher[0] <= high[0] + 1e-12


def test_what_is_told_of_a_person_says_nothing_of_a_gesture_nobody_knows() -> None:
    logits, person = np.zeros(2), np.array([0.0, 1e6])
    new, _ = limits(logits, person, np.zeros(2))
    old, _ = limits(logits, person, np.full(2, 1e6))
    assert new[0] == new[1] < old[0] < old[1]


def test_who_and_what_is_unknown_stands_at_the_prior() -> None:
    low, _ = limits(one(0.0), one(0.0), one(0.0))
    assert low[0] == pytest.approx(expit(-REACH * np.sqrt(OF_TOLD + OF_GESTURE + OF_PERSON + OF_PAIR)))


def test_an_answer_tells_less_where_it_is_nearly_foretold() -> None:
    middle, answers = np.array([0.0, -4.0]), np.full(2, 100.0)
    low, _ = limits(middle, answers, answers)
    even, rare = middle - np.log(low / (1 - low))
    assert rare > even
    none, _ = limits(middle, np.zeros(2), answers)
    even, rare = middle - np.log(none / (1 - none))
    assert rare > even  # of the gesture alone, too


def test_with_endless_answers_people_still_differ() -> None:
    low, _ = limits(one(0.0), one(1e12), one(1e12), 0.5)
    assert low[0] == pytest.approx(expit(-REACH * np.sqrt(0.5)))


def test_many_customers_meet_many_gestures_by_broadcasting() -> None:
    logits = np.random.default_rng(0).normal(size=(3, 2))
    person, gesture = np.array([0.0, 10.0, 20.0]), np.array([5.0, 500.0])
    low, high = limits(logits, person[:, None], gesture)
    again = limits(logits[2, 1:], one(20.0), one(500.0))
    assert (low[2, 1], high[2, 1]) == (again[0][0], again[1][0])


def test_a_feature_was_learned_from_the_answers_of_those_who_have_it() -> None:
    learned, usual = learned_from(rows([1, 0], [0.5, 2]), np.array([1.0, 0.5]))
    assert learned.tolist() == [1.125, 2.0]
    assert usual == (1 + 4.25) / 2


def test_nothing_tells_of_somebody_unknown() -> None:
    told = rows([0, 0], [1, 0], [0, 1], [1, 1])
    about = answers_about(told, np.array([400.0, 0.0]), usual=1.0)
    assert about[0] == about[2] == 0
    assert about[1] > about[3] > 0  # half of what is told of the last was never learned


def test_what_is_usually_told_and_is_not_is_doubted() -> None:
    learned = np.array([400.0, 400.0])
    less, more = answers_about(rows([1, 0], [1, 1]), learned, usual=2.0)
    assert less < more


def test_where_no_features_were_learned_nothing_is_known_of_anybody() -> None:
    assert answers_about(sp.csr_matrix((3, 0)), np.zeros(0), usual=0.0).tolist() == [0, 0, 0]


@given(
    st.lists(st.floats(0, 1e5), min_size=3, max_size=3),
    st.lists(st.floats(0, 1e5), min_size=3, max_size=3),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    st.floats(0, 10),
)
def test_more_answers_about_features_tell_more_of_a_person(
    learned: list[float], more: list[float], told: list[float], usual: float
) -> None:
    before = answers_about(rows(told), np.array(learned), usual)
    after = answers_about(rows(told), np.array(learned) + np.array(more), usual)
    assert after[0] >= before[0] * (1 - 1e-9) - 1e-9


def answered_by(spread: float, customers: int, each: int) -> float:
    """What `differences` finds among people whose willingness has this standard deviation beyond what is foretold."""
    chooser = np.random.default_rng(0)
    customer = np.repeat(np.arange(customers), each)
    logits = chooser.normal(-0.5, 0.7, len(customer))
    willing = chooser.normal(0, spread, customers)[customer]
    landed = chooser.random(len(customer)) < expit(logits + willing)
    gesture = np.tile(np.arange(each), customers)
    return differences(logits, landed, np.ones(len(customer)), customer, gesture)


@pytest.mark.parametrize("spread", [0.0, 0.5, 0.8])
def test_how_much_people_differ_is_learned_from_those_who_answered_often(spread: float) -> None:
    found = answered_by(spread, customers=1000, each=10) - OF_PAIR
    assert 0.6 * spread**2 < found < spread**2 + 2 * LEAST


def test_where_nobody_answered_twice_the_guess_stands() -> None:
    assert answered_by(0.8, customers=500, each=1) == pytest.approx(OF_PERSON + OF_PAIR)


def test_asking_the_same_again_tells_of_the_pair() -> None:
    chooser = np.random.default_rng(0)
    pair = np.repeat(np.arange(3000), 4)
    landed = chooser.random(len(pair)) < expit(chooser.normal(0, 0.8, 3000)[pair])
    found = differences(np.zeros(len(pair)), landed, np.ones(len(pair)), pair // 10, pair % 10)
    assert 0.6 * 0.64 < found < 0.64 + LEAST


def test_what_a_person_is_like_in_all_they_answer_is_not_counted_again_for_the_pair() -> None:
    chooser = np.random.default_rng(0)
    customer, gesture = np.repeat(np.arange(500), 10), np.tile([0, 1], 2500)
    landed = chooser.random(5000) < expit(chooser.normal(0, 0.8, 500)[customer])
    found = differences(np.zeros(5000), landed, np.ones(5000), customer, gesture)
    assert 0.6 * 0.64 < found < 0.64


def test_names_are_any_that_can_be_compared() -> None:
    chooser = np.random.default_rng(0)
    customer, gesture = chooser.integers(0, 50, 500), chooser.integers(0, 5, 500)
    landed, logits = chooser.random(500) < 0.4, chooser.normal(size=500)
    found = differences(logits, landed, np.ones(500), customer, gesture)
    again = differences(logits, landed, np.ones(500), customer.astype(np.str_), gesture.astype(np.str_))
    assert found == pytest.approx(again, rel=1e-9)


@pytest.mark.parametrize(("answers", "least"), [(200, 0.85), (1000, 0.9), (5000, 0.85)])
def test_nine_of_ten_truths_lie_in_their_intervals(answers: int, least: float) -> None:
    """A world whose features tell all: true chances of everybody and everything, by a learned model."""
    world = hidden_tastes(answers, seed=1)
    offers = examples(settle(world.outcomes, NOW), world.profiles, world.gestures)
    model = fit(offers, learners())
    scorer = blended(model)
    ids = world.profiles.customers["customer_id"].to_list()
    people = occasions(world.profiles, {one: {"weather": "sun"} for one in ids})
    offered = gestures_told(world.gestures)
    logits = np.stack(
        [
            pair_logits(scorer.forms(people, offered), people, offered, np.full(len(ids), at))
            for at in range(len(offered.ids))
        ],
        axis=1,
    )
    known = offers.shared()
    learned, usual = learned_from(known.people.matrix, known.weight)
    about = answers_about(people.under(known.people.names), learned, usual)
    evidence = np.array([model.evidence[gesture] for gesture in offered.ids])
    low, high = limits(logits, about[:, None], evidence)
    assert least <= ((low <= world.chance) & (world.chance <= high)).mean()
    assert (high - low).mean() < {200: 0.6, 1000: 0.45, 5000: 0.4}[answers]
