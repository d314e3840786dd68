from tests.decide.make import candidate, decided, incident, moment, person, voucher
from wowengine.decide.trace import STAGES, trace


def test_each_gesture_is_stopped_at_the_first_stage_that_says_no() -> None:
    decision = decided(
        candidate("gold-only", tiers=("gold",)),
        candidate("best"),
        candidate("second", value_cents=800),
        candidate("no-words", evidence=()),
        who=person(tier="silver"),
    )
    stages = trace(decision)
    assert [stage.name for stage in stages] == list(STAGES)
    assert [stage.came for stage in stages] == [4, 3, 3, 2, 1]
    assert [[judged.gesture_id for judged in stage.stopped] for stage in stages] == [
        ["gold-only"],
        [],
        ["no-words"],
        ["second"],
        [],
    ]
    assert stages[0].stopped[0].verdict.rule == "eligibility.tier"


def test_what_is_owed_passes_all_stages_by() -> None:
    stages = trace(decided(voucher(), when=moment(incident=incident(unanswered_minutes=2160))))
    assert [stage.came for stage in stages] == [1, 1, 1, 1, 1]
