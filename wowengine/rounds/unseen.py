"""What is told of customers, moments and gestures today, beside what the serving model was taught."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.models import DecisionRow
from wowengine.profiles import store
from wowengine.profiles.models import Profile
from wowengine.recommend import unseen as recommend
from wowengine.recommend.catalog import load_gestures
from wowengine.recommend.features import gestures_told, occasions
from wowengine.recommend.model import Model
from wowengine.recommend.unseen import Unseen
from wowengine.rounds.drifted import SAMPLE


def unseen(session: Session, model: Model) -> dict[str, Unseen]:
    """Return it for a sample of customers, the moments of the newest decisions, and the whole catalogue."""
    sample = session.scalars(select(Profile.customer_id).order_by(Profile.customer_id).limit(SAMPLE))
    newest = select(DecisionRow.customer_id, DecisionRow.context).order_by(DecisionRow.decided_at.desc()).limit(SAMPLE)
    contexts = {row.customer_id: row.context for row in reversed(session.execute(newest).all())}
    people = occasions(store.load_frames(session, sorted({*sample, *contexts})), contexts)
    return recommend.unseen(model, people, gestures_told(load_gestures(session)))
