"""From which accounts an action is paid: of a campaign's, its whole budget, what it may spend a day, and on one person.

They are held together or not at all, in ascending order of id. What names a person in an account is a keyed hash.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ledger
from wowengine.campaigns.campaign import Campaign
from wowengine.campaigns.models import Account, Action
from wowengine.profiles import suppression

CAMPAIGN = "budget:campaign:"
CLOCKWORK = "campaign"  # by whom the accounts of a day and of a person are opened


def account(campaign_id: str) -> str:
    """Return the account of a campaign's whole budget."""
    return CAMPAIGN + campaign_id


def parts(account_id: str) -> tuple[str, str]:
    """Return how the accounts of a day and of a person begin, under this one."""
    return f"{account_id}:day:", f"{account_id}:customer:"


def limits(session: Session, action: Action, held: Collection[str]) -> dict[str, int | None]:
    """Return the accounts that an action takes its money from, with what may be spent from each in all.

    None is for an account that is there already. The day is the one on which it was held, as long as it is.
    """
    if not action.amount_cents:
        return {}
    paying: dict[str, int | None] = {action.account_id: None}
    campaign = session.get(Campaign, action.campaign_id) if action.campaign_id else None
    if campaign is None or action.account_id != account(campaign.id):
        return paying
    day, person = parts(action.account_id)
    if campaign.day_cents is not None:
        today = f"{day}{clock.now():%Y-%m-%d}"
        paying[next((one for one in held if one.startswith(day)), today)] = campaign.day_cents
    if campaign.customer_cents is not None:
        name = suppression.customer_name(action.customer_id)
        paying[person + suppression.mark(session, name)[:32]] = campaign.customer_cents
    return paying


def grant(session: Session, campaign: Campaign, cents: int, by: str) -> None:
    """Bring a campaign's budget to this total; never below what is held and spent."""
    ledger.open_account(session, account(campaign.id), campaign.currency, cents, actor=by)


def left(session: Session, campaign: Campaign) -> int:
    """Return the cents of a campaign's budget that are neither held nor spent; all of it before it was granted."""
    found = session.get(Account, account(campaign.id), populate_existing=True)
    if found is None or not campaign.approved_by:
        return campaign.budget_cents
    return (found.granted or 0) - found.held - found.committed
