"""What is done behind the scenes: deliveries, rounds, the clock's errands, and who does them when.

**The row is the queue; Celery rings the bell.** Work is asked for by a row in ``db.outbox``, put in the transaction
that makes it necessary. A worker claims the row under a lease, does it, and marks it done; a worker that is killed
leaves a row that another takes up when the lease runs out. That is the whole machine, and it is the same twice:

- *embedded* (the default): `EmbeddedWorker`, a thread in the server, does the rows itself;
- *with a broker*: ``wow worker`` is a Celery worker, and the same thread beside it rings for each row. A message
  names a row and nothing else, so losing, doubling, delaying or reordering all of them changes nothing but the
  time; and what no message brings to anybody is done by the thread itself.

Each ``wow worker`` also asks for what is regularly due. As many as are wanted may run; each regular row is put once.
Whether all is well is told by the age of the oldest waiting row (``db.outbox.backlog``), not by processes being alive.

Reading order: ``jobs`` (what can be asked for), ``schedule`` (what is asked for regularly), ``work`` (doing one row),
``worker`` (the thread); then ``relay`` and ``app`` (the broker's side), and ``run`` (``wow worker``).

An edge: may import everything below it, and neither ``api`` nor ``console``.
"""

from wowengine.tasks.run import run_worker
from wowengine.tasks.worker import EmbeddedWorker

__all__ = ["EmbeddedWorker", "run_worker"]
