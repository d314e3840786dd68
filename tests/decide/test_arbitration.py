from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.decide.make import POLICY, POST, candidate, decided, incident, moment, offer, person, voucher
from wowengine.decide import arbitration
from wowengine.decide.arbitration import FACTORS, choose, factors, first_if_equal, priority, rank, weigh
from wowengine.decide.candidate import Candidate, Propensity
from wowengine.decide.offer import Offer
from wowengine.terms import GestureKind

WENT_WRONG = moment(incident=incident())


def likely(chance: float) -> Propensity:
    return Propensity(chance, chance, chance, "calibrated")


def test_the_priority_can_be_redone_by_hand() -> None:
    of = factors(offer())
    # worth when it lands 1000 + 3 x 900 = 3700; a chance of 0.4; nothing to multiply; it costs 600
    assert of == {"propensity": 0.4, "context": 1.0, "value": 3700.0, "lever": 1.0, "cost": 600.0}
    assert priority(of) == 0.4 * 3700 - 600


def test_the_moment_multiplies_what_applies() -> None:
    gate = candidate(place="B12", channels=("chat",), evidence=(replace(POST, stated=True),))
    assert factors(offer(gate))["context"] == 1.2
    assert factors(offer(gate, when=moment(place="b12", channel="chat")))["context"] == 1.3 * 1.1 * 1.2
    assert factors(offer(candidate(channels=("chat",)), when=moment(channel="x")))["context"] == 1.0


def test_goodwill_in_a_category_they_never_had_is_worth_more() -> None:
    regular = person(used_categories=frozenset({"music"}))
    assert factors(offer(voucher(), regular, WENT_WRONG))["context"] == 1.5
    assert factors(offer(voucher(category="music"), regular, WENT_WRONG))["context"] == 1.0
    assert factors(offer(voucher(category=""), regular, WENT_WRONG))["context"] == 1.0
    assert factors(offer(candidate(), regular))["context"] == 1.0, "delight is not an apology"
    films, songs = voucher(), voucher("song-voucher", title="Song voucher", category="music")
    chosen = decided(songs, films, who=regular, when=WENT_WRONG).suggestions[-1]
    assert chosen.gesture_id == "film-voucher"
    assert chosen.alternatives[0].wins_if_equal == (), "all else alike, equal chances would leave the film ahead"


def test_from_the_third_failure_on_what_mends_goes_before_what_pays() -> None:
    films, call = voucher(), voucher("call", title="A call from Theo, who sees to it", category="call", cost_cents=900)
    chosen = {}
    for failures in (2, 3):
        again = moment(incident=incident(our_failures=failures))
        chosen[failures] = decided(films, call, when=again).suggestions[-1].gesture_id
    assert chosen == {2: "film-voucher", 3: "call"}
    third = moment(incident=incident(our_failures=3))
    assert factors(offer(call, when=third))["context"] == 1.5 * 2.0
    assert factors(offer(films, when=third))["context"] == 1.5
    assert factors(offer(candidate(category="call"), when=third))["context"] == 1.0


def test_a_lever_leans_on_a_kind_or_on_one_gesture() -> None:
    levers = POLICY.levers.model_copy(update={"gestures": {"trail-map": 2.0}, "kinds": {GestureKind.SURPRISE: 0.5}})
    leaning = POLICY.model_copy(update={"levers": levers})
    assert factors(offer(policy=leaning))["lever"] == 1.0
    assert factors(offer(candidate("other"), policy=leaning))["lever"] == 0.5


def test_a_delight_must_be_worth_its_cost_and_making_good_is_not_asked() -> None:
    dear = candidate(cost_cents=1481)
    assert arbitration.worth(weigh(offer(candidate(cost_cents=1480)))).ok
    assert arbitration.worth(weigh(offer(dear))).reason == "expected worth EUR 14.80, cost EUR 14.81"
    assert not arbitration.worth(weigh(offer(dear))).ok
    assert arbitration.worth(weigh(offer(voucher(propensity=likely(0.0)), when=WENT_WRONG))).ok


def test_ties_go_to_the_cheaper_and_then_by_id_in_whatever_order_they_come() -> None:
    tied = [candidate("b"), candidate("a"), candidate("c")]
    for order in (tied, tied[::-1]):
        assert [one.offer.candidate.gesture_id for one in rank(weigh(offer(one)) for one in order)] == ["a", "b", "c"]
    free = candidate("z", cost_cents=0, value_cents=400)  # 0.4 x 2200 = 880, like 0.4 x 3700 - 600
    assert rank([weigh(offer(candidate("a"))), weigh(offer(free))])[0].offer.candidate.gesture_id == "z"


def test_of_several_no_two_are_of_one_kind_nor_of_one_category() -> None:
    def tip(gesture_id: str, category: str) -> Candidate:
        return candidate(gesture_id, kind=GestureKind.TIP, cost_cents=0, category=category, propensity=likely(0.3))

    best = candidate("best", propensity=likely(0.9))
    twin = candidate("twin", propensity=likely(0.8), category="music")
    ranked = rank(weigh(offer(one)) for one in [best, twin, tip("same-category", "outdoor"), tip("other", "food")])
    assert [one.offer.candidate.gesture_id for one in choose(ranked, 3)] == ["best", "other"]
    assert [one.offer.candidate.gesture_id for one in choose(ranked, 1)] == ["best"]
    assert choose(ranked, 0) == []


def test_the_next_best_says_what_would_have_put_it_first() -> None:
    [suggestion] = decided(
        candidate("likely", propensity=likely(0.8)),
        candidate("precious", propensity=likely(0.2), value_cents=1200),
        candidate("poor", propensity=likely(0.2), value_cents=800),
    ).suggestions
    assert suggestion.gesture_id == "likely"
    precious, poor = suggestion.alternatives
    assert (precious.gesture_id, precious.wins_if_equal) == ("precious", ("propensity",))
    assert (poor.gesture_id, poor.wins_if_equal) == ("poor", ())


CANDIDATES = st.lists(
    st.builds(
        lambda chance, cost, value: candidate(propensity=likely(chance), cost_cents=cost, value_cents=value),
        st.floats(0, 1),
        st.integers(0, 5000),
        st.integers(0, 9000),
    ),
    min_size=2,
    max_size=6,
).map(lambda drawn: [replace(one, gesture_id=f"g{index}") for index, one in enumerate(drawn)])


@given(CANDIDATES, st.sampled_from(FACTORS))
def test_what_would_have_won_wins_when_the_factor_is_made_equal(drawn: list[Candidate], factor: str) -> None:
    """The explanation is checked by doing what it says: everybody gets the winner's value, and all is ranked anew."""
    ranked = rank(weigh(offer(one)) for one in drawn)
    claimed = first_if_equal(ranked, factor)
    level = ranked[0].factors[factor]

    def anew(one: Offer) -> tuple[float, int, str]:
        return -priority({**factors(one), factor: level}), one.amount_cents, one.candidate.gesture_id

    assert claimed is min((one.offer for one in ranked), key=anew)


@given(CANDIDATES)
def test_a_better_chance_never_loses_a_place(drawn: list[Candidate]) -> None:
    before = [one.offer.candidate.gesture_id for one in rank(weigh(offer(one)) for one in drawn)]
    first, *others = drawn
    assume(first.propensity.value < 1)
    better = replace(first, propensity=likely(1.0))
    after = [one.offer.candidate.gesture_id for one in rank(weigh(offer(one)) for one in [better, *others])]
    assert after.index("g0") <= before.index("g0")
