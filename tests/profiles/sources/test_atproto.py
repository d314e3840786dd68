"""Names that the AT Protocol does not allow, each wrong in one way; and properties that hold for all."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.profiles.sources import atproto

WRONG: list[tuple[Callable[[str], bool], str]] = [
    *((atproto.is_handle, text) for text in ("john", "john..test", "-john.test", "john-.test", "john.0", "jo_hn.test")),
    *((atproto.is_handle, text) for text in ("john.test\n", "", "o" * 64 + ".test", "a." * 127 + "test", "jöhn.test")),
    *((atproto.is_did, text) for text in ("did", "did:method:", "did:method:val:", "did:method:val%", "DID:m:v")),
    *((atproto.is_did, text) for text in ("did:M:v", "did:m1:v", "did:m:v/w", "did:m:v#w", "did:m:" + "v" * 2050)),
    *((atproto.is_nsid, text) for text in ("com.example", "com.example.3", "com.example.foo-bar", "com..foo.bar")),
    *((atproto.is_nsid, text) for text in ("0two.example.foo", "com.exa💩ple.thing", "a." * 160 + "b", "com.example.")),
    *(
        (atproto.is_at_uri, text)
        for text in ("at://", "at:///", "at://did:plc:asdf/", "http://did:plc:asdf", "AT://a.b")
    ),
    *((atproto.is_at_uri, text) for text in ("at://a.test/12", "at://a.test/com.a.b/", "at://a.test/com.a.b/c/d")),
    *((atproto.is_at_uri, text) for text in ("at://a.test/com.a.b/..", "at://a.test#/x", "at://a.test/com.a.b/a b")),
    *(
        (atproto.is_tid, text)
        for text in ("3jzfcijpj2z21", "0000000000000", "3jzfcijpj2z2", "zzzzzzzzzzzzz", "kjzfcijpj2z2a")
    ),
    *((atproto.is_record_key, text) for text in (".", "..", "", "a/b", "a b", "@", "o" * 513, "any+space")),
    *((atproto.is_time, text) for text in ("1985-04-12", "1985-04-12T23:20:50.123", "1985-04-12 23:20:50Z")),
    *((atproto.is_time, text) for text in ("1985-00-12T23:20:50Z", "1985-02-30T23:20:50Z", "1985-04-12T23:99:50Z")),
    *(
        (atproto.is_time, text)
        for text in ("1985-04-12T23:20:50-00:00", "0000-01-01T00:00:00+01:00", "1985-04-12T24:00:00Z")
    ),
    *(
        (atproto.is_time, text)
        for text in ("-0001-04-12T23:20:50Z", "1985-04-12T23:20:50.Z", "1985-04-12T23:20:50+24:00")
    ),
    *((atproto.is_cid, text) for text in ("", "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR", "bafy/x", "short")),
    *(
        (atproto.is_language, text)
        for text in ("", "a-DE", "de-419-DE", "ar-a-aaa-b-bbb-a-ccc", "de-1901-1901", "en_GB")
    ),
    *((atproto.is_uri, text) for text in ("", "no-scheme", "HTTPS://a", "https:", "a b:c", ":x")),
]


@pytest.mark.parametrize(("check", "text"), WRONG)
def test_a_wrong_spelling_is_refused(check: Callable[[str], bool], text: str) -> None:
    assert not check(text)


@given(text=st.text(max_size=60))
def test_any_text_is_answered_with_yes_or_no(text: str) -> None:
    for check in {check for check, _ in WRONG}:
        assert check(text) in {True, False}


@given(text=st.from_regex(atproto.HANDLE, fullmatch=True))
def test_an_address_is_right_exactly_when_its_parts_are(text: str) -> None:
    assert atproto.is_at_uri(f"at://{text}") == atproto.is_handle(text)
    assert atproto.is_identifier(text) == atproto.is_handle(text)
    assert not atproto.is_did(text)
