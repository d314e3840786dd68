"""HTML as platforms send it, into the plain text a person would read."""

import re
from html import unescape
from html.parser import HTMLParser

BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
UNREAD = frozenset({"script", "style", "head", "template"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


class _Reader(HTMLParser):
    def __init__(self, unread_classes: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread_classes = unread_classes
        self._deep = 0  # how many open elements deep we are in something nobody reads

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self._deep or tag in UNREAD or self._unread_classes & set(classes):
            self._deep += tag not in VOID
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if self._deep:
            self._deep -= tag not in VOID
        elif tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._deep:
            self.parts.append(data)


def plain(html: str, *, unread_classes: frozenset[str] = frozenset()) -> str:
    """Return the text of HTML: paragraphs parted by an empty line, ``<br>`` as a line's end, entities as letters.

    Elements of `unread_classes` are left out with all that is in them. Whatever the input, something is returned.
    """
    reader = _Reader(unread_classes)
    try:
        reader.feed(html)
        reader.close()
        text = "".join(reader.parts)
    except AssertionError:  # the standard library's own, for declarations it does not know
        text = unescape(re.sub(r"<[^>]*>", " ", html))
    text = re.sub(r"[ \t\r\f\v\xa0]+", " ", text)
    text = re.sub(r" *\n *", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
