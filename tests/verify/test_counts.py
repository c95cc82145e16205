"""Exact counts that a text states: each row of `counts.txt` gets its verdict under the text above it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

ROWS = (Path(__file__).parent / "counts.txt").read_text(encoding="utf-8")


def rows() -> Iterator[tuple[str, str, str]]:
    for section in ROWS.split("\n## ")[1:]:
        context, _, told = section.partition("\n----\n")
        for row in told.strip().splitlines():
            verdict, _, statement = row.partition(" | ")
            yield verdict, context.partition("\n")[2], statement


@pytest.mark.parametrize(("expected", "context", "statement"), list(rows()))
def test_a_count_gets_its_verdict(expected: str, context: str, statement: str) -> None:
    start = context.count("\n") + 3
    found = [claim for claim in examine(read_text(f"{context}\n\n{statement}\n")) if claim.line >= start]
    rulings = {claim.ruling for claim in found}
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in rulings), Ruling.UNCHECKED)
    assert strongest.value == expected, [(claim.text, claim.ruling.value, claim.says) for claim in found]
