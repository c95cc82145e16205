"""Counts without a growth class: found where they stand, exact or not, and summed over a list."""

from __future__ import annotations

import pytest

from grader.verify.claim import Kind, Ruling
from grader.verify.counted import counts_in
from grader.verify.document import read_text
from grader.verify.examine import examine


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2NRD for the projections and $4 N R M$ for the products", ["2NRD", "4NRM"]),
        ("we need N²D + N²M of them", ["N²D + N²M"]),
        ("it costs O(NRM) and $O(N^2)$", []),
        ("with D = 64 and C = 2R", []),
        ("the matrix W x and a vector of D numbers", []),
        ("$C$ for the last one", ["L"]),
    ],
    ids=["two", "sum", "growth classes", "relations", "letters in prose", "letter in mathematics"],
)
def test_counts_are_found_only_where_they_stand_alone(text: str, found: list[str]) -> None:
    assert [str(one.cost) for one in counts_in(text)] == found


def rulings(text: str) -> dict[int, set[Ruling]]:
    """The rulings on costs by line."""
    out: dict[int, set[Ruling]] = {}
    for claim in examine(read_text(text)):
        if claim.kind is Kind.COMPLEXITY:
            out.setdefault(claim.line, set()).add(claim.ruling)
    return out


LIST = """With random features we spend

- {projections} multiplications on projecting queries and keys
- {sums} on building S

which sums to {total}.
"""


def test_a_list_of_right_counts_is_verified_with_its_sum() -> None:
    text = LIST.format(projections="2NRD", sums="2NRM", total="2NRD + 2NRM")
    assert rulings(text) == {3: {Ruling.VERIFIED}, 4: {Ruling.VERIFIED}, 6: {Ruling.VERIFIED}}


def test_a_wrong_count_and_a_wrong_sum_are_refuted() -> None:
    text = LIST.format(projections="2NRD", sums="N²M", total="2NRD + N²R")
    found = rulings(text)
    assert found[4] == {Ruling.REFUTED}
    assert Ruling.REFUTED in found[6]


def test_wrong_constants_are_not_verified_and_not_refuted() -> None:
    text = LIST.format(projections="7NRD", sums="2NRM", total="7NRD + 2NRM")
    found = rulings(text)
    assert found[3] == {Ruling.UNCHECKED}
    assert found[6] == {Ruling.VERIFIED}
