import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.decide.policy_face import PRIVATE
from wowengine.decide.private import folded, touched


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("My oncologist walks with me", "health"),
        ("Films helped me through CHEMO", "health"),
        ("See you at mass", "religion"),
        ("my imam bakes", "religion"),
        ("I came out as gay", "sexuality"),
        ("We voted for the other lot", "politics"),
        ("After the strike vote, coffee", "union"),
        ("My toddler loves trains", "children"),
        ("I'm behind on my loan", "debt"),
        ("My late father's records", "bereavement"),
        ("𝗖𝗛𝗘𝗠𝗢 done", "health"),
        ("La nonna è morta", "bereavement"),
        ("La moschea è vicina", "religion"),
    ],
)
def test_words_of_each_family_are_known_in_whatever_case_and_with_their_accents(text: str, family: str) -> None:
    assert family in touched(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mass of the mountain",
        "That is a sick beat",
        "die-hard fan",
        "Baby steps on the slope",
        "I owe you a debt of gratitude",
        "We prayed for snow",
        "La natura morta di Morandi",
        "A hospitable hut, with a scabbard on the wall",
    ],
)
def test_sayings_and_parts_of_words_touch_nothing(text: str) -> None:
    assert not touched(text)


def test_a_saying_hides_only_itself() -> None:
    assert touched("A die-hard fan, and my late father too") == {"bereavement"}


@given(st.text(max_size=300))
def test_whatever_is_written_it_names_families_that_the_policy_keeps_private(text: str) -> None:
    assert touched(text) <= set(PRIVATE)
    assert folded(text) == folded(text).casefold()


@given(st.text("abcxyz ,.!?'", max_size=40), st.text("abcxyz ,.!?'", max_size=40))
def test_no_words_around_them_hide_private_words(before: str, after: str) -> None:
    assert "health" in touched(f"{before} chemotherapy {after}")
