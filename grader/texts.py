"""Students' written texts, judged in a process of their own that is killed when a text takes it too long."""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from grader.model import GraderFault
from grader.processes import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from grader.verify.derivation import Derivation

PROCESSOR_SECONDS = 20
"""For one text: a long honest derivation takes less than two."""

CLOCK_SECONDS = 240.0
"""The last resort, where the process waits for a processor or for ever."""

MEMORY_BYTES = 2 * 2**30
END_SECONDS = 10.0


class Undecided(Exception):
    """A text was given up, and a person has to look at it; the message says why."""


@dataclass(frozen=True)
class _Reading:
    process: SpawnProcess
    line: Connection


class Reader:
    """Judges derivations, one after the other, in a process that starts with `wake` or with the first text.

    A text that uses up its processor seconds ends the process, so that a busy machine decides no less; the next text
    gets a new one. Safe to use from many threads.
    """

    def __init__(
        self, processor_seconds: int = PROCESSOR_SECONDS, clock_seconds: float = CLOCK_SECONDS
    ) -> None:
        self._processor_seconds = processor_seconds
        self._clock_seconds = clock_seconds
        self._lock = threading.Lock()
        self._reading: _Reading | None = None

    def wake(self) -> None:
        """Starts the process, so that it imports while other work is done; returns at once."""
        # Whoever holds the lock has started it or is about to.
        if self._lock.acquire(blocking=False):
            try:
                self._started()
            finally:
                self._lock.release()

    def derivation(self, text: str, goal: str) -> Derivation:
        """What `grader.verify.derivation.check_derivation` says.

        Raises `Undecided` where the text takes more time, memory or depth than there is, `GraderFault` where the
        decider itself fails.
        """
        with self._lock:
            reading = self._started()
            try:
                reading.line.send((text, goal))
                if not reading.line.poll(self._clock_seconds):
                    self._end(busy=True)
                    raise Undecided(f"judging it took more than {self._clock_seconds:g} seconds")
                answer: Derivation | Undecided | GraderFault = reading.line.recv()
            except (EOFError, OSError):
                code = self._end()
                if code == -signal.SIGXCPU:
                    says = f"judging it took more than {self._processor_seconds} seconds of processor time"
                    raise Undecided(says) from None
                raise GraderFault(f"the process that judges texts ended with code {code}") from None
        if isinstance(answer, Undecided | GraderFault):
            raise answer
        return answer

    def close(self) -> None:
        """Ends the process; a text that is given afterwards starts another."""
        with self._lock:
            self._end()

    def _started(self) -> _Reading:
        if self._reading is None:
            spawn = multiprocessing.get_context("spawn")
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs, self._processor_seconds), daemon=True)
            process.start()
            theirs.close()
            self._reading = _Reading(process, ours)
        return self._reading

    def _end(self, busy: bool = False) -> int | None:
        """Ends the process and returns its exit code: its own, if it had ended by itself."""
        if self._reading is None:
            return None
        process = self._reading.process
        self._reading.line.close()
        self._reading = None
        process.join(0.0 if busy else END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        process.close()
        return code


def _serve(line: Connection, processor_seconds: int) -> None:
    """In the process: one text after the other, until the other end is closed."""
    end_with_parent()
    # What the terminal sends is for the grader, which closes the line.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from grader.verify.derivation import check_derivation

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    while True:
        try:
            text, goal = line.recv()
        except (EOFError, OSError):
            os._exit(0)
        used = resource.getrusage(resource.RUSAGE_SELF)
        last = math.ceil(used.ru_utime + used.ru_stime) + processor_seconds
        resource.setrlimit(
            resource.RLIMIT_CPU, (last if hard == resource.RLIM_INFINITY else min(last, hard), hard)
        )
        answer: Derivation | Undecided | GraderFault
        try:
            answer = check_derivation(text, goal=goal)
        except MemoryError:
            answer = Undecided("judging it took too much memory")
        except RecursionError:
            answer = Undecided("it is nested too deep")
        except Exception as error:  # noqa: BLE001 - ours, whatever it is: the other side tells it as a fault
            answer = GraderFault(f"a text could not be judged: {type(error).__name__}: {error}")
        line.send(answer)
