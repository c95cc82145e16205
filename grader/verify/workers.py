"""Documents given to processes that can be killed, and what comes back of each."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, cast

from grader.model import GraderFault
from grader.verify.claim import VerifiedDocument, claim_from, once_each
from grader.verify.goals import progress_from
from grader.verify.reading.document import Text, UnreadableDocument, read_document

COMPLAINTS = ".complaints"  # behind the name of the file that a child tells its claims in


def verified_in_workers(
    documents: Sequence[Path], workers: int, seconds: float, processor_seconds: int
) -> Iterator[VerifiedDocument]:
    """The documents in their order, `workers` of them verified at once, each within its seconds.

    Raises `OSError` for one that cannot be read, `GraderFault` for one whose process ends as it should not.
    """
    limits = Limits(seconds, processor_seconds)
    at_once = max(min(workers, len(documents)), 1)
    idle: SimpleQueue[_Worker] = SimpleQueue()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-verify-")))
        for _ in range(at_once):
            idle.put(stack.enter_context(closing(_Worker(limits))))

        def verified(numbered: tuple[int, Path]) -> VerifiedDocument:
            number, path = numbered
            worker = idle.get()
            try:
                return _verified(path, folder / f"{number}.jsonl", worker)
            finally:
                idle.put(worker)

        pool = ThreadPoolExecutor(at_once)
        stack.callback(pool.shutdown, cancel_futures=True)
        yield from pool.map(verified, enumerate(documents))


@dataclass(frozen=True)
class Limits:
    """What one document may take."""

    seconds: float
    processor_seconds: int

    def broken(self, code: int) -> str:
        """The limit that ended a process, in words; empty if none did."""
        return {
            -signal.SIGALRM: f"{self.seconds:g} seconds",
            -signal.SIGXCPU: f"{self.processor_seconds} seconds of processor time",
        }.get(code, "")


@dataclass
class _Worker:
    """A `grader.verify.worker`, which is started when there is something to verify."""

    limits: Limits
    process: subprocess.Popen[str] | None = None

    def code_of(self, document: Path, told: Path) -> int:
        """The exit code of the document's own process."""
        if self.process is None:
            limits = [f"{self.limits.seconds:g}", str(self.limits.processor_seconds)]
            command = [sys.executable, "-m", "grader.verify.worker", *limits]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        asks, answers = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        try:
            print(json.dumps([str(document.resolve()), str(told)]), file=asks, flush=True)
            answer = answers.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.strip():
            code = self.process.wait()
            raise GraderFault(
                f"{document}: the process that verifies ended with code {code} before it answered"
            )
        return int(answer)

    def close(self) -> None:
        if self.process is not None:
            self.process.communicate()  # it ends where its input ends


def _verified(path: Path, told: Path, worker: _Worker) -> VerifiedDocument:
    try:
        text = read_document(path)
    except UnreadableDocument as error:
        return VerifiedDocument(path.name, (), None, f"{path.name}: {error}")
    if not text.blocks:
        return VerifiedDocument(path.name, (), text, "the document has no text")
    return _read_back(path, text, told, worker.code_of(path, told), worker.limits)


def _read_back(path: Path, text: Text, told: Path, code: int, limits: Limits) -> VerifiedDocument:
    # a line without its end was cut off
    kept = told.read_bytes().splitlines(keepends=True) if told.exists() else []
    lines = [json.loads(line) for line in kept if line.endswith(b"\n")]
    broken = limits.broken(code)
    if code and not broken:
        complaints = told.with_name(told.name + COMPLAINTS)
        complaint = complaints.read_text(encoding="utf-8")[-300:] if complaints.exists() else ""
        raise GraderFault(f"{path}: the verifier ended with code {code}: {complaint}")
    if broken:
        claims = once_each([claim_from(one) for line in lines for one in line["claims"]])
        says = f"the document took more than {broken} and was given up; what was decided before is kept"
        return VerifiedDocument(path.name, claims, text, says)
    claims = tuple(claim_from(one) for one in lines[-1]["claims"])
    derivations = tuple(progress_from(one) for one in lines[-1]["derivations"])
    says = "" if claims else "nothing in it could be read as a claim that this tool decides"
    return VerifiedDocument(path.name, claims, text, says, derivations)


__all__ = ["COMPLAINTS", "verified_in_workers"]
