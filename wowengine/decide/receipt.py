"""The receipt of a decision: everything it rested on and everything it said, sealed with a hash.

It holds the policy and the law themselves, not only their versions, so that it can be replayed when both have changed.
"""

from collections.abc import Iterable
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from wowengine.decide.candidate import Verdict
from wowengine.decide.canonical import digest_of_plain, plain
from wowengine.decide.decision import Decision, Receipt
from wowengine.decide.inputs import Inputs
from wowengine.decide.regime import regimes_version
from wowengine.errors import Conflict

_INPUTS = TypeAdapter(Inputs)


def seal(decision: Decision) -> Receipt:
    """Return the receipt of a decision. Of verdicts that passed it keeps the rule's name: replaying gives the words."""
    inputs = decision.inputs
    body = cast(
        "dict[str, Any]",
        plain(
            {
                "inputs": inputs,
                "policy_version": inputs.policy.version,
                "regimes_version": regimes_version(inputs.regimes) if inputs.regimes else "",
                "model_version": inputs.model_version,
                "owed": decision.owed,
                "suggestions": decision.suggestions,
                "verdicts": {gesture_id: _kept(words) for gesture_id, words in decision.words.items()},
            }
        ),
    )
    return Receipt(body, digest_of_plain(body))


def unseal(receipt: Receipt) -> Inputs:
    """Return what the decision rested on.

    Raises
    ------
    Conflict
        When the receipt was changed since it was sealed, or an input is gone from it.
    """
    if digest_of_plain(receipt.body) != receipt.sha256:
        raise Conflict("The receipt is not what was sealed: its hash differs.", sha256=receipt.sha256)
    try:
        return _INPUTS.validate_python(receipt.body.get("inputs"))
    except ValidationError as error:
        gone = ", ".join(".".join(str(part) for part in one["loc"]) or "inputs" for one in error.errors())
        raise Conflict(f"The decision cannot be replayed; not usable any more: {gone}.") from error


def _kept(words: Iterable[Verdict]) -> dict[str, Any]:
    kept: dict[str, Any] = {"passed": [], "refused": {}}
    for word in words:
        if word.ok:
            kept["passed"].append(word.rule)
        else:
            kept["refused"][word.rule] = word.reason
    return kept
