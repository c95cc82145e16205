"""Exact counts in sizes: found where they stand, given to the parts that are named, and summed over a list."""

from __future__ import annotations

import pytest

from grader.verify.claim import Kind, Ruling
from grader.verify.costs.count_formulas import formulas_in, numbers_in
from grader.verify.examine import examine
from grader.verify.reading.document import read_text
from grader.verify.reading.plain_signs import flattened
from grader.verify.shapes.told_sizes import sizes_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2NRD for the projections and $4 N R M$ for the products", ["2NRD", "4NRM"]),
        ("we need N²D + N²M of them", ["N²D + N²M"]),
        ("we need $n^2(d_k + d_v)$ of them", ["N²D + N²M"]),
        ("it costs O(NRM) and $O(N^2)$", []),
        ("with D = 64 and C = 2R", []),
        ("a 2R × M matrix", []),
        ("the matrix W x and a vector of D numbers", []),
        ("$C$ for the last one, a vector $D$", ["L"]),
    ],
    ids=["two", "sum", "a sum in brackets", "growth classes", "relations", "a shape", "letters in prose", "a letter"],
)  # fmt: skip
def test_counts_are_found_only_where_they_stand_alone(text: str, found: list[str]) -> None:
    assert [str(one.cost) for one in formulas_in(flattened(text), {})] == found


def test_numbers_are_read_with_their_units_and_powers() -> None:
    text = flattened(
        "With $N = 1024$ it is $134{,}217{,}728$, about 2.15e9 or 2.15·10⁹ or 1.5 million, not 3/4."
    )
    assert [int(one.number or 0) for one in numbers_in(text)] == [
        1024,
        134217728,
        2150000000,
        2150000000,
        1500000,
    ]


def test_sizes_are_read_in_order() -> None:
    found = sizes_in(flattened("For $N=2048$ and $D=M=64$").text, {})
    assert [(size, int(value)) for _, size, value in found] == [("N", 2048), ("D", 64), ("M", 64)]


def rulings(text: str) -> dict[int, set[Ruling]]:
    """The rulings on costs by line."""
    out: dict[int, set[Ruling]] = {}
    for claim in examine(read_text(text)):
        if claim.kind is Kind.COMPLEXITY:
            out.setdefault(claim.line, set()).add(claim.ruling)
    return out


LIST = """Keys have width $D$ and values width $M$. Random features need so many multiplications:

- {projections} for projecting queries and keys
- {sums} for building S
- 2NRM for the numerators

which sums to {total}.
"""


@pytest.mark.parametrize(
    ("projections", "sums", "total", "expected"),
    [
        ("2NRD", "2NRM", "2NRD + 4NRM", (Ruling.VERIFIED, Ruling.VERIFIED, Ruling.VERIFIED)),
        ("2NRD", "NRM", "2NRD + 4NRM + 4NR", (Ruling.VERIFIED, Ruling.REFUTED, Ruling.VERIFIED)),
        ("2NRD", "2NRM", "2NRD + 2NRM", (Ruling.VERIFIED, Ruling.VERIFIED, Ruling.REFUTED)),
        ("7NRD", "2NRM", "7NRD + 4NRM", (Ruling.REFUTED, Ruling.VERIFIED, Ruling.UNCHECKED)),
        ("NRD", "2NRM", "NRD + 4NRM", (Ruling.UNCHECKED, Ruling.VERIFIED, Ruling.UNCHECKED)),
    ],
    ids=[
        "all right",
        "the whole recipe in spite of a part",
        "a wrong sum",
        "the sum of a wrong part",
        "one for both",
    ],
)
def test_a_list_and_its_total(projections: str, sums: str, total: str, expected: tuple[Ruling, ...]) -> None:
    found = rulings(LIST.format(projections=projections, sums=sums, total=total))
    assert tuple(found[line] for line in (3, 4, 7)) == tuple({one} for one in expected)
