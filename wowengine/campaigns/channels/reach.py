"""Where a customer is to be found: asked in the very transaction in which a message is begun."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.channels.base import Reach
from wowengine.profiles.consent import may_use
from wowengine.profiles.identity import EMAIL
from wowengine.profiles.models import Handle, Signal
from wowengine.profiles.sources.chatwoot import NAME as CHATWOOT
from wowengine.terms import Purpose, SignalKind

NOWHERE = {
    Reach.EMAIL: "No e-mail address was proven theirs.",
    Reach.CONVERSATION: "They have no conversation at our desk.",
}


def address(session: Session, customer_id: str, reach: Reach) -> str | None:
    """Return where to reach a customer, "" where a channel need not know, or None where there is nowhere."""
    match reach:
        case Reach.NOTHING:
            return ""
        case Reach.EMAIL:
            return _newest_mailbox(session, customer_id)
        case Reach.CONVERSATION:
            return _newest_conversation(session, customer_id)


def _newest_mailbox(session: Session, customer_id: str) -> str | None:
    """Return the address proven last: who changed theirs proved the new one later. A handle is always proven."""
    theirs = select(Handle.address).where(Handle.customer_id == customer_id, Handle.channel == EMAIL)
    return session.scalars(theirs.order_by(Handle.proven_at.desc(), Handle.id.desc()).limit(1)).first()


def _newest_conversation(session: Session, customer_id: str) -> str | None:
    theirs = select(Signal.source_id).where(
        Signal.customer_id == customer_id,
        Signal.source == CHATWOOT,
        Signal.kind == SignalKind.TICKET,
        may_use(Purpose.CARE),
    )
    return session.scalars(theirs.order_by(Signal.occurred_at.desc(), Signal.id.desc()).limit(1)).first()
