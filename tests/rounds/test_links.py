"""What the policy links reaches whoever scores before there is a model."""

from collections.abc import Callable

from wowengine.db.session import Database
from wowengine.decide.policy import load_policy, policy_text
from wowengine.profiles import store
from wowengine.recommend.catalog import load_gestures
from wowengine.rounds import Config
from wowengine.rounds.training import recommender_for

LINK = '[[links]]\ninterest = "jazz"\ngesture_tag = "fishing"\nweight = 1.0\n'


def test_a_link_of_the_policy_lifts_what_it_names(company: Callable[..., Database], config: Config) -> None:
    database = company(("anna", "I love jazz"))

    def lifted() -> float:
        with database.reading() as session:
            scorer = recommender_for(session, config, load_policy(config.policy))
            scores = scorer.score(store.load_frames(session, ["anna"]), load_gestures(session)).frame
        return float(scores.filter(gesture_id="boat")["score"][0])

    before = lifted()
    config.policy.write_text(f"{policy_text()}\n{LINK}")
    assert lifted() > before + 0.1
