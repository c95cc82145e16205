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
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model import CallError, GraderFault

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
    from grader.verify.claim import VerifiedDocument, claim_from, once_each
    from grader.verify.goals import progress_from
    from grader.verify.reading.document import UnreadableDocument, read_document

    try:
        text = read_document(path)
    except UnreadableDocument as error:
        return VerifiedDocument(path.name, (), None, f"{path.name}: {error}")
    if not text.blocks:
        return VerifiedDocument(path.name, (), text, "the document has no text")
    command = [sys.executable, "-m", "grader.verify.worker", str(path.resolve()), str(processor_seconds)]
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
        try:
            code = subprocess.run(
                command, stdout=told, stderr=complaints, timeout=seconds, check=False
            ).returncode
            given_up = f"{processor_seconds} seconds of processor time" if code == -signal.SIGXCPU else ""
        except subprocess.TimeoutExpired:
            code, given_up = 0, f"{seconds:g} seconds"
        told.seek(0)
        complaints.seek(0)
        # a line without its end was cut off
        lines = [json.loads(line) for line in told if line.endswith(b"\n")]
        complaint = complaints.read().decode(errors="replace")[-300:]
    if code and not given_up:
        raise GraderFault(f"{path}: the verifier ended with code {code}: {complaint}")
    if given_up:
        claims = once_each([claim_from(one) for line in lines for one in line["claims"]])
        says = f"the document took more than {given_up} and was given up; what was decided before is kept"
        return VerifiedDocument(path.name, claims, text, says)
    claims = tuple(claim_from(one) for one in lines[-1]["claims"])
    derivations = tuple(progress_from(one) for one in lines[-1]["derivations"])
    says = "" if claims else "nothing in it could be read as a claim that this tool decides"
    return VerifiedDocument(path.name, claims, text, says, derivations)


def run(
    documents: Sequence[Path],
    json_file: Path | None = None,
    html_file: Path | None = None,
    write: Callable[[str], object] = print,
) -> int:
    """Verify documents, write what is asked for, and return the exit code: 1 if something is refuted, else 0.

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

    verified = []
    for path in documents:
        try:
            verified.append(verify_document(path))
        except OSError as error:
            raise CallError(f"{path}: cannot be read ({error.strerror})") from error
    for one in verified:
        write(to_text(one))
    if json_file is not None:
        objects = [to_json(one) for one in verified]
        made = objects[0] if len(objects) == 1 else objects
        json_file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if html_file is not None:
        html_file.write_text(to_html(verified), encoding="utf-8")
    return 1 if any(one.count(Ruling.REFUTED) for one in verified) else 0


__all__ = ["run", "verify_document"]
