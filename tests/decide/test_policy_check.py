"""What a manager is told of a policy that works otherwise than meant."""

import pytest

from tests.decide.make import POLICY
from tests.decide.test_spending import edited
from wowengine.decide.goodwill import goodwill
from wowengine.decide.ladder_check import amounts
from wowengine.decide.policy import Policy
from wowengine.decide.policy_check import Offered, check
from wowengine.terms import GestureKind

CATALOGUE = (
    Offered("map", GestureKind.SURPRISE, 600, "EUR"),
    Offered("voucher", GestureKind.COMPENSATION, 250, "EUR", most=40),
)


def told(policy: Policy, catalogue: tuple[Offered, ...] | None = None) -> dict[str, str]:
    return dict(check(policy, catalogue))


def test_of_the_packaged_policy_there_is_nothing_to_remark() -> None:
    assert check(POLICY) == ()
    assert check(POLICY, CATALOGUE) == ()


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("goodwill = 1 ", "goodwill = 0 ", "suggestions.goodwill", "nothing is ever added"),
        ("goodwill = 1 ", "goodwill = 2 ", "suggestions.goodwill", "counts as 1"),
        ("delight = 1 ", "delight = 0 ", "suggestions.delight", "nobody is ever surprised"),
        ("delight = 1 ", "delight = 4 ", "suggestions.delight", "counts as 3"),
        ("compensations_per_incident = 1", "compensations_per_incident = 0", "caps.compensations_per_incident", "is 0"),
        ("tip = { most = 2,", "tip = { most = 5,", "caps.kinds.tip", "no more than 5 be done in 30 days"),
        ("same_gesture = 365", "same_gesture = 7", "cool_downs.same_gesture", "never binds"),
        ("end = 08:00:00", "end = 21:00:00", "quiet_hours", "no hour is quiet"),
        ('"Europe/Rome"', '"Europe/Roma"', "quiet_hours.time_zone", "UTC is taken"),
        ('block = ["surprise", ', 'block = ["compensation", ', "complaints.block", "when it is due"),
        ("tip = { landed_cents = 500, times = 1.0 }", "tip = { landed_cents = 0, times = 0 }", "worth.tip", "is free"),
        ("kinds = { surprise = 1.0", "kinds = { surprise = 0", "levers.kinds.surprise", "no surprise is ever worth"),
        ("compensation = 1.0 }", "compensation = 0 }", "levers.kinds.compensation", "the cheapest is chosen"),
        ("gestures = {}", "gestures = { map = 1 }", "levers.gestures.map", "changes nothing"),
        ("agent = 3000", "agent = 300", "goodwill.limit_cents.agent", "lets the agent give nothing"),
        ("manager = 10000", "manager = 3500", "goodwill.base_cents.grave", "above the highest limit, EUR 35.00"),
        ("agent = 3000\nmanager = 10000", "agent = 500", "goodwill.wait.1", "the limits are reached before it"),
        ("group_cents = 2500", "group_cents = 10000", "goodwill.group_cents", "nobody gets more than EUR 94.80"),
        ("above_knee = 0.5", "above_knee = 1", "goodwill.above_knee", "changes no amount"),
        ("knee_cents = 4000", "knee_cents = 15000", "goodwill.above_knee", "none comes above the knee"),
        ("at_least = 240, times = 1.5", "at_least = 240, times = 1.2", "goodwill.wait.2", "the step before it"),
        ("at_least = 3, times = 1.7", "at_least = 3, times = 1.4", "goodwill.failures.2", "the step before it"),
        ('at_least = 60, band = "moderate"', 'at_least = 60, band = "minor"', "severity.delay.1", "changes no amount"),
        ("bound = 10", "bound = 1", "face.distance.bound", "nothing be approved"),
        ("mention = 3, post = 4", "mention = 3, post = 7", "face.distance.source.post", "no words from there"),
        ("architecture = 2 ", "architecture = 1 ", "face.distance.sensitivity.architecture", "every topic has"),
        ("granted_cents = 60000", "granted_cents = 0", "budgets.0.granted_cents", "pays for nothing"),
        ("budget:surprises:EUR", "owed:EUR", "budgets.0.account", "what the law owes"),
        ("budget:surprises:EUR", "budget:goodwill:EUR", "budgets.1.account", "named twice"),
        ('"goodwill"\ncurrency = "EUR"', '"goodwill"\ncurrency = "GBP"', "budgets.1.currency", "counts in EUR"),
        ('"goodwill"\ncurrency = "EUR"', '"goodwill"\ncurrency = "GBP"', "budgets", "none pays for goodwill in EUR"),
        ("goodwill = 1 ", "goodwill = 0 ", "budgets.1", "no goodwill is suggested"),
    ],
)
def test_a_number_that_does_nothing_or_harm_is_remarked_with_its_place(
    old: str, new: str, path: str, said: str
) -> None:
    remarks = told(edited((old, new)))
    assert said in remarks.get(path, ""), remarks


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("agent = 3000", "agent = 500", "goodwill.limit_cents.agent"),
        ("manager = 10000", "manager = 4000", "goodwill.base_cents.grave"),
        ("tip = { most = 2,", "tip = { most = 4,", "caps.kinds.tip"),
        ("same_gesture = 365", "same_gesture = 8", "cool_downs.same_gesture"),
        ("group_cents = 2500", "group_cents = 9479", "goodwill.group_cents"),
        ("mention = 3, post = 4", "mention = 3, post = 6.6", "face.distance.source.post"),
    ],
)
def test_a_number_that_just_does_something_is_left_alone(old: str, new: str, path: str) -> None:
    assert path not in told(edited((old, new)))


def test_a_severity_that_nothing_has_is_remarked() -> None:
    policy = edited(('{ at_least = 480, band = "grave" },', ""), ('bag_lost = "grave"', ""))
    assert "nothing that happens is grave" in told(policy)["goodwill.base_cents.grave"]


def test_with_a_catalogue_what_it_has_not_is_remarked() -> None:
    policy = edited(("gestures = {}", "gestures = { map = 2.0, mop = 2.0 }"))
    assert told(policy, CATALOGUE) == {"levers.gestures.mop": "moves nothing: the catalogue has no such gesture"}
    assert told(policy) == {}


def test_an_arm_of_gestures_that_are_not_there_is_remarked() -> None:
    policy = edited(("gestures = []", 'gestures = ["map", "mop", "voucher"]'))
    assert [one.said for one in check(policy, CATALOGUE)] == [
        "names mop: the catalogue has no such delight",
        "names voucher: the catalogue has no such delight",
    ]


def test_delights_that_no_budget_pays_for_and_budgets_that_pay_for_none_are_remarked() -> None:
    pounds = (CATALOGUE[0]._replace(currency="GBP"), CATALOGUE[1])
    assert set(told(POLICY, pounds)) == {"budgets", "budgets.0"}
    assert "none pays for delights in GBP" in told(POLICY, pounds)["budgets"]


def test_amounts_for_which_the_catalogue_has_no_form_are_counted() -> None:
    single = (CATALOGUE[0], Offered("coffee", GestureKind.COMPENSATION, 500, "EUR"))
    said = told(POLICY, single)["goodwill.least_share"]
    asked = set(amounts(POLICY).values())
    assert f"for {sum(cents > 1000 for cents in asked)} of {len(asked)} amounts" in said
    assert "EUR 94.80)" in said
    assert "goodwill.least_share" in told(POLICY, CATALOGUE[:1])


def test_idle_means_that_every_amount_is_the_same() -> None:
    flat = edited(("at_least = 240, times = 1.5", "at_least = 240, times = 1.2"))
    without = edited(("    { at_least = 240, times = 1.5 },\n", ""))
    assert all(goodwill(harm, without).cents == cents for harm, cents in amounts(flat).items())
