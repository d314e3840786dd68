"""What somebody newly said in a message: without what is quoted from before, and without the signature."""

import re

# "On Tuesday Anna wrote:" and its like; it may be broken over two or three lines.
INTRODUCTION = re.compile(
    r"^[ \t]*(?:(?:On|Il giorno|Il|Am|Le|El)\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?"
    r"(?:wrote|ha scritto|schrieb|a écrit|escribió)[^\n]{0,80}:)[ \t]*$",
    re.MULTILINE,
)
# From here on it is all another message, forwarded or quoted whole.
WHOLE = re.compile(
    r"^[ \t]*(?:-{2,} ?(?:Original Message|Messaggio originale|Forwarded message|Messaggio inoltrato|"
    r"Ursprüngliche Nachricht|Message d'origine|Mensaje original) ?-{2,}"
    r"|_{20,}"
    r"|\*?(?:From|Da|Von|De)\*?: [^\n]+\n(?:[^\n]*\n){0,1}"
    r"\*?(?:Sent|Date|Inviato|Data|Gesendet|Datum|Envoyé|Enviado)\*?: )",
    re.MULTILINE | re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"^(?:-- ?$|[ \t]*(?:Sent from|Get Outlook for|Inviato da|Scarica Outlook per|Von meinem) [^\n]{1,60}$)",
    re.MULTILINE,
)
QUOTED = re.compile(r"^[ \t]*>")


def newly_said(text: str) -> str:
    """Return the sender's own new words, wherever between the quoted lines they stand.

    What is cut may bring two lines together that only now read as a quotation: it is cut until nothing more goes.
    """
    while (kept := _cut(text)) != text:
        text = kept
    return text


def _cut(text: str) -> str:
    text = text.replace("\r\n", "\n")
    text = _before(WHOLE, text)
    found = INTRODUCTION.search(text)
    while found:
        after = text[found.end() :].lstrip("\n")
        if not QUOTED.match(after):  # quoted without a sign: nothing tells where it ends
            text = text[: found.start()]
            break
        text = text[: found.start()] + after
        found = INTRODUCTION.search(text)
    kept = "\n".join(line for line in text.split("\n") if not QUOTED.match(line))
    kept = _before(SIGNATURE, kept)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept.split("\n"))).strip()


def _before(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return text[: found.start()] if found else text
