"""HTML into text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.profiles.sources.plain import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("a &lt;b&gt; &amp; caff&egrave;", "a <b> & caffè"),
        ("<ul><li>tea</li><li>coffee</li></ul>", "- tea\n- coffee"),
        ("<script>alert(1)</script>Hi<style>p{}</style>", "Hi"),
        ("<p>Hi <span class='quote x'>old <br> words</span>there</p>", "Hi there"),
        ("<p>not <b>closed", "not closed"),
        ("", ""),
    ],
)
def test_html_is_read_as_a_person_reads_it(html: str, text: str) -> None:
    assert plain(html, unread_classes=frozenset({"quote"})) == text


@given(html=st.text(alphabet="<>/!-[]&;ap \n\"'=", max_size=60) | st.text(max_size=60))
def test_no_html_is_too_broken_to_be_read(html: str) -> None:
    assert isinstance(plain(html), str)


def test_a_declaration_nobody_knows_is_left_out() -> None:
    assert plain("before <![strange[x]]> after").startswith("before")
