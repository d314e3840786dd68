"""How well answers to real offers are foretold: ``python -m benchmarks.recommend [--json]``.

Coupons offered to 433 people (UCI, Wang et al. 2017), five folds by customer. Cold: nothing of the tested customers is
known but their profile; warm: half of their answers. With all that is told of them, and without what no gesture may
depend on (gender, marital status, children, income). Beside `auto`, in the same folds and with the same words: LightFM
as it comes, logistic regression on crossed features and gradient boosting (scikit-learn), each at that of its settings
which turned out best, which flatters them. LightFM and the logistic regression have a feature of each customer's own,
of weight 1 as is usual; and to tell how much is owed to that alone, the logistic regression also with our weight.
Differences are paired bootstraps over respondents.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.coupons import coupons
from benchmarks.say import Found, say
from wowengine.recommend import lightfm_model
from wowengine.recommend.dataset import Examples
from wowengine.recommend.evaluate import auc, calibration_error, log_loss
from wowengine.recommend.features import IDENTITY, OWN, Features
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.score import blended
from wowengine.recommend.scorer import pair_logits, plainly

FOLDS, DRAWS = 5, 2000
Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Foretell = Callable[[Examples, Examples], dict[str, Doubles]]
"""From examples to learn from and examples to foretell: logits, by the setting."""


def main() -> None:
    """Measure cold and warm, with and without what no gesture may depend on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/coupon"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: Found = {}
    for told in ("all features", "without what policy forbids"):
        offers = coupons(given.data, everything=told == "all features")
        for known in ("cold", "warm"):
            found |= {f"{known}, {told}: {way}": one for way, one in _measured(offers, known == "warm", given.seed)}
    say(found, as_json=given.json)


def _measured(offers: Examples, warm: bool, seed: int) -> Iterator[tuple[str, Found]]:
    chooser = np.random.default_rng(seed)
    names, who = np.unique(offers.offers["customer_id"].to_numpy().astype(np.str_), return_inverse=True)
    fold = (chooser.permutation(len(names)) % FOLDS)[who]
    shown = chooser.random(len(offers)) < 0.5 if warm else np.zeros(len(offers), dtype=np.bool_)
    asked = ~shown
    logits = {way: _foretold(foretell, offers, fold, shown) for way, foretell in PEERS.items()}
    landed = offers.landed[asked]
    best = {way: max(tried.values(), key=lambda one: auc(one[asked], landed))[asked] for way, tried in logits.items()}
    plain = [way for way in best if way not in {"auto", "crossed logistic, people as ours"}]
    rival = max(plain, key=lambda way: auc(best[way], landed))
    for way, told in best.items():
        chance = 1 / (1 + np.exp(-told))
        yield (
            way,
            {
                "auc": round(auc(told, landed), 4),
                "log_loss": round(log_loss(chance, landed), 4),
                "ece": round(calibration_error(chance, landed), 4),
            },
        )
    yield "auto less " + rival, _difference(best["auto"], best[rival], landed, who[asked], chooser)


def _foretold(foretell: Foretell, offers: Examples, fold: NDArray[Any], shown: Booleans) -> dict[str, Doubles]:
    found: dict[str, Doubles] = {}
    for number in range(FOLDS):
        tested = (fold == number) & ~shown
        for setting, told in foretell(offers.where((fold != number) | shown), offers.where(tested)).items():
            found.setdefault(setting, np.zeros(len(offers)))[tested] = told
    return found


def _difference(
    ours: Doubles, theirs: Doubles, landed: Booleans, who: NDArray[Any], chooser: np.random.Generator
) -> Found:
    """Return the difference of the two AUC, and where it lies in 95 of 100 draws of respondents."""
    rows_of = [np.flatnonzero(who == one) for one in np.unique(who)]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([rows_of[one] for one in chooser.integers(0, len(rows_of), len(rows_of))])
        drawn.append(auc(ours[rows], landed[rows]) - auc(theirs[rows], landed[rows]))
    low, high = np.quantile(drawn, (0.025, 0.975))
    value = auc(ours, landed) - auc(theirs, landed)
    found = {"auc": value, "low": low, "high": high, "share_of_draws_above": np.mean(np.array(drawn) > 0)}
    return {name: round(float(figure), 4) for name, figure in found.items()}


def _auto(train: Examples, test: Examples) -> dict[str, Doubles]:
    scorer, test = blended(fit(train, learners())), test.knowing(train)
    scores = scorer.logits(test.people, test.offered, test.gesture)
    return {"auto": scorer.ground.curve.logits(scores)}


def _lightfm(train: Examples, test: Examples) -> dict[str, Doubles]:
    """LightFM as it comes, with identity and features: its raw scores at each number of epochs."""
    known = _plain(train.learnable().people)
    forms = lightfm_model.path(replace(train, people=known), 0)
    asked = Features(test.people.ids, known.names, _plain(test.people, known.names).matrix)
    return {
        f"{epochs} epochs": pair_logits(plainly(form), asked, test.offered, test.gesture)
        for epochs, form in zip(lightfm_model.EPOCHS, forms, strict=True)
    }


def _crossed(train: Examples, test: Examples) -> dict[str, Doubles]:
    known = _plain(train.learnable().people)
    return _logistic(train, test, known, _plain(test.people, known.names))


def _crossed_as_ours(train: Examples, test: Examples) -> dict[str, Doubles]:
    known = train.learnable().people
    return _logistic(train, test, known, Features(test.people.ids, known.names, test.people.under(known.names)))


def _logistic(train: Examples, test: Examples, known: Features, asked: Features) -> dict[str, Doubles]:
    learned, unseen = _crosses(known, train), _crosses(asked, test)
    return {
        f"C {c}": LogisticRegression(C=c, max_iter=300).fit(learned, train.landed).decision_function(unseen)
        for c in (0.003, 0.01, 0.03)
    }


def _plain(people: Features, names: Sequence[str] | None = None) -> Features:
    """Return these features, a customer's own at weight 1 like all others."""
    names = tuple(names or people.names)
    weight = np.array([1 / IDENTITY if name.startswith(OWN) else 1.0 for name in names], dtype=np.float32)
    return Features(people.ids, names, sp.csr_matrix(people.under(names) @ sp.diags(weight), dtype=np.float32))


def _crosses(known: Features, offers: Examples) -> sp.csr_matrix:
    """Lay out every pair of a customer's or moment's feature and a gesture's, beside both: by names that are fixed."""
    people = sp.hstack([known.matrix, np.ones((len(offers), 1))], format="csr")
    told = sp.csr_matrix(offers.offered.under(GESTURE_NAMES)[offers.gesture])
    both = sp.hstack([told, np.ones((len(offers), 1))], format="csr")
    return sp.hstack([people.multiply(both[:, [at]]) for at in range(both.shape[1])], format="csr")


GESTURE_NAMES = (
    *(f"gesture:G{number:02}" for number in range(1, 11)),
    *(f"tag:{tag}" for tag in ("Bar", "Carry out & Take away", "Coffee House", "Restaurant(20-50)", "Restaurant(<20)")),
    "tag:valid 1d",
    "tag:valid 2h",
)


def _boosted(train: Examples, test: Examples) -> dict[str, Doubles]:
    names = train.people.names
    learned, asked = (
        sp.hstack([part.people.under(names), part.offered.under(GESTURE_NAMES)[part.gesture]]).toarray()
        for part in (train, test)
    )
    return {
        f"rate {rate}": HistGradientBoostingClassifier(
            learning_rate=rate, max_iter=rounds, max_leaf_nodes=15, random_state=0
        )
        .fit(learned, train.landed)
        .decision_function(asked)
        for rate, rounds in ((0.1, 100), (0.03, 200))
    }


PEERS: dict[str, Foretell] = {
    "auto": _auto,
    "lightfm": _lightfm,
    "crossed logistic": _crossed,
    "crossed logistic, people as ours": _crossed_as_ours,
    "gradient boosting": _boosted,
}


if __name__ == "__main__":
    main()
