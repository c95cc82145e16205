"""VAL, FAR and accuracy from the numbers of accepted pairs."""

from __future__ import annotations

import pytest

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text

ABOVE = "VAL is the share of same-person pairs that are accepted. Our list has 3,000 pairs of each sort."
HEADER = (
    "| threshold | accepted same | VAL | accepted different | FAR | accuracy |\n|---|---|---|---|---|---|"
)
RIGHT_ROWS = "| 0.9 | 2,511 | 83.7% | 3 | 0.1% | 91.8% |\n| 1.0 | 2,676 | 89.2% | 12 | 0.4% | 94.4% |"


def _refuted(document: str) -> list[str]:
    return [claim.text for claim in examine(read_text(document)) if claim.ruling is Ruling.REFUTED]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("| 1.1 | 2,787 | 92.9% | 27 | 0.9% | 96.0% |", []),
        ("| 1.1 | 2,787 | 92.9% | 27 | 0.9% | 96.5% |", ["96.5%"]),
        ("| 1.1 | 2,787 | 91.9% | 27 | 0.9% | 96.0% |", ["91.9%"]),
        ("| 1.1 | 2,787 | 92.9% | 27 | 1.9% | 96.0% |", ["1.9%"]),
    ],
)
def test_a_table_by_threshold(row: str, wrong: list[str]) -> None:
    assert _refuted(f"# Verification\n\n{ABOVE}\n\n{HEADER}\n{RIGHT_ROWS}\n{row}\n") == wrong


def test_without_the_number_of_pairs_a_table_says_nothing_wrong() -> None:
    row = "| 1.1 | 2,787 | 91.9% | 27 | 0.9% | 96.0% |"
    assert not _refuted(f"# Verification\n\nOur pairs.\n\n{HEADER}\n{RIGHT_ROWS}\n{row}\n")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("VAL is 98 %, FAR is 0.1 % and the accuracy over all 6,000 pairs is 98.95 %.", []),
        ("VAL is 97 %.", ["VAL is 97 %"]),
        ("FAR = 0.3 %.", ["FAR = 0.3 %"]),
        ("the accuracy is 98 %.", ["accuracy is 98 %"]),
        ("the paper reports VAL = 87.9 %.", []),
    ],
)
def test_a_sentence_on_accepted_pairs(said: str, wrong: list[str]) -> None:
    told = "There are 3,000 pairs of either sort, and 2,940 same and 3 different ones are accepted: "
    assert _refuted(f"# Verification\n\n{told}{said}\n") == wrong
