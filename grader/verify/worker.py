"""The process that does the work of one document: it can be killed, and its memory is bounded."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from grader.verify.document import read_document
from grader.verify.examine import examine_with_derivations

MEMORY_BYTES = 2 * 2**30


def main() -> int:
    """Print the claims and the derivations of the document named in the one argument as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    claims, derivations = examine_with_derivations(read_document(Path(sys.argv[1])))
    plain = [
        {
            "line": claim.line,
            "text": claim.text,
            "kind": claim.kind.value,
            "verdict": claim.ruling.value,
            "says": claim.says,
            "method": claim.method.value,
            "witness": dict(claim.witness) if claim.witness is not None else None,
            "cell": claim.cell,
        }
        for claim in claims
    ]
    made = {"claims": plain, "derivations": [asdict(one) for one in derivations]}
    json.dump(made, sys.stdout, default=str)
    return 0


if __name__ == "__main__":
    sys.exit(main())
