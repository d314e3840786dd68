"""What was offered in the past half year and how people answered: what the first model learns from.

The answers are drawn from hidden tastes (see ``tastes``) with their noise; half of the gestures were tried by chance,
half were a good guess, as in a company that has begun to listen.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

from wowengine.demo.chance import dice
from wowengine.demo.people import Person
from wowengine.demo.row import Row, earlier, stamp
from wowengine.demo.tastes import pleasure
from wowengine.demo.texts import texts
from wowengine.terms import GestureKind, OutcomeType

OUTCOMES = 600
NEWEST, OLDEST = 16, 190  # days ago
GOOD_GUESS = 0.5
AT_CHECK_IN = 0.3  # how often they had just checked in; otherwise it was plain today
LANDED = (OutcomeType.ACCEPTED, OutcomeType.ACCEPTED, OutcomeType.THANKED)
NOT_LANDED = (OutcomeType.REJECTED, OutcomeType.REJECTED, OutcomeType.SHOWN)  # shown, and not a word since

Gesture = dict[str, Any]


def outcomes(seed: int, now: datetime, everybody: Sequence[Person]) -> Iterator[Row]:
    """Yield rows of an outcomes file, about people whom we may surprise."""
    audience = [person for person in everybody if person.open_to_gestures]
    for number in range(OUTCOMES if audience else 0):
        chance = dice(seed, "outcome", number)
        person = chance.choice(audience)
        gesture = _offered(chance, person)
        kind, context = GestureKind(gesture["kind"]), _moment(chance, person, gesture)
        landed = chance.random() < pleasure(person.taste, kind, gesture["tags"], context)
        yield {
            "customer_id": person.customer_id,
            "gesture_id": gesture["gesture_id"],
            "occurred_at": stamp(earlier(chance, now, NEWEST, OLDEST)),
            "type": chance.choice(LANDED if landed else NOT_LANDED).value,
            "context": json.dumps(context),
        }


def _offered(chance: Random, person: Person) -> Gesture:
    open_to_them = [one for one in texts("gestures")["gestures"] if person.tier in one.get("tiers", (person.tier,))]
    fitting = [one for one in open_to_them if set(one["tags"]) & set(person.taste.likes)]
    return chance.choice(fitting if fitting and chance.random() < GOOD_GUESS else open_to_them)


def _moment(chance: Random, person: Person, gesture: Gesture) -> dict[str, str]:
    """Return the features of the moment: a failure for a compensation, now and then a check-in for the rest."""
    if gesture["kind"] == GestureKind.COMPENSATION:
        return {"incident": chance.choice(("delay", "delay", "cancellation", "bag_delayed")), "mode": "air"}
    return {"channel": person.channel} if chance.random() < AT_CHECK_IN else {}
