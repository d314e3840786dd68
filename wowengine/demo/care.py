"""What went wrong for make-believe people, what they wrote to us about it, and how long we took to answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from wowengine.demo.chance import dice
from wowengine.demo.delays import Disruption
from wowengine.demo.network import CARRIER_COUNTRY, routes
from wowengine.demo.people import Person
from wowengine.demo.row import Row, earlier, signal
from wowengine.demo.texts import filled, texts
from wowengine.terms import Direction, SignalKind

DESK = "email:care@ala-azzurra.example"
WRITES = 0.6  # how often somebody writes to us about a flight that went wrong
OTHER_MATTERS = 0.12  # how often they write about a bag or a booking
TELLS_COFFEE = 0.2  # how often they answered when we asked how they take it...
LOVER_TELLS_COFFEE = 0.8  # ...and how often those who like it did
NO_ANSWER = 0.12
MEDIAN_WAIT_MINUTES, WAIT_SPREAD = 55.0, 1.5  # of a log-normal
WRITES_AGAIN = 0.4
BY_EMAIL = 0.7  # the others write on their network
CENTS_PER_KM = 9
# What became of a matter that was no flight: the incident it is, besides the words about it.
MATTERS = {
    "bag": {"mode": "air", "type": "bag_delayed", "cause": "carrier"},
    "booking": {"mode": "store", "type": "failed_purchase", "cause": "carrier"},
}


@dataclass(frozen=True)
class Matter:
    """What a conversation is about."""

    topic: str
    opened_at: datetime
    slots: dict[str, str]


def incident(flight: Disruption, person: Person) -> Row:
    """Return what a flight that went wrong is for one of its passengers."""
    facts = {
        "mode": "air",
        "type": flight.type,
        "arrival_delay_minutes": flight.arrival_delay,
        "departure_delay_minutes": flight.departure_delay,
        "distance_km": flight.route.distance_km,
        "price_cents": 3_900 + CENTS_PER_KM * flight.route.distance_km,
        "currency": "EUR",
        "cause": flight.cause,
        "notice_days": flight.notice_days,
        "from_country": flight.route.origin.country,
        "to_country": flight.route.destination.country,
        "carrier_country": CARRIER_COUNTRY,
        "occurrence": f"{flight.number} {flight.departs_at:%Y-%m-%d}",
        "make_believe": f"The delay is real: {flight.real}. Route, date and cause are invented.",
    }
    known = {name: fact for name, fact in facts.items() if fact is not None}
    source_id = f"{known['occurrence']} {person.customer_id}"
    return signal("ops", source_id, SignalKind.INCIDENT, flight.ended_at, person, channel="ops", **known)


def conversations(seed: int, now: datetime, person: Person, flights: Sequence[Disruption]) -> Iterator[Row]:
    """Yield what a customer wrote to us and what we answered, and the incidents that only they know of."""
    chance = dice(seed, "care", person.customer_id)
    matters = [_about(chance, flight, person) for flight in flights if chance.random() < WRITES]
    if chance.random() < OTHER_MATTERS:
        other = _other_matter(chance, now, person)
        matters.append(other)
        at, source_id = other.opened_at - timedelta(hours=1), f"{other.topic} {person.customer_id}"
        yield signal("desk", source_id, SignalKind.INCIDENT, at, person, channel="web", **MATTERS[other.topic])
    tells = LOVER_TELLS_COFFEE if "coffee" in person.taste.likes else TELLS_COFFEE
    if person.public and chance.random() < tells:
        matters.append(Matter("coffee", earlier(chance, now, 3, 60), {}))
    for number, matter in enumerate(matters):
        yield from _thread(chance, now, person, matter, f"{person.customer_id}-{number}")


def _about(chance: Random, flight: Disruption, person: Person) -> Matter:
    minutes = flight.arrival_delay or 0
    slots = {
        "flight": flight.number,
        "origin": flight.route.origin.named(person.language),
        "city": flight.route.destination.named(person.language),
        "late": f"{minutes // 60} h {minutes % 60} min",
    }
    return Matter(flight.type, flight.ended_at + timedelta(minutes=chance.randrange(15, 400)), slots)


def _other_matter(chance: Random, now: datetime, person: Person) -> Matter:
    route = chance.choice(routes())
    slots = {
        "flight": f"Ala {chance.randrange(100, 1000)}",
        "origin": route.origin.named(person.language),
        "city": route.destination.named(person.language),
    }
    opened_at = earlier(chance, now, 1, 35)
    return Matter(chance.choice(list(MATTERS)), opened_at, slots)


def _thread(chance: Random, now: datetime, person: Person, matter: Matter, thread: str) -> Iterator[Row]:
    """Yield the messages of one conversation, each in reply to the one before, as far as it has come by now."""
    agent = (person.agent_of_record or chance.choice(texts("people")["agents"])).split()[0]
    slots = matter.slots | {"agent": agent, "name": person.name.split()[0]}
    by_email = chance.random() < BY_EMAIL
    channel, author = ("email", f"email:{person.email}") if by_email else (person.channel, person.account)
    at, before = matter.opened_at, None
    for number, turn in enumerate(_turns(chance, matter)):
        at += timedelta() if number == 0 else _wait(chance)
        if at >= now:
            return
        ours = turn in {"answer", "close"}
        text = filled(chance.choice(texts("threads")[matter.topic][person.language][turn]), person.language, slots)
        row = signal("desk", f"{thread}-{number}", SignalKind.MESSAGE, at, person, channel=channel, text=text)
        row |= {"author": DESK, "direction": Direction.OUTBOUND.value} if ours else {"author": author}
        yield row | ({"in_reply_to": before} if before else {})
        before = row["source_id"]


def _turns(chance: Random, matter: Matter) -> Sequence[str]:
    """Return who speaks in turn; a stated preference is always thanked for."""
    if matter.topic == "coffee":
        return ("opens", "answer")
    if chance.random() < NO_ANSWER:
        return ("opens",)
    return ("opens", "answer", "again", "close") if chance.random() < WRITES_AGAIN else ("opens", "answer")


def _wait(chance: Random) -> timedelta:
    """Return how long the next message takes: mostly an hour, now and then two days."""
    return timedelta(minutes=min(3000.0, max(2.0, MEDIAN_WAIT_MINUTES * chance.lognormvariate(0.0, WAIT_SPREAD))))
