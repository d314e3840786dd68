"""Whom a text names, what it tags and where it links: mentions, hashtags, cashtags and links.

Written from the public rules of twitter-text (https://github.com/twitter/twitter-text) and held to its conformance
cases. Places are counted in characters (code points); a mention, hashtag or cashtag stands in the text behind its
sign, which its place includes and its value does not.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import polars as pl

Kind = Literal["mention", "hashtag", "link", "cashtag"]
SCHEMA = {"value": pl.String, "start": pl.Int64, "end": pl.Int64}
LONGEST_SLUG = 40  # of a t.co link
LONGEST_LABEL = 63  # of a host name, as the name system writes it (RFC 1035)

_GATE = "[@＠#＃$.]"
_ACCENTED = r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
_ACCENTED += r"\u0300-\u036f\u1e00-\u1eff"
_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks which turn the line, seen by nobody
_PUNCTUATION = r"!'#%&()*+,\-./:;<=>?@\[\]\\^_{|}~$\""

_COUNTRIES = """ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv
bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm
fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm
jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms
mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru
rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz
ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
中国 中國 香港 台湾 台灣 澳門 新加坡 한국 рф бел укр мкд срб қаз мон бг
ею ελ ευ հայ გე भारत ভারত பாரதம் ไทย پاکستان ایران بھارت امارات السعودية مصر قطر فلسطين عمان سورية تونس المغرب
الاردن الجزائر العراق"""
_GENERAL = """com org net edu gov mil int info biz name pro mobi aero asia cat coop jobs museum post tel travel xxx
app dev page web blog shop store online site website tech cloud digital media news email agency studio design live
life world today club social chat games game video photo photos art music film fun xyz top icu vip link click help
support services solutions systems network company group team global space zone city town house home land restaurant
cafe bar pub pizza beer wine hotel hotels flights cruises holiday voyage tours vacations rentals fashion clothing
shoes jewelry beauty health care clinic dental doctor fit fitness yoga bike bio eco energy green finance financial
bank money credit insurance tax law legal consulting business work careers academy school university education
science events tickets party wedding gifts gift flowers garden pet dog family kids baby plus one ninja guru expert
tips wiki review reviews sale deals discount market marketing london paris berlin roma amsterdam nyc tokyo google
youtube apple amazon みんな コム セール ストア クラウド 公司
网络 网址 在线 中文网 商城 我爱你 手机 移动 集团 닷컴 닷넷 онлайн сайт дети москва орг ком संगठन
नेट कॉम شبكة موقع"""

_NAME = rf"[^\s{_PUNCTUATION}{_DIRECTION}`\x00-\x1f\x7f\ufffe\uffff\ufeff]"  # a character of a host name
_ROOT = "|".join(sorted({*_COUNTRIES.split(), *_GENERAL.split()}, key=len, reverse=True))
_TOP = rf"(?:(?:{_ROOT}|xn--[-0-9a-z]+)(?=[^0-9a-z@+-]|$))"
_SUBDOMAIN = rf"{_NAME}(?:(?:{_NAME}|[_-]){{0,61}}{_NAME})?\."  # bounds: the rule's own, and no runaway search
_DOMAIN = rf"(?:{_SUBDOMAIN}){{0,20}}{_NAME}(?:(?:{_NAME}|-){{0,61}}{_NAME})?\.{_TOP}"
_IN_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-–_~@|&{_ACCENTED}]"
_BRACKETS = rf"\((?:{_IN_PATH}+|{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*)\)"
_PATH_END = rf"(?:[a-z\u0400-\u04ff0-9=_#/+\-{_ACCENTED}]|{_BRACKETS})"
_PATH = rf"/(?:(?:{_IN_PATH}|{_BRACKETS})*{_PATH_END})?"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"

_LINK = re.compile(  # takes the character before it too: after a link it stands apart, whatever it is
    r"(?:^|[^a-z0-9@＠$#＃])"
    rf"(?P<link>(?P<protocol>https?://)?(?P<domain>{_DOMAIN})(?::[0-9]+)?(?:{_PATH})?(?:{_QUERY})?)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?:[-0-9a-z{_ACCENTED}]+\.)+{_TOP}", re.IGNORECASE)
_SHORT = re.compile(rf"https?://t\.co/(?P<slug>[a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE)
_ACCOUNT = r"[@＠](?P<name>[a-zA-Z0-9_]{1,20}+)"
_NO_ACCOUNT = rf"(?![@＠{_ACCENTED}]|://)"  # what follows shows an address, another word or a link
_MENTION = re.compile(
    rf"(?:(?<![a-zA-Z0-9_!#$%&*@＠])|(?<=(?<![a-zA-Z0-9_+~.-])[rR][tT])){_ACCOUNT}"
    rf"(?P<slug>/[a-zA-Z][a-zA-Z0-9_-]{{0,24}})?+{_NO_ACCOUNT}"
)
_REPLY = re.compile(rf"\s*{_ACCOUNT}{_NO_ACCOUNT}")
_CASHTAG = re.compile(
    rf"(?:^|(?<=[\s{_DIRECTION}]))\$(?P<name>[a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?)(?=$|[\s{_PUNCTUATION}])"
)
_HASH = re.compile("[#＃](?![\ufe0f\u20e3])")  # those two make an emoji of it
_TAG_SIGNS = frozenset("_\u200c\u200d\ua67e\u05be\u05f3\u05f4～〜゛゜゠・〃\u0f0b\u0f0c·")


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing a text points to.

    Attributes
    ----------
    kind
        ``mention``, ``hashtag``, ``link`` or ``cashtag``.
    value
        As written, without its sign.
    start, end
        Place in the text, in characters, sign included, end excluded.
    """

    kind: Kind
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mention with the list behind it (``/list-name``; empty for a plain mention)."""

    name: str
    slug: str
    start: int
    end: int


def entities(texts: pl.DataFrame) -> pl.DataFrame:
    """Find what texts point to; texts without any sign of it are not looked into.

    Parameters
    ----------
    texts
        ``id``, ``text``.

    Returns
    -------
    pl.DataFrame
        One row an entity, in reading order: ``id``, ``kind``, ``value``, ``start``, ``end`` (characters).
    """
    signed = texts.filter(pl.col("text").str.contains(_GATE))
    rows = [
        (row, found.kind, found.value, found.start, found.end)
        for row, text in enumerate(signed["text"])
        for found in entities_of(text)
    ]
    found = pl.DataFrame(rows, schema={"row": pl.UInt32, "kind": pl.String, **SCHEMA}, orient="row")
    return found.select(signed["id"].gather(found["row"]), "kind", "value", "start", "end")


def entities_of(text: str) -> list[Entity]:
    """Find what one text points to, in reading order; of two that overlap the first stands, a link before a tag."""
    every = [*links(text), *mentions(text), *_tags(text), *cashtags(text)]
    kept: list[Entity] = []
    for found in sorted(every, key=lambda one: one.start):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return kept


def mentions(text: str) -> list[Entity]:
    """Find the accounts named in a text."""
    found = _MENTION.finditer(text)
    return [Entity("mention", one["name"], one.start(), one.end("name")) for one in found]


def mentions_or_lists(text: str) -> list[Listed]:
    """Find the accounts named in a text, and those of their lists that are named."""
    return [Listed(one["name"], one["slug"] or "", *one.span()) for one in _MENTION.finditer(text)]


def reply_to(text: str) -> str | None:
    """Name the account a text answers: the one it begins with."""
    found = _REPLY.match(text)
    return found["name"] if found else None


def cashtags(text: str) -> list[Entity]:
    """Find the stock symbols (``$ACME``) in a text."""
    return [Entity("cashtag", one["name"], *one.span()) for one in _CASHTAG.finditer(text)]


def hashtags(text: str) -> list[Entity]:
    """Find the hashtags of a text, save those inside links."""
    tags = list(_tags(text))
    inside = [(link.start, link.end) for link in links(text)] if tags else []
    return [tag for tag in tags if not any(start < tag.end and tag.start < end for start, end in inside)]


def links(text: str) -> list[Entity]:
    """Find the links of a text; without ``http://`` only the plain part of a host name is one."""
    if "." not in text:
        return []
    return [link for found in _LINK.finditer(text) for link in (_full if found["protocol"] else _bare)(found)]


def _full(found: re.Match[str]) -> Iterator[Entity]:
    short = _SHORT.match(found["link"])
    value = short[0] if short else found["link"]
    if _resolvable(found["domain"]) and not (short and len(short["slug"]) > LONGEST_SLUG):
        yield Entity("link", value, found.start("link"), found.start("link") + len(value))


def _bare(found: re.Match[str]) -> Iterator[Entity]:
    """Cut host names out of writing without spaces (``これはexample.comです``); the one at its end has the path."""
    text, (start, end) = found.string, found.span("domain")
    if text[max(start - 1, 0) : start] in {"-", "_", ".", "/"}:
        return
    spans = [(start + one.start(), start + one.end()) for one in _BARE.finditer(text[start:end])]
    for first, last in spans:
        stop = found.end() if last == end else last
        yield Entity("link", text[first:stop], first, stop)


def _resolvable(domain: str) -> bool:
    """Tell whether the name system can write every label of a host name."""
    labels = domain.lower().split(".")
    coded = [label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels]
    return all(
        len(code) <= LONGEST_LABEL and (label.isascii() or not label.startswith("xn--"))
        for label, code in zip(labels, coded, strict=True)
    )


def _tags(text: str) -> Iterator[Entity]:
    for sign in _HASH.finditer(text):
        start, end = sign.span()
        before = text[start - 1] if start else " "
        if before not in "\ufe0e\ufe0f" and (before == "&" or _in_tag(before)):
            continue
        while end < len(text) and _in_tag(text[end]):
            end += 1
        ends_well = text[end : end + 1] not in {"#", "＃"} and not text.startswith("://", end)
        if ends_well and any(_is_letter(one) for one in text[start + 1 : end]):
            yield Entity("hashtag", text[start + 1 : end], start, end)


@lru_cache(maxsize=4096)
def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


@lru_cache(maxsize=4096)
def _in_tag(character: str) -> bool:
    return character in _TAG_SIGNS or _is_letter(character) or unicodedata.category(character) == "Nd"
