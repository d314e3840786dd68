"""What make-believe people bought: flights, and what goes with them."""

from collections.abc import Iterator
from datetime import datetime

from wowengine.demo.chance import dice
from wowengine.demo.people import Person
from wowengine.demo.row import Row, earlier, signal
from wowengine.terms import SignalKind

# Category, item, price in cents. Nobody ever bought films: a compensation of that family is new to everybody.
WARES = (
    ("seat", "Extra legroom seat", 1_900),
    ("bags", "Second suitcase", 3_500),
    ("meals", "Hot meal on board", 1_450),
    ("snacks", "Sandwich and a drink", 850),
    ("lounge", "Lounge entry", 3_200),
    ("transport", "Airport transfer", 2_400),
)


def purchases(seed: int, now: datetime, person: Person) -> Iterator[Row]:
    """Yield a customer's purchases of the last year: a few flights and some wares."""
    chance = dice(seed, "purchases", person.customer_id)
    flights = [("flight", "Return flight", 100 * chance.randrange(69, 340)) for _ in range(chance.randint(1, 3))]
    wares = chance.sample(WARES, chance.randint(0, 2))
    for number, (category, item, price_cents) in enumerate([*flights, *wares]):
        at = earlier(chance, now, 1, 365)
        facts = {"category": category, "item": item, "price_cents": price_cents, "currency": "EUR"}
        source_id = f"{person.customer_id}-order-{number}"
        yield signal("shop", source_id, SignalKind.PURCHASE, at, person, channel="web", **facts)
