"""A small company with people, posts and gestures that wait for a word: what the console's tests look at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.campaigns.making import BUDGET, decision, suggestion
from wowengine import clock
from wowengine.campaigns import deliver, ledger, outcomes, propose, review
from wowengine.campaigns.lifecycle import GRACE, Actor
from wowengine.campaigns.models import Round
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.decide.candidate import Evidence, Reason
from wowengine.decide.decision import Alternative
from wowengine.profiles import store
from wowengine.profiles.intake import take_customers, take_signals
from wowengine.profiles.models import Signal
from wowengine.profiles.sources.rows import from_mappings
from wowengine.terms import ActorKind, Basis, GestureKind, OutcomeType

HOSTILE = "<script>document.title='owned'</script><img src=http://evil.example/x onerror=alert(1)> \u202egniht"
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 12
PEOPLE = [
    ("c1", "Anna Rossi", "it", "gold", "anna@jazz.social"),
    ("c2", "Theo Brandt", "en", "silver", "theo@sky.example"),
    ("c3", f"Mallory {HOSTILE}", "en", "blue", "mallory@evil.example"),
    ("c4", "Giulia Bianchi", "it", "gold", "giulia@mare.example"),
    ("c5", "Edward Lawson", "en", "blue", "ed@hills.example"),
    ("c6", "Beatrice Ferrari", "it", "silver", "bea@libri.example"),
    ("c7", "Callum Hunter", "en", "gold", "callum@kitchen.example"),
    ("c8", "Lucy Doyle", "en", "blue", "lucy@museum.example"),
]
SMALL = [  # customer, post, topic, what they would get, for how much, due in so many minutes
    ("c6", "7", "books", "Lounge prima del volo: poltrona, lampada e biblioteca", 1_800, 71),
    ("c7", "8", "cooking", "Signed cookbook of the chef who writes our menus", 1_600, 104),
    ("c8", "9", "art", "Ticket for the museum's late opening", 1_400, 132),
]
DRAFT = """Gentile Anna Rossi,

abbiamo un piccolo pensiero per la Sua attesa: un espresso al bar accanto al gate e una playlist jazz scelta dai \
nostri equipaggi.

Se preferisce non ricevere più attenzioni come questa, ci basta una Sua parola.

Cordiali saluti,
Ala Azzurra"""
POSTS = [
    (
        "1",
        "anna@jazz.social",
        19,
        "Non parto mai senza il mio jazz: amo il jazz dal vivo, e una sera al club vale il viaggio.",
    ),
    ("2", "anna@jazz.social", 34, "Adoro il jazz, Coltrane in cuffia e l'attesa vola"),
    ("3", "theo@sky.example", 6, "I love hiking, three summits before breakfast"),
    ("4", "mallory@evil.example", 2, f"I love hiking {HOSTILE} {LONG_WORD}"),
    ("5", "giulia@mare.example", 9, "Amo il buon caffè, il primo espresso della giornata"),
    ("6", "ed@hills.example", 12, "I love cooking on Sundays"),
    ("7", "bea@libri.example", 8, "Adoro leggere: tre libri in valigia, sempre"),
    ("8", "callum@kitchen.example", 5, "New cookbook on the counter, I love cooking"),
    ("9", "lucy@museum.example", 15, "Late opening at the museum, I love art"),
]


def open_company(database: Database) -> list[str]:
    """Let people in and propose eight gestures; return the actions' ids, the most urgent first."""
    now = clock.now()
    with database.transaction() as session:
        take_customers(session, from_mappings([_person(*person) for person in PEOPLE]))
        take_signals(session, from_mappings([_post(*post, now) for post in POSTS]))
        store.rebuild(session, now)
        ledger.open_account(session, BUDGET, "EUR", 60_000)
        ledger.open_account(session, "stock:espresso-and-jazz", "piece", 12)
        session.add(_round(now))
        session.flush()
        _give_once(session, now - timedelta(days=71))
        return _proposals(session, now)


def _proposals(session: Session, now: datetime) -> list[str]:
    lounge = Alternative("lounge", "Una poltrona in lounge", 1_800, 0.64, 40.0, ("cost",))
    film = Alternative("film", "Buono per un film", 700, 0.52, 31.0, ())
    return [
        _propose(
            session,
            "c1",
            "1",
            "jazz",
            gesture_id="espresso-and-jazz",
            title="Un espresso e una playlist jazz per l'attesa",
            why_text="Lei ha scritto «Non parto mai senza il mio jazz», e oggi il Suo volo parte in ritardo.",
            draft=DRAFT,
            language="it",
            place="Milano MXP, gate B12",
            slots={"coffee": "lungo, senza zucchero"},
            reasons=(Reason("jazz x playlist", 0.4), Reason("coffee x espresso", 0.2)),
            deadline_at=now + timedelta(minutes=38, seconds=40),
            alternatives=(lounge, film),
            scarce=True,
        ),
        _propose(session, "c2", "3", "hiking", gesture_id="trail-map", title="Trail map of the hills"),
        _propose(
            session,
            "c3",
            "4",
            "hiking",
            gesture_id="hostile",
            title=HOSTILE,
            why_text=HOSTILE[:200],
            draft=f"{HOSTILE}\n{LONG_WORD}",
            place=HOSTILE,
            slots={"coffee": HOSTILE},
            deadline_at=now + timedelta(hours=20),
        ),
        _propose(session, "c4", "5", "coffee", gesture_id="coffee", title="Caffè al gate, proprio come piace a Lei"),
        _propose(
            session,
            "c5",
            "6",
            "cooking",
            gesture_id="owed:eu261",
            kind=GestureKind.COMPENSATION,
            basis=Basis.FLOOR,
            subject="incident-1",
            title="EUR 250.00, Regulation (EC) No 261/2004",
            amount_cents=25_000,
            floor_cents=25_000,
            account="owed:EUR",
            propensity=None,
            score=None,
            deadline_at=None,
        ),
        *_small(session, now),
    ]


def _small(session: Session, now: datetime) -> Iterator[str]:
    for customer_id, post, topic, title, cents, minutes in SMALL:
        told = {"gesture_id": title, "title": title, "amount_cents": cents}
        yield _propose(session, customer_id, post, topic, **told, deadline_at=now + timedelta(minutes=minutes))


def _give_once(session: Session, at: datetime) -> None:
    """Give Anna something, for which she thanked us."""
    elsa, bruno = Actor("Elsa", ActorKind.PERSON), Actor("Bruno", ActorKind.STAFF)
    with frozen(at):
        action = _propose(session, "c1", "1", "jazz", gesture_id="film", title="Buono per un film", deadline_at=None)
        review.approve(session, action, elsa)
    with frozen(at + GRACE):
        fence = deliver.claim(session, action, bruno).fence
        given = deliver.deliver(session, action, bruno, fence, {"note": "by hand"})
        outcomes.record(
            session, "c1", "film", OutcomeType.THANKED, occurred_at=clock.now(), decision_id=given.decision_id
        )


def _propose(session: Session, customer_id: str, source_id: str, topic: str, **changes: Any) -> str:
    signal = session.scalars(select(Signal).where(Signal.source_id == source_id)).one()
    words = (signal.text or "").partition(":")[0][:120]
    ground = Evidence(signal.id, topic, words, signal.channel, signal.occurred_at)
    late: dict[str, Any] = {
        "deadline_at": clock.now() + timedelta(hours=3),
        "place": None,
        "slots": {},
        "evidence": (ground,),
    }
    offer = suggestion(**(late | changes))
    (action,) = propose.propose(session, decision(offer, customer_id=customer_id))
    return action.id


def _person(customer_id: str, name: str, language: str, tier: str, handle: str) -> dict[str, str]:
    return {
        "customer_id": customer_id,
        "name": name,
        "language": language,
        "tier": tier,
        "country": "IT",
        "handles": f"mastodon:{handle}",
        "consents": "care;interests;offers",
        "agent_of_record": "Theo",
    }


def _post(source_id: str, author: str, days: int, text: str, now: datetime) -> dict[str, str]:
    return {
        "source": "mastodon",
        "source_id": source_id,
        "kind": "post",
        "occurred_at": (now - timedelta(days=days)).isoformat(),
        "channel": "mastodon",
        "author": f"mastodon:{author}",
        "text": text,
    }


def _round(now: datetime) -> Round:
    return Round(
        id="rnd_1",
        started_at=now - timedelta(minutes=9),
        finished_at=now - timedelta(minutes=8),
        considered=212,
        proposed=31,
        refused={"contact.consent": 120, "contact.cap": 61},
        model_version="prior",
        policy_version="p1",
    )
