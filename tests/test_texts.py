"""Students' texts are judged in a process of their own: a slow one is given up, the next one is judged."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.model import GraderFault
from grader.texts import Reader, Undecided
from reference.written import derivation as right

GOAL = "gaussian_factorisation"
SUM = r"\sum_{i=1}^{N}\sum_{j=1}^{N}\sum_{l=1}^{N} \exp(q_i^T k_j/\sqrt{D}) \exp(q_l^T k_i/\sqrt{D})"
OTHER = r"\sum_{l=1}^{N}\sum_{j=1}^{N}\sum_{i=1}^{N} \exp(q_l^T k_i/\sqrt{D}) \exp(q_i^T k_j/\sqrt{D})"
# Every row holds, and takes a second and more: nearly a minute for these, minutes for as many as may be sent.
SLOW = "\n".join(f"$$ {SUM} + {n} = {OTHER} + {n} $$" for n in range(40))


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(processor_seconds=2)
    yield reader
    reader.close()


def test_a_derivation_comes_back_as_it_was_judged(reader: Reader) -> None:
    reader.wake()
    found = reader.derivation(right(), GOAL)
    assert found.reaches_goal
    assert found.first_wrong is None


def test_a_slow_text_is_given_up_and_the_next_is_judged(reader: Reader) -> None:
    assert reader.derivation(right(), GOAL).reaches_goal
    before, started = os.times(), time.monotonic()
    with pytest.raises(Undecided, match="more than 2 seconds of processor time"):
        reader.derivation(SLOW, GOAL)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 10
    assert time.monotonic() - started < 120
    assert reader.derivation(right(), GOAL).reaches_goal


def test_the_clock_is_the_last_resort() -> None:
    reader = Reader(processor_seconds=100, clock_seconds=3.0)
    try:
        with pytest.raises(Undecided, match="more than 3 seconds"):
            reader.derivation(SLOW, GOAL)
    finally:
        reader.close()


def test_many_threads_may_ask(reader: Reader) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: reader.derivation(right(), GOAL).reaches_goal, range(8)))
    assert found == [True] * 8


def test_a_failure_of_the_decider_is_ours(reader: Reader) -> None:
    with pytest.raises(GraderFault, match="no such goal"):
        reader.derivation(right(), "no such goal")
    assert reader.derivation(right(), GOAL).reaches_goal


def test_a_process_that_is_killed_from_outside_is_our_fault(reader: Reader) -> None:
    from multiprocessing import active_children

    others = {child.pid for child in active_children()}
    reader.wake()
    (own,) = (child.pid for child in active_children() if child.pid not in others)
    assert own is not None
    os.kill(own, signal.SIGKILL)
    with pytest.raises(GraderFault, match="ended with code -9"):
        reader.derivation(right(), GOAL)
    assert reader.derivation(right(), GOAL).reaches_goal
