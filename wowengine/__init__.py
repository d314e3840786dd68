"""wowengine: small wonders for customers, chosen with care, approved by people, delivered once.

Signals (what people say in public, what happened to them in support) feed profiles; a LightFM recommender scores
gestures; plain rules decide; a person approves; staff deliver; outcomes teach the model.

Packages answer questions:

- ``profiles``   WHO is this, and what do they care about?
- ``recommend``  WHAT might delight them?
- ``decide``     WHETHER to do it, and WHICH?
- ``campaigns``  THEN what happens, and who said so?
- ``rounds``     carries one datum through all four; ``api``, ``console``, ``tasks`` and ``cli`` are thin edges.

Read in this order: ``terms``, ``decide/decide.py``, ``campaigns/lifecycle.py``, ``rounds.py``, ``console/review.py``.
"""

__version__ = "0.1.0"
