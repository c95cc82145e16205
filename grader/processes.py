"""Processes that work for the grader end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """In a process that `multiprocessing` has started: from now on it ends as soon as its parent has.

    A process that waits for a question does not see that nobody is left to ask: it holds both ends of its queue.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError(
            "This process was not started by multiprocessing, so it has no parent to end with."
        )

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
