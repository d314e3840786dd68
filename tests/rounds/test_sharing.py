"""What is scarce goes to those for whom it does most, and the others are decided for anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.make import candidate, decided, incident, moment, person, voucher
from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Propensity
from wowengine.decide.decision import Decision
from wowengine.decide.receipt import seal
from wowengine.decide.replay import replay
from wowengine.rounds.sharing import share_out


def likely(chance: float) -> Propensity:
    return Propensity(chance, chance, chance, "calibrated")


def guest(number: int, loves: float, likes: float = 0.3, left: int = 1) -> Decision:
    """A guest who might be taken fishing, of which there is little, or be given a book."""
    fishing = candidate("fishing", propensity=likely(loves), stock_left=left, category="sea")
    return decided(fishing, candidate("book", propensity=likely(likes)), who=person(customer_id=f"c{number}"))


def given_to(decisions: list[Decision]) -> list[str]:
    return [one.suggestions[0].gesture_id if one.suggestions else "" for one in decisions]


def test_the_one_place_on_the_boat_goes_to_who_loves_it_most_and_not_to_the_first_in_line() -> None:
    shared = share_out([guest(0, 0.5), guest(1, 0.9), guest(2, 0.6)])
    assert given_to(shared.decisions) == ["book", "fishing", "book"]
    # A second place would have been worth 0.6 - 0.3 of 3700 cents, and the first was worth 0.9 - 0.3 of them.
    assert 0.3 * 3700 - 5 < shared.prices["stock:fishing"] < 0.6 * 3700 + 5
    [first, *_] = shared.decisions
    words = {word.rule: word for word in first.words["fishing"]}
    assert not words["allocation.allotted"].ok
    assert "does more for others" in words["allocation.allotted"].reason


def test_where_there_is_enough_nothing_is_touched() -> None:
    decisions = [guest(number, 0.5, left=3) for number in range(3)]
    shared = share_out(decisions)
    assert shared.prices == {}
    assert all(one is other for one, other in zip(shared.decisions, decisions, strict=True))


def test_who_has_little_else_to_look_forward_to_comes_before_who_has() -> None:
    """Both would love it alike; for the first a book does nearly as much."""
    assert given_to(share_out([guest(0, 0.8, likes=0.75), guest(1, 0.8, likes=0.2)]).decisions) == ["book", "fishing"]


def test_money_goes_where_it_does_most_and_its_price_is_told() -> None:
    def fan(number: int, loves: float) -> Decision:
        gift = candidate("gift", propensity=likely(loves), cost_cents=600)
        return decided(
            gift, candidate("card", propensity=likely(0.3), cost_cents=0), who=person(customer_id=f"c{number}")
        )

    fans = [fan(0, 0.5), fan(1, 0.9), fan(2, 0.8), fan(3, 0.6)]
    account = fans[0].suggestions[0].account
    shared = share_out(fans, {account: 1_300})
    assert given_to(shared.decisions) == ["card", "gift", "gift", "card"]
    assert shared.prices.keys() == {account}
    assert 0 < shared.prices[account] < 5
    assert all(one is other for one, other in zip(share_out(fans, {account: 2_400}).decisions, fans, strict=True))
    assert given_to(share_out(fans, {account: 599}).decisions) == ["card"] * 4


def test_what_an_arm_put_first_is_taken_off_before_the_rest_is_shared_out() -> None:
    at_random = decided(
        candidate("fishing", propensity=likely(0.1), stock_left=21, category="sea"),
        who=person(customer_id="c99"),
        arm=Arm.RANDOM,
    )
    guests = [guest(number, 0.4 + number / 100, left=21) for number in range(21)]
    shared = share_out([*guests, at_random]).decisions
    assert shared[-1] is at_random
    assert given_to(shared).count("fishing") == 21
    assert given_to(shared)[0] == "book"


def test_what_came_of_sharing_replays() -> None:
    for decision in share_out([guest(0, 0.5), guest(1, 0.9)]).decisions:
        assert replay(seal(decision)) == decision


def test_making_good_takes_no_part() -> None:
    wrong = decided(voucher(), who=person(customer_id="c9"), when=moment(incident=incident(unanswered_minutes=2160)))
    shared = share_out([guest(0, 0.5), wrong, guest(1, 0.9)])
    assert shared.decisions[1] is wrong


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0.3, 1), st.floats(0, 1)), min_size=1, max_size=8), st.integers(1, 4))
def test_never_more_than_there_is_and_never_less_than_first_come(chances: list[tuple[float, float]], left: int) -> None:
    decisions = [guest(number, loves, likes, left) for number, (loves, likes) in enumerate(chances)]
    shared = share_out(decisions).decisions

    def worth(those: list[Decision]) -> float:
        return sum(one.suggestions[0].priority for one in those if one.suggestions)

    assert given_to(shared).count("fishing") <= left
    in_line, taken = [], 0
    for number, (decision, (_, likes)) in enumerate(zip(decisions, chances, strict=True)):
        wants = given_to([decision]) == ["fishing"]
        in_line.append(decision if not wants or taken < left else guest(number, 0.0, likes, left))
        taken += wants
    assert worth(shared) >= worth(in_line) - 1e-3 * abs(worth(in_line)) - 1
