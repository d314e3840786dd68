from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decide.make import candidate, decided, incident, moment, voucher
from wowengine.decide.candidate import Candidate, Propensity
from wowengine.decide.counterfactual import Flip, flips
from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision
from wowengine.decide.inputs import Inputs
from wowengine.terms import Basis, GestureKind


def likely(chance: float) -> Propensity:
    return Propensity(chance, chance, chance, "calibrated")


def winner(inputs: Inputs, basis: Basis) -> str | None:
    again = decide_on(inputs).suggestions
    return next((one.gesture_id for one in again if one.basis is basis), None)


def changed(decision: Decision, flip: Flip) -> Inputs:
    """The inputs with what a flip names, and nothing else, made otherwise by a reader who takes it at its word."""
    inputs = decision.inputs
    if flip.change == "lever":
        levers = inputs.policy.levers.model_copy(update={"gestures": {flip.gesture_id: flip.needed}})
        return replace(inputs, policy=inputs.policy.model_copy(update={"levers": levers}))

    def anew(one: Candidate) -> Candidate:
        if flip.change == "propensity":
            return replace(one, propensity=replace(one.propensity, value=flip.needed))
        if flip.change == "value_cents":
            return replace(one, value_cents=int(flip.needed))
        return replace(one, cost_cents=int(flip.needed))

    kept = tuple(anew(one) if one.gesture_id == flip.gesture_id else one for one in inputs.candidates)
    return replace(inputs, candidates=kept)


def test_the_smallest_change_of_each_thing_is_said() -> None:
    # The map: 0.4 x 3700 - 600 = 880. The book: 0.3 x (1000 + 3 x 700) - 500 = 430, so 450 behind.
    decision = decided(candidate(), candidate("book", propensity=likely(0.3), value_cents=700, cost_cents=500))
    told = {flip.change: (flip.instead_of, flip.now, round(flip.needed, 4)) for flip in flips(decision)}
    assert told == {
        "propensity": ("trail-map", 0.3, 0.4452),  # 1380 / 3100
        "lever": ("trail-map", 1.0, 1.4839),  # 1380 / 930
        "value_cents": ("trail-map", 700, 1200),  # 0.3 x 4600 = 1380: a tie, and the book is cheaper
        "cost_cents": ("trail-map", 500, 50),
    }


def test_what_cannot_be_is_not_said() -> None:
    decision = decided(
        candidate(propensity=likely(1.0)), candidate("poor", propensity=likely(0.1), value_cents=0, cost_cents=50)
    )
    assert {flip.change for flip in flips(decision)} == {"lever", "value_cents"}  # no chance and no price would do


def test_where_nothing_was_suggested_nothing_could_have_won() -> None:
    assert flips(decided()) == ()


GESTURES = st.lists(
    st.builds(
        lambda chance, cost, value, kind: candidate(
            propensity=likely(chance), cost_cents=cost, value_cents=value, kind=kind
        ),
        st.floats(0.01, 1),
        st.integers(0, 3000),
        st.integers(0, 5000),
        st.sampled_from([GestureKind.SURPRISE, GestureKind.TIP]),
    ),
    min_size=2,
    max_size=6,
).map(lambda drawn: [replace(one, gesture_id=f"g{number}") for number, one in enumerate(drawn)])


@settings(deadline=None)
@given(GESTURES)
def test_done_as_it_says_it_flips_the_winner(drawn: list[Candidate]) -> None:
    decision = decided(*drawn)
    for flip in flips(decision):
        assert winner(decision.inputs, Basis.DELIGHT) == flip.instead_of
        assert winner(changed(decision, flip), Basis.DELIGHT) == flip.gesture_id
        assert flip.change != "propensity" or flip.needed <= 1


@settings(deadline=None)
@given(GESTURES)
def test_nearly_as_much_does_not_flip_it(drawn: list[Candidate]) -> None:
    decision = decided(*drawn)
    for flip in flips(decision):
        if flip.change in {"propensity", "lever"} and flip.needed - flip.now > 1e-6:
            less = replace(flip, needed=flip.now + 0.99 * (flip.needed - flip.now))
            assert winner(changed(decision, less), Basis.DELIGHT) != flip.gesture_id


def test_goodwill_is_flipped_among_goodwill() -> None:
    films, songs = voucher(), voucher("songs", category="music", value_cents=850)
    decision = decided(films, songs, when=moment(incident=incident(unanswered_minutes=2160)))
    assert {flip.instead_of for flip in flips(decision)} == {"film-voucher"}
    for flip in flips(decision):
        assert winner(changed(decision, flip), Basis.GOODWILL) == "songs"
