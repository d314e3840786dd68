"""Hidden tastes repeat, keep their promise of a probability, and show in past answers."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wowengine.demo.past import outcomes
from wowengine.demo.people import people
from wowengine.demo.tastes import INTERESTS, Taste, pleasure, taste_of
from wowengine.demo.texts import texts
from wowengine.profiles.reading.taxonomy import taxonomy
from wowengine.terms import GestureKind, OutcomeType

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
tastes = st.builds(taste_of, st.integers(0, 99), st.integers(1, 999).map("C{:04}".format))
kinds = st.sampled_from(list(GestureKind))
tags = st.sets(st.sampled_from(INTERESTS), max_size=3)


@given(st.integers(0, 99), st.integers(1, 999).map("C{:04}".format))
def test_the_same_person_always_has_the_same_taste(seed: int, customer_id: str) -> None:
    taste = taste_of(seed, customer_id)
    assert taste == taste_of(seed, customer_id)
    assert 2 <= len(set(taste.likes)) == len(taste.likes) <= 3
    assert taste.dislikes not in taste.likes


@given(tastes, kinds, tags)
def test_what_they_like_pleases_more_and_what_they_dislike_less(
    taste: Taste, kind: GestureKind, told: set[str]
) -> None:
    neutral = told - {*taste.likes, *taste.nearby, taste.dislikes}
    plain = pleasure(taste, kind, neutral, {})
    liked = pleasure(taste, kind, neutral | {taste.likes[0]}, {})
    assert 0 < plain < liked < 1
    assert all(plain < pleasure(taste, kind, neutral | {one}, {}) < liked for one in taste.nearby)
    assert pleasure(taste, kind, neutral | {taste.dislikes}, {}) < plain


def test_every_interest_is_one_that_may_be_known() -> None:
    assert set(INTERESTS) <= taxonomy().keys()


def test_past_answers_follow_tastes_with_noise() -> None:
    everybody = people(7, NOW, 240)
    tags_of = {gesture["gesture_id"]: set(gesture["tags"]) for gesture in texts("gestures")["gestures"]}
    likes = {person.customer_id: set(person.taste.likes) for person in everybody}
    landed: dict[bool, list[bool]] = {True: [], False: []}
    for row in outcomes(7, NOW, everybody):
        fits = bool(tags_of[row["gesture_id"]] & likes[row["customer_id"]])
        landed[fits].append(row["type"] in {OutcomeType.ACCEPTED, OutcomeType.THANKED})
    shares = {fits: sum(answers) / len(answers) for fits, answers in landed.items()}
    assert shares[True] > shares[False] + 0.2
    assert shares[True] < 0.95
    assert shares[False] > 0.05
