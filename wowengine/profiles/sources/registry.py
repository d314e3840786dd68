"""Every source by its name, and what the company must say before one can be asked.

What it says stands in ``sources.toml`` in ``WOW_HOME``, a table a source:

    [mastodon]
    base_url = "https://mastodon.example"
    token_env = "MASTODON_TOKEN"   # the environment variable with the token: no secret stands in a file
    own = "support@air.example"    # our own account there: a post that names it is a mention

    [feeds]
    urls = ["https://www.google.com/alerts/feeds/1/2"]

    [mail]
    own = ["air.example"]          # addresses and domains whose messages are ours
    folder = "inbox/mail"          # whatever lies there is read by the clock; from this file's own folder

Each of them is read by the clock: every hour, or as ``every_minutes`` says (0: never), within what its terms card
allows and asks for.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from wowengine.errors import BadInput, Misconfigured, NotFound
from wowengine.profiles.sources import (
    activitystreams,
    bluesky,
    chatwoot,
    cloudevents,
    feeds,
    mail,
    mastodon,
    reviews,
    x,
    zendesk,
)
from wowengine.profiles.sources.base import InboxSource, Source, SourceKind, Terms
from wowengine.profiles.sources.http import PATIENCE, Api

Told = Mapping[str, Any]

FILE = "sources.toml"  # in WOW_HOME
EVERY_MINUTES = 60


@dataclass(frozen=True)
class Asked:
    """A source that is asked over the network.

    Attributes
    ----------
    base_url
        Where, unless the company says otherwise; empty where it must.
    make
        Makes the source of its API and of what the company told.
    """

    kind: SourceKind
    terms: Terms
    base_url: str
    make: Callable[[Api, Told], Source]


def _own(told: Told) -> str:
    return str(told.get("own", ""))


ASKED: Mapping[str, Asked] = {
    "mastodon": Asked(SourceKind.ACCOUNT, mastodon.TERMS, "", lambda api, told: mastodon.Mastodon(api, own=_own(told))),
    "bluesky": Asked(
        SourceKind.ACCOUNT,
        bluesky.TERMS,
        "https://public.api.bsky.app",
        lambda api, told: bluesky.Bluesky(api, own=_own(told)),
    ),
    "x": Asked(SourceKind.ACCOUNT, x.TERMS, "https://api.x.com", lambda api, told: x.X(api, own=_own(told))),
    "x-mentions": Asked(SourceKind.MENTIONS, x.TERMS, "https://api.x.com", lambda api, _: x.XMentions(api)),
    "feeds": Asked(SourceKind.LISTENING, feeds.TERMS, "", lambda api, _: feeds.Feeds(api)),
}
FILES: Mapping[str, Callable[[Told], InboxSource]] = {
    "activitystreams": lambda told: activitystreams.source(_own(told)),
    "reviews": lambda _: reviews.SOURCE,
    "mail": lambda told: mail.source(frozenset(map(str, told.get("own", ())))),
    "zendesk": lambda _: zendesk.SOURCE,
    "chatwoot": lambda _: chatwoot.SOURCE,
    "cloudevents": lambda _: cloudevents.SOURCE,
}


def cards() -> dict[str, tuple[SourceKind, Terms]]:
    """Return the kind and the terms card of every source."""
    files = {name: make({}) for name, make in FILES.items()}
    return {name: (asked.kind, asked.terms) for name, asked in ASKED.items()} | {
        name: (source.kind, source.terms) for name, source in files.items()
    }


def read_told(path: Path) -> dict[str, Told]:
    """Read ``sources.toml``; where there is none, nothing is told. A folder is named from where that file lies.

    Raises
    ------
    Misconfigured
        When it is not TOML, says something beside tables, or names a rhythm or folder that is none.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Misconfigured(f"{path.name} cannot be read: {error}.") from None
    strange = [name for name, table in told.items() if name not in {*ASKED, *FILES} or not isinstance(table, dict)]
    if strange:
        raise Misconfigured(f"{path.name}: there is no source called {strange[0]}. There are {', '.join(cards())}.")
    return {name: _checked(path, name, table) for name, table in told.items()}


def _checked(path: Path, name: str, told: Told) -> Told:
    every, folder = told.get("every_minutes", EVERY_MINUTES), told.get("folder", "")
    if not isinstance(every, int) or isinstance(every, bool) or every < 0:
        raise Misconfigured(
            f"{path.name}: every_minutes of {name} is whole minutes, such as {EVERY_MINUTES}; 0: never."
        )
    if not isinstance(folder, str):
        raise Misconfigured(f"{path.name}: folder of {name} is the name of a folder.")
    return {**told, "folder": str(path.parent / folder)} if folder else told


def rhythm(name: str, told: Told) -> timedelta | None:
    """Return how often a source is read by the clock; None: never.

    Not more often than the span of its rate, and often enough for what was deleted there to be gone here in time.
    """
    kind, terms = cards()[name]
    minutes = told.get("every_minutes", EVERY_MINUTES)
    if not minutes or (kind is SourceKind.INBOX and "folder" not in told):
        return None
    every = timedelta(minutes=minutes)
    if terms.deletion_hours:
        every = min(every, timedelta(hours=terms.deletion_hours) / 2)
    return max(every, timedelta(seconds=terms.rate.seconds)) if terms.rate else every


def token_of(told: Told, environment: Mapping[str, str]) -> str:
    """Return the token out of the environment variable that the company named; empty where none is needed.

    Raises
    ------
    Misconfigured
        When that variable is not set.
    """
    name = str(told.get("token_env", ""))
    if name and not environment.get(name):
        raise Misconfigured(f"sources.toml says that the token is in {name}, and no such environment variable is set.")
    return environment.get(name, "") if name else ""


@contextmanager
def opened(name: str, told: Told, token: str = "") -> Iterator[Source]:
    """Yield a source, ready to be asked, as `asking` does, where nobody asks again soon."""
    with asking(name, told, token) as (source, _):
        yield source


@contextmanager
def asking(
    name: str, told: Told, token: str = "", *, patience: float = PATIENCE
) -> Iterator[tuple[Source, Api | None]]:
    """Yield a source, ready to be asked, and the client it asks with; a source of files needs none.

    It waits for so many seconds within a call, and hands back longer waits.

    Raises
    ------
    NotFound
        When there is no such source.
    Misconfigured
        When it must be told where it is asked, and was not.
    """
    if name in FILES:
        yield FILES[name](told), None
        return
    if name not in ASKED:
        raise NotFound(f"There is no source called {name}. There are {', '.join(cards())}.")
    asked = ASKED[name]
    base_url = str(told.get("base_url", asked.base_url))
    if not base_url and asked.kind is not SourceKind.LISTENING:
        raise Misconfigured(f"Where {name} is asked is not known. Name its base_url in sources.toml in WOW_HOME.")
    with Api(base_url, token, asked.terms.rate, patience=patience) as api:
        yield asked.make(api, told), api


def places_of(name: str, told: Told, given: Sequence[str] = ()) -> list[str]:
    """Return where a source is read: files given or told of, feeds, our own account; of accounts, nowhere yet.

    Raises
    ------
    BadInput
        When it needs to be told where and was not, or was told and must not be.
    """
    kind = cards()[name][0]
    match kind:
        case SourceKind.ACCOUNT if given:
            raise BadInput(f"{name} is asked for linked and consenting customers alone: it takes no other account.")
        case SourceKind.INBOX if not given and "folder" not in told:
            raise BadInput(f"Name the files of {name} to be read, or its folder in sources.toml in WOW_HOME.")
        case SourceKind.INBOX:
            return [str(file) for path in map(Path, given or [told["folder"]]) for file in _files(path)]
        case SourceKind.LISTENING:
            found = list(given) or [str(url) for url in told.get("urls", [])]
        case SourceKind.MENTIONS:
            found = list(given) or [_own(told)] * bool(_own(told))
        case _:
            return []
    if not found:
        what = "its urls" if kind is SourceKind.LISTENING else "own, our account there,"
        raise BadInput(f"Where {name} is read is not known. Name {what} in sources.toml in WOW_HOME.")
    return found


def _files(path: Path) -> list[Path]:
    return sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
