"""What make-believe people say in public. Only of those who let us read it: of the others there is nothing to read."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from wowengine.demo.chance import dice
from wowengine.demo.network import AIRPORTS, routes
from wowengine.demo.people import Person
from wowengine.demo.row import Row, earlier, signal, stamp
from wowengine.demo.tastes import INTERESTS, Taste
from wowengine.demo.texts import filled, texts
from wowengine.terms import SignalKind

NEWEST, OLDEST = 1, 75  # days ago
SHOWS = 0.85  # how often somebody speaks of a thing they like at all
SPEAKS_OF_DISLIKES = 0.3
SPEAKS_OF_OTHERS = 0.25


def posts(seed: int, now: datetime, person: Person) -> Iterator[Row]:
    """Yield a customer's public posts of the last weeks."""
    if not person.public:
        return
    chance = dice(seed, "posts", person.customer_id)
    for number, text in enumerate(_said(chance, person.language, person.taste)):
        at = earlier(chance, now, NEWEST, OLDEST)
        yield {  # without the customer's id: a post is linked by the account alone
            "source": person.channel,
            "source_id": f"{person.customer_id}-post-{number}",
            "kind": SignalKind.POST.value,
            "occurred_at": stamp(at),
            "channel": person.channel,
            "author": person.account,
            "text": _fill(chance, text, person.language),
        }


def checkin(seed: int, now: datetime, person: Person) -> Row:
    """Return a customer's check-in of just now, for a flight that leaves in the next hours."""
    chance = dice(seed, "checkin", person.customer_id)
    route = chance.choice([route for route in routes() if route.origin == person.home])
    origin, destination = route.origin.named(person.language), route.destination.named(person.language)
    text = {
        "en": f"Checked in at {origin} airport, next stop {destination}.",
        "it": f"Ho fatto il check-in all'aeroporto di {origin}, prossima tappa {destination}.",
    }
    return signal(
        person.channel,
        f"{person.customer_id}-checkin",
        SignalKind.CHECKIN,
        now - timedelta(minutes=chance.randrange(2, 40)),
        person,
        channel=person.channel,
        author=person.account,
        text=text[person.language],
        place=f"{origin} {person.home.code}, gate {chance.choice('ABCD')}{chance.randrange(1, 40)}",
        flight=f"Ala {chance.randrange(100, 1000)}",
        departs_at=stamp(now + timedelta(minutes=5 * chance.randrange(11, 120))),
    )


def _fill(chance: Random, text: str, language: str) -> str:
    """Fill in a sentence's slots."""
    city = chance.choice(list(AIRPORTS.values())).named(language)
    return filled(text, language, {"city": city, "when": chance.choice(texts("posts")["when"][language])})


def _said(chance: Random, language: str, taste: Taste) -> Iterator[str]:
    """Yield sentences: mostly of what they like, some of what they do not, of other people, or of nothing at all."""
    sentences = texts("posts")
    first, *others = taste.likes
    for liked in [first, *(other for other in others if chance.random() < SHOWS)]:
        yield from _some(chance, sentences[liked][language]["likes"], chance.randint(1, 3))
    if chance.random() < SPEAKS_OF_DISLIKES:
        yield from _some(chance, sentences[taste.dislikes][language]["dislikes"], 1)
    if chance.random() < SPEAKS_OF_OTHERS:
        theirs = chance.choice([interest for interest in INTERESTS if interest not in taste.likes])
        yield from _some(chance, sentences[theirs][language]["others"], 1)
    yield from _some(chance, sentences["nothing"][language], chance.randint(0, 2))


def _some(chance: Random, sentences: Sequence[str], count: int) -> list[str]:
    return chance.sample(sentences, min(count, len(sentences)))
