"""Many processes at once, forked from a parent that has imported and tried everything: each costs milliseconds.

The tests' own process has threads, so it must not be forked; a clean one from the fork server is the parent.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

LATEST = 60  # seconds until all have come to the start

Told = TypeVar("Told")
Work = Callable[..., Told]  # of what was prepared, and a share

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["pytest", "tests.campaigns.dying", "tests.campaigns.killing", "tests.campaigns.racing"])
_prepared: list[Any] = []  # one thing, inherited by the forks


def all_at_once(
    prepare: Callable[..., Any], given: tuple[Any, ...], work: Work[Told], shares: Sequence[Any]
) -> list[Told]:
    """Prepare once, and do each share in a process of its own, all from the same moment on; return what they told."""
    with ProcessPoolExecutor(1, forks) as parent:
        return parent.submit(_as_parent, prepare, given, work, shares).result()


def _as_parent(
    prepare: Callable[..., Any], given: tuple[Any, ...], work: Work[Told], shares: Sequence[Any]
) -> list[Told]:
    _prepared.append(prepare(*given))
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(len(shares))
    with ProcessPoolExecutor(len(shares), fork, initializer=_meet, initargs=(start,)) as pool:
        doing = [pool.submit(_do, work, share) for share in shares]
        return [share.result() for share in doing]


def _meet(start: Barrier) -> None:
    start.wait(LATEST)


def _do(work: Work[Told], share: Any) -> Told:
    return work(_prepared[0], share)
