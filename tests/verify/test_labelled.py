"""Labelled documents: no right claim is refuted, no wrong one verified, and not less is decided than was reached."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from benchmarks.claims import LABELLED, Measured, counted, documents_in, measure
from grader.verify.claim import Ruling

DOCUMENTS = tuple(documents_in([LABELLED]))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
# rulings that are wrong and known to be: (document, line, the claim's beginning)
KNOWN_ALARMS: frozenset[tuple[str, int, str]] = frozenset(
    {
        ("chat_in_unicode.txt", 36, "the standard deviation of φ(q)"),
        ("right_notes.tex", 52, "costs $O(NR(D+M))$ as well"),
        ("theorist_with_lemmas.tex", 68, "a=p=n"),
    }
)
KNOWN_SLIPS: frozenset[tuple[str, int, str]] = frozenset(
    {
        ("chat_at_great_length.md", 27, "$k_2$ | 0 | 0 | 0 | 0.1863"),
        ("chat_at_great_length.md", 95, "They have a loss of exactly ze"),
        ("master_with_tables.tex", 72, "$11/5=2.2$"),
        ("theorist_with_lemmas.tex", 43, "$\\binom{11}{2}=55$"),
        ("two_students.md", 66, "class 0 gives $3\\cdot2\\cdot2=1"),
    }
)
# what has been reached on all of them together; raised when more is, never lowered
WRONG_REFUTED, RIGHT_VERIFIED = 586, 1916


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return {path.name: found for path, found in zip(DOCUMENTS, pool.map(measure, DOCUMENTS), strict=True)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_ruling_contradicts_a_label(path: Path, measured: dict[str, Measured]) -> None:
    found = measured[path.name]
    alarms = {
        (path.name, label.line, label.text[:30])
        for label, rulings, _ in found.met
        if label.verdict != "wrong" and Ruling.REFUTED in rulings
    }
    alarms |= {
        (path.name, claim.line, claim.text[:30])
        for claim in found.unlabelled
        if claim.ruling is Ruling.REFUTED
    }
    slips = {
        (path.name, label.line, label.text[:30])
        for label, rulings, _ in found.met
        if label.verdict == "wrong" and rulings == {Ruling.VERIFIED}
    }
    # a known one that is mended has to be taken from its list
    assert alarms == {known for known in KNOWN_ALARMS if known[0] == path.name}
    assert slips == {known for known in KNOWN_SLIPS if known[0] == path.name}


def test_not_less_is_decided_than_was_reached(measured: dict[str, Measured]) -> None:
    total: Counter[str] = Counter()
    for found in measured.values():
        total += counted(found)
    assert total["wrong refuted"] >= WRONG_REFUTED
    assert total["right verified"] >= RIGHT_VERIFIED
    assert total["wrong"] > 750
    assert total["right"] > 2600
