"""E-mail: what was newly said, by whom, in which thread; and what a machine said."""

from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.profiles.sources.contract import GOLDEN
from wowengine.errors import BadInput
from wowengine.profiles.sources.mail import parse
from wowengine.profiles.sources.quoting import newly_said

OWN = frozenset({"air.example"})


def message(body: str = "Where is my bag?", html: str = "", **headers: str) -> bytes:
    made = EmailMessage()
    told = {"Message_ID": "<m9@example.org>", "From": "Anna <anna@example.org>", "To": "support@air.example"}
    told |= {"Date": "Fri, 20 Nov 2026 18:30:00 +0100", "Subject": "Bag"} | headers
    for name, value in told.items():
        made[name.replace("_", "-")] = value
    made.set_content(html or body, subtype="html" if html else "plain")
    return made.as_bytes()


def said(content: bytes) -> str:
    (row,) = parse(content, OWN).rows
    return str(row["text"])


def test_a_mailbox_gives_a_row_a_message_in_its_thread() -> None:
    page = parse((GOLDEN / "mail.mbox").read_bytes(), OWN)
    assert [(row["source_id"], row["in_reply_to"], row["direction"]) for row in page.rows] == [
        ("m1@example.org", None, "inbound"),
        ("m2@air.example", "m1@example.org", "outbound"),
        ("m3@example.org", "m2@air.example", "inbound"),
    ]
    assert page.rows[0]["text"] == (
        "Volo in ritardo – AA12\n\nBuongiorno, il volo è in ritardo di due ore.\nFrom Rome we had to walk."
    )
    assert page.rows[2]["text"] == "Thank you."
    assert page.skipped == {"autoreply": 1}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "autoreply"),
        ({"Auto_Submitted": "auto-generated; owner=x"}, "autoreply"),
        ({"X_Autoreply": "yes"}, "autoreply"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<news.example.org>"}, "bulk"),
        ({"Date": "yesterday"}, "no_occurred_at"),
    ],
)
def test_what_a_machine_wrote_is_left_out_with_its_reason(headers: dict[str, str], reason: str) -> None:
    page = parse(message() + b"", OWN) if not headers else parse(message(**headers), OWN)
    assert page.skipped == {reason: 1}
    assert len(page.rows) == 0


def test_auto_submitted_no_is_a_persons_own_words() -> None:
    assert said(message(Auto_Submitted="no")) == "Bag\n\nWhere is my bag?"


def test_of_html_the_new_words_are_read() -> None:
    html = '<div>Still <b>no</b> bag &amp; no answer</div><div class="gmail_quote"><p>We are sorry</p></div>'
    assert said(message(html=html, In_Reply_To="<m1@example.org>")) == "Still no bag & no answer"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Fri, 20 Nov 2026 at 10:00, Support <s@air.example> wrote:\n> Old words\n> more old words",
        "On Friday the 20th of November, the support of\nAla Azzurra <s@air.example> wrote:\n> Old words",
        "Il giorno ven 20 nov 2026 alle ore 19:30 Support\n<s@air.example> ha scritto:\n> Old words",
        "Il 20/11/2026 10:00, Support ha scritto:\n\nOld words, quoted without a sign",
        "-----Original Message-----\nFrom: Support\nOld words",
        "-----Messaggio originale-----\nDa: Support\nOld words",
        "________________________________\nFrom: Support\nSent: Friday\nOld words",
        "From: Support <s@air.example>\nSent: Friday, 20 November 2026\nTo: Anna\nOld words",
        "Da: Support <s@air.example>\nInviato: venerdì 20 novembre 2026\nOld words",
        "> Old words",
        "-- \nAnna Rossi\nOld words of a signature",
        "Sent from my iPhone",
        "Inviato da iPhone",
    ],
)
def test_what_is_quoted_or_signed_is_cut(quoted: str) -> None:
    assert newly_said(f"My new words.\n\n{quoted}\n") == "My new words."


def test_words_between_and_below_quoted_lines_are_kept() -> None:
    text = "On Friday, 20 November, Support wrote:\n> Which flight?\nAA12\n> Which day?\nFriday\n"
    assert newly_said(text) == "AA12\nFriday"


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you: nothing came.",
        "From: Rome to Paris, the whole way no coffee.",
        "5 > 4 is what I paid too much",
        "I was sent from my gate to another",
    ],
)
def test_a_sentence_that_only_looks_like_a_quotation_is_kept(text: str) -> None:
    assert newly_said(text) == text


LINES = st.sampled_from(
    ["> old", "My words", "-- ", "", "From: A", "Sent: now", "On Monday", "A wrote:", "\x1f>", "\r"]
)


@given(text=st.text(max_size=300) | st.lists(LINES, max_size=8).map("\n".join))
@example("\x1f>")
@example("From: A\n> old\nfor you\nSent: now")
def test_cutting_twice_is_cutting_once(text: str) -> None:
    assert newly_said(newly_said(text)) == newly_said(text)


def test_a_message_without_an_id_gets_one_that_stays() -> None:
    content = b"\n".join(line for line in message().splitlines() if not line.startswith(b"Message-ID"))
    first, second = (parse(content, OWN).rows[0]["source_id"] for _ in range(2))
    assert first == second
    assert len(first) == 64


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "no-such-charset"])
def test_any_charset_is_read_as_far_as_it_goes(charset: str) -> None:
    raw = b"From: anna@example.org\nDate: Fri, 20 Nov 2026 18:30:00 +0100\nContent-Type: text/plain; charset="
    body = "perché".encode("utf-8" if charset in {"utf-8", "no-such-charset"} else charset)
    page = parse(raw + charset.encode() + b"\nContent-Transfer-Encoding: 8bit\n\n" + body, OWN)
    assert page.rows or page.skipped == {"not_readable": 1}
    assert charset == "no-such-charset" or page.rows[0]["text"] == "perché"


def test_a_file_that_is_no_mail_is_refused() -> None:
    with pytest.raises(BadInput, match="neither a message"):
        parse(b'{"not": "mail"}')
