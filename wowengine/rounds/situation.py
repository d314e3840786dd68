"""What stands before a decision: out of tables and frames, the plain persons, moments and candidates of `decide`.

Everything is read once, on one consistent view, for as many customers as are asked about.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from wowengine.campaigns import ledger, never
from wowengine.campaigns.lifecycle import DONE
from wowengine.decide.candidate import Candidate, Evidence, Incident, Moment, Person, Propensity, Reason
from wowengine.profiles import alarm, consent, store
from wowengine.profiles.frames import ProfileFrames
from wowengine.profiles.models import Signal
from wowengine.profiles.unsocial import PUBLIC, without_public
from wowengine.recommend.base import Recommender
from wowengine.recommend.catalog import load_gestures
from wowengine.recommend.explain import Part
from wowengine.recommend.moments import DECIDED_AT
from wowengine.rounds import past
from wowengine.rounds.training import history
from wowengine.terms import GestureKind, SignalKind

REASONS_SHOWN = 3
EVIDENCE_SHOWN = 5
DEADLINES = ("deadline", "departs_at")  # a signal's attributes that say when the moment has passed


@dataclass(frozen=True)
class Situation:
    """One consistent view of customers, catalogue and history, at one time."""

    at: datetime
    frames: ProfileFrames
    gestures: pl.DataFrame
    persons: dict[str, Person]
    incidents: dict[str, list[Incident]]
    evidence: dict[str, list[Evidence]]
    stock_left: dict[str, int]
    money_left: dict[str, int]
    history: pl.DataFrame
    hold: str  # why nothing that delights is done to anybody just now, or ''

    def moments(self, customer_id: str) -> list[Moment]:
        """Return the occasions for this customer: every incident not yet answered, and plain today."""
        answered = {given.subject for given in self.persons[customer_id].given if not given.elsewhere}
        failed = (one for one in self.incidents.get(customer_id, ()) if one.source_id not in answered)
        return [*(Moment(at=self.at, incident=one) for one in failed), Moment(at=self.at)]

    def score(self, recommender: Recommender, moments: Mapping[str, Moment]) -> dict[str, list[Candidate]]:
        """Return each customer's candidates in their moment: every gesture of the catalogue, scored."""
        contexts = {customer_id: context_of(moment) for customer_id, moment in moments.items()}
        scores = recommender.score(self.frames.only(list(moments)), self.gestures, contexts, history=self.history)
        gestures = {row["gesture_id"]: row for row in self.gestures.iter_rows(named=True)}
        candidates: dict[str, list[Candidate]] = defaultdict(list)
        for row in scores.frame.iter_rows(named=True):
            who, what = row["customer_id"], row["gesture_id"]
            parts = scores.reasons(who, what, REASONS_SHOWN)
            candidates[who].append(self._candidate(who, gestures[what], row, parts))
        return dict(candidates)

    def _candidate(
        self, customer_id: str, gesture: Mapping[str, Any], scored: Mapping[str, Any], parts: Sequence[Part]
    ) -> Candidate:
        about = {*gesture["tags"], *gesture["slots"]}
        grounds = [one for one in self.evidence.get(customer_id, ()) if one.topic in about]
        named = {
            name: gesture[name] for name in ("gesture_id", "cost_cents", "currency", "value_cents", "lead_minutes")
        }
        listed: dict[str, Any] = {name: tuple(gesture[name]) for name in ("tags", "channels", "tiers", "slots")}
        return Candidate(
            **named,
            **listed,
            kind=GestureKind(gesture["kind"]),
            title=str(gesture.get(f"title_{self.persons[customer_id].language}") or gesture["title"]),
            stock_left=self.stock_left.get(gesture["gesture_id"], gesture["stock"]),
            place=gesture["place"],
            valid_from=gesture["valid_from"],
            valid_until=gesture["valid_until"],
            category=gesture["category"],
            most=how_many(gesture),
            score=scored["score"],
            propensity=Propensity(
                scored["propensity"], scored["propensity_low"], scored["propensity_high"], scored["propensity_basis"]
            ),
            reasons=tuple(Reason(part.text, part.weight) for part in parts),
            evidence=tuple(grounds[:EVIDENCE_SHOWN]),
        )


def survey(
    session: Session,
    at: datetime,
    customer_ids: Sequence[str] | None = None,
    unsocial: Collection[str] = (),
) -> Situation:
    """Read all that deciding about these customers (or everybody) needs; of some, nothing that they said in public."""
    frames = without_public(session, store.load_frames(session, customer_ids), unsocial)
    gestures = load_gestures(session)
    return Situation(
        at=at,
        frames=frames,
        gestures=gestures,
        persons=_persons(session, at, frames, gestures, customer_ids),
        incidents=past.incidents(session, at, customer_ids),
        evidence=_grounds(session, frames, customer_ids, unsocial),
        stock_left=ledger.stock_left(session),
        money_left=ledger.money_left(session),
        history=history(session, at, customer_ids),
        hold=_hold(session, at),
    )


def stocked(gestures: pl.DataFrame) -> Iterator[tuple[str, int]]:
    """Yield the gestures of which there are only so many, with how many came with the catalogue."""
    yield from gestures.filter(pl.col("stock").is_not_null()).select("gesture_id", "stock").iter_rows()


def _hold(session: Session, at: datetime) -> str:
    """Return what is said of us just now, where it is a storm of bad words; else ''."""
    _, heard = alarm.now(session, at)
    return heard.why if heard.state == "crisis" else ""


def context_of(moment: Moment) -> dict[str, str]:
    """Return the facts of a moment, as the recommender learns them; what its time tells is worked out there."""
    features = {"channel": moment.channel, "place": moment.place, DECIDED_AT: moment.at.isoformat()}
    if moment.incident is not None:
        features |= {"incident": moment.incident.type, "mode": moment.incident.mode}
    return {name: value for name, value in features.items() if value}


def moment_of(signal: Signal, at: datetime) -> Moment:
    """Return the occasion that a signal gives: a place and a deadline, where it names them."""
    deadline = next((signal.attributes[name] for name in DEADLINES if signal.attributes.get(name)), None)
    incident = past.incident_of(signal) if signal.kind == SignalKind.INCIDENT else None
    return Moment(
        at=at, channel=signal.channel, place=signal.place, deadline=deadline and _time(deadline), incident=incident
    )


def _persons(
    session: Session,
    at: datetime,
    frames: ProfileFrames,
    gestures: pl.DataFrame,
    customer_ids: Sequence[str] | None,
) -> dict[str, Person]:
    categories = dict(gestures.select("gesture_id", "category").iter_rows())
    given = past.gestures_given(session, at, customer_ids, categories)
    agreed = consent.consents(session, customer_ids)
    bought = past.used_categories(session, customer_ids)
    complaints = past.open_complaints(session, customer_ids)
    private = past.private(session, customer_ids)
    barred = never.standing(session, customer_ids)
    stated: dict[str, dict[str, str]] = defaultdict(dict)
    for who, slot, value in frames.preferences.select("customer_id", "slot", "value").iter_rows():
        stated[who][slot] = value
    persons = {}
    for row in frames.customers.iter_rows(named=True):
        who = row["customer_id"]
        had = {one.category for one in given.get(who, ()) if one.state in DONE}
        persons[who] = Person(
            customer_id=who,
            name=row["name"],
            language=row["language"] or "",
            tier=row["tier"],
            country=row["country"],
            time_zone=row["time_zone"],
            consents=agreed.get(who, frozenset()),
            agent_of_record=row["agent_of_record"],
            preferences=stated.get(who, {}),
            given=tuple(given.get(who, ())),
            used_categories=bought.get(who, frozenset()) | had,
            open_complaints=complaints.get(who, 0),
            private_at=private.get(who),
            never=(*barred.get(who, ()), *barred.get(None, ())),
        )
    return persons


def _grounds(
    session: Session, frames: ProfileFrames, customer_ids: Sequence[str] | None, unsocial: Collection[str]
) -> dict[str, list[Evidence]]:
    """Return the words a gesture may rest on: stated ones first, then those of interests that still hold.

    What somebody has come to dislike is no ground for a gift, whatever they wrote before. Words of people who no
    longer agree to being read stand in no frame, and so in no reason.
    """
    liked = set(frames.interests.filter(pl.col("affinity") > 0).select("customer_id", "topic").iter_rows())
    stated = set(frames.preferences.select("customer_id", "slot").iter_rows())
    grounds: dict[str, list[Evidence]] = defaultdict(list)
    for holding, words in (
        (stated, past.statements(session, customer_ids)),
        (liked, past.evidence(session, customer_ids)),
    ):
        for who, said in words.items():
            heard = [one for one in said if one.kind not in PUBLIC] if who in unsocial else said
            grounds[who] += [one for one in heard if (who, one.topic) in holding]
    return dict(grounds)


def how_many(gesture: Mapping[str, Any]) -> int:
    """Return how many of it goodwill may give at once (the attribute ``most``); one where nothing is said."""
    told = json.loads(gesture["attributes"]).get("most", 1)
    return int(told) if str(told).isdecimal() and int(told) >= 1 else 1


def _time(text: str) -> datetime | None:
    """Return a time in UTC, or None for what is not one: a moment without a deadline is still a moment."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
