"""The process that does the work of one document: it can be killed, and its memory and its time are bounded.

It writes a line of JSON for each block as soon as its claims are decided, so that a document that is given up keeps
what was decided before, and a last line with all claims and the derivations.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from grader.verify.claim import Claim, plain_claim
from grader.verify.examine import examine_with_derivations
from grader.verify.reading.document import read_document

MEMORY_BYTES = 2 * 2**30


def main() -> int:
    """Print the claims and the derivations of the document named in the first argument, line by line as JSON.

    The second argument bounds the processor's seconds.
    """
    seconds = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (seconds if hard == resource.RLIM_INFINITY else min(seconds, hard), hard)
    )
    claims, derivations = examine_with_derivations(read_document(Path(sys.argv[1])), tell=_tell)
    made = {"claims": _plain(claims), "derivations": [asdict(one) for one in derivations]}
    print(json.dumps(made, default=str), flush=True)
    return 0


def _plain(claims: Sequence[Claim]) -> list[dict[str, object]]:
    return [plain_claim(claim) for claim in claims]


def _tell(claims: Sequence[Claim]) -> None:
    if claims:
        print(json.dumps({"claims": _plain(claims)}, default=str), flush=True)


if __name__ == "__main__":
    sys.exit(main())
