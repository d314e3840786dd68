"""Deciding again what was decided once, from the receipt alone."""

from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision, Receipt
from wowengine.decide.receipt import seal, unseal
from wowengine.errors import Conflict


def replay(receipt: Receipt) -> Decision:
    """Return the decision, taken again from the receipt's own inputs; equal bit for bit.

    Raises
    ------
    Conflict
        When the receipt was tampered with, lacks an input, or today's rules would decide otherwise.
    """
    again = decide_on(unseal(receipt))
    sealed = seal(again)
    if sealed.sha256 != receipt.sha256:
        raise Conflict(
            "Decided again from the same inputs, it comes out otherwise: the rules have changed since.",
            sealed=receipt.sha256,
            replayed=sealed.sha256,
        )
    return again
