from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import candidate, incident, moment, offer, person, voucher
from tests.decide.make import given as had
from wowengine.decide.arms import Arm
from wowengine.decide.judge import OF_GESTURE, OF_KIND, judge
from wowengine.decide.offer import Offer
from wowengine.terms import GestureKind, Purpose

OTHERWISE = st.fixed_dictionaries(
    {},
    optional={
        "cost_cents": st.integers(0, 5000),
        "stock_left": st.none() | st.integers(0, 9),
        "lead_minutes": st.integers(0, 999),
        "place": st.none() | st.just("B12"),
        "tiers": st.just(("gold",)),
        "slots": st.just(("coffee",)),
        "category": st.sampled_from(["", "music", "film"]),
        "evidence": st.just(()),
        "most": st.integers(1, 5),
    },
)
KINDS = st.sampled_from(GestureKind)
TROUBLED = person(
    consents=frozenset({Purpose.CARE}), given=(had(days_ago=1), had("film-voucher", days_ago=2)), open_complaints=1
)


@given(KINDS, OTHERWISE, st.booleans(), st.booleans())
def test_offers_of_one_kind_and_channel_hear_the_same_words(
    kind: GestureKind, otherwise: dict[str, Any], wrong: bool, troubled: bool
) -> None:
    """Words that are found once for a kind and channel must hang on nothing else of a gesture."""
    who, when = TROUBLED if troubled else person(), moment(incident=incident()) if wrong else moment()
    one = offer(candidate(kind=kind), who, when, arm=Arm.HOLDOUT)
    other = offer(candidate("other", kind=kind, **otherwise), who, when, arm=Arm.HOLDOUT)
    assert [rule(one) for rule in OF_KIND] == [rule(other) for rule in OF_KIND]


@given(st.lists(st.tuples(KINDS, OTHERWISE), max_size=5), st.booleans())
def test_judged_together_each_hears_what_it_hears_alone(
    drawn: list[tuple[GestureKind, dict[str, Any]]], wrong: bool
) -> None:
    def made(number: int, kind: GestureKind, otherwise: dict[str, Any]) -> Offer:
        gesture = candidate(f"g{number}", kind=kind, channels=("chat",) if number % 2 else ("staff_task",), **otherwise)
        return offer(gesture, when=moment(incident=incident()) if wrong else moment())

    together = [made(number, *one) for number, one in enumerate(drawn)]
    words, passed = judge(together)
    for one in together:
        alone, well = judge([one])
        assert words[one.candidate.gesture_id] == alone[one.candidate.gesture_id]
        assert [p.offer for p in passed if p.offer is one] == [p.offer for p in well]
        assert len(words[one.candidate.gesture_id]) == len(OF_KIND) + len(OF_GESTURE) + 1


def test_who_hears_one_no_does_not_pass() -> None:
    words, passed = judge([offer(candidate()), offer(voucher())])
    assert [one.offer.candidate.gesture_id for one in passed] == ["trail-map"]
    assert [word.rule for word in words["film-voucher"] if not word.ok] == ["eligibility.occasion", "face.sayable"]
