"""Who may say yes to how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decide.make import POLICY
from tests.decide.test_spending import edited
from wowengine.decide.canonical import digest
from wowengine.decide.policy import Policy, policy_text
from wowengine.decide.policy_check import check
from wowengine.decide.policy_review import Approver, Review
from wowengine.decide.rulebook import parse
from wowengine.errors import BadInput
from wowengine.terms import GestureKind

COMPENSATION, SURPRISE = GestureKind.COMPENSATION, GestureKind.SURPRISE
LADDER = POLICY.review or Review(limit_cents={Approver.ADMIN: 0})
WITHOUT = policy_text()[: policy_text().index("# Who may say yes")] + policy_text()[policy_text().index("# Standing") :]


def test_each_role_approves_up_to_its_limit_and_a_role_without_one_nothing() -> None:
    assert LADDER.may("reviewer", 10_000, SURPRISE)
    assert not LADDER.may("reviewer", 10_001, SURPRISE)
    assert not LADDER.may("staff", 0, SURPRISE)
    assert not Review(limit_cents={Approver.MANAGER: 1}).may("agent", 0, SURPRISE)


def test_a_role_may_be_kept_to_some_kinds() -> None:
    assert LADDER.may("agent", 3_000, COMPENSATION)
    assert not LADDER.may("agent", 100, SURPRISE)
    assert (LADDER.lowest(100, COMPENSATION), LADDER.lowest(100, SURPRISE)) == (Approver.AGENT, Approver.REVIEWER)
    assert LADDER.lowest(50_001, SURPRISE) is None


def test_above_a_line_it_takes_two_people() -> None:
    assert (LADDER.people(10_000), LADDER.people(10_001)) == (1, 2)
    assert Review(limit_cents={Approver.ADMIN: 9}).people(2**31) == 1


@given(st.dictionaries(st.sampled_from(Approver), st.integers(0, 100), min_size=1), st.integers(0, 110))
def test_whoever_stands_higher_may_approve_no_less(limits: dict[Approver, int], cents: int) -> None:
    told = [limits[role] for role in Approver if role in limits]
    if told != sorted(told):
        with pytest.raises(ValueError, match="no role may approve less"):
            Review(limit_cents=limits)
        return
    allowed = [Review(limit_cents=limits).may(role, cents, SURPRISE) for role in Approver if role in limits]
    assert allowed == sorted(allowed)


def test_a_policy_from_before_there_was_a_ladder_still_loads_and_keeps_its_version() -> None:
    old = parse(Policy, WITHOUT, "old.toml")
    assert old.review is None
    assert old.version != POLICY.version
    said = {name: getattr(old, name) for name in Policy.model_fields if name != "review"}
    assert old.version == digest(said), "as it was before there was such a word"


def test_a_misspelt_role_is_refused() -> None:
    with pytest.raises(BadInput, match=r"review\.limit_cents"):
        edited(("reviewer = 10000", "revewer = 10000"))


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("two_above_cents = 10000", "two_above_cents = 50000", "review.two_above_cents", "never asked for"),
        ("manager = 50000\nadmin = 50000", "# nobody", "review.two_above_cents", "more than EUR 100.00"),
        ("manager = 10000\n", "manager = 60000\n", "review.limit_cents", "EUR 600.00: nobody could"),
        ("agent = 3000\nreviewer", "reviewer", "review.kinds.agent", "says nothing"),
    ],
)
def test_what_asks_for_nothing_is_remarked_on(old: str, new: str, path: str, said: str) -> None:
    assert said in dict(check(edited((old, new))))[path]


def test_a_policy_without_a_ladder_is_remarked_on() -> None:
    assert "approve anything" in dict(check(parse(Policy, WITHOUT, "old.toml")))["review"]
