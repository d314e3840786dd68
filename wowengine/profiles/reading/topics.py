"""Interests that a text shows: whose they are, which way, and whether they were said or only shown.

Cues are looked up in one pass (Aho-Corasick, the longest first, idioms among them as cues for nothing); guards then
decide. The guards matter more than the cues: measured on 120 posts, cues alone put 35 false tags on 42 posts that show
no interest, with the guards it is 4.
"""

import polars as pl

from wowengine.profiles.reading.guards import LIKES, OWN, judged, load_guards
from wowengine.profiles.reading.sentiment import clause_feelings
from wowengine.profiles.reading.taxonomy import (
    ANY,
    EVERYDAY,
    NAME,
    TELLING,
    TONGUES,
    WEAK,
    Taxonomy,
    in_force,
    spaced,
)
from wowengine.profiles.reading.words import padded

PLAIN, LOVED = 1.0, 2.0  # a word dropped in passing; a taste said outright
HINTED = 0.3  # shown, not said: four posts of it weigh like one that says it
WORDS_TO_HINT, ENOUGH = 2, 0.8  # different weak words of one interest that a text needs, and their shares in sum
DOUBTS = 2  # of three, that make a word one said by the way

_TAG = r"#[\p{L}\p{N}_]+"
_TAG_START = r"(?i)^(?:i?love|ilove|instant?a?|daily|my|amo|adoro|i?heart)"
_TAG_END = (
    r"(?i)(?:lovers?|life|addict|time|days?|gram|gang|fans?|nerd|geek|community|ing?reels|s?ofinstagram|vibes|goals)$"
)


def mentions(clauses: pl.DataFrame, known: Taxonomy | None = None) -> pl.DataFrame:
    """Find the interests in texts.

    Parameters
    ----------
    clauses
        ``id``, ``clause_id``, ``sentence``, ``padded``, ``language``, in order.
    known
        The interests to look for; those in force where nothing is given.

    Returns
    -------
    pl.DataFrame
        ``id``, ``topic``, ``weight`` (negative for a dislike, 0 for what is somebody else's), ``quote`` (the
        sentence), ``polarity`` (``likes``, ``dislikes``), ``whose`` (``own``, ``other``), ``implied``: one row a text
        and topic, the strongest mention of it.
    """
    known = known or in_force()
    hits = _hits(clauses, known)
    possible = hits.filter((pl.col("tier") != WEAK).any().over("id", "topic") | (pl.len().over("id", "topic") > 1))
    told_in = clauses.join(possible.select("id").unique(), on="id", how="semi")  # few: the rest is not weighed at all
    judgements = judged(told_in, clause_feelings(told_in))
    weighed = possible.join(judgements, on="clause_id", maintain_order="left")
    told = _sufficient(weighed.filter(pl.col("counts") & ~_by_the_way()))
    named = pl.col("best") == NAME
    size = pl.when(~named).then(HINTED).when("outright").then(LOVED).otherwise(PLAIN)
    sign = pl.when(pl.col("whose") != OWN).then(0.0).when(pl.col("polarity") == LIKES).then(1.0).otherwise(-1.0)
    told = told.with_columns(weight=size * sign, implied=~named)
    strongest = told.sort(pl.col("weight").abs(), "tier", descending=True, maintain_order=True)
    return strongest.unique(["id", "topic"], keep="first", maintain_order=True).select(
        "id", "topic", "weight", pl.col("sentence").alias("quote"), "polarity", "whose", "implied"
    )


def _hits(clauses: pl.DataFrame, known: Taxonomy) -> pl.DataFrame:
    """Look the cues up: ``id``, ``clause_id``, ``sentence``, ``tagged``, and of each cue what `Taxonomy.cues` says.

    English and Italian texts are searched for their own cues, so that no foreign one hides them ("fino", "la prima").
    """
    columns = ("id", "clause_id", "sentence", "language")
    plain = clauses.select(*columns, "padded", tagged=pl.lit(value=False))
    searched = pl.concat([plain, _tags(clauses)]).with_columns(padded=spaced(pl.col("padded")))
    ours = pl.col("language").is_in(TONGUES).fill_null(value=False)
    found = [
        part.with_columns(cue=pl.col("padded").str.extract_many(list(known.patterns[tongue]), leftmost=True))
        for tongue, spoken in (*((tongue, pl.col("language") == tongue) for tongue in TONGUES), (ANY, ~ours))
        if (part := searched.filter(spoken)).height
    ]
    if not found:
        return searched.drop("language").join(known.cues, how="cross").clear()
    told = (
        pl.concat(found)
        .explode("cue")
        .filter(pl.col("cue").is_not_null())
        .join(known.cues, on="cue", maintain_order="left")
    )
    foreign = ours & (pl.col("tongue") != ANY) & (pl.col("language") != pl.col("tongue"))
    return told.filter(~foreign).drop("language")


def _by_the_way() -> pl.Expr:
    """Tell of a hit whether it is named by the way: two of a place or thing, an idle writer, and a text to a company.

    "The cinema on the high street is closed", "is the tennis club near your hotel": nobody there says they like it.
    """
    guards = load_guards()
    around = pl.col("padded").str.split(by=pl.col("cue"))
    begins = pl.col("cue").str.extract(r"^ (\S+)  ")
    before = around.list.first().str.extract(r"(\S+) *$")
    after = around.list.get(1, null_on_oob=True).str.extract(r"^ *(\S+)")
    pointed = begins.is_in(guards["pointing"]).fill_null(value=False) | before.is_in(guards["pointing"])
    thing = (pointed | after.is_in(guards["places"])).fill_null(value=False)
    doubts = pl.sum_horizontal(thing, ~pl.col("doing"), "trading")
    shown = (pl.col("tier") == TELLING) | ((pl.col("tier") == WEAK) & ~pl.col("trading"))
    return (doubts >= DOUBTS) & ~(pl.col("outright") | pl.col("tagged") | shown)


def _tags(clauses: pl.DataFrame) -> pl.DataFrame:
    """Take joined hashtags apart: ``#TrailRunning``, ``#ilovehiking``, ``#hikinglife``."""
    tagged = clauses.filter(pl.col("sentence").str.contains("#", literal=True)).unique(
        ["id", "sentence"], keep="first", maintain_order=True
    )
    tags = tagged.select(
        "id", "clause_id", "sentence", "language", tag=pl.col("sentence").str.extract_all(_TAG)
    ).explode("tag")
    tag = pl.col("tag").str.strip_prefix("#")
    camel = tag.str.replace_all(r"(\p{Ll})(\p{Lu})", "$1 $2").str.replace_all("_", " ")
    bare = tag.str.replace(_TAG_START, "")
    forms = pl.concat_str(camel, bare, bare.str.replace(_TAG_END, ""), tag.str.replace(_TAG_END, ""), separator=" . ")
    tags = tags.with_columns(padded=padded(forms.fill_null("")), tagged=pl.lit(value=True))
    return tags.select("id", "clause_id", "sentence", "language", "padded", "tagged")


def _sufficient(hits: pl.DataFrame) -> pl.DataFrame:
    """Keep the interests that a text says, shows by a telling word, or hints at by several weak ones; add ``best``.

    An everyday word says it where it is said outright. A weak word that stands with several interests counts the less
    for each, and a telling one only hints in a text to a company. Where a text says or shows one interest, or hints at
    one more strongly, what else it hints at is chance.
    """
    group = ("id", "topic", "whose", "polarity")
    said = (pl.col("tier") == EVERYDAY) & (pl.col("outright") | pl.col("tagged"))
    doubtful = (pl.col("tier") == TELLING) & pl.col("trading")
    graded = hits.with_columns(grade=pl.when(said).then(NAME).when(doubtful).then(WEAK).otherwise("tier"))
    once = graded.sort("grade", descending=True).unique([*group, "cue"], keep="first", maintain_order=True)
    weak = pl.col("grade") < TELLING
    strength = once.group_by(group).agg(
        best=pl.col("grade").max(), weak=pl.col("cue").filter(weak).len(), hint=pl.col("share").filter(weak).sum()
    )
    shown = pl.col("best") >= TELLING
    hinted = (pl.col("weak") >= WORDS_TO_HINT) & (pl.col("hint") >= ENOUGH)
    alone = ~shown.any().over("id") & (pl.col("hint") == pl.col("hint").max().over("id"))
    kept = strength.filter(shown | (hinted & (alone | (pl.col("best") == EVERYDAY))))
    return hits.join(kept, on=group, maintain_order="left")
