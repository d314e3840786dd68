"""Chance that repeats: the same seed and the same question give the same answer, whatever else is asked."""

import random


def dice(seed: int, *about: object) -> random.Random:
    """Return dice of their own for one matter, so that a change in one place changes nothing elsewhere."""
    return random.Random(":".join(map(str, (seed, *about))))  # noqa: S311 - make-believe; nothing here is secret
