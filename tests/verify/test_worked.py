"""Worked numeric examples of attention: the numbers that a text gives, and what it says follows from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text
from grader.verify.worked.documents import claims_of_examples


def _rows() -> list[tuple[str, str]]:
    rows = []
    for line in (Path(__file__).parent / "worked.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            verdict, _, text = line.partition(" | ")
            rows.append((verdict, text.replace("\\n", "\n")))
    return rows


def strongest(text: str) -> str:
    """Refuted before verified before unchecked."""
    rulings = {claim.ruling for claim in examine(read_text(text))}
    for ruling in (Ruling.REFUTED, Ruling.VERIFIED):
        if ruling in rulings:
            return ruling.value
    return Ruling.UNCHECKED.value


@pytest.mark.parametrize(("verdict", "text"), _rows(), ids=lambda value: value[-60:])
def test_the_example_gets_its_verdict(verdict: str, text: str) -> None:
    assert strongest(text) == verdict


def test_a_refuted_value_shows_the_numbers_that_it_follows_from() -> None:
    told = read_text("Take q = (2, 1) and k = (0, 5). Then q·k = 6.")
    (claim,) = claims_of_examples(told)[0]
    assert claim.judged.ruling is Ruling.REFUTED
    assert claim.judged.witness == {"computed": "5", "stated": "6", "given": "q = (2, 1), k = (0, 5)"}


def test_a_result_of_an_earlier_slip_is_not_charged_again() -> None:
    told = read_text(
        "With running sums: φ(k₁) = 1, φ(k₂) = 3, v₁ = 2, v₂ = 4, φ(q₁) = 1, φ(q₂) = 1. S₂ = 12. S₂/Z₂ = 3."
    )
    found = {one.text: one.judged.ruling for one in claims_of_examples(told)[0]}
    assert found == {"S₂ = 12": Ruling.REFUTED, "S₂/Z₂ = 3": Ruling.UNCHECKED}


def test_a_table_gives_keys_and_claims_weights() -> None:
    source = (
        "Softmax divides q·k by √D. Take D = 1 and the query q = 2.\n\n"
        "| j | k_j | q·k_j | weight |\n|---|---|---|---|\n| 1 | 0 | 0 | 0.119 |\n| 2 | 1 | 3 | 0.881 |\n"
    )
    told = read_text(source)
    rulings = [one.judged.ruling for claims in claims_of_examples(told).values() for one in claims]
    assert rulings == [Ruling.VERIFIED, Ruling.VERIFIED, Ruling.REFUTED, Ruling.VERIFIED]
