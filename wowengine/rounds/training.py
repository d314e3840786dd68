"""What came of gestures, back into the model: outcomes and verdicts to `recommend`, and who scores next."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import outcomes
from wowengine.db.session import Database
from wowengine.decide.policy import Policy
from wowengine.profiles import store
from wowengine.recommend.base import Recommender
from wowengine.recommend.catalog import load_gestures
from wowengine.recommend.dataset import count_answers, settle
from wowengine.recommend.features import history_of
from wowengine.recommend.prior import Link
from wowengine.recommend.score import recommender
from wowengine.recommend.train import TrainReport, train
from wowengine.rounds.config import Config


def train_model(database: Database, config: Config, *, seed: int = 0) -> TrainReport:
    """Learn from all outcomes and verdicts so far; the model serves only if it is no worse than without it."""
    with database.reading() as session:
        seen = outcomes.training_frame(session)
        people = sorted(seen["customer_id"].unique())
        profiles, gestures = store.load_frames(session, people), load_gestures(session)
    return train(profiles, gestures, seen, config.models, now=clock.now(), seed=seed)


def recommender_for(session: Session, config: Config, policy: Policy) -> Recommender:
    """Return who scores now: the trained model, leaning on the prior where little was seen, or the prior alone."""

    def answers() -> pl.DataFrame:
        return count_answers(settle(outcomes.training_frame(session), clock.now()))

    catalogue = load_gestures(session)["gesture_id"].to_list()
    return recommender(config.models, policy.base_rate, answers, _links(policy), catalogue)


def _links(policy: Policy) -> list[Link]:
    """Return the policy's links in the recommender's names of features."""
    return [Link(f"interest:{one.interest}", f"tag:{one.gesture_tag}", one.weight) for one in policy.links]


def history(session: Session, at: datetime, customer_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """Return what these customers (or all) took and refused so far, for who scores next: see `history_of`."""
    return history_of(settle(outcomes.training_frame(session, customer_ids), at).filter("answered"))
