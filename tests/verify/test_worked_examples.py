"""A table of worked examples: what a section gives, and statements about it, each with the verdict it must get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

VERDICTS = tuple(ruling.value for ruling in Ruling)


def _rows() -> Iterator[tuple[str, str, str]]:
    given: list[str] = []
    for line in (Path(__file__).parent / "worked_examples.txt").read_text(encoding="utf-8").splitlines():
        verdict, bar, text = line.partition(" | ")
        if line.startswith("## "):
            given = []
        elif bar and verdict in VERDICTS:
            yield verdict, "\n".join(given).strip(), text.replace("\\n", "\n")
        elif not line.startswith("# "):
            given.append(line)


@pytest.mark.parametrize(("expected", "given", "text"), list(_rows()), ids=lambda value: value[-60:])
def test_a_statement_about_an_example_gets_its_verdict(expected: str, given: str, text: str) -> None:
    source = f"# Triplets\n\n{given}\n\n{text}\n"
    since = given.count("\n") + 4
    rulings = {claim.ruling for claim in examine(read_text(source)) if claim.line >= since}
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in rulings), Ruling.UNCHECKED)
    assert strongest.value == expected
