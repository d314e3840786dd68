"""Objecting: a person says no, under all their records, and what waits and needed their yes is withdrawn at once.

Beside `forgetting`, since it reaches from profiles to actions. Whatever is scored or delivered asks for consent at that
moment, so the no holds from the next read on; taking back what lies in the queue only spares a reviewer the look.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from wowengine.campaigns.sweep import withdraw_of
from wowengine.profiles import consent, merging
from wowengine.terms import Purpose

SOURCE = "objection"


def object_to(session: Session, customer_id: str, purposes: Sequence[Purpose]) -> int:
    """Write down that a person objects to these purposes; return how many suggestions were withdrawn.

    Who was merged of several records objects under all of them.

    Raises
    ------
    NotFound
        When there is no such customer.
    """
    records = merging.records_of(session, customer_id)
    for record in records:
        consent.object_to(session, record, purposes, SOURCE)
    return withdraw_of(session, records)
