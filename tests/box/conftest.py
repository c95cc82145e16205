"""One warm parent for all tests of this folder, and notebooks written as lists of cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from grader import model
from grader.box import Box, Pool

QUICK = model.Limits(
    cell_seconds=5.0, notebook_seconds=30.0, call_seconds=2.0, memory_bytes=2 * 2**30, output_bytes=10**6
)


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool(imports=("torch",)) as pool:
        yield pool


@pytest.fixture
def opened(pool: Pool) -> Callable[..., AbstractContextManager[Box]]:
    """`opened(*cells, **limits)` runs a notebook of these code cells in a box."""

    def opened(*cells: str | model.Cell, **more: object) -> AbstractContextManager[Box]:
        return pool.open(notebook(*cells), part(**more))

    return opened


def notebook(*cells: str | model.Cell) -> model.Notebook:
    made = tuple(cell if isinstance(cell, model.Cell) else model.Cell("code", cell) for cell in cells)
    digest = hashlib.sha256(repr(made).encode()).hexdigest()
    return model.Notebook("notebook.ipynb", "notebook.ipynb", made, digest)


def part(**more: object) -> model.Part:
    of_part = {name: more.pop(name) for name in ("files", "parameters") if name in more}
    limits = model.Limits(**{**vars(QUICK), **more})  # type: ignore[arg-type]
    return model.Part("notebook.ipynb", limits, **of_part)  # type: ignore[arg-type]
