import json

import pytest

from tests.recommend.worlds import GESTURES, frame, gesture, profiles, told
from wowengine.recommend.features import UNTOLD, family, gestures_told, occasions
from wowengine.terms import NEVER_JUDGED_BY


def test_all_that_may_be_told_of_a_customer() -> None:
    anna = profiles(
        [
            {
                "customer_id": "anna",
                "tier": "gold",
                "language": "it",
                "country": "IT",
                "attributes": json.dumps({"seat": "aisle", "flights": 12, "tags": ["x"], "note": "x" * 200}),
            }
        ],
        [
            {"customer_id": "anna", "topic": "hiking", "affinity": 0.8},
            {"customer_id": "anna", "topic": "opera", "affinity": -0.4},
        ],
        [{"customer_id": "anna", "slot": "coffee", "value": "long, no sugar"}],
        [
            {
                "customer_id": "anna",
                "mood": -0.6,
                "contacts": 4,
                "unanswered": 1,
                "incidents": 1,
                "longest_wait_seconds": 7200.0,
                "top_reason": "late",
            }
        ],
    )
    features = occasions(anna, {"anna": {"place": "gate 12"}})
    assert told(features, 0) == {
        "interest:hiking": pytest.approx(0.8),
        "interest:opera": pytest.approx(-0.4),
        "prefers:coffee": 1,
        "tier:gold": 1,
        "language:it": 1,
        "country:IT": 1,
        "is:seat=aisle": 1,
        "is:flights=12": 1,
        "mood:low": 1,
        "contacts:many": 1,
        "unanswered:yes": 1,
        "incidents:one": 1,
        "wait:hours": 1,
        "reason:late": 1,
        "at:place=gate 12": 1,
    }


@pytest.mark.parametrize("name", ["gender", "Gender", "maritalStatus", "marital_status", "has_children", "income"])
def test_what_nobody_should_be_judged_by_is_never_told(name: str) -> None:
    assert name.lower().replace("_", "") in NEVER_JUDGED_BY
    someone = profiles([{"customer_id": "c", "attributes": json.dumps({name: "1", "car": "2"})}])
    assert occasions(someone, {"c": {name: "1"}}).names == ("is:car=2",)


def test_the_words_of_a_stated_preference_stay_out() -> None:
    someone = profiles(
        [{"customer_id": "c", "attributes": "{}"}], preferences=[{"customer_id": "c", "slot": "tea", "value": "secret"}]
    )
    assert occasions(someone).names == ("prefers:tea",)


def test_rows_stand_by_id_and_a_stranger_has_an_empty_one() -> None:
    features = occasions(profiles([{"customer_id": "b", "attributes": "{}"}, {"customer_id": "a", "tier": "gold"}]))
    assert features.ids == ("a", "b")
    assert told(features, 0) == {"tier:gold": 1}
    assert told(features, 1) == {}


def test_a_moment_of_somebody_else_is_passed_over() -> None:
    features = occasions(profiles([{"customer_id": "a"}]), {"z": {"place": "gate 12"}})
    assert features.ids == ("a",)
    assert features.names == ()


@pytest.mark.parametrize(("cents", "band"), [(0, "free"), (999, "small"), (1000, "middling"), (10_000, "great")])
def test_all_that_is_told_of_a_gesture(cents: int, band: str) -> None:
    rows = frame(
        [
            gesture(
                "map",
                "outdoor",
                "paper",
                cost_cents=cents,
                channels=["gate"],
                slots=["coffee"],
                place="Siena",
                attributes='{"category": "print"}',
            )
        ],
        GESTURES,
    )
    assert set(told(gestures_told(rows), 0)) == {
        "gesture:map",
        "kind:surprise",
        f"cost:{band}",
        "tag:outdoor",
        "tag:paper",
        "channel:gate",
        "slot:coffee",
        "place:Siena",
        "category:print",
    }


def test_unknown_columns_are_dropped_and_missing_ones_are_zero() -> None:
    features = occasions(profiles([{"customer_id": "a", "tier": "gold", "language": "it"}]))
    assert features.under(["tier:blue", "tier:gold"]).toarray().tolist() == [[0, 1]]


def test_what_is_not_told_has_a_column_of_its_own() -> None:
    features = occasions(
        profiles([{"customer_id": "a", "tier": "gold"}, {"customer_id": "b"}, {"customer_id": "c", "tier": "new"}])
    )
    assert features.under(["tier:gold", "tier:" + UNTOLD]).toarray().tolist() == [[1, 0], [0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("name", "of"), [("tier:gold", "tier:"), ("at:weather=rain", "at:weather="), ("interest:hiking", "")]
)
def test_families(name: str, of: str) -> None:
    assert family(name) == of


def test_a_question_mark_in_a_tag_is_a_word_like_others() -> None:
    features = gestures_told(frame([gesture("a", "tea?"), gesture("b", "why")], GESTURES))
    assert features.under(["tag:tea?", "tag:why"]).toarray().tolist() == [[1, 0], [0, 1]]
