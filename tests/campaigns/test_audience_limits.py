"""By what nobody is chosen, and that the words are all there."""

import pytest

from wowengine.campaigns.audience import parse
from wowengine.campaigns.audience_facts import READERS
from wowengine.campaigns.audience_limits import hinting, known_topics
from wowengine.campaigns.audience_words import WORDS
from wowengine.errors import BadInput
from wowengine.profiles.reading.taxonomy import taxonomy
from wowengine.terms import NEVER_JUDGED_BY


def test_every_word_is_read_from_somewhere_and_nothing_else_is() -> None:
    assert READERS.keys() == WORDS.keys()


@pytest.mark.parametrize(
    "name", [*sorted(NEVER_JUDGED_BY), "Marital_Status", "hasChildren", "pregnant", "union_member"]
)
def test_it_is_refused_as_an_attribute_with_the_reason(name: str) -> None:
    with pytest.raises(BadInput, match=f"no gesture may depend on '{name}', so nobody is chosen by it") as caught:
        parse(f"tier = gold and attribute({name}) = x")
    assert caught.value.facts["column"] == len("tier = gold and attribute(") + 1


@pytest.mark.parametrize("name", ["gender", "income", "religion", "pregnant"])
def test_it_is_refused_as_a_word_with_the_reason(name: str) -> None:
    with pytest.raises(BadInput, match="no gesture may depend on"):
        parse(f"{name} = x")


@pytest.mark.parametrize(
    "text", ["attribute(meal) = halal", 'preference(drink) in (tea, "halal")', "attribute(note) != diabetes"]
)
def test_private_words_are_refused_as_values(text: str) -> None:
    with pytest.raises(BadInput, match="it touches what is private"):
        parse(text)


def test_topics_that_hint_at_something_private_choose_nobody() -> None:
    proxies = [topic for topic, known in taxonomy().items() if known.sensitivity != "none"]
    assert proxies
    for topic in proxies:
        assert hinting(topic)
        with pytest.raises(BadInput, match="may hint at something private"):
            parse(f"interest(running, {topic})")
    assert set(known_topics()) == taxonomy().keys() - set(proxies)
