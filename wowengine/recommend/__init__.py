"""WHAT might delight them? Scores, never choices.

For each customer, at their moment, every gesture gets a score, a propensity (the chance that it lands, with an
interval and the ground it stands on) and reasons. This is where machine learning ends: whether a gesture may and
should be made is decided elsewhere, by arithmetic, and no amount of money is ever learned.

On day one nothing is known but the profiles and the catalogue: the content prior scores by the words they share,
around the policy's base rate, and calls it assumed. As customers answer and reviewers approve or decline, several ways
learn side by side, LightFM among them. Each is rehearsed on customers, answers and gestures that it has not seen, and
they are mixed as they did there: so much for strangers, so much for customers known before, so much for new gestures.
A model is registered only when it foretells new answers no worse than popularity and the prior. All ways are one
bilinear form, so serving is a product of two matrices in numpy, and every score splits exactly into the pairs of
features it comes from.

Reading order:

- ``catalog``        gestures into their table, and out as a frame
- ``base``           what a recommender promises: `Recommender`, `Scores`
- ``features``       what is told of customers, moments and gestures, as named weights
- ``bilinear``       the one form; ``explain`` its parts; ``topk`` the best of many, from ``contenders``; ``scorer``
  from forms to `Scores`; ``suggest`` for one customer at once, by a ``way`` made ready; ``bulk`` for everybody
- ``popular``, ``prior``   before there is a model
- ``dataset``        what came of offers, as examples
- ``lightfm_model``  LightFM, imported here alone; beside it ``linear``, ``segments``, ``ease``, ``content`` (from
  ``taken``: what was taken and refused)
- ``rehearse``       each way on what it has not seen; ``fit`` mixes them to a ``model``; ``choices`` where nobody
  ever said no
- ``calibrate``      from scores to chances, along a ``curve``; ``doubt`` how far a chance may be from the truth
- ``train``          try it on the newest answers beside the baselines (``evaluate``, ``metrics``), register it or not
- ``side_by_side``   every model in one ``trial``, each figure with its interval (``resample``)
- ``registry``       models on disk; ``score`` which of them serves, kept by ``serving``; ``drift`` whether the world
  has moved since
- ``off_policy``     what another policy would have brought, from logged chances

May import ``db``, ``terms``, ``errors``, ``clock``, and of ``profiles`` only ``frames``.
"""
