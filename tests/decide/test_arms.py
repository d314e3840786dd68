from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import POLICY, candidate, decided, incident, moment, voucher
from wowengine.decide.arms import Arm, Drawing
from wowengine.decide.policy_chance import Arms
from wowengine.decide.rulebook import parse
from wowengine.errors import BadInput

PEOPLE = [f"customer-{number}" for number in range(4000)]
NOBODY = POLICY.arms


def arms(**shares: Any) -> Arms:
    return NOBODY.model_copy(update=shares)


def held_out(salt: str, share: float) -> set[str]:
    return {who for who in PEOPLE if Drawing(salt, share, NOBODY).arm(who) is Arm.HOLDOUT}


def test_the_share_is_kept() -> None:
    assert 340 < len(held_out("salt", 0.1)) < 460
    assert held_out("salt", 0.0) == set()
    assert len(held_out("salt", 1.0)) == len(PEOPLE)


def test_a_larger_share_keeps_everybody_who_was_held_out() -> None:
    assert held_out("salt", 0.05) < held_out("salt", 0.1) < held_out("salt", 0.5)


def test_another_salt_draws_another_group() -> None:
    one, other = held_out("salt", 0.5), held_out("pepper", 0.5)
    assert 800 < len(one & other) < 1200


def test_each_arm_has_its_share_and_takes_nobody_from_the_holdout() -> None:
    shares = arms(random=0.1, generic=0.2, unsocial=0.05)
    drawn = [Drawing("salt", 0.1, shares).arm(who) for who in PEOPLE]
    for arm, share in ((Arm.HOLDOUT, 0.1), (Arm.RANDOM, 0.1), (Arm.GENERIC, 0.2), (Arm.UNSOCIAL, 0.05)):
        assert abs(drawn.count(arm) / len(PEOPLE) - share) < 0.025
    assert {who for who, arm in zip(PEOPLE, drawn, strict=True) if arm is Arm.HOLDOUT} == held_out("salt", 0.1)


@given(st.text(), st.text(), st.floats(0, 1))
def test_the_arm_never_changes(customer_id: str, salt: str, share: float) -> None:
    shares = arms(random=0.1, generic=0.1, unsocial=0.1)
    assert Drawing(salt, share, shares).arm(customer_id) is Drawing(salt, share, shares).arm(customer_id)


def test_another_share_or_salt_is_another_experiment_and_nothing_else_is() -> None:
    one = Drawing("salt", 0.1, arms(random=0.1)).experiment
    assert one == Drawing("salt", 0.1, arms(random=0.1, within=0.5)).experiment
    assert (
        len(
            {
                one,
                Drawing("pepper", 0.1, arms(random=0.1)).experiment,
                Drawing("salt", 0.1, arms(random=0.2)).experiment,
            }
        )
        == 3
    )


def test_what_is_owed_and_goodwill_are_the_same_in_every_arm() -> None:
    def made_good(arm: Arm) -> list[tuple[str, str, int]]:
        suggested = decided(voucher(), candidate(), when=moment(incident=incident()), arm=arm).suggestions
        return [(one.basis, one.gesture_id, one.amount_cents) for one in suggested if one.basis != "delight"]

    assert len(made_good(Arm.FULL)) == 2
    assert all(made_good(arm) == made_good(Arm.FULL) for arm in Arm)


def test_the_held_out_get_no_surprise() -> None:
    quiet = decided(candidate(), arm=Arm.HOLDOUT)
    assert quiet.suggestions == ()
    assert quiet.refusals() == {"contact.held_out": 1}


def test_chances_are_spread_evenly_and_differ_by_occasion() -> None:
    drawing = Drawing("salt", 0.0, NOBODY)
    drawn = [drawing.chance(who, "today") for who in PEOPLE]
    assert all(0 <= one < 1 for one in drawn)
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.02
    assert drawing.chance("c-1", "today") != drawing.chance("c-1", "tomorrow")


@pytest.mark.parametrize(
    "told",
    [
        "random = 0.0\ngeneric = 0.1\nunsocial = 0.0\ngestures = []\nwithin = 0.2",
        "random = 0.25\ngeneric = 0.0\nunsocial = 0.3\ngestures = []\nwithin = 0.2",
        'random = 0.2\ngeneric = 0.2\nunsocial = 0.2\ngestures = ["mug"]\nwithin = 0.2',
    ],
)
def test_arms_that_cannot_be_are_refused(told: str) -> None:
    with pytest.raises(BadInput):
        parse(Arms, told, "policy.toml")
