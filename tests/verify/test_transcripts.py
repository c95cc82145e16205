# ruff: noqa: E501 -- the list of lines stays on one line
"""Whole labelled documents: each line's strongest ruling is its label's, and no other line is refuted."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_document, read_text

FOLDER = Path(__file__).parents[2] / "submissions" / "transcripts"
SEED = Path(__file__).parents[3] / "shared" / "seed"
# lines of the seed with errors that a machine can catch (40 repeats what is wrong in 28), and lines whose formulas are right
CATCHABLE = {28, 40, 143, 259, 263, 293, 301, 314, 367, 384, 556, 560, 682}
RIGHT = {38, 44, 48, 58, 62, 74, 80, 84, 90, 102, 120, 157, 167, 175, 181, 189, 195, 201, 209, 215, 221, 227, 229, 231, 233, 235, 273, 281, 318, 333, 358, 359, 360, 361, 369, 370, 371, 372}  # fmt: skip


def rulings(path: Path) -> dict[int, Ruling]:
    """The strongest ruling of each line."""
    order = [Ruling.UNCHECKED, Ruling.VERIFIED, Ruling.REFUTED]
    found: dict[int, Ruling] = {}
    for claim in examine(read_document(path)):
        found[claim.line] = max(found.get(claim.line, Ruling.UNCHECKED), claim.ruling, key=order.index)
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.md")))
def test_a_labelled_transcript_gets_its_verdicts(name: str) -> None:
    labels = {}
    for row in (FOLDER / f"{name}.labels.tsv").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            line, verdict, _ = row.split("\t")
            labels[int(line)] = verdict
    found = rulings(FOLDER / f"{name}.md")
    assert {line: found[line].value for line in labels if line in found} == labels
    assert {line for line, ruling in found.items() if ruling is Ruling.REFUTED} <= set(labels)


@pytest.mark.skipif(not SEED.is_dir(), reason="../shared/seed is not on this machine")
def test_the_seed_transcript() -> None:
    (path,) = SEED.glob("*.txt")
    found = rulings(path)
    refuted = {line for line, ruling in found.items() if ruling is Ruling.REFUTED}
    assert refuted & RIGHT == set()
    assert refuted <= CATCHABLE
    assert len(refuted & CATCHABLE) >= 0.8 * len(CATCHABLE)


def test_a_value_of_a_refuted_formula_is_not_verified() -> None:
    text = "The kernel $(x^\\top y+1)^2$ has a feature map with $D(D+1)/2$ entries. For $D=10$ there are 55 features."
    rulings = {claim.text: claim.ruling for claim in examine(read_text(text))}
    assert rulings["$D(D+1)/2$ entries"] is Ruling.REFUTED
    assert Ruling.VERIFIED not in rulings.values()
