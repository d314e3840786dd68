"""What belongs to a person, table by table: what it is, why we hold it, how long. Forgetting and export both walk it.

Every table must stand in one of the two lists, or a test fails; and a whole row belongs to whom its key names, so that
a new column is exported and forgotten without anybody thinking of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, or_

from wowengine.db.base import Base


@dataclass(frozen=True)
class Tag:
    """Of a table that holds facts about people: what they are, why they are held, and until when.

    Attributes
    ----------
    key
        The column that names whose row it is.
    also
        The column that names a second person whose row it is as well.
    by
        Whose id stands in it: the customer's, or that of one of their actions.
    erased
        Whether it goes when the person is forgotten.
    """

    what: str
    why: str
    kept: str
    key: str = "customer_id"
    also: str = ""
    by: str = "customer"
    erased: bool = True


UNTIL_FORGOTTEN = "until forgotten"

PERSONAL: Mapping[str, Tag] = {
    "customers": Tag("identity, from the company's own records", "to know whom we care for", UNTIL_FORGOTTEN, key="id"),
    "handles": Tag("addresses, and how they were proven", "to link what is said to who said it", UNTIL_FORGOTTEN),
    "handle_challenges": Tag("accounts they are asked to prove", "to link by proof alone", "a day"),
    "merges": Tag("records found to be one person", "to know somebody by every door", UNTIL_FORGOTTEN, also="into_id"),
    "probable_matches": Tag(
        "records that may be one person", "for a person to look at", UNTIL_FORGOTTEN, also="other_id"
    ),
    "consents": Tag("every yes and no", "to prove what we may do", UNTIL_FORGOTTEN),
    "signals": Tag("what was said and lived through", "care, interests", "30 days in public, 730 days to us"),
    "source_cursors": Tag("how far an account was read", "to read nothing twice", UNTIL_FORGOTTEN),
    "profiles": Tag("mood and care history", "care", "as long as the signals it rests on"),
    "stale_profiles": Tag("that their profile is to be built anew", "to build it", "until it is built"),
    "interests": Tag("tastes, faded", "offers", "as long as the signals they rest on"),
    "preferences": Tag("what they stated", "offers", "as long as the signals they rest on"),
    "moments": Tag("days of their life they told of", "offers", "as long as the signals they rest on"),
    "evidence": Tag("the words behind a taste", "to show why", "as long as the signals it rests on"),
    "waits": Tag("how long they waited", "care", "as long as the signals it rests on"),
    "assignments": Tag("in which arm of an experiment they stand", "measurement", UNTIL_FORGOTTEN),
    "decisions": Tag("what was decided for them, and why", "accountability", UNTIL_FORGOTTEN),
    "actions": Tag("what was proposed and done", "delivery", UNTIL_FORGOTTEN),
    "action_events": Tag("who took which step", "accountability", UNTIL_FORGOTTEN, key="action_id", by="action"),
    "remarks": Tag(
        "what colleagues said of an action", "accountability", UNTIL_FORGOTTEN, key="action_id", by="action"
    ),
    "never_again": Tag("what is not to be done for them again", "their peace", UNTIL_FORGOTTEN),
    "notices": Tag(
        "who was told that their gesture waits", "accountability", UNTIL_FORGOTTEN, "action_id", by="action"
    ),
    "outcomes": Tag("what came of it", "measurement", UNTIL_FORGOTTEN),
    "recipients": Tag("what came of them in a campaign", "measurement", UNTIL_FORGOTTEN),
    "ledger": Tag(
        "amounts under an action's random id", "bookkeeping", "as tax law asks", "action_id", by="action", erased=False
    ),
}

IMPERSONAL: Mapping[str, str] = {
    "accounts": "budgets and stock: counters",
    "gestures": "the catalogue",
    "policies": "the manager's numbers, and which of the staff proposed and activated them",
    "rounds": "counts of a round",
    "heard_hours": "counts of what was said, by the hour",
    "heard_marks": "hashes of posts and authors under keys that change daily and are thrown away: kept for two days",
    "source_turns": "when each source is read again, and how it went",
    "merge_moves": "row numbers that a merge moved",
    "set_aside": "file, line, column and rule of a bad row, never its cells",
    "hash_keys": "keys of the installation",
    "suppressions": "keyed hashes: kept so that nobody comes back",
    "idempotency": "answers kept for three days; those that name a person are deleted with them",
    "audit": "changes by random id, digests under keys that go with the person, and which of the staff made them",
    "audit_head": "where the audit ends",
    "standstills": "why nothing is sent",
    "users": "names, roles and addresses of the staff",
    "campaigns": "what marketing means to do, for nobody by name",
    "campaign_events": "which of the staff took which step",
    "outbox": "errands by id; those that name a person are deleted with them",
}


def belongings(
    customer_ids: Sequence[str], action_ids: Sequence[str]
) -> Iterator[tuple[Table, Tag, ColumnElement[bool]]]:
    """Yield each table that may hold rows of a person, with the condition that picks those of all these records."""
    for table in Base.metadata.sorted_tables:
        tag = PERSONAL.get(table.name)
        if tag is not None:
            ids = customer_ids if tag.by == "customer" else action_ids
            yield table, tag, or_(*(table.c[key].in_(ids) for key in (tag.key, tag.also) if key))
