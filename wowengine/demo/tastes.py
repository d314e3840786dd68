"""What make-believe people secretly like, and how they would answer a gesture.

Nothing in wowengine reads this: posts let it show, answers are drawn from it, and the engine has to find out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

from wowengine.demo.chance import dice
from wowengine.terms import GestureKind

# Tastes that tend to go together, so that one of them tells something of the others.
CIRCLES = (
    ("hiking", "cycling", "running", "photography"),
    ("jazz", "history", "books", "cinema"),
    ("cooking", "wine", "coffee", "history"),
    ("football", "cinema", "running", "coffee"),
    ("fishing", "hiking", "cooking", "photography"),
)
INTERESTS = tuple(sorted({interest for circle in CIRCLES for interest in circle}))
FROM_THE_CIRCLE = 0.8  # how often a taste comes from one's own circle

# Logits of a good answer.
GROUND = -1.7
LIKED, NEARBY, DISLIKED = 2.6, 0.8, -2.0  # nearby: of the same circle as what they like
KINDS = {GestureKind.COMPENSATION: 1.0, GestureKind.QUESTION: 0.5, GestureKind.TIP: 0.0, GestureKind.SURPRISE: 0.0}
AFTER_A_FAILURE = 0.6  # a compensation is welcome while the delay still hurts


@dataclass(frozen=True)
class Taste:
    """What somebody likes and dislikes, what they could come to like, and how warmly they answer (0 is average)."""

    likes: tuple[str, ...]
    nearby: tuple[str, ...]
    dislikes: str
    warmth: float


def taste_of(seed: int, customer_id: str) -> Taste:
    """Return a customer's hidden taste: two or three likes, mostly of one circle, and one dislike."""
    chance = dice(seed, "taste", customer_id)
    circle = chance.choice(CIRCLES)
    likes: list[str] = []
    wanted = chance.choice((2, 3))
    while len(likes) < wanted:
        liked = chance.choice(circle if chance.random() < FROM_THE_CIRCLE else INTERESTS)
        if liked not in likes:
            likes.append(liked)
    dislikes = chance.choice([interest for interest in INTERESTS if interest not in likes + list(circle)])
    return Taste(tuple(likes), tuple(one for one in circle if one not in likes), dislikes, chance.gauss(0.0, 0.5))


def pleasure(taste: Taste, kind: GestureKind, tags: Iterable[str], context: Mapping[str, str]) -> float:
    """Return the chance, 0 to 1, that a gesture lands with somebody of this taste in this moment."""
    told = set(tags)
    logit = GROUND + KINDS[kind] + taste.warmth
    if told & set(taste.likes):
        logit += LIKED
    elif told & set(taste.nearby):
        logit += NEARBY
    logit += DISLIKED * (taste.dislikes in told)
    if kind is GestureKind.COMPENSATION and "incident" in context:
        logit += AFTER_A_FAILURE
    return 1 / (1 + exp(-logit))
