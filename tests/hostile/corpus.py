"""Hostile notebooks as text: what they must come to stands in the header of each.

A file begins with TOML between lines of `+++`: `ended` (one or several endings that are right), `cell` (from 1),
limits, `[variables]` and `[calls]` with what the grader must get. A call is made with two ones. A text is the problem
that must be told: `failed` stands for any. Below follow a sentence and the cells, as fenced Python.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from grader import model

FOLDER = Path(__file__).parent / "notebooks"
LIMITS = model.Limits(
    cell_seconds=10.0,
    notebook_seconds=40.0,
    call_seconds=3.0,
    memory_bytes=2 * 2**30,
    disk_bytes=2**26,
    output_bytes=10**6,
)


@dataclass(frozen=True)
class Case:
    """One notebook and what must become of it."""

    name: str
    says: str
    notebook: model.Notebook
    part: model.Part
    ended: frozenset[model.Ended]
    cell: int | None
    variables: Mapping[str, Any]
    calls: Mapping[str, Any]


def read(path: Path) -> Case:
    """The case in a file."""
    _, head, body = path.read_text("utf-8").split("+++\n", 2)
    wanted = tomllib.loads(head)
    says, *_ = body.split("```python\n", 1)
    cells = tuple(
        model.Cell("code", source) for source in re.findall(r"```python\n(.*?)\n```", body, re.DOTALL)
    )
    known = {field.name for field in fields(model.Limits)}
    limits = model.Limits(
        **{**vars(LIMITS), **{name: value for name, value in wanted.items() if name in known}}
    )
    unknown = set(wanted) - known - {"ended", "cell", "variables", "calls"}
    if unknown or not cells:
        raise ValueError(f"{path.name}: {unknown or 'no cells'}")
    ended = [wanted["ended"]] if isinstance(wanted["ended"], str) else wanted["ended"]
    return Case(
        name=path.stem,
        says=" ".join(says.split()),
        notebook=model.Notebook(path.name, path.name, cells, hashlib.sha256(body.encode()).hexdigest()),
        part=model.Part(path.name, limits),
        ended=frozenset(map(model.Ended, ended)),
        cell=wanted.get("cell"),
        variables=wanted.get("variables", {}),
        calls=wanted.get("calls", {}),
    )


def cases() -> list[Case]:
    """Every notebook of the corpus."""
    return [read(path) for path in sorted(FOLDER.glob("*.md"))]
