from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import candidate, decided, incident, moment, voucher
from wowengine.decide.holdout import Arm, arm_of

PEOPLE = [f"customer-{number}" for number in range(4000)]


def held_out(salt: str, share: float) -> set[str]:
    return {who for who in PEOPLE if arm_of(who, salt, share) is Arm.HOLDOUT}


def test_the_share_is_kept() -> None:
    assert 340 < len(held_out("salt", 0.1)) < 460
    assert held_out("salt", 0.0) == set()
    assert len(held_out("salt", 1.0)) == len(PEOPLE)


def test_a_larger_share_keeps_everybody_who_was_held_out() -> None:
    assert held_out("salt", 0.05) < held_out("salt", 0.1) < held_out("salt", 0.5)


def test_another_salt_draws_another_group() -> None:
    one, other = held_out("salt", 0.5), held_out("pepper", 0.5)
    assert 800 < len(one & other) < 1200


@given(st.text(), st.text(), st.floats(0, 1))
def test_the_arm_never_changes(customer_id: str, salt: str, share: float) -> None:
    assert arm_of(customer_id, salt, share) is arm_of(customer_id, salt, share)


def test_what_is_owed_and_goodwill_are_never_held_out() -> None:
    wronged = decided(voucher(), when=moment(incident=incident()), arm=Arm.HOLDOUT)
    assert [one.basis for one in wronged.suggestions] == ["floor", "goodwill"]
    quiet = decided(candidate(), arm=Arm.HOLDOUT)
    assert quiet.suggestions == ()
    assert quiet.refusals() == {"contact.held_out": 1}
