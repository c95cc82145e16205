"""Written solutions: a document's claims, each verified, refuted with a witness, or left unchecked.

A document is read (`document`), its formulas parsed by a grammar that refuses rather than guesses (`notation`,
`grammar`), its declarations gathered (`context`), and each claim judged by the cheapest decider that can (`examine`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model import CallError

if TYPE_CHECKING:
    from grader.verify.claim import VerifiedDocument

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".tex", ".ipynb"})


def verify_document(path: Path) -> VerifiedDocument:
    """Every claim of a `.md`, `.txt`, `.tex` or `.ipynb` file with its ruling.

    A file that is no text, or too large, gives a document without claims and a sentence that says so.
    Raises `OSError` if the file cannot be read.
    """
    from grader.verify.claim import VerifiedDocument
    from grader.verify.document import UnreadableDocument, read_document
    from grader.verify.examine import examine

    try:
        text = read_document(path)
    except UnreadableDocument as error:
        return VerifiedDocument(path.name, (), None, f"{path.name}: {error}")
    claims = examine(text)
    says = "" if claims else "nothing in it could be read as a claim that this tool decides"
    return VerifiedDocument(path.name, claims, text, says)


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
    for target in (json_file, html_file):
        if target is not None and not target.parent.is_dir():
            complaints.append(f"{target}: there is no folder {target.parent}")
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
