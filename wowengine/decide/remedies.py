"""What was given for an incident before: what of it settles what the law owes, and what was goodwill.

Money settles it. Anything else does so only where that law lets it, the customer agreed in the way it asks for, and the
agreement is on record; it then counts for what it is worth. Otherwise it was goodwill, and what is owed stays whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from wowengine.decide.candidate import Acceptance, Given
from wowengine.decide.given import DONE, amends
from wowengine.decide.law import Agreement, Owed, Substitute
from wowengine.decide.words import money

_STRENGTH = {str(agreement): strength for strength, agreement in enumerate(Agreement)}


def settle(owed: Owed, given: Sequence[Given], subject: str) -> Owed:
    """Return what is owed for an incident with how much of it is settled already, by this law and the others."""
    cents = sum(_towards(owed, one) for one in given if one.subject == subject and one.state in DONE)
    return replace(
        owed,
        settled_cents=min(cents, owed.amount_cents or 0),
        also=tuple(settle(other, given, subject) for other in owed.also),
    )


def beyond(owed: Owed, given: Iterable[Given], subject: str) -> list[Given]:
    """Return what was given for an incident as goodwill: all that does not count in place of money owed."""
    laws = (owed, *owed.also)
    return [one for one in amends(given) if one.subject == subject and all(refusal(law, one) for law in laws)]


def refusal(owed: Owed, one: Given) -> str:
    """Return why something given does not count in place of the money that is owed; '' where it does."""
    rule, taken = owed.substitute, one.substitute
    if rule is None:
        return f"{owed.law.get('en', 'no law')} lets nothing count in place of money"
    if taken is None or taken.regime != owed.regime or not taken.record:
        return f"no agreement of theirs is on record, and it would have to be {rule.agreement}"
    return next(_objections(rule, taken, owed), "")


def counted(owed: Owed, given: Iterable[Given], subject: str) -> Iterator[str]:
    """Tell of each thing given for the incident whether it counts in place of the money, or why it does not."""
    for one in amends(given):
        if one.subject != subject or one.state not in DONE or not owed.amount_cents:
            continue
        if no := refusal(owed, one):
            yield f"{one.gesture_id} does not count towards it ({no}): it is goodwill, and what is owed stays whole"
        elif one.substitute is not None:
            taken = one.substitute
            worth = money(taken.worth_cents, taken.currency)
            yield (
                f"{one.gesture_id}, worth {worth}, counts in place of money: "
                f"{taken.agreement} agreement of {taken.at:%Y-%m-%d} on record ({taken.record})"
            )


def _towards(owed: Owed, one: Given) -> int:
    """Return how much of the money something given settles; a payment whose sum we cannot compare settles it all."""
    if one.gesture_id == owed.gesture_id:
        return one.amount_cents if one.currency == owed.currency else owed.amount_cents or 0
    return one.substitute.worth_cents if one.substitute and not refusal(owed, one) else 0


def _objections(rule: Substitute, taken: Acceptance, owed: Owed) -> Iterator[str]:
    if _STRENGTH.get(taken.agreement, -1) < _STRENGTH[rule.agreement]:
        yield f"their agreement is {taken.agreement or 'of no known kind'}, and it would have to be {rule.agreement}"
    if taken.currency != owed.currency:
        yield f"it is worth {taken.currency}, and {owed.currency} is owed"
    whole = owed.amount_cents or 0
    if rule.worth_more and taken.worth_cents <= whole:
        yield "it would have to be worth more than the money"
    if rule.worth_no_less and taken.worth_cents < whole:
        yield "it would have to be worth no less than the money"
    if rule.never_expires and not taken.never_expires:
        yield "it would have to be such that it never expires"
