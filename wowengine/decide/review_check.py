"""Numbers of `[review]` that ask for nothing, or leave nobody who could say yes."""

from collections.abc import Iterator

from wowengine.decide.ladder_check import Remark
from wowengine.decide.policy import Policy
from wowengine.decide.words import money


def review_remarks(policy: Policy) -> Iterator[Remark]:
    """Yield what is idle or out of reach in who may approve what."""
    review = policy.review
    if review is None:
        yield Remark("review", "is left out: whoever comes in may approve anything, and alone")
        return
    currency, highest = policy.goodwill.currency, max(review.limit_cents.values())
    if review.two_above_cents is not None and review.two_above_cents >= highest:
        said = f"is never asked for: nobody may approve more than {money(highest, currency)} anyhow"
        yield Remark("review.two_above_cents", said)
    given = max(policy.goodwill.limit_cents.values())
    if given > highest:
        said = f"is below what goodwill may come to, {money(given, currency)}: nobody could approve that"
        yield Remark("review.limit_cents", said)
    for role in review.kinds:
        if role not in review.limit_cents:
            yield Remark(f"review.kinds.{role}", f"says nothing: the {role} has no limit, and may approve nothing")
