import re
from datetime import time
from pathlib import Path

import pytest

from tests.decide.make import POLICY
from wowengine.decide.policy import Link, Policy, QuietHours, load_policy, policy_text
from wowengine.errors import BadInput
from wowengine.terms import Basis, GestureKind

LINK = '# [[links]]\n# interest = "running"\n# gesture_tag = "sports"\n# weight = 1.0'


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = policy_text()
    assert old in text
    path = tmp_path / "policy.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_the_packaged_policy_holds_where_there_is_no_file(tmp_path: Path) -> None:
    assert load_policy(tmp_path / "absent.toml") == load_policy()


def test_a_manager_may_save_the_text_and_change_a_number(tmp_path: Path) -> None:
    changed = load_policy(edited(tmp_path, "days = 90", "days = 60"))
    assert changed.caps.kinds[GestureKind.SURPRISE].days == 60
    assert changed.version != POLICY.version


def test_the_version_is_of_the_content_and_not_of_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(re.sub(r"(?m)(^|\s+)#.*$", "", policy_text()))
    assert "#" not in path.read_text()
    assert load_policy(path).version == POLICY.version


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("surprise = { most = 1, days = 90 }", "suprise = { most = 1, days = 90 }", "caps.kinds.suprise"),
        ("scarce_below = 20", "scarce_bellow = 20", "scarce_bellow is not a word it knows"),
        ("between = 7 ", "between = -7 ", "cool_downs.between"),
        ("between = 7 ", 'between = "7" ', "cool_downs.between: Input should be a valid integer"),
        ("between = 7 ", "between = true ", "cool_downs.between: Input should be a valid integer"),
        ("start = 21:00:00", "start = 21", "quiet_hours.start"),
        ("base_rate = 0.20", "base_rate = 1.5", "base_rate"),
        ("base_rate = 0.20", "base_rate = ", "not TOML"),
        ("moderate = 1000, serious = 2000", "moderate = 3000, serious = 2000", "none less than the one before"),
        ("{ at_least = 60, times = 1.2 }", "{ at_least = 60, times = 0.5 }", "never give less"),
        ("compensation = { landed_cents = 0, times = 1.0 }", "", "lacks compensation"),
        ('pays = "goodwill"', 'pays = "delight"', "two budgets"),
        ("longest = 200", "longest = 400", "face.longest"),
        ("health = 10 ", "health = 9 ", "health must reach the bound"),
        ("bereavement = 10\n", "", "bereavement must reach the bound"),
        ("mention = 3, post = 4", "mention = 5, post = 4", "needs stated, message, mention, post, others"),
        ("literal = 1.5, ", "", "needs stated, literal, inferred"),
        ("# [[links]]\n# interest", "[[links]]\nintrest", "links.0.intrest is not a word it knows"),
        (LINK, "[[links]]\ninterest = 'running'\ngesture_tag = 'sports'\nweight = nan", "links.0.weight"),
        (LINK, 2 * "[[links]]\ninterest = 'running'\ngesture_tag = 'sports'\nweight = 1.0\n", "two links"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        load_policy(edited(tmp_path, old, new))
    assert told in refused.value.message
    assert refused.value.message.startswith("policy.toml")
    assert "\n" not in refused.value.message


def test_a_file_that_is_no_text_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(BadInput, match=r"policy.toml cannot be read"):
        load_policy(path)


def test_many_faults_are_told_together_but_not_without_end(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("base_rate = 0.2")
    with pytest.raises(BadInput, match=r"and \d+ more") as refused:
        load_policy(path)
    assert refused.value.message.count(";") == 5


def test_money_has_named_accounts_by_what_it_pays_for() -> None:
    assert POLICY.account(Basis.DELIGHT, "EUR") == "budget:surprises:EUR"
    assert POLICY.account(Basis.GOODWILL, "EUR") == "budget:goodwill:EUR"
    assert POLICY.account(Basis.DELIGHT, "GBP") is None
    assert POLICY.account(Basis.FLOOR, "GBP") == "owed:GBP"


def test_quiet_hours_may_run_over_midnight_or_not() -> None:
    night = POLICY.quiet_hours
    assert [night.hold_at(time(hour)) for hour in (20, 21, 23, 0, 7, 8)] == [False, True, True, True, True, False]
    siesta = QuietHours(start=time(13), end=time(15), time_zone="UTC", channels=frozenset())
    assert [siesta.hold_at(time(hour)) for hour in (12, 13, 14, 15)] == [False, True, True, False]


def test_a_policy_survives_its_own_canonical_form() -> None:
    assert Policy.model_validate(POLICY.model_dump(mode="json")) == POLICY


def test_a_file_that_the_shell_has_just_emptied_is_no_policy_yet(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.touch()
    assert policy_text(path) == policy_text()


def test_all_faults_are_kept_each_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("base_rtae = 0.2")
    with pytest.raises(BadInput) as refused:
        load_policy(path)
    faults = refused.value.facts["faults"]
    assert isinstance(faults, list)
    assert faults[0] == {"path": "base_rtae", "said": "is not a word it knows"}
    asked = {name for name, told in Policy.model_fields.items() if told.is_required()}
    assert {fault["path"] for fault in faults[1:]} == asked


def test_a_manager_may_link_an_interest_with_a_tag(tmp_path: Path) -> None:
    assert POLICY.links == ()
    linked = load_policy(edited(tmp_path, LINK, LINK.replace("# ", "")))
    assert linked.links == (Link(interest="running", gesture_tag="sports", weight=1.0),)
    assert linked.version != POLICY.version
