"""The process that verifies documents: each in a child of its own, whose memory and time are bounded.

It imports what the work needs once, and is told of documents line by line on its standard input: `["DOCUMENT", "TOLD"]`
as JSON. The child writes into TOLD a line of JSON for each block as soon as its claims are decided, so that a document
that is given up keeps what was decided before, and a last line with all claims and the derivations; its complaints go
beside it. For each document the process answers a line with the exit code of the child, a signal's number below zero.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from grader.verify.claim import Claim, plain_claim
from grader.verify.examine import examine_with_derivations
from grader.verify.reading.document import read_document
from grader.verify.workers import COMPLAINTS

MEMORY_BYTES = 2 * 2**30


def main() -> int:
    """Verify documents until the input ends. Arguments: the seconds of the clock and the processor for each of them."""
    seconds, processor_seconds = float(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        document, told = map(Path, json.loads(line))
        child = os.fork()
        if child == 0:
            os._exit(_child(document, told, seconds, processor_seconds))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return 0


def _child(document: Path, told: Path, seconds: float, processor_seconds: int) -> int:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = processor_seconds if hard == resource.RLIM_INFINITY else min(processor_seconds, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
        signal.setitimer(signal.ITIMER_REAL, seconds)  # nobody catches its signal, so it ends the child
        with told.open("w", encoding="utf-8") as file:
            claims, derivations = examine_with_derivations(
                read_document(document), tell=lambda some: _tell(file, some)
            )
            made = {"claims": _plain(claims), "derivations": [asdict(one) for one in derivations]}
            print(json.dumps(made, default=str), file=file)
    except Exception:  # noqa: BLE001 - whatever it is, the parent has to say it
        told.with_name(told.name + COMPLAINTS).write_text(traceback.format_exc(), encoding="utf-8")
        return 1
    return 0


def _plain(claims: Sequence[Claim]) -> list[dict[str, object]]:
    return [plain_claim(claim) for claim in claims]


def _tell(file: TextIO, claims: Sequence[Claim]) -> None:
    if claims:
        print(json.dumps({"claims": _plain(claims)}, default=str), file=file, flush=True)


if __name__ == "__main__":
    sys.exit(main())
