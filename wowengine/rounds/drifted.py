"""Are customers told of as they were when the model learned? A sample of today's profiles beside its card."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.profiles import store
from wowengine.profiles.models import Profile
from wowengine.recommend import drift
from wowengine.recommend.features import occasions

SAMPLE = 2_000  # customers looked at: chance alone then moves no family far
MOMENTS = "at:"  # begins the families that tell of a moment, which a profile has not


def drifted(session: Session, then: drift.Baseline) -> list[str]:
    """Return the families of features that differ far from a model's baseline, such as ``tier:``.

    Customers who were never offered anything may be others than those who were, so this is a hint and no verdict.
    """
    people = list(session.scalars(select(Profile.customer_id).order_by(Profile.customer_id).limit(SAMPLE)))
    today = occasions(store.load_frames(session, people))
    moved = drift.compare(then, today)
    return [one.family for one in moved if one.far and not one.family.startswith(MOMENTS)]
