"""What documents count about depths, votes and groups of images, and what they then say of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text


def _rows() -> Iterator[tuple[str, str, str]]:
    context: list[str] = []
    reading = False
    for line in (Path(__file__).parent / "ledger.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            context, reading = [], False
        elif line == "----":
            reading = True
        elif reading and line.strip():
            verdict, text = line.split(" | ", 1)
            yield verdict, "\n".join(context).strip(), text
        elif not line.startswith("# "):
            context.append(line)


@pytest.mark.parametrize(("verdict", "context", "text"), list(_rows()), ids=lambda value: value[:60])
def test_what_is_said_of_counted_data(verdict: str, context: str, text: str) -> None:
    document = f"# Prediction depth\n\n{context}\n\n{text}\n"
    last = document.rstrip().count("\n") + 1
    found = {claim.ruling for claim in examine(read_text(document)) if claim.line == last}
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in found), Ruling.UNCHECKED)
    assert strongest is not Ruling.REFUTED if verdict == "unrefuted" else strongest.value == verdict


def test_rows_titled_image_have_votes_and_a_depth() -> None:
    rows = """
| layer | 0 | 1 | 2 | depth |
|---|---|---|---|---|
| image A | 2 | 1 | 1 | 1 |
| image B | 0 | 3 | 0 | 0 |
"""
    text = f"# Prediction depth\n\nThe k-NN probes answer:\n{rows}"
    found = {claim.line: claim.ruling for claim in examine(read_text(text)) if claim.line > 5}
    assert found == {7: Ruling.VERIFIED, 8: Ruling.REFUTED}


def test_a_winner_that_its_neighbours_do_not_make_is_refuted() -> None:
    rows = """
| layer | cat | dog | prediction |
|---|---|---|---|
| 0 | 3 | 2 | cat |
| 1 | 3 | 2 | dog |
| 2 | 1 | 4 | dog |
"""
    text = f"# Prediction depth\n\nThe votes of the k-NN probes by class:\n{rows}"
    found = {claim.line: claim.ruling for claim in examine(read_text(text)) if claim.line > 5}
    assert found == {7: Ruling.VERIFIED, 8: Ruling.REFUTED, 9: Ruling.VERIFIED}
