"""WHAT might delight them? Scores, never choices.

For each customer, at their moment, every gesture gets a score, a propensity (the chance that it lands, with an
interval and the ground it stands on) and reasons. This is where machine learning ends: whether a gesture may and
should be made is decided elsewhere, by arithmetic, and no amount of money is ever learned.

On day one nothing is known but the profiles and the catalogue: the content prior scores by the words they share,
around the policy's base rate, and calls it assumed. As customers answer and reviewers approve or decline, LightFM
learns; it is registered only when it foretells new answers no worse than popularity and the prior, and leans on the
prior for every gesture it has hardly seen. All of them are one bilinear form, so serving is a product of two matrices
in numpy, and every score splits exactly into the pairs of features it comes from.

Reading order:

- ``catalog``        gestures into their table, and out as a frame
- ``base``           what a recommender promises: `Recommender`, `Scores`
- ``features``       what is told of customers, moments and gestures, as named weights
- ``bilinear``       the one form; ``explain`` its parts; ``topk`` the best of many; ``scorer`` from forms to `Scores`
- ``popular``, ``prior``   before there is a model; ``calibrate`` from scores to chances
- ``dataset``        what came of offers, as examples
- ``lightfm_model``  LightFM, imported here alone; ``linear`` where it is not installed
- ``fit``            one model out of examples: stopped and calibrated on customers it has not seen
- ``train``          try it on the newest answers beside the baselines (``evaluate``), register it or say why not
- ``registry``       models on disk; ``score`` which of them serves

May import ``db``, ``terms``, ``errors``, ``clock``, and of ``profiles`` only ``frames``.
"""
