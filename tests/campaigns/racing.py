"""What each of many processes does while all of them fight over the same rows."""

from collections import Counter
from collections.abc import Sequence

from tests.campaigns.making import ANNA, NOW
from wowengine.campaigns import review
from wowengine.clock import frozen
from wowengine.db.session import Database
from wowengine.errors import Conflict


def warmed_up(url: str, action_id: str) -> Database:
    """A database whose statements are compiled, without a connection: forks must not share one."""
    database = Database(url)
    with frozen(NOW), database.transaction() as session:
        review.approve(session, action_id, ANNA)
        session.rollback()
    database.close()
    return database


def approve(database: Database, action_ids: Sequence[str]) -> Counter[str]:
    """Try to approve these, one after the other; return how often it was approved, too late, or without money."""
    told = Counter[str]()
    for action_id in action_ids:
        try:
            with frozen(NOW), database.transaction() as session:
                review.approve(session, action_id, ANNA)
        except Conflict as refusal:
            told["no money" if "account" in refusal.facts else "too late"] += 1
        else:
            told["approved"] += 1
    database.close()
    return told
