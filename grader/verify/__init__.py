"""Written solutions: a document's claims, each verified, refuted with a witness, or left unchecked.

Read `examine` first: its head tells what happens to a block, decider by decider. Beside it stand what puts the parts
together (`gathering`, `sentences`, `figures`, `cells`, `said`) and the nouns (`claim`, `goals`, `passage`). The
packages, each of which imports only those before it:

- `grammar` and `reading`: a file -> blocks and clauses, a formula -> a tree, or a refusal;
- `worlds` and `exact`: both sides of a formula in random worlds, and in exact normal forms;
- `scope`: what the text says of its symbols, and where;
- `numbers`, `triplets`, `networks`, `tables`, `depth`, `shapes`, `costs`, `formulas`, `words`: the deciders;
- `derivations`: the steps of a written derivation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model import CallError

if TYPE_CHECKING:
    from grader.verify.claim import VerifiedDocument

SECONDS = 600.0
PROCESSOR_SECONDS = (
    60  # `examine` stops by itself before; this ends a passage from which a decider never comes back
)
SUFFIXES = frozenset({".md", ".markdown", ".txt", ".tex", ".ipynb"})


def verify_document(
    path: Path, seconds: float = SECONDS, processor_seconds: int = PROCESSOR_SECONDS
) -> VerifiedDocument:
    """Every claim of a `.md`, `.txt`, `.tex` or `.ipynb` file with its ruling.

    The work is done in a process of its own that is killed when its `processor_seconds` or its memory are used up, so
    that a busy machine decides no less; `seconds` by the clock are the last resort. A file that is no text or is too
    large gives a document without claims, one that takes too long the claims decided before, and a sentence that says
    so. Raises `OSError` if the file cannot be read, `GraderFault` if the process ends in another way.
    """
    from grader.verify.workers import verified_in_workers

    (document,) = verified_in_workers([path], 1, seconds, processor_seconds)
    return document


def run(
    documents: Sequence[Path],
    json_file: Path | None = None,
    html_file: Path | None = None,
    write: Callable[[str], object] = print,
) -> int:
    """Verify documents, write what is asked for, and return the exit code: 1 if something is refuted, else 0.

    As many are verified at once as there are cores; each is told of as soon as it and those before it are done.
    Raises `CallError` with every complaint at once for documents that do not exist or are of another kind.
    """
    complaints = []
    for path in documents:
        if not path.is_file():
            complaints.append(f"{path}: there is no such file")
        elif path.suffix.lower() not in SUFFIXES:
            complaints.append(f"{path}: documents end in {', '.join(sorted(SUFFIXES))}")
    complaints += [
        f"{target}: there is no folder {target.parent}"
        for target in (json_file, html_file)
        if target is not None and not target.parent.is_dir()
    ]
    if complaints:
        raise CallError(*complaints)
    from grader.verify.claim import Ruling
    from grader.verify.page import to_html, to_json, to_text
    from grader.verify.workers import verified_in_workers

    verified = []
    try:
        for one in verified_in_workers(documents, os.cpu_count() or 1, SECONDS, PROCESSOR_SECONDS):
            verified.append(one)
            write(to_text(one))
    except OSError as error:
        if error.filename is None:
            raise  # it is what is written to that has gone
        raise CallError(f"{error.filename}: cannot be read ({error.strerror})") from error
    if json_file is not None:
        objects = [to_json(one) for one in verified]
        made = objects[0] if len(objects) == 1 else objects
        json_file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if html_file is not None:
        html_file.write_text(to_html(verified), encoding="utf-8")
    return 1 if any(one.count(Ruling.REFUTED) for one in verified) else 0


__all__ = ["run", "verify_document"]
