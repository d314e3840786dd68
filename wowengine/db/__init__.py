"""What every package leans on: tables' base, the one place that commits, the outbox, replayed answers, many rows.

Reading order: ``base`` (how a table is declared), ``session`` (``Database.transaction()``, the only commit),
``outbox`` (work to be done after the commit), ``idempotency`` (the same request answered once), ``many`` (many rows
or ids as one parameter).

May import ``terms``, ``errors`` and ``clock``, and nothing else of the house.
"""
