"""What can go wrong, as one small tree. It knows no HTTP: the edges translate.

A refusal by a rule is not an error: it is a `Verdict`, a value with its reason.
"""

from datetime import timedelta


class WowError(Exception):
    """Something went wrong that a person can be told about.

    Parameters
    ----------
    message
        One sentence for the person: what happened, what was kept, what to do.
    **facts
        Machine-readable particulars, shown beside the sentence.
    """

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class BadInput(WowError):
    """What was given cannot be used, and nothing was changed."""


class NotFound(WowError):
    """There is no such thing, or not for you."""


class Refused(WowError):
    """You may not do this."""


class Conflict(WowError):
    """The thing is no longer as you saw it, or not in a state for this step."""


class Misconfigured(WowError):
    """The installation lacks something; the message names the mend."""


class Retriable(WowError):
    """It did not work now; it may later."""

    def __init__(self, message: str, after: timedelta, **facts: object) -> None:
        super().__init__(message, **facts)
        self.after = after


class NeedsPerson(WowError):
    """A machine must not go on here; the reason tells a person what to settle."""
