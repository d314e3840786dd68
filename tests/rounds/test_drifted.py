"""Customers are laid beside those whom the model learned from."""

from wowengine import clock
from wowengine.db.session import Database
from wowengine.profiles import store
from wowengine.profiles.intake import take_customers
from wowengine.profiles.sources.rows import from_mappings
from wowengine.recommend import drift
from wowengine.recommend.features import occasions
from wowengine.rounds import drifted


def people(database: Database, tier: str) -> drift.Baseline:
    """Let a hundred customers be of one tier, and return the baseline of a model that learned of them."""
    rows = [{"customer_id": f"c{n}", "tier": tier, "consents": "care;interests;offers"} for n in range(100)]
    with database.transaction() as session:
        take_customers(session, from_mappings(rows))
        store.rebuild(session, clock.now())
        return drift.baseline(occasions(store.load_frames(session)))


def test_the_same_customers_have_not_drifted(database: Database) -> None:
    then = people(database, "gold")
    with database.reading() as session:
        assert drifted(session, then) == []


def test_customers_of_another_tier_have_drifted(database: Database) -> None:
    then = people(database, "gold")
    people(database, "silver")
    with database.reading() as session:
        assert drifted(session, then) == ["tier:"]
