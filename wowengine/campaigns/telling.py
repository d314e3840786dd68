"""Telling the staff and the company's own systems what `notices` wrote down: at most once, and only while it is true.

As with a delivery, that it was begun is committed before the call outside: after a crash nobody knows whether the
letter went, and it is not written again. It holds a title, a time and an id, and nothing of the customer.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.access.users import User
from wowengine.campaigns import notices, standstill
from wowengine.campaigns.channels.base import InDoubt
from wowengine.campaigns.channels.mail import Letter, Mail
from wowengine.campaigns.channels.outlets import Outlets
from wowengine.campaigns.channels.webhook import Webhook
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action
from wowengine.campaigns.notices import Kind, Notice, Way
from wowengine.errors import NeedsPerson, Retriable

Transactions = Callable[[], AbstractContextManager[Session]]
LONGEST_TROUBLE = 300
TYPE = "action.{}"  # of the webhook, such as action.needs_hands

SUBJECTS = {
    Kind.NEEDS_WORD: {"en": "A suggestion needs your word", "it": "Una proposta aspetta la tua parola"},
    Kind.NEEDS_HANDS: {"en": "A task needs your hands", "it": "Un compito aspetta le tue mani"},
    Kind.ESCALATED: {
        "en": "Nobody has taken it up, and time runs out",
        "it": "Nessuno se ne occupa, e il tempo stringe",
    },
    Kind.TOO_LATE: {"en": "Too late: nobody brought it in time", "it": "Troppo tardi: nessuno l'ha portato in tempo"},
    Kind.IN_DOUBT: {"en": "Nobody knows whether it was delivered", "it": "Nessuno sa se è stato consegnato"},
}
UNTIL = {"en": "Worthless after {:%Y-%m-%d %H:%M} UTC.", "it": "Senza valore dopo le {:%H:%M UTC del %d/%m/%Y}."}
WHERE = {"en": "In the console: /actions/{}", "it": "Nella console: /actions/{}"}
NO_ADDRESS = "They have no e-mail address any more."
NOT_OPEN = "This way of telling is not open any more."


@dataclass(frozen=True)
class Ways:
    """How staff and the company can be told; None where that is not configured."""

    mail: Mail | None = None
    webhook: Webhook | None = None

    @classmethod
    def of(cls, outlets: Outlets) -> "Ways":
        """Open what enough is known of."""
        mail = None if outlets.missing("email") else Mail(outlets.smtp_url, outlets.mail_from)
        hook = None if outlets.missing("webhook") else Webhook(outlets.webhook_url, outlets.webhook_secret)
        return cls(mail, hook)

    @property
    def open(self) -> frozenset[Way]:
        """Which of them there are."""
        return frozenset(({Way.EMAIL} if self.mail else set()) | ({Way.WEBHOOK} if self.webhook else set()))


@dataclass(frozen=True)
class Said:
    """What is told, and to whom."""

    key: str
    kind: Kind
    action_id: str
    title: str
    deadline_at: datetime | None
    to: str  # an e-mail address, or '' for the company
    language: str

    def letter(self) -> Letter:
        """Return it as a letter."""
        spoken = self.language if self.language in WHERE else "en"
        until = [UNTIL[spoken].format(self.deadline_at)] if self.deadline_at else []
        body = "\n".join([self.title, *until, WHERE[spoken].format(self.action_id), ""])
        return Letter(self.key, self.to, f"{SUBJECTS[self.kind][spoken]}: {self.title}", body, spoken)


def tell(transaction: Transactions, ways: Ways, notice_id: int) -> None:
    """Bring a notice out, unless that was begun before or there is no need any more.

    Raises
    ------
    Retriable
        When it surely did not go, and may later.
    """
    with transaction() as session:
        said = _begin(session, ways, notice_id)
    if said is None:
        return
    trouble, later = "", None
    try:
        _send(ways, said)
    except Retriable as reason:
        later = reason
    except (NeedsPerson, InDoubt) as reason:
        trouble = reason.message
    with transaction() as session:
        _settle(session, notice_id, trouble, again=later is not None)
    if later is not None:
        raise later


def _begin(session: Session, ways: Ways, notice_id: int) -> Said | None:
    notice = session.get(Notice, notice_id, populate_existing=True, with_for_update=True)
    if notice is None or notice.begun_at is not None:
        return None
    standstill.wait_for_end(session)
    action = session.get_one(Action, notice.action_id, populate_existing=True)
    if not _is_true(action, Kind(notice.kind)):
        session.delete(notice)  # should it be true again later, they may be told
        return None
    said = _said(session, notice, action)
    reason = _hindrance(ways, notice, said)
    notice.begun_at, notice.trouble = clock.now(), reason
    return None if reason else said


def _said(session: Session, notice: Notice, action: Action) -> Said:
    user = session.get(User, notice.to_name, populate_existing=True) if notice.to_name else None
    to, language = (user.email, user.language) if user is not None and user.active else ("", "en")
    key, kind = f"notice-{notice.id}", Kind(notice.kind)
    return Said(key, kind, action.id, action.title, action.deadline_at, to, language)


def _hindrance(ways: Ways, notice: Notice, said: Said) -> str:
    if notice.channel not in ways.open:
        return NOT_OPEN
    return NO_ADDRESS if notice.channel == Way.EMAIL and not said.to else ""


def _is_true(action: Action, kind: Kind) -> bool:
    now = clock.now()
    match kind:
        case Kind.NEEDS_WORD:
            return notices.needs(action, now) and action.state == ActionState.PROPOSED
        case Kind.NEEDS_HANDS:
            return notices.needs(action, now) and action.state == ActionState.APPROVED
        case Kind.ESCALATED:
            return notices.needs(action, now)
        case Kind.TOO_LATE:
            return notices.is_late(action, now)
        case Kind.IN_DOUBT:
            return action.state == ActionState.UNCERTAIN


def _send(ways: Ways, said: Said) -> None:
    if said.to and ways.mail is not None:
        ways.mail.post(said.letter())
    elif ways.webhook is not None:
        until = said.deadline_at and said.deadline_at.isoformat()
        data = {"action_id": said.action_id, "title": said.title, "deadline_at": until}
        ways.webhook.post(said.key, TYPE.format(said.kind), data)


def _settle(session: Session, notice_id: int, trouble: str, *, again: bool) -> None:
    notice = session.get(Notice, notice_id, populate_existing=True)
    if notice is None:  # the customer was forgotten meanwhile
        return
    if again:
        notice.begun_at = None
    elif trouble:
        notice.trouble = trouble[:LONGEST_TROUBLE]
    else:
        notice.sent_at = clock.now()
