"""What a reviewer said never to do again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import candidate, decided, incident, moment, offer, person, voucher
from wowengine.decide import eligibility
from wowengine.decide.canonical import plain
from wowengine.decide.never import Never, Scope
from wowengine.decide.receipt import seal
from wowengine.decide.replay import replay
from wowengine.terms import Basis

WORDS = [
    (Never(Scope.GESTURE, "trail-map"), "not this gesture"),
    (Never(Scope.KIND, "surprise"), "no surprise"),
    (Never(Scope.TOPIC, "hiking"), "nothing to do with hiking"),
    (Never(Scope.EVERYTHING), "nothing that delights"),
]


@pytest.mark.parametrize(("said", "words"), WORDS)
def test_what_was_said_never_to_be_done_is_not_done(said: Never, words: str) -> None:
    verdict = eligibility.never(offer(candidate(), person(never=(said,))))
    assert (verdict.ok, verdict.reason) == (False, f"a reviewer said never again: {words}")
    assert decided(candidate(), who=person(never=(said,))).suggestions == ()


@pytest.mark.parametrize(
    "said", [Never(Scope.GESTURE, "other"), Never(Scope.KIND, "tip"), Never(Scope.TOPIC, "jazz"), Never(Scope.TOPIC)]
)
def test_what_has_nothing_to_do_with_it_goes_on(said: Never) -> None:
    assert eligibility.never(offer(candidate(), person(never=(said,)))).ok
    assert len(decided(candidate(), who=person(never=(said,))).suggestions) == 1


def test_a_topic_is_barred_in_tags_slots_and_words_alike() -> None:
    shy = person(never=(Never(Scope.TOPIC, "coffee"),), preferences={"coffee": "long"})
    assert not eligibility.never(offer(candidate(slots=("coffee",)), shy)).ok
    assert not eligibility.never(offer(candidate(tags=("coffee",)), shy)).ok


@given(st.sampled_from(WORDS))
def test_what_is_owed_and_making_good_are_never_touched(said: tuple[Never, str]) -> None:
    when = moment(incident=incident())
    plainly = decided(voucher("trail-map"), when=when)
    told = decided(voucher("trail-map"), who=person(never=(said[0],)), when=when)
    assert [(one.basis, one.amount_cents) for one in told.suggestions] == [
        (one.basis, one.amount_cents) for one in plainly.suggestions
    ]
    assert {one.basis for one in told.suggestions} == {Basis.FLOOR, Basis.GOODWILL}


def test_where_nobody_said_it_a_receipt_reads_as_before_there_was_such_a_thing() -> None:
    body = seal(decided(candidate())).body
    assert "never" not in body["inputs"]["person"]
    assert "eligibility.never" not in str(body["verdicts"])
    assert plain(person(never=(Never(Scope.EVERYTHING),)))["never"] == [{"scope": "surprises", "value": ""}]  # type: ignore[index]


def test_a_decision_with_such_a_word_is_replayed() -> None:
    decision = decided(candidate(), who=person(never=(Never(Scope.TOPIC, "jazz"),)))
    assert replay(seal(decision)) == decision
