"""Feeds: read for listening alone, asked again only for what changed."""

from collections.abc import Iterator

import pytest

from tests.profiles.sources.contract import GOLDEN
from tests.profiles.sources.platform import Platform, serving
from wowengine.profiles.sources.base import Account
from wowengine.profiles.sources.feeds import Feeds, parse, unwrapped
from wowengine.profiles.sources.http import Api

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item>
<title>Strike at &amp; around the airport</title><link>https://news.example/1</link><guid>g-1</guid>
<pubDate>Fri, 20 Nov 2026 18:30:00 +0100</pubDate><description>&lt;p&gt;All flights&lt;/p&gt;</description>
</item></channel></rss>"""


@pytest.fixture
def platform() -> Iterator[Platform]:
    versions = {"etag": '"v1"', "last-modified": "Fri, 20 Nov 2026 17:30:00 GMT"}
    with serving(lambda _path, _query: (200, RSS, versions)) as made:
        yield made


@pytest.fixture
def feeds(platform: Platform) -> Iterator[Feeds]:
    with Api("", sleep=lambda _: None) as api:
        yield Feeds(api)


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://www.google.com/url?rct=j&sa=t&url=https://a.example/x%3Fy%3D1&ct=ga&cd=1", "https://a.example/x?y=1"),
        ("https://www.google.it/url?q=https://a.example/&sa=U", "https://a.example/"),
        ("https://a.example/url?url=https://b.example", "https://a.example/url?url=https://b.example"),
        ("https://www.google.com.evil.example/url", "https://www.google.com.evil.example/url"),
        ("https://www.google.com/search?q=https://a.example", "https://www.google.com/search?q=https://a.example"),
        ("https://[broken", "https://[broken"),
        ("", ""),
    ],
)
def test_a_google_alerts_link_is_unwrapped_and_no_other(link: str, leads_to: str) -> None:
    assert unwrapped(link) == leads_to


def test_rss_and_atom_are_read_as_plain_words() -> None:
    (strike,) = parse(RSS).rows
    assert strike["text"] == "Strike at & around the airport\n\nAll flights"
    assert strike["occurred_at"] == "2026-11-20T17:30:00+00:00"
    (late,) = parse((GOLDEN / "feeds.xml").read_bytes()).rows
    assert late["url"] == "https://news.example/late?id=3"
    assert late["text"].startswith("Travellers of Ala Azzurra wait five hours\n\nThe evening flight was late")


def test_every_row_says_that_it_is_for_listening_alone_and_names_no_person() -> None:
    rows = [*parse(RSS).rows, *parse((GOLDEN / "feeds.xml").read_bytes()).rows]
    assert all(row["listening_only"] for row in rows)
    assert {row["author"] for row in rows} == {"web:news.example"}


def test_a_feed_is_asked_again_only_for_what_changed(feeds: Feeds, platform: Platform) -> None:
    address = Account(f"{platform.url}/feed")
    first = feeds.fetch(address, None)
    assert len(first.rows) == 1
    platform.refusals = [(304, b"", {})]
    second = feeds.fetch(address, first.cursor)
    assert (len(second.rows), second.cursor, second.gave_up) == (0, first.cursor, "")
    assert platform.headers[1]["if-none-match"] == '"v1"'
    assert platform.headers[1]["if-modified-since"] == "Fri, 20 Nov 2026 17:30:00 GMT"


def test_a_page_that_is_no_feed_is_said(feeds: Feeds, platform: Platform) -> None:
    platform.refusals = [(200, b"<html><body>Hello</body></html>", {})]
    assert "no feed" in feeds.fetch(Account(f"{platform.url}/feed"), None).gave_up


def test_an_entity_that_names_a_file_is_not_read() -> None:
    bomb = RSS.replace(
        b'<?xml version="1.0"?>', b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ).replace(b"All flights", b"&x;")
    assert "root:" not in str(parse(bomb).rows)
