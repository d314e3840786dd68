"""What the words of an audience may name, and what nobody is chosen by."""

from wowengine.decide.private import touched
from wowengine.profiles.reading.moments import kinds
from wowengine.profiles.reading.preferences import slots
from wowengine.profiles.reading.taxonomy import taxonomy
from wowengine.terms import NEVER_JUDGED_BY


def forbidden(name: str) -> str:
    """Return why nobody may be chosen by an attribute of this name, or ''."""
    plain = "".join(letter for letter in name.lower() if letter.isalnum())
    return (
        f"no gesture may depend on {name!r}, so nobody is chosen by it"
        if plain in NEVER_JUDGED_BY or touched(name)
        else ""
    )


def private(text: str) -> str:
    """Return why nobody may be chosen by these words, or ''."""
    families = sorted(touched(text))
    return f"it touches what is private ({', '.join(families)}), and nobody is chosen by that" if families else ""


def hinting(topic: str) -> str:
    """Return why nobody may be chosen by this topic of the taxonomy, or ''."""
    hints = topic in taxonomy() and taxonomy()[topic].sensitivity != "none"
    return "it may hint at something private, and nobody is chosen by that" if hints else ""


def known_topics() -> list[str]:
    """Return the topics by which people may be chosen."""
    return [topic for topic in taxonomy() if not hinting(topic)]


def known_moments() -> list[str]:
    """Return the kinds of moments that are known of people."""
    return sorted({rule.name for rule in kinds()})


def known_slots() -> list[str]:
    """Return what people may have stated a preference for."""
    return sorted(slots())
