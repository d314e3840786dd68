"""One customer at once is told what everybody together is told."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recommend.worlds import GESTURES, NOW, frame, gesture, hidden_tastes
from wowengine.recommend.base import Scores
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.features import Contexts, history_of, occasions
from wowengine.recommend.fit import fit, learners
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
