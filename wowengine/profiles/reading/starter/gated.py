"""Learn the gate's second look: which texts tell what must not be known, by the encoder's numbers."""

import json
from pathlib import Path

import numpy as np
import polars as pl

from wowengine.profiles.reading import encoder
from wowengine.profiles.reading.gate import LISTED
from wowengine.profiles.reading.learn import FOLDS, sklearn
from wowengine.profiles.reading.sensitive import is_sensitive

HERE = Path(__file__).parent
STRENGTH = 5.0  # inverse of the penalty
KEPT = 0.95  # of the texts that only look so, out of fold; of another author's it keeps some five in a hundred less

LEARNED_FROM = {
    "learned_from": [
        {
            "data": "texts that tell of sensitive matters or only look so, written for wowengine",
            "licence": "Apache-2.0",
        },
        {"data": "wowengine's own corpus, English and Italian", "licence": "Apache-2.0"},
        {"data": "tweets rated for VADER, vaderSentiment", "licence": "MIT"},
    ]
}


def gated(posts: pl.Series, folder: Path) -> dict[str, float]:
    """Learn, cut so that nine of ten look-alikes are kept out of fold, and write the arrays and the card."""
    written = pl.concat([pl.read_ndjson(path) for path in sorted(HERE.glob("sensitive.*.ndjson"))])
    plain = posts.to_frame("text").filter(~is_sensitive(pl.col("text"))).with_columns(kind=pl.lit(None, pl.String))
    told = pl.concat([written.select("text", "kind"), plain])
    numbers, marks = encoder.encode(told["text"]), told["kind"].is_not_null().to_numpy()
    linear = sklearn("linear_model").LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
    folds = sklearn("model_selection").StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    out = sklearn("model_selection").cross_val_predict(linear, numbers, marks, cv=folds, method="decision_function")
    listed = told.select(is_sensitive(pl.col("text"))).to_series().to_numpy()
    hard = slice(0, len(written))
    odds, truth = (out + LISTED * listed)[hard], marks[hard]
    cut = float(np.quantile(odds[~truth], KEPT))
    fitted = linear.fit(numbers, marks)
    arrays = {"weights": fitted.coef_.T.astype(np.float16), "bias": fitted.intercept_.astype(np.float32)}
    np.savez_compressed(folder / "gate.npz", **arrays)
    figures = {"held": round(float((odds[truth] >= cut).mean()), 4), "kept": KEPT}
    card = {"name": "gate", "encoder": encoder.NAME, "cut": round(cut, 4), "figures": figures} | LEARNED_FROM
    (folder / "gate.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return figures
