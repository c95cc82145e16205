"""Files that a rubric lays beside a notebook: made once by the rubric's own code, kept by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from grader.box.temporary import own_folder, sweep
from grader.model import GraderFault, Part
from grader.rubric import Rubric


def reference_digest() -> str:
    """A digest of the reference package's source: expected values may change when it does."""
    spec = find_spec("reference")
    digest = hashlib.sha256(metadata.version("grader").encode())
    for folder in (spec.submodule_search_locations if spec else None) or ():
        for path in sorted(Path(folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def laid_out(rubric: Rubric) -> Mapping[str, Part]:
    """The rubric's parts with the files that lie beside each notebook, made now if no earlier run made them.

    They are kept in the user's cache folder under a digest of everything they are made from. Raises `GraderFault`
    where the rubric's code fails or nothing can be written.
    """
    return {
        name: replace(part, files=(*part.files, *_made(rubric, part.makes))) if part.makes else part
        for name, part in rubric.parts.items()
    }


def _made(rubric: Rubric, function: str) -> tuple[Path, ...]:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "grader"
    key = hashlib.sha256(f"{rubric.sha256} {function} {reference_digest()}".encode()).hexdigest()[:32]
    folder = cache / key
    if folder.is_dir():
        sweep(cache)
    else:
        try:
            cache.mkdir(parents=True, exist_ok=True)
            with own_folder(cache) as fresh:
                made = fresh / "made"
                made.mkdir()
                rubric.checks[function](made)
                # Another run may have been quicker; its files are the same.
                if not folder.is_dir():
                    made.rename(folder)
        # The rubric's code may raise anything, and it is never the students' fault.
        except Exception as error:
            raise GraderFault(f"{function} could not write the data into {cache}: {error}") from error
    return tuple(sorted(folder.iterdir()))
