"""Make-believe worlds whose right answers are known: a checkerboard that the eye can check, and hidden tastes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.features import Features

Rows = Sequence[Mapping[str, object]]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

CUSTOMERS = {
    "customer_id": pl.String(),
    "name": pl.String(),
    "language": pl.String(),
    "country": pl.String(),
    "time_zone": pl.String(),
    "tier": pl.String(),
    "joined_on": pl.Date(),
    "agent_of_record": pl.String(),
    "attributes": pl.String(),
}
INTERESTS = {
    "customer_id": pl.String(),
    "topic": pl.String(),
    "affinity": pl.Float64(),
    "mentions": pl.Int64(),
    "last_at": pl.Datetime("us", "UTC"),
}
PREFERENCES = {
    "customer_id": pl.String(),
    "slot": pl.String(),
    "value": pl.String(),
    "quote": pl.String(),
    "signal_id": pl.Int64(),
    "stated_at": pl.Datetime("us", "UTC"),
}
CARE = {
    "customer_id": pl.String(),
    "mood": pl.Float64(),
    "contacts": pl.Int64(),
    "threads": pl.Int64(),
    "unanswered": pl.Int64(),
    "incidents": pl.Int64(),
    "longest_wait_seconds": pl.Float64(),
    "median_first_answer_seconds": pl.Float64(),
    "top_reason": pl.String(),
}
GESTURES = {
    "gesture_id": pl.String(),
    "kind": pl.String(),
    "tags": pl.List(pl.String()),
    "cost_cents": pl.Int64(),
    "channels": pl.List(pl.String()),
    "slots": pl.List(pl.String()),
    "place": pl.String(),
    "attributes": pl.String(),
}
OUTCOMES = {
    "customer_id": pl.String(),
    "gesture_id": pl.String(),
    "occurred_at": pl.Datetime("us", "UTC"),
    "type": pl.String(),
    "decision_id": pl.String(),
    "context": pl.String(),
}


@dataclass(frozen=True)
class World:
    """Who there is, what could be done, and what came of it."""

    profiles: ProfileFrames
    gestures: pl.DataFrame
    outcomes: pl.DataFrame
    chance: NDArray[np.float64]  # the truth: (customers, gestures), both by id


def frame(rows: Rows, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A frame whose missing cells are null."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def profiles(
    customers: Rows,
    interests: Rows | None = None,
    preferences: Rows | None = None,
    care: Rows | None = None,
) -> ProfileFrames:
    """Frames of profiles with only what is given."""
    return ProfileFrames(
        frame(customers, CUSTOMERS),
        frame(interests or [], INTERESTS),
        frame(preferences or [], PREFERENCES),
        frame(care or [], CARE),
    )


def gesture(gesture_id: str, *tags: str, **more: object) -> dict[str, object]:
    """A gesture with these tags."""
    plain = {"kind": "surprise", "cost_cents": 0, "channels": [], "slots": [], "attributes": "{}"}
    return plain | {"gesture_id": gesture_id, "tags": list(tags)} | more


def outcome(customer_id: str, gesture_id: str, word: str, at: datetime = NOW, **more: object) -> dict[str, object]:
    """A word about an offer."""
    row = {"customer_id": customer_id, "gesture_id": gesture_id, "type": word, "occurred_at": at}
    return row | {"decision_id": "", "context": "{}"} | more


def checkerboard(customers: int = 40, gestures: int = 8) -> World:
    """Even customers like the sea, odd ones the hills; gestures alternate likewise; each says so of every gesture.

    The first two gestures, one of each colour, everybody accepts: they are the popular ones.
    """
    topics = ("sea", "hills")
    people = [f"c{n:03}" for n in range(customers)]
    things = [f"g{n}" for n in range(gestures)]
    fits = np.array([[n % 2 == m % 2 for m in range(gestures)] for n in range(customers)])
    rows, at = [], NOW - timedelta(days=60)
    for n, who in enumerate(people):
        for m, what in enumerate(things):
            word = "accepted" if fits[n, m] or m < len(topics) else "rejected"
            rows.append(outcome(who, what, word, at + timedelta(minutes=(n * 7 + m * 13) % 1440)))
    return World(
        profiles(
            [{"customer_id": who, "attributes": "{}"} for who in people],
            [{"customer_id": who, "topic": topics[n % 2], "affinity": 0.9} for n, who in enumerate(people)],
        ),
        frame([gesture(what, topics[m % 2]) for m, what in enumerate(things)], GESTURES),
        frame(rows, OUTCOMES),
        fits.astype(float),
    )


def hidden_tastes(offers: int, customers: int = 300, gestures: int = 12, seed: int = 0) -> World:
    """Customers answer by a taste that only shows through their interests, tier and the weather of the moment."""
    chooser = np.random.default_rng(seed)
    topics = ("sea", "hills", "coffee", "running", "opera", "football", "books", "gardens")
    likes = chooser.random((customers, len(topics))) < 0.25
    gold = chooser.random(customers) < 0.3
    about = chooser.integers(0, len(topics), gestures)
    ease = chooser.normal(-1.5, 0.6, gestures)
    logits = ease + 1.8 * likes[:, about] + 0.7 * gold[:, None] * (np.arange(gestures) % 3 == 0)
    chance = 1 / (1 + np.exp(-logits))
    rows = []
    for n in range(offers):
        who, what = int(chooser.integers(customers)), int(chooser.integers(gestures))
        rain = bool(chooser.random() < 0.5)
        shift = 0.8 if rain and what % 2 else 0.0
        landed = chooser.random() < 1 / (1 + np.exp(-(logits[who, what] + shift)))
        rows.append(
            outcome(
                f"c{who:03}",
                f"g{what:02}",
                "accepted" if landed else "rejected",
                NOW - timedelta(days=90) + timedelta(minutes=n),
                context=json.dumps({"weather": "rain" if rain else "sun"}),
            )
        )
    return World(
        profiles(
            [
                {"customer_id": f"c{n:03}", "tier": "gold" if gold[n] else "blue", "attributes": "{}"}
                for n in range(customers)
            ],
            [
                {"customer_id": f"c{n:03}", "topic": topic, "affinity": 0.8}
                for n in range(customers)
                for t, topic in enumerate(topics)
                if likes[n, t]
            ],
        ),
        frame([gesture(f"g{m:02}", topics[about[m]]) for m in range(gestures)], GESTURES),
        frame(rows, OUTCOMES),
        chance,
    )


def told(features: Features, row: int) -> dict[str, float]:
    """What is told of one row: feature -> weight."""
    weights = features.matrix[[row]].toarray()[0]
    return {name: float(weight) for name, weight in zip(features.names, weights, strict=True) if weight}


def with_history(people: Features, history: Sequence[tuple[str, str, float]]) -> Features:
    """The same rows, told too what their customer took (1) or refused (-1): (customer, gesture, value)."""
    things = sorted({what for _, what, _ in history})
    took = np.zeros((len(people.ids), len(things)), dtype=np.float32)
    for who, what, value in history:
        took[[row for row, outside in enumerate(people.ids) if outside == who], things.index(what)] = value
    names = (*people.names, *(f"took:{what}" for what in things))
    order = np.argsort(names)
    matrix = sp.csr_matrix(sp.hstack([people.matrix, sp.csr_matrix(took)]))[:, order]
    return Features(people.ids, tuple(names[at] for at in order), sp.csr_matrix(matrix))


def scored(form: Bilinear, people: Features, offered: Features) -> NDArray[np.float64]:
    """What a form by itself scores: shape (people, gestures)."""
    left = form.customers(people.under(form.customer_names))
    right = form.gestures(offered.under(form.gesture_names))
    return np.asarray(left.astype(np.float64) @ right.astype(np.float64).T)
