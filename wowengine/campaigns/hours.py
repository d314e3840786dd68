"""At the hour that a campaign names, by the customer's own clock: when a machine may bring its gesture."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from wowengine.campaigns.campaign import Campaign
from wowengine.campaigns.channels import AUTOMATIC
from wowengine.campaigns.models import Action
from wowengine.decide.zones import local
from wowengine.profiles.models import Customer


def not_before(session: Session, action: Action, at: datetime) -> datetime:
    """Return when an approved action may be claimed: at this time, or at its campaign's next hour where a machine does.

    Staff see the guest before them and need no such hour.
    """
    campaign = session.get(Campaign, action.campaign_id) if action.campaign_id else None
    if campaign is None or campaign.at_hour is None or action.channel not in AUTOMATIC:
        return at
    customer = session.get_one(Customer, action.customer_id)
    return next_at(at, campaign.at_hour, customer.time_zone)


def next_at(at: datetime, hour: int, zone: str | None) -> datetime:
    """Return the first time, not before `at`, that falls in this hour of the day there; in UTC for an unknown zone.

    An hour that a change of clocks leaves out is the one after it; one that comes twice is taken at its first.
    """
    here = local(at, zone)
    if here.hour == hour:
        return at
    days = (here.date(), here.date() + timedelta(days=1))
    times = (datetime.combine(day, time(hour), tzinfo=here.tzinfo).astimezone(UTC) for day in days)
    return next(one for one in times if one >= at)
