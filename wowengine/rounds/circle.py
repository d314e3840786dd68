"""Whom a campaign is about: people by name or its audience; of these, who is held out, and who has objected."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns.audience import members, parse
from wowengine.campaigns.campaign import Campaign
from wowengine.campaigns.campaign import RecipientState as S
from wowengine.campaigns.look import Came
from wowengine.db.many import among
from wowengine.decide.arms import Arm, Drawing
from wowengine.decide.candidate import Moment
from wowengine.errors import BadInput
from wowengine.profiles.models import Consent
from wowengine.terms import Purpose


@dataclass(frozen=True)
class Circle:
    """Whom a look is about: the occasion of each who may be asked, and what is said at once of the others."""

    moments: Mapping[str, Moment]
    settled: Sequence[Came]


def circle_of(
    session: Session,
    drawing: Drawing,
    campaign: Campaign,
    at: datetime,
    *,
    named: Mapping[str, Moment] | None = None,
    audience: str = "",
) -> Circle:
    """Return whom it is about: people by name, or its audience; of these, who is held out, and who has objected."""
    if named:
        moments, settled = dict(named), list(_without_consent(session, named))
    elif text := audience or campaign.audience:
        found = members(session, parse(text), at)
        moments = {who: Moment(at) for who in found.customer_ids}
        settled = [Came(who, S.OBJECTED, "they said no to offers") for who in found.objecting]
        settled += [Came(who, S.NO_CONSENT, "they never agreed to offers") for who in found.silent]
    else:
        raise BadInput("The campaign has no audience: name the people it is for.", campaign=campaign.id)
    settled += [Came(who, S.HELD_OUT, reason) for who in moments if (reason := _held_out(drawing, campaign, who))]
    done = {one.customer_id for one in settled}
    return Circle({who: moment for who, moment in moments.items() if who not in done}, _once_each(settled))


def without(circle: Circle, seen: Collection[str]) -> Circle:
    """Return the circle of who is left, once these were written."""
    moments = {who: moment for who, moment in circle.moments.items() if who not in seen}
    return Circle(moments, [one for one in circle.settled if one.customer_id not in seen])


def _held_out(drawing: Drawing, campaign: Campaign, customer_id: str) -> str:
    """Say in which holdout somebody is; '' for who is in none."""
    if drawing.arm(customer_id) is Arm.HOLDOUT:
        return "held out of everything that delights"
    own = drawing.chance(customer_id, f"campaign {campaign.id}") < campaign.holdout
    return "held out of this campaign" if own else ""


def _without_consent(session: Session, named: Collection[str]) -> Iterator[Came]:
    """Yield who has said no to offers; who never said a word of them is refused by the rule."""
    newest = (
        select(Consent.customer_id, Consent.given)
        .where(Consent.purpose == Purpose.OFFERS, among(Consent.customer_id, named))
        .order_by(Consent.at, Consent.id)
    )
    last = {row.customer_id: row.given for row in session.execute(newest)}
    yield from (Came(who, S.OBJECTED, "they said no to offers") for who in sorted(last) if not last[who])


def _once_each(settled: Sequence[Came]) -> list[Came]:
    """Keep one word for each: held out comes before what they would have been refused for."""
    by_customer: dict[str, Came] = {}
    for one in settled:
        by_customer[one.customer_id] = one
    return list(by_customer.values())
