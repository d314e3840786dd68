"""Learn the starter's reader of what is stated, and from where on it is believed where no rule finds anything."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from wowengine.profiles.reading.learn import FOLDS, Marks, learn, out_of_fold
from wowengine.profiles.reading.lesson import Origin, lessons
from wowengine.profiles.reading.reader import Reader
from wowengine.profiles.reading.states import by_rule, labels

HERE = Path(__file__).parent
CUTS = np.arange(0.2, 0.96, 0.05)
BALANCE = 0.8  # each label is borne by one text of a hundred
BETA = 0.5  # F-beta: how much finding all counts beside being right


def stated(posts: pl.Series, origin: Origin, *, encoded: bool) -> Reader:
    """Learn from sentences that state something or only look so, and from posts that by the rules state nothing."""
    told = pl.concat([pl.read_ndjson(path) for path in sorted(HERE.glob("states.*.ndjson"))])
    words = [json.dumps(listed.to_list()) for listed in told["label_states"]]
    silent = posts.filter(~pl.Series(by_rule(posts, labels()).any(axis=1)))
    texts = pl.concat([told["text"], silent])
    labelled = pl.DataFrame({"text": texts, "label_states": words + ["[]"] * len(silent)})
    (unbalanced,) = lessons(labelled, origin, {}, encoded=encoded)
    lesson = replace(unbalanced, balance=BALANCE)
    hard = slice(0, len(told))  # those that were written to be hard
    odds, marks = out_of_fold(lesson, FOLDS, seed=0)[hard], lesson.marks[hard]
    ruled = by_rule(told["text"], lesson.card.labels)
    best = max(CUTS, key=lambda cut: _f((odds >= cut) | ruled, marks, BETA))
    figures = _figures((odds >= best) | ruled, marks)
    card = replace(lesson.card, cuts=(round(float(best), 3),) * len(lesson.card.labels), figures=figures)
    return replace(learn(lesson), card=card)


def _f(said: Marks, marks: Marks, beta: float) -> float:
    hits = int((said & marks).sum())
    return float((1 + beta**2) * hits / max(beta**2 * marks.sum() + said.sum(), 1))


def _figures(said: Marks, marks: Marks) -> dict[str, float]:
    """Compare with the truth, out of fold, on the sentences that were written to be hard."""
    hits = int((said & marks).sum())
    found = {"precision": hits / max(said.sum(), 1), "recall": hits / marks.sum(), "micro_f1": _f(said, marks, 1.0)}
    return {name: round(float(value), 4) for name, value in found.items()}
