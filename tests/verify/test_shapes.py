"""A table of contexts and of what is said of shapes in them, each statement with the verdict it must get."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Kind, Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text


def _rows() -> list[tuple[str, str, str]]:
    """(verdict, context, statement) of each row."""
    whole = (Path(__file__).parent / "shapes.txt").read_text(encoding="utf-8")
    rows = []
    for section in whole.split("\n## ")[1:]:
        context, _, statements = section.partition("\n----\n")
        told = context.partition("\n")[2].strip()
        for line in filter(str.strip, statements.splitlines()):
            verdict, _, statement = line.partition(" | ")
            rows.append((verdict, told, statement))
    return rows


@pytest.mark.parametrize(("expected", "context", "statement"), _rows(), ids=lambda value: value[:60])
def test_what_is_said_of_a_shape_gets_its_verdict(expected: str, context: str, statement: str) -> None:
    source = f"{context}\n\n{statement}\n"
    last = source.rstrip("\n").count("\n") + 1
    rulings = {
        claim.ruling
        for claim in examine(read_text(source))
        if claim.line >= last and claim.kind is not Kind.DEFINITION
    }
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in rulings), Ruling.UNCHECKED)
    assert strongest.value == expected
