import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.make import NOW, POLICY, amends, candidate, decided, incident, moment, person, voucher
from tests.decide.make import given as had
from wowengine.decide.candidate import Acceptance, Moment, Propensity
from wowengine.decide.canonical import digest, plain
from wowengine.decide.decision import Decision, Receipt
from wowengine.decide.receipt import seal, unseal
from wowengine.decide.replay import replay
from wowengine.errors import BadInput, Conflict
from wowengine.terms import Basis, GestureKind, Purpose

RICH = decided(
    voucher(),
    candidate(),
    who=person(
        preferences={"coffee": "long", "seat": "aisle"}, given=(had(days_ago=400),), used_categories=frozenset("ba")
    ),
    when=moment(
        incident=incident(unanswered_minutes=99), channel="chat", place="B12", deadline=NOW + timedelta(hours=1)
    ),
)


def through_a_database(receipt: Receipt) -> Receipt:
    """What comes back from a JSON column: keys in another order, and nothing but JSON."""
    body = json.loads(json.dumps(receipt.body, sort_keys=True))
    return Receipt(dict(reversed(body.items())), receipt.sha256)


def test_a_decision_is_replayed_from_its_receipt_bit_for_bit() -> None:
    again = replay(through_a_database(seal(RICH)))
    assert again == RICH
    assert seal(again).body == seal(RICH).body


CHANCES = st.floats(0, 1)
GESTURES = st.lists(
    st.builds(
        lambda kind, chance, cost, score: candidate(
            kind=kind, propensity=Propensity(chance, chance, 1.0, "calibrated"), cost_cents=cost, score=score
        ),
        st.sampled_from(GestureKind),
        CHANCES,
        st.integers(0, 3000),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=6,
).map(lambda drawn: [replace(one, gesture_id=f"g{index}") for index, one in enumerate(drawn)])
MOMENTS = st.builds(
    moment,
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    incident=st.none()
    | st.builds(incident, unanswered_minutes=st.integers(0, 9999), cause=st.sampled_from(["carrier", None])),
)


@settings(max_examples=100, deadline=None)
@given(GESTURES, MOMENTS, st.text(), st.frozensets(st.sampled_from(Purpose)))
def test_any_decision_is_replayed(gestures: list[Any], when: Moment, name: str, consents: frozenset[Purpose]) -> None:
    decision = decided(*gestures, who=person(name=name, consents=consents), when=when)
    assert replay(through_a_database(seal(decision))) == decision


def test_the_order_of_candidates_makes_no_difference() -> None:
    gestures = [candidate(f"g{number}") for number in range(5)]
    assert decided(*gestures) == decided(*reversed(gestures))


def test_the_same_gesture_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="twice"):
        decided(candidate(), candidate())


@pytest.mark.parametrize(
    "path", [("suggestions", 0, "amount_cents"), ("inputs", "person", "tier"), ("policy_version",)]
)
def test_a_receipt_that_was_touched_is_found_out(path: tuple[str | int, ...]) -> None:
    body = json.loads(json.dumps(seal(RICH).body))
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "otherwise"
    with pytest.raises(Conflict, match="not what was sealed"):
        replay(Receipt(body, seal(RICH).sha256))


def test_a_receipt_that_lacks_an_input_says_which() -> None:
    body = json.loads(json.dumps(seal(RICH).body))
    del body["inputs"]["policy"]
    with pytest.raises(Conflict, match="policy"):
        unseal(Receipt(body, digest(body)))


def test_a_receipt_from_before_laws_named_their_arithmetic_says_so() -> None:
    body = json.loads(json.dumps(seal(RICH).body))
    del body["inputs"]["regimes"][0]["arithmetic"]
    with pytest.raises(Conflict, match=r"cannot be replayed; not usable any more: regimes\.0"):
        replay(Receipt(body, digest(body)))


def test_facts_that_an_older_receipt_does_not_hold_are_not_known() -> None:
    body = json.loads(json.dumps(seal(RICH).body))
    del body["inputs"]["moment"]["incident"]["ticket"]
    assert unseal(Receipt(body, digest(body))).moment == RICH.moment


def test_what_was_given_before_amounts_were_kept_counts_as_paid_in_full_and_says_that_rules_have_changed() -> None:
    paid = had("owed:eu261", days_ago=9, basis=Basis.FLOOR, subject="inc-1")
    decision = decided(voucher(), who=person(given=(paid,)), when=moment(incident=incident()))
    body = json.loads(json.dumps(seal(decision).body))
    for field in ("amount_cents", "currency", "substitute", "elsewhere"):
        del body["inputs"]["person"]["given"][0][field]
    for part, field in (("goodwill", "form_from"), ("goodwill", "mends"), ("context", "mends")):
        del body["inputs"]["policy"][part][field]
    older = Receipt(body, digest(body))
    inputs = unseal(older)
    assert inputs.person == decision.inputs.person
    assert (inputs.policy.goodwill.form_from, inputs.policy.context.mends) == (None, 1.0)
    assert inputs.owed is not None
    assert inputs.owed.open_cents == 0
    with pytest.raises(Conflict, match="the rules have changed"):
        replay(older)


def test_an_agreement_on_record_is_sealed_and_replayed() -> None:
    taken = amends(subject="inc-1", substitute=Acceptance("eu261", "signed", "scan 7", NOW, 30_000, "EUR"))
    decision = decided(voucher(), who=person(given=(taken,)), when=moment(incident=incident()))
    assert replay(through_a_database(seal(decision))) == decision


@pytest.mark.parametrize("mode", ["air", "rail", "ferry", "coach", "telecom", "parcel"])
def test_every_kind_of_law_is_sealed_and_replayed(mode: str) -> None:
    decision = decided(when=moment(incident=incident(mode=mode, type="delay", days_out=2, price_cents=900)))
    assert replay(through_a_database(seal(decision))) == decision


def test_rules_that_have_changed_since_are_told_of() -> None:
    body = json.loads(json.dumps(seal(RICH).body))
    body["inputs"]["policy"]["goodwill"]["base_cents"]["serious"] += 100
    with pytest.raises(Conflict, match="comes out otherwise"):
        replay(Receipt(body, digest(body)))


def test_any_change_of_an_input_changes_the_hash() -> None:
    plainly = seal(decided(candidate())).sha256
    other_policy = POLICY.model_copy(update={"base_rate": 0.21})
    others = [
        decided(candidate(score=0.5000000000000001)),
        decided(candidate(), who=person(tier="basic")),
        decided(candidate(), when=moment(place="B12")),
        decided(candidate(), policy=other_policy),
    ]
    assert len({plainly, *(seal(one).sha256 for one in others)}) == 5


def test_every_verdict_is_on_the_receipt_those_that_failed_with_their_reason() -> None:
    kept = seal(RICH).body["verdicts"]
    told = {
        (gesture_id, rule, ok)
        for gesture_id, words in kept.items()
        for ok, rules in ((True, words["passed"]), (False, words["refused"]))
        for rule in rules
    }
    assert told == {(one.gesture_id, one.verdict.rule, one.verdict.ok) for one in RICH.verdicts}
    assert all(reason for words in kept.values() for reason in words["refused"].values())


def test_the_receipt_names_the_versions_and_leaves_out_laws_that_nobody_asked() -> None:
    body = seal(RICH).body
    assert body["policy_version"] == POLICY.version
    assert body["model_version"] == "m-1"
    assert len(body["regimes_version"]) == 64
    quiet: Decision = decided(candidate())
    assert seal(quiet).body["regimes_version"] == ""
    assert seal(quiet).body["inputs"]["regimes"] == []


def test_the_hash_is_the_same_in_another_process_whatever_its_hash_seed() -> None:
    script = "from tests.decide.test_receipt import RICH, seal; print(seal(RICH).sha256)"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert run.stdout.strip() == seal(RICH).sha256


def test_equal_values_are_written_alike() -> None:
    assert plain(-0.0) == plain(0.0) == "0.0"
    assert plain(np.float64(0.1)) == plain(0.1) == "0.1"
    assert plain(1e22) == "1e+22"
    there = timezone(timedelta(hours=1))
    assert plain(datetime(2026, 1, 1, 13, tzinfo=there)) == plain(datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert plain({GestureKind.TIP: frozenset({"b", "a"})}) == {"tip": ["a", "b"]}
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_what_has_no_agreed_text_is_not_written() -> None:
    with pytest.raises(TypeError, match="object has no agreed text"):
        plain({"a": object()})
