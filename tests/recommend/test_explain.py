import pytest

from wowengine.recommend.explain import Part, merged, plain, reasons
from wowengine.recommend.features import UNTOLD


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("interest:trail_running", "trail running"),
        ("tag:outdoor", "outdoor"),
        ("at:weather=rain", "weather rain"),
        ("tier:gold", "tier gold"),
        ("cost:free", "cost free"),
    ],
)
def test_features_are_named_as_a_person_would(name: str, said: str) -> None:
    assert plain(name) == said


def test_reasons_are_pairs_that_speak_for_it_strongest_first() -> None:
    parts = [
        Part("", "", 9.0),
        Part("", "gesture:g", 5.0),
        Part("tier:gold", "", 4.0),
        Part("tier:" + UNTOLD, "tag:sea", 3.0),
        Part("interest:sea", "tag:sea", 1.0),
        Part("interest:boats", "tag:sea", 2.0),
        Part("interest:hills", "tag:sea", -2.0),
    ]
    assert [reason.text for reason in reasons(parts, 5)] == ["boats × sea", "sea × sea"]
    assert [reason.text for reason in reasons(parts, 1)] == ["boats × sea"]


def test_what_two_forms_say_of_one_pair_is_added() -> None:
    parts = [Part("interest:sea", "tag:sea", 1.0), Part("", "", 2.0), Part("interest:sea", "tag:sea", 1.5)]
    assert merged(parts) == [Part("interest:sea", "tag:sea", 2.5), Part("", "", 2.0)]
