"""Something happened: the running campaigns that wait for such a thing look whether it is one of their people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns.campaign import Campaign, CampaignState
from wowengine.db.session import Database
from wowengine.decide.arms import Arm
from wowengine.errors import Conflict
from wowengine.profiles.models import Signal
from wowengine.rounds.campaign import trigger
from wowengine.rounds.config import Config
from wowengine.rounds.round import rules_for
from wowengine.rounds.situation import moment_of
from wowengine.terms import SignalKind


def on_signal(database: Database, config: Config, signal_id: int) -> list[str]:
    """Look at the customer of a signal for each campaign that waits for its kind; return the campaigns that looked.

    Something that went wrong is no occasion for a campaign, and what is said in public is none for whom we are deaf to.
    """
    with database.reading() as session:
        signal = session.get(Signal, signal_id)
        waiting = _waiting(session, signal) if signal else []
        if signal is None or signal.customer_id is None or not waiting:
            return []
        who, moment = signal.customer_id, moment_of(signal, clock.now())
        if rules_for(session, config).drawing.arm(who) is Arm.UNSOCIAL:
            return []
    looked = []
    for campaign_id in waiting:
        try:
            with database.transaction() as session:
                if trigger(session, config, campaign_id, {who: moment}, of_audience=True):
                    looked.append(campaign_id)
        except Conflict:  # paused or ended this instant
            continue
    return looked


def _waiting(session: Session, signal: Signal) -> list[str]:
    if signal.kind == SignalKind.INCIDENT:
        return []
    running = select(Campaign).where(Campaign.state == CampaignState.RUNNING).order_by(Campaign.id)
    return [one.id for one in session.scalars(running) if signal.kind in one.triggers]
