"""A company's own files into trials of models, without a database; every row is accounted for.

Beside `imports`, whose formats these are, since it knows more than one package. Consents are not asked for: nothing is
kept, and nobody is made a gesture.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from wowengine import clock
from wowengine.errors import BadInput
from wowengine.profiles.frames import CUSTOMERS, GESTURES, OUTCOMES, Contract, ProfileFrames, check
from wowengine.profiles.sources.files import read_rows
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.train import NEEDED_CUSTOMERS, NEEDED_OF_EACH, split_by_time
from wowengine.recommend.trial import Trial

ONE_OUTCOME = ["customer_id", "gesture_id", "occurred_at", "type", "decision_id"]
NAMED = 20  # unseen features that are named; the others are counted

# What the profiles of a customers file alone hold: nothing was read of these people, and nobody cared for them yet.
INTERESTS = {"customer_id": pl.String, "topic": pl.String, "affinity": pl.Float64}
PREFERENCES = {"customer_id": pl.String, "slot": pl.String}
CARE = {
    "customer_id": pl.String,
    "mood": pl.Float64,
    "contacts": pl.Int64,
    "unanswered": pl.Int64,
    "incidents": pl.Int64,
    "longest_wait_seconds": pl.Float64,
    "top_reason": pl.String,
}


@dataclass(frozen=True)
class World:
    """Who there is and what could be done for them, and how many rows of which file were set aside by which rule."""

    profiles: ProfileFrames
    catalogue: pl.DataFrame
    set_aside: dict[str, Counter[str]]


def read_world(customers: Path, gestures: Path) -> World:
    """Read the files of customers and gestures; of rows with the same id the last counts.

    Raises
    ------
    BadInput
        When a file is not what it says it is, or no row of it is good.
    """
    people, odd_people = _good(customers, CUSTOMERS)
    catalogue, odd_gestures = _good(gestures, GESTURES)
    nothing = (pl.DataFrame(schema=schema) for schema in (INTERESTS, PREFERENCES, CARE))
    return World(
        ProfileFrames(people.unique("customer_id", keep="last", maintain_order=True), *nothing),
        catalogue.unique("gesture_id", keep="last", maintain_order=True),
        {"customers": odd_people, "gestures": odd_gestures},
    )


def held_out(world: World, train: Path, test: Path) -> Trial:
    """Make a trial of two files of outcomes; a row of the test that stands in the training file is set aside."""
    seen, unseen = _outcomes(world, train, "train"), _outcomes(world, test, "test")
    fresh = unseen.join(seen, on=ONE_OUTCOME, how="anti", maintain_order="left")
    world.set_aside["test"].update({"also_in_train": unseen.height - fresh.height})
    return _trial(world, _offers(world, seen), _offers(world, fresh))


def newest_fifth(world: World, outcomes: Path) -> Trial:
    """Make a trial of one file of outcomes: the newest fifth of the answers is the test."""
    return _trial(world, *split_by_time(_offers(world, _outcomes(world, outcomes, "outcomes"))))


def folds_of_customers(world: World, outcomes: Path, folds: int, seed: int = 0) -> list[Trial]:
    """Make a trial a fold: each customer is in the test of one, and a stranger to the model that is tried there."""
    offers = _offers(world, _outcomes(world, outcomes, "outcomes"))
    who, row = np.unique(offers.offers["customer_id"].to_numpy().astype(np.str_), return_inverse=True)
    if len(who) < folds:
        raise BadInput(f"{outcomes.name} has outcomes of {len(who)} customers, and {folds} folds are asked for.")
    fold = (np.random.default_rng(seed).permutation(len(who)) % folds)[row]
    return [_trial(world, offers.where(fold != at), offers.where(fold == at)) for at in range(folds)]


def account(world: World, trials: Sequence[Trial]) -> dict[str, Any]:
    """Count what the models learn from and are tried on, and what was left out; for one trial, or folds together."""
    one, *others = trials
    met = [set(trial.train.answers["customer_id"]) for trial in trials]
    tried = [set(trial.test.answers["customer_id"]) for trial in trials]
    unseen = sorted(frozenset[str]().union(*(_unseen(trial) for trial in trials)))
    return {
        "train": len(one.train) if not others else len(one.train) + len(one.test),
        "test": sum(len(trial.test.answers) for trial in trials),
        "folds": len(trials),
        "set_aside": {file: {rule: n for rule, n in found.items() if n} for file, found in world.set_aside.items()},
        "test_customers": {
            "warm": sum(len(who & before) for who, before in zip(tried, met, strict=True)),
            "cold": sum(len(who - before) for who, before in zip(tried, met, strict=True)),
        },
        "unseen_features": {"count": len(unseen), "named": unseen[:NAMED]},
    }


def _unseen(trial: Trial) -> set[str]:
    """Return what is told of test customers, moments and gestures and was of nothing in training."""
    people = set(trial.test.people.names) - set(trial.train.people.names)
    return people | (set(trial.test.offered.names) - set(trial.train.offered.names))


def _good(path: Path, contract: Contract) -> tuple[pl.DataFrame, Counter[str]]:
    checked = check(read_rows(path), contract)
    if not checked.good.height:
        rule = next(iter(checked.set_aside["rule"]), "no rows")
        raise BadInput(f"{path.name} has no row that can be used as one of {contract.name} (the first: {rule}).")
    return checked.good, Counter(checked.set_aside["rule"].to_list())


def _outcomes(world: World, path: Path, name: str) -> pl.DataFrame:
    """Read outcomes, and set aside those of people or gestures that are in no file, and those that come twice."""
    rows, odd = _good(path, OUTCOMES)
    rows = rows.with_columns(pl.col("decision_id").fill_null(""))
    for rule, known in {"unknown_customer": world.profiles.customers, "unknown_gesture": world.catalogue}.items():
        before, key = rows.height, known.columns[1]
        rows = rows.join(known, on=key, how="semi", maintain_order="left")
        odd.update({rule: before - rows.height})
    once = rows.unique(ONE_OUTCOME, keep="last", maintain_order=True)
    odd.update({"duplicate": rows.height - once.height})
    world.set_aside[name] = odd
    return once


def _offers(world: World, outcomes: pl.DataFrame) -> Examples:
    return examples(settle(outcomes, clock.now()), world.profiles, world.catalogue)


def _trial(world: World, train: Examples, test: Examples) -> Trial:
    """Make a trial, or say in a line why nothing could be learned or measured."""
    answers = train.where(train.answered)
    customers, landed = answers.offers["customer_id"].n_unique(), int(answers.landed.sum())
    if customers < NEEDED_CUSTOMERS:
        raise BadInput(f"There are answers of {customers} customers to learn from; {NEEDED_CUSTOMERS} are needed.")
    if landed < NEEDED_OF_EACH or 0 < len(answers) - landed < NEEDED_OF_EACH:
        raise BadInput(f"{landed} of {len(answers)} answers to learn from landed; {NEEDED_OF_EACH} of each are needed.")
    if not test.answered.any():
        raise BadInput("Nothing is left to test on: no row is a known customer's answer to a known gesture.")
    return Trial(train, test, world.profiles, world.catalogue)
