"""One customer at once is told what everybody together is told."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recommend.worlds import GESTURES, NOW, frame, gesture, hidden_tastes
from wowengine.recommend import content, linear
from wowengine.recommend.base import ASSUMED, Scores
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.features import Contexts, history_of, occasions
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.rehearse import Learner
from wowengine.recommend.score import blended
from wowengine.recommend.suggest import Suggester, Suggestion, ready
from wowengine.recommend.topk import GRAIN

WORLD = hidden_tastes(1500, customers=120)
FRESH = frame([gesture("new_sea", "sea"), gesture("new", "violins"), gesture("new_too", "violins")], GESTURES)
CATALOGUE = pl.concat([WORLD.gestures, FRESH])
OFFERS = examples(settle(WORLD.outcomes, NOW), WORLD.profiles, WORLD.gestures)
HISTORY = history_of(OFFERS.answers)
ANYONE = st.integers(0, 119).map(lambda n: f"c{n:03}")
MOMENT = st.sampled_from([{}, {"weather": "rain"}, {"weather": "sun"}, {"weather": "hail", "place": "sea"}])


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return ready(fit(OFFERS, learners()), CATALOGUE)


def one(customer_id: str, moment: dict[str, str], suggester: Suggester, k: int) -> tuple[Scores, list[Suggestion]]:
    """The same customer by either way."""
    alone = type(WORLD.profiles)(
        *(
            getattr(WORLD.profiles, name).filter(customer_id=customer_id)
            for name in ("customers", "interests", "preferences", "care")
        )
    )
    contexts: Contexts = {customer_id: moment}
    people = occasions(alone, contexts, HISTORY)
    told = dict(zip(people.names, people.matrix.toarray()[0].tolist(), strict=True))
    scores = blended(suggester.model).score(alone, CATALOGUE, contexts, history=HISTORY)
    return scores, suggester.suggest(customer_id, {name: weight for name, weight in told.items() if weight}, k)


@settings(max_examples=40, deadline=None)
@given(customer_id=ANYONE, moment=MOMENT, k=st.integers(1, 15))
def test_one_customer_gets_the_numbers_that_everybody_gets(
    suggester: Suggester, customer_id: str, moment: dict[str, str], k: int
) -> None:
    scores, suggested = one(customer_id, moment, suggester, k)
    by_gesture = {row["gesture_id"]: row for row in scores.frame.iter_rows(named=True)}
    assert len(suggested) == k
    for place, said in enumerate(suggested):
        row = by_gesture[said.gesture_id]
        assert said.score == pytest.approx(row["score"], abs=1.01 * GRAIN)
        assert said.score == pytest.approx(scores.frame["score"][place], abs=2.01 * GRAIN)
        chances = (said.propensity, said.low, said.high)
        expected = (row["propensity"], row["propensity_low"], row["propensity_high"])
        assert chances == pytest.approx(expected, abs=1e-5)
        assert said.basis == row["propensity_basis"]


@settings(max_examples=20, deadline=None)
@given(customer_id=ANYONE, moment=MOMENT)
def test_one_customer_gets_the_reasons_that_everybody_gets(
    suggester: Suggester, customer_id: str, moment: dict[str, str]
) -> None:
    scores, suggested = one(customer_id, moment, suggester, 15)
    for said in suggested:
        expected = scores.reasons(customer_id, said.gesture_id)
        assert [part[:2] for part in said.reasons] == [part[:2] for part in expected]
        np.testing.assert_allclose([part.weight for part in said.reasons], [p.weight for p in expected], atol=1e-5)


def test_a_number_is_laid_in_the_bin_that_was_learned() -> None:
    flights = pl.Series([json.dumps({"flights": n}) for n in range(120)])
    people = replace(WORLD.profiles, customers=WORLD.profiles.customers.with_columns(attributes=flights))
    learned = examples(settle(WORLD.outcomes, NOW), people, WORLD.gestures)
    suggester = ready(fit(learned, [Learner(linear.NAME, linear.path)]), CATALOGUE)
    assert any(name.startswith("is:flights=[") for name in suggester.model.forms[linear.NAME].customer_names)
    alone = people.only(["c007"])
    scores = blended(suggester.model).score(alone, CATALOGUE).frame
    told = occasions(alone)
    assert "is:flights=7" in told.names
    for said in suggester.suggest("c007", dict(zip(told.names, told.matrix.data.tolist(), strict=True)), 15):
        assert said.score == pytest.approx(scores.filter(gesture_id=said.gesture_id)["score"][0], abs=1.01 * GRAIN)


def test_chances_that_were_learned_from_choices_alone_stay_assumed() -> None:
    chosen = OFFERS.where(OFFERS.landed)
    suggester = ready(fit(chosen, [Learner(content.NAME, content.path)]), CATALOGUE)
    scores, suggested = one("c001", {}, suggester, 5)
    expected = scores.frame.head(5).select("propensity_low", "propensity_high", "propensity_basis").rows()
    for said, (low, high, basis) in zip(suggested, expected, strict=True):
        assert (said.low, said.high) == pytest.approx((low, high), abs=1e-5)
        assert said.basis == basis == ASSUMED


def test_gestures_of_equal_score_stand_by_id(suggester: Suggester) -> None:
    order = [said.gesture_id for said in suggester.suggest("nobody", {}, 15)]
    assert [one for one in order if one.startswith("new")] == ["new", "new_sea", "new_too"]


def test_somebody_of_whom_nothing_is_told_gets_suggestions_without_reasons(suggester: Suggester) -> None:
    suggested = suggester.suggest("nobody", {})
    assert len(suggested) == 10
    assert not any(said.reasons for said in suggested)
    chances = [said.propensity for said in suggested]
    assert chances == sorted(chances, reverse=True)


def test_an_empty_catalogue_suggests_nothing(suggester: Suggester) -> None:
    assert ready(suggester.model, CATALOGUE.clear()).suggest("c001", {"interest:sea": 0.9}) == []
