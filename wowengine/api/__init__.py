"""The HTTP API under ``/v1``: the same loop as the console, for programs.

An endpoint parses, opens ``with database.transaction() as session:``, makes one call into a room, and presents.
Endpoints are plain functions; they run in threads, as everything they call is synchronous.

Reading order: ``app`` (what is wired together), ``edge`` (what every endpoint is given), ``problems`` (how an error is
told), ``once`` (the same request answered once), ``shapes`` and ``views`` (words that several endpoints share); then
one file a subject, with its bodies and its routes: ``signals``, ``batch`` (Segment's; ``unpack`` opens packed ones),
``customers``, ``cases``, ``handles``, ``identity`` (merges and matches), ``decisions`` (told by ``decided``), ``owed``,
``policy``, ``actions`` with ``verdicts`` and ``alike``, ``deliveries``, ``audiences``, ``outcomes``, ``reactions``,
``results``, ``listening``, ``health``; ``description`` and ``reference`` describe it all to others.

May import the rooms below (``rounds`` and down) and ``access``; never ``console``.
"""

from wowengine.api.app import make_app

__all__ = ["make_app"]
